"""The days on which clocks change in Amsterdam, London and Chicago, for each rule that reads a clock or a calendar.

Wall clocks and days are compared with a table of all minutes of the week, and with answers written out (F80, T27).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.oracle import MINUTES, days, end_minute, start_minute, walls
from core.preset_site import CHANGES, Change, change_of
from core.worlds import booking, cases, customer, membership, utc
from saltoks.core.access.entitlements import entitlements
from saltoks.core.model.canonical import Approval, Visitor
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import Rules
from saltoks.core.time.local_window import local_window
from saltoks.core.time.windows import Window
from saltoks.core.time.zones import instant, midnight

ONE = timedelta(minutes=1)
EVERY_CHANGE = pytest.mark.parametrize("change", [change_of(name) for name in CHANGES], ids=list(CHANGES))
RULES = Rules()


def day_of(change: Change) -> datetime:
    """The wall clock's midnight of the day on which clocks change."""
    local = change.at.astimezone(ZoneInfo(change.week.zone))
    return local.replace(tzinfo=None, fold=0, hour=0, minute=0)


@EVERY_CHANGE
def test_t27_every_minute_of_the_night_is_the_instant_that_the_clock_on_the_wall_means(change: Change) -> None:
    """F80, T27: six hours of wall clocks, as starts and as ends; among them those that happen twice, or never."""
    week, found, expected = change.week, [], []
    for number in range(-60, 300):
        wall = day_of(change) + number * ONE
        found.append(tuple(instant(wall, week.zone, is_end=is_end) for is_end in (False, True)))
        expected.append((week.begins + start_minute(week, wall) * ONE, week.begins + end_minute(week, wall) * ONE))
    assert found == expected
    table = walls(week)
    odd = [len(table.get(day_of(change) + number * ONE, ())) for number in range(1440)]
    assert (odd.count(0), odd.count(2)) in ((60, 0), (0, 60)), "a day of 23 hours, or one of 25"


@EVERY_CHANGE
def test_t27_a_day_is_all_the_minutes_that_its_calendar_says(change: Change) -> None:
    """F80, T27: midnight is the first of them, on the day of the change and on those around it."""
    week, calendar = change.week, days(change.week)
    for day in sorted(set(calendar))[1:-1]:
        minutes = range(calendar.index(day), MINUTES - calendar[::-1].index(day))
        assert midnight(day, week.zone) == week.begins + minutes.start * ONE
        assert midnight(day + timedelta(days=1), week.zone) == week.begins + minutes.stop * ONE


BOOKED = {
    "Amsterdam, into the missing hour": ("Europe/Amsterdam", "2026-03-29", "01:00", "02:30", "00:00", "01:30"),
    "Amsterdam, from the missing hour": ("Europe/Amsterdam", "2026-03-29", "02:30", "04:00", "01:30", "02:00"),
    "Amsterdam, in the missing hour": ("Europe/Amsterdam", "2026-03-29", "02:10", "02:50", "01:10", "01:50"),
    "Amsterdam, over it": ("Europe/Amsterdam", "2026-03-29", "01:30", "03:30", "00:30", "01:30"),
    "Amsterdam, into the second hour": ("Europe/Amsterdam", "2026-10-25", "01:00", "02:30", "-23:00", "01:30"),
    "Amsterdam, from the first hour": ("Europe/Amsterdam", "2026-10-25", "02:30", "04:00", "00:30", "03:00"),
    "Amsterdam, one of both hours": ("Europe/Amsterdam", "2026-10-25", "02:10", "02:50", "00:10", "01:50"),
    "Amsterdam, back to back in them": ("Europe/Amsterdam", "2026-10-25", "02:30", "02:30", "00:30", "01:30"),
    "London, into the missing hour": ("Europe/London", "2026-03-29", "00:30", "01:30", "00:30", "01:30"),
    "London, from the missing hour": ("Europe/London", "2026-03-29", "01:30", "03:00", "01:30", "02:00"),
    "London, into the second hour": ("Europe/London", "2026-10-25", "00:30", "01:30", "-23:30", "01:30"),
    "London, from the first hour": ("Europe/London", "2026-10-25", "01:30", "03:00", "00:30", "03:00"),
    "Chicago, into the missing hour": ("America/Chicago", "2026-03-08", "01:00", "02:30", "07:00", "08:30"),
    "Chicago, from the missing hour": ("America/Chicago", "2026-03-08", "02:30", "04:00", "08:30", "09:00"),
    "Chicago, into the second hour": ("America/Chicago", "2026-11-01", "00:30", "01:30", "05:30", "07:30"),
    "Chicago, from the first hour": ("America/Chicago", "2026-11-01", "01:30", "03:00", "06:30", "09:00"),
}


