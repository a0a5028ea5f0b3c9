"""A stage that is set once for many tests: each gets the rows, the sandbox and the files as they were left."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from databases import Databases, Rows
from saltoks.flows.run.connections import account, connection
from saltoks.sandbox.salto.server import SandboxServer
from stage import Stage

Scene = Callable[[Stage], object]


@dataclass
class Frozen:
    """A scene, and what it left: rows here, sandbox and files in `folder`."""

    databases: Databases
    folder: Path
    scene: Scene
    rows: Rows | None = None
    left: Stage | None = None

    @contextmanager
    def thawed(self) -> Iterator[Stage]:
        """The stage as the scene left it, with a database and a sandbox of its own; the folder is the same again."""
        if self.left is None or self.rows is None:
            self.left, self.rows = self._set()
        root = self.folder / "root"
        with self.databases.empty() as url, pytest.MonkeyPatch.context() as patch:
            self.databases.fill(url, self.rows)
            shutil.rmtree(root)
            shutil.copytree(self.folder / "kept", root)
            shutil.copy(self.folder / "sandbox", self.folder / "state")
            left = deepcopy((self.left.tables, self.left.headers, self.left.site))
            made = Stage(root, url, *left)
            with SandboxServer(made.world(), state=self.folder / "state") as made.sandbox:
                made.at = self.left.at
                made.sandbox.admin.set_clock(made.at)
                _enter(made, patch)
                _same_place(made)
                yield made

    def _set(self) -> tuple[Stage, Rows]:
        root = self.folder / "root"
        root.mkdir()
        with self.databases.empty() as url, pytest.MonkeyPatch.context() as patch:
            made = Stage(root, url)
            with SandboxServer(made.world(), state=self.folder / "sandbox") as sandbox:
                made.open(sandbox)
                _enter(made, patch)
                self.scene(made)
            shutil.copytree(root, self.folder / "kept")
            return made, self.databases.rows(url)


def _enter(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    for name, value in stage.environment().items():
        patch.setenv(name, value)


def _same_place(stage: Stage) -> None:
    """The thawed sandbox has another address than the one before, and is the same Salto KS all the same."""
    with stage.runtime() as rt, rt.warehouse.session() as session:
        who = account(connection("stage")).key
        session.connection.execute(text("update ops.sites set account = :who"), {"who": who})
