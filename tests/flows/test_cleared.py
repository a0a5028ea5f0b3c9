"""Clearing any task of any age converges to now, never to the past (design §5.6, F189).

A run of noon is cleared a tick, a day or three weeks later: by one of its tasks alone, or with all that come after it,
as Airflow does unless told otherwise. In between newer runs went on, or nothing ran at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from databases import Databases
from flows.acts import ANN, do, fresh, said, writes
from flows.frozen import Frozen
from saltoks.core.errors import SaltoksError
from saltoks.flows import access, nightly, pages
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.flows.sync import AUDIT, STATUS
from saltoks.settings import Site
from stage import SITE_UID, Stage, minutes

Step = Callable[[Runtime, Site, str], Outcome]
OLD = "scheduled of noon"
DAY = 24 * 60
AGES = {"a tick": 15, "a day": DAY, "three weeks": 21 * DAY}
CLUB = tuple(f"c{n}" for n in range(12))
DOOR_FLOWS: dict[str, tuple[Step, ...]] = {
    "access_sync": (access.extract, access.validate, access.plan, access.apply),
    "nightly": (nightly.extract, nightly.validate, nightly.plan, nightly.apply),
}
DOOR_TASKS = [
    pytest.param(steps, place, age, id=f"{flow} {steps[place].__name__} after {words}")
    for flow, steps in DOOR_FLOWS.items()
    for place in (range(4) if flow == "access_sync" else (0, 2, 3))  # judging is the same function
    for words, age in AGES.items()
]
AUDIT_TASKS = [
    pytest.param(place, age, id=f"{step.__name__} after {words}")
    for place, step in enumerate(AUDIT)
    for words, age in AGES.items()
]


def mail(customer: str) -> str:
    """Where a customer is written to."""
    return f"{customer}@house.example"


def noon(stage: Stage) -> None:
    """Twelve are in the club, Ann has Room 1 for an hour and opened it, and Gus has it for a month."""
    stage.configure(limits={"removals_per_site": {"absolute": 25, "percent": 50}})
    people = [(one, f"Club {one}", mail(one), "yes", "no") for one in CLUB]
    stage.write("customers", [*people, *stage.tables["customers"]])
    stage.write("memberships", [(one, one, "club", "2026-03-01", "", "active") for one in CLUB])
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "gus", "room-1", 0, 30 * DAY)
    stage.sync(OLD)
    do(stage, OLD, *AUDIT)
    do(stage, OLD, *STATUS)
    when = {"at": minutes(5), "visible_at": minutes(6)}
    stage.sandbox.admin.add_entry(SITE_UID, lock="Room 1 door", user_id=stage.user_id(ANN), **when)


def later(stage: Stage, age: int) -> None:
    """The clock goes on, and so does the booking system: one left the club, Gus cancelled, Ann comes again."""
    stage.move(age)
    stage.add("memberships", "c0", "c0", "club", "2026-03-01", "", "cancelled")
    stage.book("b2", "gus", "room-1", 0, 30 * DAY, status="cancelled")
    stage.book("b3", "ann", "room-2", age, age + 60)


def doors(stage: Stage) -> dict[str, set[str]]:
    """Who is in which group at Salto."""
    return {room: stage.members(room) for room in ("Room 1", "Room 2", "Club")}


def right(age: int) -> dict[str, set[str]]:
    """What a run of then has to make: Ann's hour in Room 1 is over, but for its tail."""
    return {
        "Room 1": {ANN} if age < 75 else set(),
        "Room 2": {ANN},
        "Club": {mail(one) for one in CLUB[1:]},
    }


def cleared(stage: Stage, *steps: Step) -> str:
    """Runs tasks of the run of noon again, on and on as Airflow does in spite of a failure; gives what they said."""
    told = []
    for step in steps:
        try:
            told.append(said(do(stage, OLD, step)))
        except SaltoksError as error:
            told.append(error.message)
    return "\n".join(told)


