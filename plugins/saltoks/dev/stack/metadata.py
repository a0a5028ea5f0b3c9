"""Airflow's metadata database: made ready once, and again only when Airflow, its schema or the pools change."""

from __future__ import annotations

import hashlib
import importlib.metadata
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pydantic import BaseModel, ConfigDict

from saltoks.core.errors import Unavailable
from saltoks.dev.stack.progress import Progress

LINES_OF_A_FAILURE = 15


class Prepared(BaseModel):
    """What the database was last made ready for; the same again means that there is nothing to do."""

    model_config = ConfigDict(frozen=True)

    airflow: str
    revision: str | None
    pools: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """The database at `dsn`; `environment` is what Airflow's own commands run with, `redact` hides secrets."""

    dsn: str
    pools: Path
    record: Path
    environment: Mapping[str, str]
    redact: Callable[[str], str]

    def prepare(self, progress: Progress) -> None:
        """Bring the schema to this Airflow's version and load the pools, unless that has been done."""
        if self.record.exists() and self._recorded() == self._now():
            return
        with progress.step("Preparing Airflow's database"):
            self._airflow("db", "migrate")
        with progress.step("Loading the pools"):
            self._airflow("pools", "import", str(self.pools))
        self.record.write_text(self._now().model_dump_json(), encoding="utf-8")

    def _recorded(self) -> Prepared:
        return Prepared.model_validate_json(self.record.read_text(encoding="utf-8"))

    def _now(self) -> Prepared:
        return Prepared(
            airflow=importlib.metadata.version("apache-airflow-core"),
            revision=self._revision(),
            pools=hashlib.sha256(self.pools.read_bytes()).hexdigest(),
        )

    def _revision(self) -> str | None:
        """The schema's revision; None when there is no schema yet."""
        with psycopg.connect(self.dsn.replace("+psycopg", "", 1)) as connection:
            try:
                row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            except psycopg.errors.UndefinedTable:
                return None
        return str(row[0]) if row else None

    def _airflow(self, *arguments: str) -> None:
        done = subprocess.run(
            airflow_command(*arguments),
            env=dict(self.environment),
            cwd=self.record.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,
            umask=0o077,
        )
        if done.returncode:
            end = self.redact("\n".join(done.stdout.splitlines()[-LINES_OF_A_FAILURE:]))
            raise Unavailable(f"`airflow {' '.join(arguments)}` ended with exit code {done.returncode}:\n{end}")


def airflow_command(*arguments: str) -> tuple[str, ...]:
    """An Airflow command in the environment this Python runs in."""
    return (sys.executable, "-m", "airflow", *arguments)
