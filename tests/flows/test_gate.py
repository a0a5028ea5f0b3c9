"""T32: a gate that fails stops early removals at the doors, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from databases import Databases
from flows.acts import said
from flows.frozen import Frozen
from saltoks.flows.run.steps import Outcome
from stage import Stage

CLUB = 12
ALL_DAY = 24 * 60


def house(stage: Stage) -> None:
    """Twelve people are in Room 1: c0 until 13:15, the others all day; c2's booking is about to be missing."""
    people = [(f"c{n}", f"Club {n}", f"c{n}@house.example", "yes", "no") for n in range(CLUB)]
    stage.write("customers", [*people, *stage.tables["customers"]])
    for n in range(CLUB):
        stage.book(f"b{n}", f"c{n}", "room-1", 0, ALL_DAY if n else 60)
    stage.sync()


@pytest.fixture(scope="module")
def frozen(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """The house of twelve, set once."""
    return Frozen(databases, tmp_path_factory.mktemp("gate"), house)


@pytest.fixture
def ready(frozen: Frozen) -> Iterator[Stage]:
    """The house of twelve, for this test alone."""
    with frozen.thawed() as stage:
        yield stage


def unknown_words(stage: Stage) -> None:
    """The booking system says a status that nobody agreed on, in more rows than a slip explains."""
    for n in range(9, 12):
        stage.book(f"b{n}", f"c{n}", "room-1", 0, ALL_DAY, status="mañana")


def orphans(stage: Stage) -> None:
    """More than a fifth of the bookings name a customer who is not there."""
    for n in range(7, 12):
        stage.book(f"b{n}", f"nobody-{n}", "room-1", 0, ALL_DAY)


def upside_down(stage: Stage) -> None:
    """More than a fifth of the bookings end before they start."""
    for n in range(7, 12):
        stage.book(f"b{n}", f"c{n}", "room-1", 60, 0)


def sound(stage: Stage) -> None:
    """Nothing is wrong."""


HARMS: dict[str, Callable[[Stage], None]] = {
    "a status that nobody knows": unknown_words,
    "bookings of nobody": orphans,
    "bookings upside down": upside_down,
}


def night(stage: Stage, harm: Callable[[Stage], None]) -> list[Outcome]:
    """At 13:15: c2's booking is gone, c0's time is over, gus has a new one; and a source that reads well is harmed."""
    stage.unbook("b2")
    stage.book("new", "gus", "room-2", 60, ALL_DAY)
    harm(stage)
    stage.move(75)
    return stage.sync()


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS.keys())
def test_t32_a_failed_gate_holds_early_removals_and_lets_the_rest_through(
    ready: Stage, harm: Callable[[Stage], None]
) -> None:
    """The source itself called its extract complete: only the gate kept c2, of whom no row says that it ended."""
    outcomes = night(ready, harm)
    assert outcomes[1].ids["completeness"] == "incomplete"
    assert outcomes[1].counts["checks_failed"] > 0
    assert ready.members("Room 2") == {"saltoks desk/gus"}
    assert ready.members("Room 1") == {f"c{n}@house.example" for n in range(1, CLUB)}
    assert "the last extract is incomplete" in said(outcomes)


def test_t32_the_same_night_with_a_gate_that_passes(ready: Stage) -> None:
    """What the gate held back above is no accident: without a failure c2 leaves."""
    outcomes = night(ready, sound)
    assert outcomes[1].ids["completeness"] == "complete"
    assert ready.members("Room 1") == {f"c{n}@house.example" for n in range(1, CLUB) if n != 2}


def test_t32_what_was_held_goes_once_the_gate_passes(ready: Stage) -> None:
    night(ready, upside_down)
    for n in range(7, CLUB):
        ready.book(f"b{n}", f"c{n}", "room-1", 0, ALL_DAY)
    ready.move(90)
    assert ready.sync()[1].ids["completeness"] == "complete"
    assert "c2@house.example" not in ready.members("Room 1")
