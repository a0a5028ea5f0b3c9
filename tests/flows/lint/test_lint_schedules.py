"""Schedules as Salto says them, and what they leave of a window (salto-ks §2.7, §3.5)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from saltoks.core.time.timetable import timetable_text, week_intervals
from saltoks.core.time.windows import ALWAYS, FOREVER, Window
from saltoks.flows.lint.schedules import hours_of, open_parts
from saltoks.salto.models import TimeSchedule

ZONE = "Europe/Amsterdam"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def schedule(starts: str | None, ends: str | None, *days: str, **dates: str) -> TimeSchedule:
    """A schedule on days, or on all of them."""
    ticked = dict.fromkeys(days or DAYS, True)
    return TimeSchedule.model_validate({"id": "one", "start_time": starts, "end_time": ends} | ticked | dates)


WEEKS = {
    "always, as the web application writes it": (schedule("00:00", "23:59"), "always"),
    "always, as it comes back": (schedule("00:00:00", "23:59:59"), "always"),
    "always, as nobody said": (schedule(None, None), "always"),
    "an end comes back with the seconds of its minute": (schedule("10:00:00", "17:00:59"), "daily 10:00–17:00"),
    "an end a minute before the hour": (schedule("10:00", "16:59:59", "monday"), "Mon 10:00–17:00"),
    "until midnight": (schedule("18:00", "23:59", "friday"), "Fri 18:00–24:00"),
}


@pytest.mark.parametrize(("one", "week"), WEEKS.values(), ids=WEEKS.keys())
def test_hours_of_a_schedule(one: TimeSchedule, week: str) -> None:
    assert timetable_text(week_intervals(hours.week for hours in hours_of([one], ZONE))) == week


@pytest.mark.parametrize(
    "one",
    [TimeSchedule(id="none", start_time="10:00", end_time="17:00"), schedule("10:00", "10:00:59")],
    ids=["no day is ticked", "not a minute long"],
)
def test_a_schedule_that_never_opens(one: TimeSchedule) -> None:
    assert hours_of([one], ZONE) == []


def test_dates_are_wall_clocks_of_the_site() -> None:
    """salto-ks §3.5: an offset in them is not meant; DST counts as everywhere."""
    dates = {"start_date": "2026-03-01T12:00:00", "end_date": "2026-07-01T12:00:00Z"}
    [one] = hours_of([schedule("00:00", "23:59", **dates)], ZONE)
    assert one.span == Window(at("2026-03-01T11:00"), at("2026-07-01T10:00"))


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/Chicago"])
def test_the_ends_of_the_calendar_are_no_bounds(zone: str) -> None:
    """What a vendor's empty date may look like; beyond it there is no instant."""
    dates = {"start_date": "0001-01-01T00:00:00", "end_date": "9999-12-31T23:59:59"}
    [one] = hours_of([schedule("00:00", "23:59", **dates)], zone)
    assert one.span == Window(ALWAYS, FOREVER)


def at(text: str) -> datetime:
    """An instant of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OFFICE = [schedule("10:00", "17:00", *DAYS[:5])]
TWO = [schedule("09:00", "12:00", "tuesday"), schedule("12:00", "15:00", "tuesday")]
UNTIL_NOON = [schedule("00:00", "23:59", end_date="2026-03-10T12:00:00")]
LEFT = {
    "all of it": (OFFICE, "2026-03-10T09:00", "2026-03-10T16:00", [("2026-03-10T09:00", "2026-03-10T16:00")]),
    "its middle": (OFFICE, "2026-03-10T08:00", "2026-03-10T17:00", [("2026-03-10T09:00", "2026-03-10T16:00")]),
    "a part of each day": (
        OFFICE,
        "2026-03-12T15:00",
        "2026-03-13T10:00",
        [("2026-03-12T15:00", "2026-03-12T16:00"), ("2026-03-13T09:00", "2026-03-13T10:00")],
    ),
    "nothing on a Sunday": (OFFICE, "2026-03-15T10:00", "2026-03-15T12:00", []),
    "what two schedules leave together": (
        TWO,
        "2026-03-10T07:00",
        "2026-03-10T20:00",
        [("2026-03-10T08:00", "2026-03-10T14:00")],
    ),
    "until the end date": (
        UNTIL_NOON,
        "2026-03-09T20:00",
        "2026-03-10T20:00",
        [("2026-03-09T20:00", "2026-03-10T11:00")],
    ),
    "an hour earlier in UTC after the clocks changed": (
        OFFICE,
        "2026-03-30T06:00",
        "2026-03-30T20:00",
        [("2026-03-30T08:00", "2026-03-30T15:00")],
    ),
    "nights through": (
        [schedule("00:00", "23:59")],
        "2026-03-28T20:00",
        "2026-03-30T20:00",
        [("2026-03-28T20:00", "2026-03-30T20:00")],
    ),
}


@pytest.mark.parametrize(("schedules", "since", "until", "parts"), LEFT.values(), ids=LEFT.keys())
def test_f60_what_schedules_leave_of_a_window(
    schedules: list[TimeSchedule], since: str, until: str, parts: list[tuple[str, str]]
) -> None:
    """F60: ticked days, daily hours and dates all hold; several schedules add up."""
    window, around = Window(at(since), at(until)), Window(at("2026-03-08T00:00"), at("2026-04-02T00:00"))
    left = open_parts(window, hours_of(schedules, ZONE), ZONE, around)
    assert left == [Window(at(begin), at(end)) for begin, end in parts]
