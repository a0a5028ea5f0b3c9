"""When the same change again and again is a fight, and when a write that never shows is tried again (T6, T21)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from saltoks.core.access.grants import MembershipKey
from saltoks.core.plan.conflicts import TIMES, RecentHistory, UnconfirmedChange, changes_to_hold, find_conflicts
from saltoks.core.plan.drift import Drift, DriftKind
from saltoks.core.plan.plan import Change, ChangeCause, ChangeKey, ChangeKind, Plan
from saltoks.core.time.windows import FOREVER, Window

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ANN = MembershipKey("ann", "Room 1")
LOST = Drift(DriftKind.LOST_MEMBER, "Room 1", "ann")
EXTRA = Drift(DriftKind.EXTRA_MEMBER, "Room 1", "ann")


def change(kind: ChangeKind, group: str = "Room 1", customer: str = "ann") -> Change:
    """A change of a plan."""
    window = Window(NOW, FOREVER)
    return Change(kind=kind, customer_id=customer, group=group, window=window, cause=ChangeCause.GRANTED, sentence="x")


def plan(*changes: Change) -> Plan:
    """A plan of now."""
    return Plan(site="house", at=NOW, changes=changes)


@pytest.mark.parametrize(
    ("found", "past", "fought"),
    [
        (set(), RecentHistory(losses={ANN: TIMES}), True),
        ({LOST}, RecentHistory(losses={ANN: TIMES - 1}), True),
        ({LOST}, RecentHistory(losses={ANN: TIMES - 2}), False),
        ({EXTRA}, RecentHistory(removals={ANN: TIMES}), True),
        (set(), RecentHistory(removals={ANN: TIMES}), False),
        (
            {Drift(DriftKind.LOST_MEMBER, "saltoks x #1", "ann")},
            RecentHistory(losses={MembershipKey("ann", "saltoks x #1"): 9}),
            False,
        ),
    ],
    ids=[
        "lost thrice",
        "just now the third time",
        "twice",
        "back thrice",
        "taken out thrice and gone",
        "our own group",
    ],
)
def test_what_a_fight_is(found: set[Drift], past: RecentHistory, fought: bool) -> None:
    assert bool(find_conflicts(found, past)) is fought


@pytest.mark.parametrize(("times", "hours"), [(4, 1), (5, 2), (6, 4), (7, 6), (40, 6)], ids=str)
def test_the_next_try_is_further_away_each_time(times: int, hours: int) -> None:
    """T21: until it shows, at most every six hours."""
    one, second = change(ChangeKind.REMOVE_MEMBER), timedelta(seconds=1)
    for late, waits in ((second, True), (timedelta(), False)):
        past = RecentHistory(unconfirmed={one.key: UnconfirmedChange(times, NOW - timedelta(hours=hours) + late)})
        assert bool(changes_to_hold(plan(one), frozenset(), past, frozenset())) is waits


def test_the_first_tries_are_made_in_every_run() -> None:
    """T30: a late answer is no reason to wait."""
    one = change(ChangeKind.ADD_MEMBER)
    assert (
        changes_to_hold(
            plan(one), frozenset(), RecentHistory(unconfirmed={one.key: UnconfirmedChange(3, NOW)}), frozenset()
        )
        == {}
    )


def test_a_slot_waits_as_a_whole_but_for_those_who_leave_it() -> None:
    """T21: nobody may come into a window that is not theirs."""
    name = "saltoks room-1 #1"
    changes = [change(kind, name) for kind in (ChangeKind.ADD_MEMBER, ChangeKind.REMOVE_MEMBER)]
    window = change(ChangeKind.SET_WINDOW, name, "")
    past = RecentHistory(unconfirmed={window.key: UnconfirmedChange(5, NOW)})
    found = changes_to_hold(plan(*changes, window), frozenset(), past, frozenset())
    assert {one.kind for one in found} == {ChangeKind.ADD_MEMBER, ChangeKind.SET_WINDOW}


def test_what_a_person_accepted_is_not_held_again() -> None:
    """T6: their word counts once."""
    one = change(ChangeKind.ADD_MEMBER)
    assert changes_to_hold(plan(one), {ANN}, RecentHistory(), frozenset())
    assert not changes_to_hold(plan(one), {ANN}, RecentHistory(), {ChangeKey(ChangeKind.ADD_MEMBER, "ann", "Room 1")})
