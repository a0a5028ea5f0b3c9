"""Tables that somebody else loads: what is deleted, what counts, and how old it is (booking-systems §6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from saltoks.core.model.canonical import Completeness, Extract
from saltoks.systems.tabular.text.raw_table import RawTable
from systems.folder import COLUMNS, NOW, Folder

FRESH = (NOW - timedelta(minutes=60)).isoformat()
OLD = (NOW - timedelta(minutes=61)).isoformat()
ROW = ("studio-a", "m1", "2026-06-01T09:00", "2026-06-01T10:00", "Booked")
DATA = ("Id", "Space", "Member", "From", "Until", "State")

Cells = tuple[str | None, ...]


def read(
    folder: Folder,
    loader: Any,
    header: tuple[str, ...],
    *marks: Cells,
    loads: list[Cells] | None = None,
    last_good: Mapping[str, int] | None = None,
    table: str = "bookings",
    guards: dict[str, int] | None = None,
    ids: str = "abcdefgh",
) -> Extract:
    """One read of bookings `a`, `b`, … with the loader's columns `header`, one row for each of `marks`."""
    asked: list[str] = []

    def query(connection: str, sql: str, parameters: Mapping[str, str | int]) -> RawTable:
        asked.append(sql)
        if sql == "loads":
            head, rows = ("load_id", "status", "inserted_at"), loads or []
        else:
            head, rows = DATA + header, [(name, *ROW, *mark) for name, mark in zip(ids, marks, strict=False)]
        return RawTable(where="", header=head, rows=list(enumerate(rows, start=1)), modified_at=None)

    for name in ("rows", "loads"):
        (folder.base / f"{name}.sql").write_text(name)
    columns = COLUMNS["bookings"]
    spec = {"sql": "rows.sql", "connection": "wh", "columns": columns, "loader": loader}
    extract = folder.read_specs({table: spec}, query=query, last_good=last_good, guards=guards)
    assert asked in (["rows"], ["loads", "rows"], [])
    return extract


def kept(extract: Extract) -> list[str]:
    return [row.source_id for row in extract.rows["bookings"]]


SYNCED = ("_fivetran_deleted", "_fivetran_synced")
HISTORY = ("_fivetran_active", "_fivetran_synced")


def test_fivetran_a_deleted_row_is_gone_and_no_shrinking(folder: Folder) -> None:
    """T2: four of five end at once, and each says so itself."""
    marks = [("False", FRESH), *[("True", OLD)] * 4]
    extract = read(folder, "fivetran", SYNCED, *marks, last_good={"bookings": 5})
    assert kept(extract) == ["a"]
    assert (extract.completeness, extract.rejected, extract.problems) == (Completeness.COMPLETE, (), ())
    assert extract.accepted == {"bookings": 1, "bookings passed over": 4}


def test_fivetran_rows_deleted_long_ago_excuse_nothing(folder: Folder) -> None:
    """T2: what was flagged at the last good read already cannot explain what is missing now."""
    marks = [("False", FRESH), *[("True", FRESH)] * 4]
    last = {"bookings": 5, "bookings passed over": 4}
    assert read(folder, "fivetran", SYNCED, *marks, last_good=last).completeness is Completeness.INCOMPLETE


def test_fivetran_history_keeps_active_rows_only(folder: Folder) -> None:
    """Versions of one row share its id; one that is still active is not gone."""
    marks = [("false", FRESH), ("true", FRESH), ("false", FRESH)]
    extract = read(folder, "fivetran", HISTORY, *marks, ids="aab")
    assert kept(extract) == ["a"]
    assert extract.rejected == ()
    assert extract.accepted == {"bookings": 1, "bookings passed over": 1}


AGES: dict[str, tuple[Any, tuple[str, ...], list[Cells]]] = {
    "fivetran": ("fivetran", SYNCED, [("false", OLD), ("true", "{}")]),
    "airbyte": ("airbyte", ("_airbyte_extracted_at",), [(OLD,), ("{}",), (None,)]),
    "own": ({"kind": "own", "updated_column": "changed"}, ("changed",), [("{}",), (OLD,)]),
    "dlt": ({"kind": "dlt", "loads": "loads.sql"}, ("_dlt_load_id",), [("7",)]),
}


@pytest.mark.parametrize("when", [FRESH, OLD, FRESH.removesuffix("+00:00")], ids=["fresh", "old", "no offset"])
@pytest.mark.parametrize(("loader", "header", "marks"), AGES.values(), ids=AGES.keys())
def test_the_newest_mark_tells_the_age(
    loader: Any, header: tuple[str, ...], marks: list[Cells], when: str, folder: Folder
) -> None:
    """An hour for bookings, without being asked; a time without offset is UTC."""
    filled = [tuple(cell.format(when) if cell else cell for cell in mark) for mark in marks]
    loads: list[Cells] = [("6", "0", OLD), ("7", "0", when), ("8", "1", NOW.isoformat())]
    extract = read(folder, loader, header, *filled, loads=loads)
    assert (extract.completeness is Completeness.INCOMPLETE) is (when == OLD)
    said = "rows.sql: last loaded 61 minutes ago, more than max_age_minutes 60 — check the loader"
    assert extract.problems == ((said,) if when == OLD else ())
    assert "a" in kept(extract)


