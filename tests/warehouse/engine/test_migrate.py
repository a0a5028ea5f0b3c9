"""The warehouse comes to the shape that this version needs, once, and never in silence when history was edited."""

from __future__ import annotations

import shutil
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from saltoks.core.errors import FixInput
from saltoks.dev.postgres.server import Postgres
from saltoks.package_data import sql_folder
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.engine.migrate import migrate

SCHEMAS = {"ops", "src", "access", "audit", "device", "report"}


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[Warehouse]:
    """A database without any table."""
    name = f"e_{uuid.uuid4().hex}"
    postgres.create_database(name, "warehouse")
    opened = Warehouse(postgres.dsn(name))
    yield opened
    opened.close()


def names(folder_: str) -> list[str]:
    """The migrations or views there are, in order."""
    return sorted(path.stem for path in (sql_folder() / folder_).glob("*.sql"))


def schemas(warehouse: Warehouse) -> set[str]:
    """Schemas of our own in a database."""
    with warehouse.session() as session:
        found = session.connection.execute(text("select nspname from pg_namespace")).scalars()
        return SCHEMAS & set(found)


def views(warehouse: Warehouse) -> list[str]:
    """Views that reports are made of."""
    with warehouse.session() as session:
        statement = text("select table_name from information_schema.views where table_schema = 'report'")
        return sorted(session.connection.execute(statement).scalars())


def test_the_first_run_makes_everything_and_the_second_nothing(empty: Warehouse) -> None:
    """Safe to repeat; every view of `sql/report/` is there afterwards."""
    assert migrate(empty) == names("schema")
    assert migrate(empty) == []
    assert schemas(empty) == SCHEMAS
    assert views(empty) == names("report")


def test_two_at_once_do_it_once(empty: Warehouse) -> None:
    """Two workers that start together: one waits for the other."""
    done: list[list[str]] = []
    runs = [threading.Thread(target=lambda: done.append(migrate(empty))) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert sorted(done, key=len) == [[], names("schema")]


@pytest.fixture
def own_sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a copy of `sql/` that may be edited."""
    shutil.copytree(sql_folder(), tmp_path / "sql")
    monkeypatch.setenv("SALTOKS_HOME", str(tmp_path))
    return tmp_path / "sql"


def test_a_new_file_is_applied_alone(empty: Warehouse, own_sql: Path) -> None:
    """What was applied stays as it is."""
    migrate(empty)
    (own_sql / "schema" / "900_more.sql").write_text("create table ops.more (n int);", encoding="utf-8")
    assert migrate(empty) == ["900_more"]


def test_an_edited_migration_is_refused_and_nothing_is_applied(empty: Warehouse, own_sql: Path) -> None:
    """A file that ran is history: the message names it, and the new file next to it does not run either."""
    migrate(empty)
    path = sorted((own_sql / "schema").glob("*.sql"))[0]
    path.write_text(path.read_text(encoding="utf-8") + "\n-- a better idea\n", encoding="utf-8")
    (own_sql / "schema" / "900_more.sql").write_text("create table ops.more (n int);", encoding="utf-8")
    with pytest.raises(FixInput, match=f"sql/schema/{path.name} was edited after it was applied: undo that"):
        migrate(empty)
    with empty.session() as session:
        assert session.connection.execute(text("select to_regclass('ops.more')")).scalar() is None


def test_a_migration_that_fails_leaves_nothing_behind(empty: Warehouse, own_sql: Path) -> None:
    """One transaction: either the whole new shape or the old one."""
    (own_sql / "schema" / "900_more.sql").write_text("create table ops.more (n nonsense);", encoding="utf-8")
    with pytest.raises(Exception, match="refused a statement"):
        migrate(empty)
    assert schemas(empty) == set()


def test_a_view_is_made_anew_every_time(empty: Warehouse, own_sql: Path) -> None:
    """Views have no history: the file is what holds."""
    path = own_sql / "report" / "zz_mine.sql"
    path.write_text("create or replace view report.mine as select 1 as one;", encoding="utf-8")
    migrate(empty)
    path.write_text("create or replace view report.mine as select 2 as one;", encoding="utf-8")
    assert migrate(empty) == []
    with empty.session() as session:
        assert session.connection.execute(text("select one from report.mine")).scalar() == 2
