"""What a row says itself ends access, whatever is in doubt about the rows beside it (T2, T10, T35)."""

from __future__ import annotations

import contextlib

import pytest

from saltoks.core.errors import SaltoksError
from saltoks.flows.run.steps import Outcome
from saltoks.sandbox.salto.admin.client import Fault
from stage import Stage

ANN, BOB, CAT = "ann@house.example", "bob@house.example", "cat@house.example"
PEOPLE = (("ann", ANN), ("bob", BOB), ("cat", CAT))


@pytest.fixture
def house(stage: Stage) -> Stage:
    """Three people in Room 1 all afternoon by a booking each, and in the club by a membership each."""
    stage.write("customers", [(name, name.title(), mail, "yes", "no") for name, mail in PEOPLE])
    for name, _ in PEOPLE:
        stage.book(f"b-{name}", name, "room-1", -10, 300)
        stage.add("memberships", f"m-{name}", name, "club", "2026-03-01", "", "active")
    stage.configure(limits={"removals_per_group": {"absolute": 9, "percent": 100}})
    stage.sync("one")
    assert stage.members("Room 1") == stage.members("Club") == {ANN, BOB, CAT}
    stage.move(15)
    return stage


def completeness(outcomes: list[Outcome]) -> str:
    return next(one.ids["completeness"] for one in outcomes if one.step == "validate")


def word(house: Stage, name: str, status: str) -> None:
    """Says this of a booking."""
    house.book(f"b-{name}", name, "room-1", -10, 300, status=status)


def test_one_unknown_word_in_a_small_source_holds_nothing(house: Stage) -> None:
    """T10: the cancelled booking ends, and so does the one whose word nobody knows: it never opens (F62)."""
    word(house, "ann", "cancelled")
    word(house, "bob", "misplaced")
    outcomes = house.sync("two")
    assert completeness(outcomes) == "complete"
    assert house.members("Room 1") == {CAT}
    house.move(30)
    word(house, "cat", "cancelled")
    house.book("b-new", "bob", "room-1", 20, 300)
    assert completeness(house.sync("three")) == "complete"
    assert house.members("Room 1") == {BOB}


UNKNOWN = ("x1", "x2", "x3")


def doubt(house: Stage) -> None:
    """Three more bookings with words that nobody knows: the extract is incomplete as long as they are there."""
    for number in UNKNOWN:
        house.book(number, "cat", "room-2", 60, 90, status="misplaced")


@pytest.mark.parametrize("status", ["cancelled", "rejected", "tentative"])
def test_a_row_that_says_that_it_is_over_ends_in_an_incomplete_extract(house: Stage, status: str) -> None:
    """T10"""
    doubt(house)
    word(house, "ann", status)
    outcomes = house.sync("two")
    assert completeness(outcomes) == "incomplete"
    assert house.members("Room 1") == {BOB, CAT}


@pytest.mark.parametrize("status", ["inactive", "ended", "cancelled"])
def test_a_membership_that_says_that_it_is_over_ends_in_an_incomplete_extract(house: Stage, status: str) -> None:
    doubt(house)
    house.add("memberships", "m-ann", "ann", "club", "2026-03-01", "", status)
    assert completeness(house.sync("two")) == "incomplete"
    assert house.members("Club") == {BOB, CAT}


def test_a_customer_who_is_inactive_loses_everything_in_an_incomplete_extract(house: Stage) -> None:
    """F76"""
    doubt(house)
    house.add("customers", "ann", "Ann", ANN, "no", "no")
    assert completeness(house.sync("two")) == "incomplete"
    assert house.members("Room 1") == house.members("Club") == {BOB, CAT}


@pytest.mark.parametrize("change", ["missing", "unknown", "moved"])
def test_what_no_row_says_is_over_stays_in_an_incomplete_extract(house: Stage, change: str) -> None:
    """T2, T35: a row that is gone, a word that nobody knows, and another time may be what is wrong with the file."""
    doubt(house)
    if change == "missing":
        house.unbook("b-ann")
    elif change == "unknown":
        word(house, "ann", "misplaced")
    else:
        house.book("b-ann", "ann", "room-1", 200, 300)
    outcomes = house.sync("two")
    assert completeness(outcomes) == "incomplete"
    assert house.members("Room 1") == {ANN, BOB, CAT}


