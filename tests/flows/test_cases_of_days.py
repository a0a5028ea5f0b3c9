"""Nights and days as people reported them, from the file to the door."""

from __future__ import annotations

from datetime import UTC, datetime

from flows.test_cases_of_files import bob, hand_over, said
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
