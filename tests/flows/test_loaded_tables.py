"""Tables that Fivetran, Airbyte or dlt keep in a real PostgreSQL, with the types they have (booking-systems §6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from databases import kept_open
from flows.acts import ANN, said
from saltoks.warehouse.engine.database import Warehouse
from stage import Stage

DATA = "id text, space text, member text, since timestamptz, until timestamptz, state text"
KINDS: dict[str, tuple[Any, str, str, str]] = {
    "fivetran": (
        "fivetran",
        "_fivetran_deleted boolean, _fivetran_synced timestamptz",
        "false, :fresh",
        "_fivetran_deleted = true",
    ),
    "history": (
        "fivetran",
        "_fivetran_active boolean, _fivetran_synced timestamptz",
        "true, :fresh",
        "_fivetran_active = false",
    ),
    "own": (
        {"kind": "own", "deleted_column": "gone_at", "updated_column": "seen"},
        "gone_at timestamp, seen timestamp",
        "null, :fresh",
        "gone_at = now()",
    ),
}


@pytest.fixture
def lake(stage: Stage) -> Iterator[Warehouse]:
    """A schema of raw tables beside our own."""
    opened = Warehouse(stage.warehouse_url)
    write(opened, "create schema lake")
    yield opened
    write(opened, "drop schema lake cascade")
    opened.close()
    kept_open(stage.warehouse_url).close()


def write(lake: Warehouse, *statements: str, **values: object) -> None:
    """What a loader does to its tables."""
    with lake.session() as session:
        for statement in statements:
            session.connection.execute(text(statement), values)


def loaded(stage: Stage, loader: Any) -> None:
    """From now on the stage's bookings are rows of `lake.bookings`."""
    (stage.root / "bookings.sql").write_text("select * from lake.bookings")
    (stage.root / "loads.sql").write_text("select * from lake._dlt_loads")
    columns = {"source_id": "id", "item_id": "space", "customer_id": "member", "status": "state"}
    spec = {"sql": "bookings.sql", "loader": loader, "columns": columns | {"starts_at": "since", "ends_at": "until"}}
    source = stage.site["source"]
    stage.configure(source=source | {"tables": source["tables"] | {"bookings": spec}})


def row(stage: Stage, marks: str, name: str = "b1") -> tuple[str, dict[str, object]]:
    """A booking of Ann's room from now on, as an insert with the loader's marks."""
    values: dict[str, object] = {"name": name, "since": stage.at, "until": stage.at + timedelta(hours=4)}
    line = f"(:name, 'room-1', 'ann', :since, :until, 'confirmed', {marks})"
    return f"insert into lake.bookings values {line}", values | {"fresh": stage.at}  # noqa: S608 - of this test


@pytest.mark.parametrize(("loader", "columns", "marks", "gone"), KINDS.values(), ids=KINDS.keys())
def test_a_row_that_its_loader_marks_as_deleted_ends(
    loader: Any, columns: str, marks: str, gone: str, stage: Stage, lake: Warehouse
) -> None:
    """T35: all of the table is gone, and it says so."""
    loaded(stage, loader)
    insert, values = row(stage, marks)
    write(lake, f"create table lake.bookings ({DATA}, {columns})")
    write(lake, insert, **values)
    stage.sync("one")
    assert stage.members("Room 1") == {ANN}
    write(lake, f"update lake.bookings set {gone}")  # noqa: S608 - of this test
    stage.move(15)
    stage.sync("two")
    assert stage.members("Room 1") == set()


def test_t2_rows_of_a_running_load_are_not_counted_and_nothing_is_missed(stage: Stage, lake: Warehouse) -> None:
    """T2: the load has replaced Ann's booking by a row that does not count yet; with its end it does."""
    loaded(stage, {"kind": "dlt", "loads": "loads.sql"})
    insert, values = row(stage, "'1'")
    write(lake, f"create table lake.bookings ({DATA}, _dlt_load_id text)")
    write(lake, "create table lake._dlt_loads (load_id text, status bigint, inserted_at timestamptz)")
    write(lake, insert, "insert into lake._dlt_loads values ('1', 0, :fresh)", **values)
    stage.sync("one")
    write(lake, "update lake.bookings set state = 'cancelled', _dlt_load_id = '2'")
    stage.move(15)
    assert "1 rows are of a load that is not finished" in said(stage.sync("two"))
    assert stage.members("Room 1") == {ANN}
    write(lake, "insert into lake._dlt_loads values ('2', 0, :fresh)", fresh=stage.at)
    stage.move(30)
    stage.sync("three")
    assert stage.members("Room 1") == set()


def test_t1_a_loader_that_stands_still_takes_nothing_away(stage: Stage, lake: Warehouse) -> None:
    """T1: an hour after the last sync a vanished booking is not believed any more."""
    loaded(stage, "airbyte")
    write(lake, f"create table lake.bookings ({DATA}, _airbyte_extracted_at timestamptz)")
    for name in ("b1", "b2", "b3", "b4", "b5", "b6"):
        insert, values = row(stage, ":fresh", name)
        write(lake, insert, **values)
    write(lake, "update lake.bookings set space = 'room-2' where id <> 'b1'")
    stage.sync("one")
    write(lake, "delete from lake.bookings where id = 'b1'")
    stage.move(75)
    assert "last loaded 75 minutes ago, more than max_age_minutes 60" in said(stage.sync("two"))
    assert stage.members("Room 1") == {ANN}
    write(lake, "update lake.bookings set _airbyte_extracted_at = :fresh", fresh=stage.at)
    stage.move(90)
    stage.sync("three")
    assert stage.members("Room 1") == set()
