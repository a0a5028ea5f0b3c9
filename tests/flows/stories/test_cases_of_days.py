"""Nights and days as people reported them, from the file to the door."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.lint.lintrig import found
from flows.stories.test_cases_of_files import bob, columns, hand_over, said
from saltoks.flows.who import who
from stage import NOON, Stage


def test_a_booking_in_the_spring_gap_lets_in(stage: Stage) -> None:
    """T27: 02:00 to 03:00 of a place that never closes; whoever booked it gets the hour that follows."""
    hand_over(stage, "booking-in-the-spring-gap")
    bob(stage)
    gap = int((datetime(2026, 3, 29, 1, tzinfo=UTC) - NOON).total_seconds() // 60)
    stage.move(gap - 10)
    assert "bookings.csv:2: the change of clocks on 2026-03-29 leaves it no time at all" in said(stage.sync())
    assert stage.opens("ann@house.example", "Room 1")
    stage.move(gap + 50)
    stage.sync()
    assert stage.opens("ann@house.example", "Room 1")
    stage.move(gap + 90)
    stage.sync()
    assert stage.members("Room 1") == set()


TWO = "two parties hold 'room-1' at once: booking R1 until 2026-03-11 00:00, booking R2 from 2026-03-10 00:00 — correct"


def nights(stage: Stage, **hours: str) -> None:
    """A hotel's file by date: R1 leaves and R2 arrives on 10 March, and it is the evening before; `hours` by column."""
    stage.headers["bookings"] = ("source_id", "item_id", "customer_id", "check_in", "check_out", "status")
    hand_over(stage, "nights-by-date")
    bob(stage)
    days = {"starts_at": "check_in", "ends_at": "check_out"}
    given = {name: {"at": hours[name]} if name in hours else {} for name in days}
    columns(stage, "bookings", **{name: {"from": days[name], "type": "date"} | given[name] for name in days})
    stage.configure(rules={"before_minutes": 0, "after_minutes": 0})
    stage.move(-14 * 60)


def entitled(stage: Stage, hour: int, minute: int) -> set[str]:
    """Who is entitled to the room at a clock time of the day of change."""
    at = datetime(2026, 3, 10, hour - 1, minute, tzinfo=UTC) if hour else datetime(2026, 3, 9, 23, minute, tzinfo=UTC)
    with stage.runtime() as rt:
        return {one.customer_id for one in who(rt, rt.settings.site("house"), at) if one.window}


def test_two_parties_in_one_room_are_told_and_both_let_in(stage: Stage) -> None:
    """By sync and by lint; nobody is locked out, since only the booking system knows who is right."""
    nights(stage)
    outcomes = stage.sync()
    assert TWO in said(outcomes)
    assert all(TWO not in warning for outcome in outcomes for warning in outcome.warnings)
    assert [one.level for one in found(stage) if TWO in one.message] == ["warning"]
    assert entitled(stage, 0, 30) == {"ann", "bob"}
    assert entitled(stage, 14, 0) == {"ann", "bob"}
    stage.move(0)
    stage.sync()
    assert stage.members("Room 1") == {"ann@house.example", "bob@house.example"}


def test_two_parties_that_are_meant_are_not_told(stage: Stage) -> None:
    nights(stage)
    stage.configure(mapping=[stage.site["mapping"][0] | {"shared": True}, *stage.site["mapping"][1:]])
    assert TWO not in said(stage.sync())
    assert [one for one in found(stage) if TWO in one.message] == []


def test_days_are_given_the_hours_of_check_in_and_check_out(stage: Stage) -> None:
    """In from three, out at eleven: the leaving party has its morning, and nobody opens an occupied room."""
    nights(stage, starts_at="15:00", ends_at="11:00")
    assert TWO not in said(stage.sync())
    assert [one for one in found(stage) if "two parties" in one.message] == []
    seen = {hour: entitled(stage, hour, 30) for hour in (0, 10, 11, 14, 15, 23)}
    assert seen == {0: {"ann"}, 10: {"ann"}, 11: set(), 14: set(), 15: {"bob"}, 23: {"bob"}}
    assert stage.members("Room 1") == {"ann@house.example"}
    stage.move(0)
    stage.sync()
    assert stage.members("Room 1") == set()
    stage.move(120)
    stage.sync()
    assert stage.opens("bob@house.example", "Room 1")
