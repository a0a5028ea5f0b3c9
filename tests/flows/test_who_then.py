"""`who --as-of` answers any instant as it was: what source and books say today changes no past (F180, F182)."""

from __future__ import annotations

from flows.acts import do, judge, sync_at
from saltoks.core.time.windows import Window
from saltoks.flows import access
from saltoks.flows.who import Holder, who
from stage import Stage, minutes


def asked(stage: Stage, minute: int) -> list[Holder]:
    """Who could open what at a minute from noon, asked at the stage's instant."""
    with stage.runtime() as rt:
        return who(rt, rt.settings.site("house"), minutes(minute))


def in_short(stage: Stage, minute: int) -> list[tuple[str, str, tuple[str, ...], bool]]:
    """The same without names and windows."""
    return [(one.group, one.customer_id, one.reasons, one.in_group) for one in asked(stage, minute)]


ANN = ("Room 1", "ann", ("booking b1",), True)


def test_a_booking_that_was_cancelled_since_opened_until_then(stage: Stage) -> None:
    """F182: neither the row of today nor the membership records of today know of it any more."""
    stage.book("b1", "ann", "room-1", 0, 120)
    sync_at(stage, 0)
    stage.book("b1", "ann", "room-1", 0, 120, status="cancelled")
    sync_at(stage, 30)
    assert stage.members("Room 1") == set()
    assert in_short(stage, 10) == [ANN]
    [holder] = asked(stage, 10)
    assert (holder.full_name, holder.window) == ("Ann Able", Window(minutes(-15), minutes(135)))
    assert in_short(stage, 30) == []


def test_a_booking_that_came_since_opened_nothing_before(stage: Stage) -> None:
    """F182: a window that begins before the booking was made is not read into the past."""
    sync_at(stage, 0)
    sync_at(stage, 15)
    stage.book("b1", "ann", "room-1", 0, 120)
    sync_at(stage, 30)
    assert in_short(stage, 10) == []
    assert in_short(stage, 20) == []
    assert in_short(stage, 30) == [ANN]


def test_a_booking_that_was_shortened_is_told_with_the_end_it_had(stage: Stage) -> None:
    """F182: each instant with what was promised then."""
    stage.book("b1", "ann", "room-1", 0, 240)
    sync_at(stage, 0)
    stage.book("b1", "ann", "room-1", 0, 60)
    sync_at(stage, 15)
    stage.book("b1", "ann", "room-1", 0, 90)
    sync_at(stage, 30)
    sync_at(stage, 105)
    ends = {minute: holder.window for minute in (10, 20, 40) for holder in asked(stage, minute)}
    assert ends == {
        10: Window(minutes(-15), minutes(255)),
        20: Window(minutes(-15), minutes(75)),
        40: Window(minutes(-15), minutes(105)),
    }
    assert in_short(stage, 104) == [ANN]


def test_somebody_who_was_still_in_after_their_time_is_shown_as_such(stage: Stage) -> None:
    """F182: no run took them out in time."""
    stage.book("b1", "ann", "room-1", 0, 60)
    sync_at(stage, 0)
    sync_at(stage, 120)
    assert in_short(stage, 90) == [("Room 1", "ann", (), True)]
    assert [one.window for one in asked(stage, 90)] == [None]


def test_somebody_who_was_only_planned_then_is_entitled_and_not_in(stage: Stage) -> None:
    """F182: the run stopped before its writes."""
    stage.book("b1", "ann", "room-1", 0, 60)
    judge(stage, "stopped")
    do(stage, "stopped", access.plan)
    sync_at(stage, 20)
    assert in_short(stage, 10) == [("Room 1", "ann", ("booking b1",), False)]
    assert in_short(stage, 20) == [ANN]


def test_somebody_who_left_the_source_since_keeps_their_name_in_the_past(stage: Stage) -> None:
    """F182: the row is marked as gone, not lost."""
    stage.book("b1", "ann", "room-1", 0, 60)
    sync_at(stage, 0)
    stage.unbook("b1")
    stage.write("customers", [row for row in stage.tables["customers"] if row[0] != "ann"])
    sync_at(stage, 15)
    assert [one.full_name for one in asked(stage, 10)] == ["Ann Able"]


def test_a_removal_that_is_held_shows_no_reason_from_when_the_source_gave_none(stage: Stage) -> None:
    """F182: who is still in a group, though the booking was cancelled, was not entitled to it then."""
    stage.configure(limits={"removals_per_group": {"absolute": 0, "percent": 100}})
    stage.book("b1", "ann", "room-1", 0, 120)
    sync_at(stage, 0)
    stage.book("b1", "ann", "room-1", 0, 120, status="cancelled")
    sync_at(stage, 15)
    sync_at(stage, 30)
    assert in_short(stage, 10) == [ANN]
    assert in_short(stage, 20) == in_short(stage, 30) == [("Room 1", "ann", (), True)]
    stage.book("b1", "ann", "room-1", 0, 120)
    sync_at(stage, 45)
    sync_at(stage, 60)
    assert in_short(stage, 50) == [ANN]