def test_who_has_another_reason_stays(house: Stage) -> None:
    house.book("b-more", "ann", "room-1", 0, 300)
    house.sync("more")
    house.move(30)
    doubt(house)
    word(house, "ann", "cancelled")
    house.unbook("b-more")
    assert completeness(house.sync("two")) == "incomplete"
    assert ANN in house.members("Room 1")


def test_the_limits_count_what_rows_say_in_an_incomplete_extract_too(house: Stage) -> None:
    """T35"""
    house.configure(limits={"removals_per_group": {"absolute": 1, "percent": 100}})
    doubt(house)
    word(house, "ann", "cancelled")
    word(house, "bob", "cancelled")
    assert completeness(house.sync("two")) == "incomplete"
    assert house.members("Room 1") == {ANN, BOB, CAT}


def test_a_failed_extract_ends_nothing(house: Stage) -> None:
    """T1"""
    word(house, "ann", "cancelled")
    (house.root / "data" / "items.csv").unlink()
    outcomes = house.sync("two")
    assert completeness(outcomes) == "failed"
    assert house.members("Room 1") == {ANN, BOB, CAT}


@pytest.mark.parametrize("torn", [False, True], ids=["complete", "incomplete"])
def test_a_row_that_is_marked_as_deleted_ends_at_once(house: Stage, torn: bool) -> None:
    """T10: in an incomplete extract too, and without waiting for it to be missing often (F148)."""
    tables = house.site["source"]["tables"]
    for table in ("bookings", "memberships"):
        house.headers[table] += ("gone",)
        tables[table]["loader"] = {"kind": "own", "deleted_column": "gone"}
        house.write(table, [(*row, "yes" if row[0] in ("b-ann", "m-bob") else "no") for row in house.tables[table]])
    rules = house.site["rules"] | {"missing_runs": 3}
    if torn:
        house.write("bookings", [row for row in house.tables["bookings"] if row[0] != "b-cat"])
        doubted = [(f"x{n}", "room-2", "cat", *house.tables["bookings"][0][3:5], "misplaced", "no") for n in range(3)]
        house.write("bookings", [*house.tables["bookings"], *doubted])
    house.configure(rules=rules)
    assert completeness(house.sync("two")) == ("incomplete" if torn else "complete")
    assert house.members("Room 1") == {BOB, CAT}
    assert house.members("Club") == {ANN, CAT}


def test_what_a_complete_extract_withdrew_ends_in_an_incomplete_one(house: Stage) -> None:
    """T2: Salto refused the removal, and the file is torn by the time of the next run: the right was gone before."""
    house.book("b-ann", "ann", "room-1", 200, 300)
    house.sandbox.admin.faults(Fault("status", route="P* /v1*", status=503))
    with contextlib.suppress(SaltoksError):
        house.sync("two")
    house.sandbox.admin.faults()
    assert house.members("Room 1") == {ANN, BOB, CAT}
    doubt(house)
    house.unbook("b-bob")
    house.move(30)
    assert completeness(house.sync("three")) == "incomplete"
    assert house.members("Room 1") == {BOB, CAT}


def test_what_comes_back_is_not_withdrawn_any_more(house: Stage) -> None:
    """T2"""
    house.configure(limits={"removals_per_group": {"absolute": 0, "percent": 100}})
    house.book("b-ann", "ann", "room-1", 200, 300)
    assert completeness(house.sync("two")) == "complete"
    house.book("b-ann", "ann", "room-1", -10, 300)
    house.move(30)
    house.sync("three")
    house.configure(limits={"removals_per_group": {"absolute": 9, "percent": 100}})
    doubt(house)
    house.unbook("b-ann")
    house.move(45)
    assert completeness(house.sync("four")) == "incomplete"
    assert house.members("Room 1") == {ANN, BOB, CAT}
