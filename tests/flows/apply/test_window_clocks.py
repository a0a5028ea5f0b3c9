"""Window targets on the days on which the clocks change, at a door in Amsterdam (salto-ks §3.5; T27)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.acts import ANN
from flows.doors import by_lock, opens_at, slots
from stage import Stage

STEP = timedelta(minutes=5)
SPRING = datetime(2026, 3, 29, tzinfo=UTC)
"""At 01:00 UTC two o'clock becomes three."""
AUTUMN = datetime(2026, 10, 25, tzinfo=UTC)
"""At 01:00 UTC three o'clock becomes two again: 00:00 to 01:00 and 01:00 to 02:00 UTC show the same wall clocks."""


def at(day: datetime, clock: str) -> datetime:
    """A time of such a day, in UTC; with a sign, of the day before."""
    hours, minutes = clock.lstrip("-").split(":")
    return day + timedelta(hours=int(hours), minutes=int(minutes)) - timedelta(days=clock.startswith("-"))


def open_spans(stage: Stage, day: datetime) -> list[tuple[str, str]]:
    """When the door of Room 1 is open for Ann, from the evening before until noon."""
    spans: list[list[datetime]] = []
    moment = at(day, "-20:00")
    while moment < at(day, "12:00"):
        if opens_at(stage, ANN, "Room 1", moment):
            if not spans or spans[-1][1] != moment:
                spans.append([moment, moment])
            spans[-1][1] = moment + STEP
        moment += STEP
    return [(f"{since:%H:%M}", f"{until:%H:%M}") for since, until in spans]


CASES = {
    "spring, across the change": (SPRING, "-23:00", "03:00", [("23:00", "03:00")]),
    "spring, until the change": (SPRING, "00:00", "01:00", [("00:00", "01:00")]),
    "spring, from the change": (SPRING, "01:00", "02:00", [("01:00", "02:00")]),
    "spring, the morning": (SPRING, "07:00", "08:30", [("07:00", "08:30")]),
    "autumn, across both hours": (AUTUMN, "-23:00", "03:00", [("23:00", "03:00")]),
    "autumn, the morning": (AUTUMN, "07:00", "08:30", [("07:00", "08:30")]),
    "autumn, ends before the first": (AUTUMN, "-22:00", "-23:30", [("22:00", "23:30")]),
    "autumn, ends in the second: to its full hour": (AUTUMN, "-23:00", "01:30", [("23:00", "02:00")]),
    "autumn, ends at the change: an hour more": (AUTUMN, "-23:00", "01:00", [("23:00", "02:00")]),
    "autumn, ends in the first: again in the second": (
        AUTUMN,
        "-23:00",
        "00:30",
        [("23:00", "00:30"), ("01:00", "01:30")],
    ),
    "autumn, starts in the first: from its full hour": (AUTUMN, "00:30", "03:00", [("00:00", "03:00")]),
    "autumn, starts in the second: already in the first": (
        AUTUMN,
        "01:30",
        "03:00",
        [("00:30", "01:00"), ("01:30", "03:00")],
    ),
}


@pytest.mark.parametrize(("day", "starts", "ends", "expected"), list(CASES.values()), ids=list(CASES))
def test_t27_the_door_on_the_days_of_change(
    stage: Stage, day: datetime, starts: str, ends: str, expected: list[tuple[str, str]]
) -> None:
    """T27: nobody is locked out of a minute of theirs; what a schedule cannot tell apart is an hour at most."""
    by_lock(stage, before_minutes=0, after_minutes=0)
    stage.at = at(day, "-18:00")
    stage.sandbox.admin.set_clock(stage.at)
    row = ("b1", "room-1", "ann", at(day, starts).isoformat(), at(day, ends).isoformat(), "confirmed")
    stage.write("bookings", [row])
    stage.sync()
    assert open_spans(stage, day) == expected
    assert len(slots(stage)) == 1
