"""Weekly hours, minute by minute, in weeks in which clocks change: what they leave of a window (F60, T27)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.oracle import Week, days, end_minute, start_minute
from core.preset_site import CHANGES, Change, change_of
from core.worlds import cases, law, utc
from saltoks.core.time.week import WeeklyHours, within_hours
from saltoks.core.time.windows import ALWAYS, FOREVER, Window

DAY = timedelta(days=1)
WORKDAYS = frozenset({1, 2, 3, 4, 5})
MONDAY = date(2026, 6, 1)


def hours(starts: str, ends: str, days: frozenset[int] = frozenset(range(1, 8))) -> WeeklyHours:
    """Hours as a site writes them."""
    return WeeklyHours(starts=time.fromisoformat(starts), ends=time.fromisoformat(ends), days=days)


def open_minutes(week: Week, every: Sequence[WeeklyHours]) -> set[int]:
    """The minutes of a week that lie in any of the hours of its inner days, wall clocks looked up one by one."""
    found: set[int] = set()
    calendar = sorted(set(days(week)))
    for day in calendar[1:-1]:
        for one in every:
            if day.isoweekday() in (one.days or range(1, 8)):
                last = day if one.ends > one.starts else day + DAY
                first = start_minute(week, datetime.combine(day, one.starts))
                found.update(range(first, end_minute(week, datetime.combine(last, one.ends))))
    return found


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59])) | st.sampled_from(
    [time(), time(1), time(1, 30), time(2), time(2, 30), time(3), time(9), time(17)]
)
some_days = st.frozensets(st.integers(1, 7), max_size=7)
some_hours = st.lists(st.builds(WeeklyHours, starts=clocks, ends=clocks, days=some_days), min_size=1, max_size=3)
changes = st.sampled_from(list(CHANGES)).map(change_of)


def inner(change: Change) -> range:
    """The minutes of the day before, the day, and the day after the change: all that can be open there is found."""
    first, last = (change.midnight(day) - change.week.begins for day in (-1, 2))
    return range(first // timedelta(minutes=1), last // timedelta(minutes=1))


@settings(law, max_examples=250)
@given(changes, some_hours, st.data())
def test_f60_t27_hours_open_in_exactly_their_minutes(
    change: Change, every: list[WeeklyHours], data: st.DataObject
) -> None:
    """F60, T27: three days around the change; a window keeps what lies in any of the hours, in runs apart."""
    inside = inner(change)
    first = data.draw(st.integers(inside.start, inside.stop - 1))
    last = data.draw(st.integers(first + 1, inside.stop))
    begins, minute = change.week.begins, timedelta(minutes=1)
    window = Window(begins + first * minute, begins + last * minute)
    span = Window(begins + inside.start * minute, begins + inside.stop * minute)
    parts = within_hours(window, every, change.week.zone, span)
    found = [range((one.starts_at - begins) // minute, (one.ends_at - begins) // minute) for one in parts]
    assert {number for part in found for number in part} == open_minutes(change.week, every) & set(range(first, last))
    assert all(one.stop < other.start for one, other in pairwise(found))


@settings(law, max_examples=100)
@given(changes, some_hours, st.integers(0, 1440), st.integers(1, 1440))
def test_f60_where_one_looks_changes_nothing_of_what_is_seen(
    change: Change, every: list[WeeklyHours], before: int, length: int
) -> None:
    """F60: a narrower look finds the same minutes there, so a promise does not move as the days go by."""
    window = Window(change.midnight(-1), change.midnight(2))
    narrow = Window(change.minute(before - 720), change.minute(before - 720 + length))
    seen = within_hours(window, every, change.week.zone, narrow)
    whole = within_hours(window, every, change.week.zone, Window(window.starts_at - DAY, window.ends_at + DAY))
    at = narrow.starts_at
    while at < narrow.ends_at:
        assert any(one.covers(at) for one in seen) is any(one.covers(at) for one in whole)
        at += timedelta(minutes=5)


@settings(law, max_examples=100)
@given(changes, some_hours, some_hours, st.integers(-1440, 1440), st.integers(1, 1440))
def test_f60_more_hours_never_take_time_away(
    change: Change, every: list[WeeklyHours], more: list[WeeklyHours], starts: int, length: int
) -> None:
    """F60: and hours never open what the window does not."""
    window = Window(change.minute(starts), change.minute(starts + length))
    small, large = (
        within_hours(window, some, change.week.zone, Window(window.starts_at - DAY, window.ends_at + DAY))
        for some in (every, [*every, *more])
    )
    assert all(any(_holds(other, one) for other in large) for one in small)
    assert all(_holds(window, one) and one.is_real for one in large)


def _holds(large: Window, small: Window) -> bool:
    return large.starts_at <= small.starts_at and small.ends_at <= large.ends_at


@cases(
    "when, day, opens",
    {
        "a working day": (hours("09:00", "17:00", WORKDAYS), "2026-06-01", ("07:00", "15:00")),
        "no working day": (hours("09:00", "17:00", WORKDAYS), "2026-06-06", None),
        "no days are every day": (hours("09:00", "17:00", frozenset()), "2026-06-06", ("07:00", "15:00")),
        "until midnight": (hours("09:00", "00:00"), "2026-06-01", ("07:00", "22:00")),
        "all day": (hours("00:00", "00:00"), "2026-06-01", ("-22:00", "22:00")),
        "over midnight": (hours("22:00", "06:00"), "2026-06-01", ("20:00", "+04:00")),
        "over midnight into the missing hour": (hours("22:00", "02:30"), "2026-03-28", ("21:00", "+01:30")),
        "over midnight into the hour that happens twice": (hours("22:00", "02:30"), "2026-10-24", ("20:00", "+01:30")),
        "from the hour that happens twice": (hours("02:30", "04:00"), "2026-10-25", ("00:30", "03:00")),
        "all of the day of 23 hours": (hours("00:00", "00:00"), "2026-03-29", ("-23:00", "22:00")),
        "all of the day of 25 hours": (hours("00:00", "00:00"), "2026-10-25", ("-22:00", "23:00")),
    },
)
def test_f60_the_hours_of_a_day_in_amsterdam(when: WeeklyHours, day: str, opens: tuple[str, str] | None) -> None:
    """F60, T27: instants in UTC; with a sign, of the day before or after."""
    expected = opens and Window(*(_utc(day, clock) for clock in opens))
    assert when.on(date.fromisoformat(day), "Europe/Amsterdam") == expected


def _utc(day: str, clock: str) -> datetime:
    return utc(f"{day}T{clock.lstrip('+-')}") + DAY * (clock.startswith("+") - clock.startswith("-"))


def test_f60_hours_that_the_change_swallows_open_as_much_later() -> None:
    """T27: from half past two, which becomes half past three, and so until four."""
    span = Window(utc("2026-03-29"), utc("2026-03-30"))
    late = Window(utc("2026-03-29T01:30"), utc("2026-03-29T02:00"))
    assert within_hours(span, [hours("02:30", "03:00")], "Europe/Amsterdam", span) == [late]


SPAN = Window(utc("2026-06-01"), utc("2026-06-08"))


@pytest.mark.parametrize(
    "every", [[], [hours("00:00", "00:00")], [hours("08:00", "20:00"), hours("20:00", "08:00")]], ids=["0", "1", "2"]
)
def test_f60_hours_that_leave_no_gap_leave_the_window_as_it_is(every: list[WeeklyHours]) -> None:
    """F60: none at all, the whole day, or day and night."""
    window = Window(utc("2026-06-02T10:00"), utc("2026-06-04T10:00"))
    assert within_hours(window, every, "Europe/Amsterdam", SPAN) == [window]


def test_f60_what_has_no_end_is_cut_into_days() -> None:
    """F60: a membership without end, on working days."""
    parts = within_hours(Window(ALWAYS, FOREVER), [hours("09:00", "17:00", WORKDAYS)], "Europe/Amsterdam", SPAN)
    assert [one for one in parts if SPAN.starts_at <= one.starts_at < SPAN.ends_at] == [
        Window(utc(f"2026-06-0{day}T07:00"), utc(f"2026-06-0{day}T15:00")) for day in range(1, 6)
    ]


@pytest.mark.parametrize("length", [0, -60], ids=["empty", "turned around"])
def test_a_window_that_is_none_stays_none(length: int) -> None:
    window = Window(utc("2026-06-02T10:00"), utc("2026-06-02T10:00") + timedelta(minutes=length))
    assert within_hours(window, [hours("09:00", "17:00")], "Europe/Amsterdam", SPAN) == []
