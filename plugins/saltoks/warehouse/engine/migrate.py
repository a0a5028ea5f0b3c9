"""Brings the warehouse to the shape this version needs: `sql/schema/` once each, `sql/report/` every time.

A view whose file is taken away stays where it was: the migration that drops what it reads drops it as well.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from saltoks.core.errors import FixInput
from saltoks.package_data import sql_folder
from saltoks.warehouse.engine.database import Session, Warehouse

_OTHER_COLUMNS = "42P16"
_BOOK = """
create schema if not exists meta;
create table if not exists meta.migrations (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now()
)
"""


def migrate(warehouse: Warehouse) -> list[str]:
    """Applies what is missing in one transaction, under a lock; gives the names of the new migrations.

    Raises `FixInput` when a migration that was applied has been edited since.
    """
    with warehouse.session() as session:
        session.connection.execute(text("select pg_advisory_xact_lock(hashtextextended('saltoks migrate', 0))"))
        session.connection.exec_driver_sql(_BOOK)
        applied = session.connection.execute(text("select name, sha256 from meta.migrations"))
        known: dict[str, str] = {row.name: row.sha256 for row in applied}
        new = [path for path in _files("schema") if _is_new(path, known)]
        for path in new:
            _apply(session, path)
        for path in _files("report"):
            _make_view(session, path)
    return [path.stem for path in new]


def _files(part: str) -> list[Path]:
    return sorted((sql_folder() / part).glob("*.sql"))


def _is_new(path: Path, known: dict[str, str]) -> bool:
    if path.stem not in known:
        return True
    if known[path.stem] != _hash(path):
        raise FixInput(f"sql/schema/{path.name} was edited after it was applied: undo that, and add a new file instead")
    return False


def _apply(session: Session, path: Path) -> None:
    session.connection.exec_driver_sql(path.read_text(encoding="utf-8"))
    session.connection.execute(
        text("insert into meta.migrations (name, sha256) values (:name, :sha256)"),
        {"name": path.stem, "sha256": _hash(path)},
    )


def _make_view(session: Session, path: Path) -> None:
    """Replaces a view; one whose columns change otherwise than by new ones at the end is dropped first."""
    statement = path.read_text(encoding="utf-8")
    try:
        with session.connection.begin_nested():
            session.connection.exec_driver_sql(statement)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _OTHER_COLUMNS:
            raise
        session.connection.exec_driver_sql(f'drop view report."{path.stem}"')
        session.connection.exec_driver_sql(statement)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