@pytest.fixture(scope="module")
def frozen(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """The house at noon, set once."""
    return Frozen(databases, tmp_path_factory.mktemp("cleared"), noon)


@pytest.fixture
def house(frozen: Frozen) -> Iterator[Stage]:
    """The house at noon, for this test alone."""
    with frozen.thawed() as stage:
        yield stage


@pytest.mark.parametrize(("steps", "place", "age"), DOOR_TASKS)
def test_nothing_ran_since(steps: tuple[Step, ...], place: int, age: int, house: Stage) -> None:
    """Cleared with what comes after it, a task makes what a fresh run makes, by what the source says now."""
    later(house, age)
    cleared(house, *steps[place:])
    assert doors(house) == right(age)
    assert fresh(house, lambda: house.sync("fresh"))[1] == 0
    assert doors(house) == right(age)


@pytest.mark.parametrize(("steps", "place", "age"), DOOR_TASKS)
def test_newer_runs_went_on(steps: tuple[Step, ...], place: int, age: int, house: Stage) -> None:
    """Cleared alone or with what comes after it, a task takes nothing back of what a newer run did."""
    later(house, age)
    house.sync("newer")
    house.sandbox.admin.forget_calls()
    told = cleared(house, steps[place])
    cleared(house, *steps[place:])
    assert writes(house) == 0
    assert doors(house) == right(age)
    if steps[place].__name__ == "apply":
        assert told == "run newer has planned since: this run writes nothing"
    assert fresh(house, lambda: house.sync("fresh"))[1] == 0


def heard(stage: Stage) -> tuple[list[dict[str, object]], ...]:
    """Entries, check-ins and the watermark."""
    return (
        stage.query("select entry_id, occurred_at, customer_id from audit.entries"),
        stage.query("select booking_id, checked_in_at from report.check_ins"),
        stage.query("select seen_until from ops.watermarks where stream = 'entries'"),
    )


def whole(stage: Stage) -> bool:
    """Whether Ann's one opening is there, once, as the check-in of her booking, and vouched for."""
    entries, check_ins, [mark] = heard(stage)
    return (
        [one["customer_id"] for one in entries] == ["ann"]
        and check_ins == [{"booking_id": "b1", "checked_in_at": minutes(5)}]
        and mark["seen_until"] == minutes(5)
    )


@pytest.mark.parametrize(("place", "age"), AUDIT_TASKS)
def test_nobody_asked_for_entries_since(place: int, age: int, house: Stage) -> None:
    """T26: a pull goes on where the last one ended, and what it brings finds its booking, however long ago."""
    house.move(age)
    cleared(house, *AUDIT[place:])
    assert whole(house) is (place == 0)
    do(house, "fresh", *AUDIT)
    assert whole(house)


@pytest.mark.parametrize(("place", "age"), AUDIT_TASKS)
def test_newer_runs_asked_for_entries(place: int, age: int, house: Stage) -> None:
    """Design §8: an entry that is read again is there once, and the watermark does not move back."""
    house.move(age)
    do(house, "newer", *AUDIT)
    before = heard(house)
    house.move(age + 5)
    cleared(house, AUDIT[place])
    cleared(house, *AUDIT[place:])
    assert heard(house) == before
    assert whole(house)


@pytest.mark.parametrize("age", AGES.values(), ids=AGES)
def test_a_reading_of_the_locks_is_of_now(age: int, house: Stage) -> None:
    """A lock that went dark since is dark, whichever run is cleared; `assess` alone says how old its readings are."""
    house.move(age)
    house.sandbox.admin.set_lock(SITE_UID, "Club door", online=False)
    [alone] = do(house, OLD, STATUS[1])
    assert (alone.counts["online"], alone.counts["unknown"]) == ((3, 0) if age < 30 else (0, 3))
    [_, found] = do(house, OLD, *STATUS)
    assert (found.counts["online"], found.counts["offline"]) == (2, 1)


@pytest.mark.parametrize("age", AGES.values(), ids=AGES)
def test_the_page_is_of_now(age: int, house: Stage) -> None:
    """The page that an old night builds again is that of this moment."""
    house.move(age)
    with house.runtime() as rt:
        pages.pages(rt, OLD)
        assert pages.last_validation(rt) == pages.validation(rt)
