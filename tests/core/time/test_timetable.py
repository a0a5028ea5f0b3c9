"""Weekly hours as stretches of a week (F60)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.time.timetable import ALWAYS_OPEN, common_intervals, timetable_text, week_intervals
from saltoks.core.time.week import WeeklyHours

MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
WORKDAYS = frozenset({1, 2, 3, 4, 5})


def hours(starts: str, ends: str, *days: int) -> WeeklyHours:
    """Hours on ISO days; none means every day."""
    return WeeklyHours(starts=time.fromisoformat(starts), ends=time.fromisoformat(ends), days=frozenset(days))


TEXTS = {
    "a working week": ([hours("09:00", "17:00", *WORKDAYS)], "Mon–Fri 09:00–17:00"),
    "every day": ([hours("09:00", "17:00")], "daily 09:00–17:00"),
    "one day": ([hours("10:00", "12:30", 6)], "Sat 10:00–12:30"),
    "two kinds of days": (
        [hours("09:00", "17:00", *WORKDAYS), hours("10:00", "12:00", 7)],
        "Mon–Fri 09:00–17:00, Sun 10:00–12:00",
    ),
    "a lunch break": (
        [hours("09:00", "12:00", 1, 2), hours("13:00", "17:00", 1)],
        "Mon 09:00–12:00 and 13:00–17:00, Tue 09:00–12:00",
    ),
    "hours that touch are one": ([hours("09:00", "12:00", 1), hours("12:00", "17:00", 1)], "Mon 09:00–17:00"),
    "nights": ([hours("22:00", "06:00")], "daily 22:00–06:00"),
    "the night from Sunday to Monday": ([hours("22:00", "06:00", 7)], "Sun 22:00–06:00"),
    "until midnight": ([hours("18:00", "00:00", 5)], "Fri 18:00–24:00"),
    "from midnight": ([hours("00:00", "06:00", 5)], "Fri 00:00–06:00"),
    "a whole day": ([hours("00:00", "00:00", 3)], "Wed 00:00–24:00"),
    "a whole weekend": ([hours("00:00", "00:00", 6, 7)], "Sat–Sun 00:00–24:00"),
    "around the clock": ([hours("00:00", "00:00")], "always"),
    "round the clock from nine": ([hours("09:00", "09:00")], "always"),
    "no hours": ([], "never"),
}


@pytest.mark.parametrize(("given_hours", "text"), TEXTS.values(), ids=TEXTS.keys())
def test_hours_in_words(given_hours: list[WeeklyHours], text: str) -> None:
    assert timetable_text(week_intervals(given_hours)) == text


def test_f60_the_narrower_wins() -> None:
    """F60: a pass from 9 to 17 in a group from 10 to 17 opens from 10 to 17."""
    both = common_intervals(
        week_intervals([hours("09:00", "17:00", *WORKDAYS)]), week_intervals([hours("10:00", "17:00")])
    )
    assert timetable_text(both) == "Mon–Fri 10:00–17:00"
    assert timetable_text(common_intervals(both, week_intervals([hours("10:00", "17:00", 6)]))) == "never"
    assert common_intervals(both, ALWAYS_OPEN) == both


TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 30, 59]))
HOURS = st.builds(WeeklyHours, starts=TIMES, ends=TIMES, days=st.frozensets(st.integers(1, 7)))


def is_open(some: list[WeeklyHours], minute: int) -> bool:
    """Whether any of the hours of this week or of the week before covers a minute, day by day."""
    at = MONDAY + timedelta(minutes=minute)
    days = [MONDAY.date() + timedelta(days=day) for day in range(-1, 7)]
    windows = [one.on(day, "UTC") for one in some for day in days]
    return any(window is not None and window.covers(at) for window in windows)


@given(st.lists(HOURS, max_size=3), st.lists(HOURS, max_size=3), st.lists(st.integers(0, 7 * 1440 - 1), min_size=20))
def test_stretches_are_the_minutes_of_the_hours(
    one: list[WeeklyHours], other: list[WeeklyHours], minutes: list[int]
) -> None:
    """Against the instants of each day, minute by minute; what two leave is where both are open."""
    both = common_intervals(week_intervals(one), week_intervals(other))
    for minute in minutes:
        expected = is_open(one, minute)
        assert any(begin <= minute < end for begin, end in week_intervals(one)) is expected
        assert any(begin <= minute < end for begin, end in both) is (expected and is_open(other, minute))
    assert list(both) == sorted(both)


@given(st.lists(HOURS, max_size=3))
def test_stretches_that_touch_are_one(some: list[WeeklyHours]) -> None:
    found = week_intervals(some)
    assert all(begin < end for begin, end in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))