def test_a_guard_of_the_site_wins_over_the_usual_age(folder: Folder) -> None:
    extract = read(folder, "airbyte", ("_airbyte_extracted_at",), (OLD,), guards={"max_age_minutes": 90})
    assert extract.completeness is Completeness.COMPLETE


@pytest.mark.parametrize("hours", [36, 37])
def test_a_catalog_may_be_older(hours: int, folder: Folder) -> None:
    seen = (NOW - timedelta(hours=hours)).isoformat()
    (folder.base / "items.csv").write_text(f"Id,Seen\nstudio-a,{seen}\n")
    (folder.base / "b.csv").write_text(",".join(DATA) + "\n" + ",".join(("a", *ROW)) + "\n")
    items = {"csv": "items.csv", "columns": {"source_id": "Id"}, "loader": {"kind": "own", "updated_column": "Seen"}}
    extract = folder.read_specs({"items": items, "bookings": {"csv": "b.csv", "columns": COLUMNS["bookings"]}})
    assert (extract.completeness is Completeness.COMPLETE) is (hours == 36)


def test_a_table_in_which_no_row_tells_its_age_is_not_taken_for_fresh(folder: Folder) -> None:
    extract = read(folder, "airbyte", ("_airbyte_extracted_at",), (None,))
    assert extract.problems == ("rows.sql: its age is not known, so max_age_minutes 60 cannot hold — check the loader",)


def test_dlt_a_load_that_is_not_finished_does_not_count(folder: Folder) -> None:
    """T2: its rows may have replaced others, so what is missing is not known to be gone."""
    loads: list[Cells] = [("6", "0", FRESH), ("7", "1", FRESH)]
    loader = {"kind": "dlt", "loads": "loads.sql"}
    extract = read(folder, loader, ("_dlt_load_id",), ("6",), ("7",), ("5",), (None,), loads=loads)
    assert kept(extract) == ["a"]
    assert extract.completeness is Completeness.INCOMPLETE
    assert extract.problems == (
        "rows.sql: 3 rows are of a load that is not finished, so they do not count — wait for dlt, or run it again",
    )


OWN = {"kind": "own", "deleted_column": "gone"}


MARKS = {"": True, "false": True, "0": True, "N": True, "true": False, "Yes": False}
TIMES = {"2026-05-31T10:00:00+00:00": False, "2026-05-31": False}


@pytest.mark.parametrize(("mark", "is_kept"), [(None, True), *(MARKS | TIMES).items()])
def test_own_a_deleted_column_is_a_truth_or_a_time(mark: str | None, is_kept: bool, folder: Folder) -> None:
    """Without `updated_column` nobody knows an age, so none is asked for."""
    extract = read(folder, OWN, ("gone",), (mark,), ("",))
    assert kept(extract) == (["a", "b"] if is_kept else ["b"])
    assert extract.completeness is Completeness.COMPLETE


UNREADABLE: dict[str, tuple[Any, tuple[str, ...], Cells, str]] = {
    "no synced": ("fivetran", ("_fivetran_deleted",), ("false",), "the column '_fivetran_synced', by which fivetran"),
    "no mark": ("fivetran", ("_fivetran_synced",), (FRESH,), "the column '_fivetran_deleted', by which fivetran tells"),
    "no extracted": ("airbyte", (), (), "the column '_airbyte_extracted_at', by which airbyte tells what counts"),
    "no load": ({"kind": "dlt", "loads": "loads.sql"}, (), (), "the column '_dlt_load_id', by which dlt tells"),
    "no own": (OWN, (), (), "the column 'gone', by which own tells what counts, is missing — select it too"),
    "no truth": (OWN, ("gone",), ("perhaps",), "rows.sql:1: the column 'gone' holds neither a truth nor a time"),
    "no truth of fivetran": ("fivetran", HISTORY, ("2026-01-01", FRESH), "'_fivetran_active' holds neither a truth"),
    "no time": ("airbyte", ("_airbyte_extracted_at",), ("soon",), "rows.sql:1: '_airbyte_extracted_at' is not a time"),
}


@pytest.mark.parametrize(("loader", "header", "marks", "problem"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_marks_that_cannot_be_read_fail_the_extract(
    loader: Any, header: tuple[str, ...], marks: Cells, problem: str, folder: Folder
) -> None:
    """T1: nobody knows what counts, so nothing is believed."""
    extract = read(folder, loader, header, marks)
    assert extract.completeness is Completeness.FAILED
    assert problem in extract.problems[0]
    assert " — " in extract.problems[0]


def test_a_loads_query_without_its_columns_fails(folder: Folder) -> None:
    def query(connection: str, sql: str, parameters: Mapping[str, str | int]) -> RawTable:
        return RawTable(where="", header=("load_id",), rows=[], modified_at=None)

    (folder.base / "rows.sql").write_text("rows")
    (folder.base / "loads.sql").write_text("loads")
    loader = {"kind": "dlt", "loads": "loads.sql"}
    spec = {"sql": "rows.sql", "connection": "wh", "columns": COLUMNS["bookings"], "loader": loader}
    extract = folder.read_specs({"bookings": spec}, query=query)
    assert extract.problems == (
        "loads.sql: status, inserted_at of _dlt_loads is missing — select it in the loads query",
    )
