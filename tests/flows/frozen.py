"""A stage that is set once for many tests: each gets the database, the sandbox and the files as they were left."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from saltoks.dev.postgres import Postgres
from saltoks.sandbox.server import SandboxServer
from stage import Stage

Scene = Callable[[Stage], object]


@dataclass
class Frozen:
    """Where a scene's database, sandbox and files are kept, in `folder`."""

    postgres: Postgres
    folder: Path
    scene: Scene
    template: str = field(default_factory=lambda: f"f_{uuid.uuid4().hex}")
    left: Stage | None = None

    @contextmanager
    def thawed(self) -> Iterator[Stage]:
        """The stage as the scene left it, with a database and a sandbox of its own; the folder is the same again."""
        if self.left is None:
            self._freeze()
        assert self.left is not None
        with self._database(self.template) as url, pytest.MonkeyPatch.context() as patch:
            shutil.rmtree(self.folder / "root")
            shutil.copytree(self.folder / "kept", self.folder / "root")
            shutil.copy(self.folder / "sandbox", self.folder / "state")
            made = Stage(self.folder / "root", url, deepcopy(self.left.tables), deepcopy(self.left.site))
            with SandboxServer(made.world(), state=self.folder / "state") as made.sandbox:
                made.at = self.left.at
                made.sandbox.admin.set_clock(made.at)
                _enter(made, patch)
                yield made

    def _freeze(self) -> None:
        with self._database("warehouse_template", keep=self.template) as url, pytest.MonkeyPatch.context() as patch:
            (self.folder / "root").mkdir()
            made = Stage(self.folder / "root", url)
            with SandboxServer(made.world(), state=self.folder / "sandbox") as sandbox:
                made.open(sandbox)
                _enter(made, patch)
                self.scene(made)
            shutil.copytree(self.folder / "root", self.folder / "kept")
            self.left = made

    @contextmanager
    def _database(self, template: str, keep: str | None = None) -> Iterator[str]:
        """A copy of a database, dropped at the end unless it has a name to keep."""
        name = keep or f"t_{uuid.uuid4().hex}"
        admin = create_engine(self.postgres.dsn("postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"create database {name} template {template} owner warehouse")
            yield self.postgres.dsn(name)
            if keep is None:
                connection.exec_driver_sql(f"drop database {name} with (force)")
        admin.dispose()


def _enter(stage: Stage, patch: pytest.MonkeyPatch) -> None:
    for name, value in stage.environment().items():
        patch.setenv(name, value)