def _utc(day: str, clock: str) -> datetime:
    return utc(f"{day}T{clock.lstrip('-')}") - timedelta(days=clock.startswith("-"))


@cases("zone, day, starts, ends, opens, shuts", BOOKED)
def test_t27_a_booking_by_the_clock_on_the_wall_opens_from_and_until(
    zone: str, day: str, starts: str, ends: str, opens: str, shuts: str
) -> None:
    """F80, T27: in UTC; lead and tail are minutes that pass, not wall clocks."""
    walled = [datetime.fromisoformat(f"{day}T{clock}") for clock in (starts, ends)]
    row = booking(
        starts_at=instant(walled[0], zone, is_end=False),
        ends_at=instant(walled[1], zone, is_end=True),
    )
    [found] = entitlements(RULES, SourceRows(customers=(customer(),), bookings=(row,)), zone)
    assert found.window == Window(_utc(day, opens) - 15 * ONE, _utc(day, shuts) + 15 * ONE)


DAYS = {
    "Amsterdam, 23 hours": ("Europe/Amsterdam", "2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"),
    "Amsterdam, 25 hours": ("Europe/Amsterdam", "2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00"),
    "London, 23 hours": ("Europe/London", "2026-03-29", "2026-03-29T00:00", "2026-03-29T23:00"),
    "London, 25 hours": ("Europe/London", "2026-10-25", "2026-10-24T23:00", "2026-10-26T00:00"),
    "Chicago, 23 hours": ("America/Chicago", "2026-03-08", "2026-03-08T06:00", "2026-03-09T05:00"),
    "Chicago, 25 hours": ("America/Chicago", "2026-11-01", "2026-11-01T05:00", "2026-11-02T06:00"),
}


@cases("zone, day, begins, ends", DAYS)
def test_t27_a_plan_of_one_day_lasts_that_day(zone: str, day: str, begins: str, ends: str) -> None:
    """F80, T27: from midnight to midnight of the location, 23 or 25 hours."""
    date = datetime.fromisoformat(day).date()
    row = membership(starts_at=midnight(date, zone), ends_at=midnight(date + timedelta(days=1), zone))
    [found] = entitlements(RULES, SourceRows(customers=(customer(),), memberships=(row,)), zone)
    assert found.window == Window(utc(begins), utc(ends))


@cases("zone, day, begins, ends", DAYS)
@pytest.mark.parametrize("hour", [0, 5, 22], ids=["first hour", "morning", "last hour"])
def test_t27_a_visitor_without_a_booking_may_stay_until_midnight(
    zone: str, day: str, begins: str, ends: str, hour: int
) -> None:
    """F93, T27: the midnight of the place, also when they come as the day begins or ends."""
    expected = utc(begins) + timedelta(hours=hour)
    guest = Visitor(source_id="1", full_name="Vic", expected_at=expected, approval=Approval.GRANTED)
    [found] = entitlements(RULES, SourceRows(visitors=(guest,)), zone)
    assert found.window == Window(expected - 15 * ONE, utc(ends))


@cases("zone, day, begins, ends", DAYS)
def test_t27_a_schedule_for_a_whole_day_is_that_day(zone: str, day: str, begins: str, ends: str) -> None:
    """T27: what a door is told of a day of 23 or 25 hours is the day itself, from midnight to midnight."""
    found = local_window(Window(utc(begins), utc(ends)), zone)
    first = datetime.fromisoformat(day)
    assert (found.starts, found.ends) == (first, first + timedelta(days=1))
