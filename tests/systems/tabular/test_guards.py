"""A snapshot that looks old, small or shrunk is incomplete: its rows count, their absence does not."""

from __future__ import annotations

import pytest

from saltoks.core.model.canonical import Completeness
from saltoks.systems.tabular.guards import RowCount, TableAge, sanity_checks
from saltoks.systems.tabular.settings.loaders import Guards
from systems.folder import COLUMNS, GOOD, HEADERS, NOW, Folder

TWO = {"bookings": 2}
TEN = [GOOD.replace("b1", f"b{n}") for n in range(10)]


@pytest.mark.parametrize(
    ("before", "now_complete"),
    [(14, True), (15, False), (None, True)],
    ids=["28 % fewer", "33 % fewer", "first read"],
)
def test_shrinking_by_more_than_the_limit_is_incomplete(before: int | None, now_complete: bool, folder: Folder) -> None:
    """T1, T2: 30 % is the usual limit."""
    extract = folder.read(bookings=TEN, last_good={} if before is None else {"bookings": before})
    assert (extract.completeness is Completeness.COMPLETE) is now_complete
    assert len(extract.rows["bookings"]) == 10
    assert bool(extract.problems) is not now_complete


def test_shrinking_by_exactly_the_limit_is_complete(folder: Folder) -> None:
    assert folder.read(bookings=TEN[:7], last_good={"bookings": 10}).completeness is Completeness.COMPLETE
    assert folder.read(bookings=TEN[:6], last_good={"bookings": 10}).completeness is Completeness.INCOMPLETE


def test_rejected_rows_count_as_gone(folder: Folder) -> None:
    """T2: rows that cannot be read are missing as much as rows that are not sent."""
    broken = [line.replace("2026-06-01T09:00", "soon") for line in TEN[:4]]
    extract = folder.read(bookings=[*broken, *TEN[4:]], last_good={"bookings": 10})
    assert extract.completeness is Completeness.INCOMPLETE
    assert len(extract.rejected) == 4


def test_fewer_rows_than_the_floor_is_incomplete(folder: Folder) -> None:
    extract = folder.read(bookings=TEN[:4], guards={"min_rows": 5})
    assert extract.completeness is Completeness.INCOMPLETE
    assert extract.problems == (
        "bookings.csv: 4 good rows, fewer than min_rows 5 — export it again, or lower min_rows",
    )


def test_a_table_that_may_be_empty_can_say_so(folder: Folder) -> None:
    """T35: when everybody left, a complete but empty answer must be possible."""
    guards = {"min_rows": 0, "max_shrink_percent": 100}
    extract = folder.read(bookings=[], guards=guards, last_good={"bookings": 10})
    assert extract.completeness is Completeness.COMPLETE
    assert extract.rows["bookings"] == ()


@pytest.mark.parametrize(("age", "completeness"), [(60, "complete"), (61, "incomplete")])
def test_a_file_older_than_agreed_is_incomplete(age: int, completeness: str, folder: Folder) -> None:
    extract = folder.read(bookings=TEN, guards={"max_age_minutes": 60}, age=age)
    assert extract.completeness == completeness


@pytest.mark.parametrize(
    ("loader", "fix"), [(False, "name its loader, or drop that guard"), (True, "check the loader")]
)
def test_an_unknown_age_is_not_taken_for_fresh(loader: bool, fix: str) -> None:
    """A query tells no age; a loader's table without rows tells none either."""
    guards, age = Guards(max_age_minutes=60), TableAge(None, loader=loader)
    found = list(
        sanity_checks(guards, where="b.sql", key="bookings", count=RowCount(9, 0), last_good={}, age=age, now=NOW)
    )
    assert found == [f"b.sql: its age is not known, so max_age_minutes 60 cannot hold — {fix}"]


def test_a_table_may_have_guards_of_its_own(folder: Folder) -> None:
    """The rest of the guards stays as the source has it."""
    (folder.base / "b.csv").write_text(f"{HEADERS['bookings']}\n{GOOD}\n")
    spec = {"csv": "b.csv", "columns": COLUMNS["bookings"], "guards": {"min_rows": 2}}
    extract = folder.read_specs({"bookings": spec}, guards={"min_rows": 1, "max_shrink_percent": 10}, last_good=TWO)
    assert extract.problems == (
        "b.csv: 1 good rows, fewer than min_rows 2 — export it again, or lower min_rows",
        "b.csv: 1 good rows after 2 last time, 50 % fewer (max_shrink_percent 10)"
        " — export it again, or accept the change",
    )


def test_a_row_without_id_may_be_any_row_so_the_read_is_incomplete(folder: Folder) -> None:
    """T2: a booking whose id is lost must not look like one that was cancelled."""
    extract = folder.read(bookings=[*TEN, GOOD.replace("b1", "")])
    assert extract.completeness is Completeness.INCOMPLETE
    assert len(extract.rows["bookings"]) == 10
    assert extract.problems == (
        "bookings.csv: 1 rejected rows have no id, the first at bookings.csv:12, so no access ends early — "
        "give every row its id, or leave out what is no row by only_where: {Id: present}",
    )
