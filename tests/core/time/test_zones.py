"""Wall clocks to instants on the days on which clocks change (F80, T27)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.worlds import cases, law, utc
from saltoks.core.time.zones import instant, is_zone, midnight

CHANGES = {
    "Europe/Amsterdam": ("2026-03-29T01:00", "2026-10-25T01:00"),
    "Europe/London": ("2026-03-29T01:00", "2026-10-25T01:00"),
    "America/Chicago": ("2026-03-08T08:00", "2026-11-01T07:00"),
    "America/Santiago": ("2026-09-06T04:00", "2026-04-05T03:00"),
    "Asia/Beirut": ("2026-03-28T22:00", "2026-10-24T21:00"),
    "America/Havana": ("2026-03-08T05:00", "2026-11-01T05:00"),
    "Australia/Lord_Howe": ("2026-10-03T15:30", "2026-04-04T15:00"),
}
"""The instants in 2026 at which clocks go forward and back."""


@cases(
    "zone, wall, starts, ends",
    {
        "Amsterdam in winter": ("Europe/Amsterdam", "2026-01-15T12:00", "2026-01-15T11:00", "2026-01-15T11:00"),
        "Amsterdam in summer": ("Europe/Amsterdam", "2026-07-15T12:00", "2026-07-15T10:00", "2026-07-15T10:00"),
        "Amsterdam before the gap": ("Europe/Amsterdam", "2026-03-29T01:59", "2026-03-29T00:59", "2026-03-29T00:59"),
        "Amsterdam gap begins": ("Europe/Amsterdam", "2026-03-29T02:00", "2026-03-29T01:00", "2026-03-29T01:00"),
        "Amsterdam in the gap": ("Europe/Amsterdam", "2026-03-29T02:30", "2026-03-29T01:30", "2026-03-29T01:30"),
        "Amsterdam after the gap": ("Europe/Amsterdam", "2026-03-29T03:00", "2026-03-29T01:00", "2026-03-29T01:00"),
        "Amsterdam before the fold": ("Europe/Amsterdam", "2026-10-25T01:59", "2026-10-24T23:59", "2026-10-24T23:59"),
        "Amsterdam fold begins": ("Europe/Amsterdam", "2026-10-25T02:00", "2026-10-25T00:00", "2026-10-25T01:00"),
        "Amsterdam in the fold": ("Europe/Amsterdam", "2026-10-25T02:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        "Amsterdam after the fold": ("Europe/Amsterdam", "2026-10-25T03:00", "2026-10-25T02:00", "2026-10-25T02:00"),
        "London in the gap": ("Europe/London", "2026-03-29T01:30", "2026-03-29T01:30", "2026-03-29T01:30"),
        "London in the fold": ("Europe/London", "2026-10-25T01:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        "Chicago in the gap": ("America/Chicago", "2026-03-08T02:30", "2026-03-08T08:30", "2026-03-08T08:30"),
        "Chicago in the fold": ("America/Chicago", "2026-11-01T01:30", "2026-11-01T06:30", "2026-11-01T07:30"),
        "Lord Howe in a gap of half an hour": (
            "Australia/Lord_Howe",
            "2026-10-04T02:15",
            "2026-10-03T15:45",
            "2026-10-03T15:45",
        ),
        "Lord Howe in a fold of half an hour": (
            "Australia/Lord_Howe",
            "2026-04-05T01:45",
            "2026-04-04T14:45",
            "2026-04-04T15:15",
        ),
    },
)
def test_f80_a_wall_clock_becomes_the_instant_the_location_means(zone: str, wall: str, starts: str, ends: str) -> None:
    """F80, T27."""
    local = datetime.fromisoformat(wall)
    assert (instant(local, zone, is_end=False), instant(local, zone, is_end=True)) == (utc(starts), utc(ends))


def test_a_fold_in_what_was_handed_over_changes_nothing() -> None:
    local = datetime.fromisoformat("2026-10-25T02:30")
    assert instant(local.replace(fold=1), "Europe/Amsterdam", is_end=False) == utc("2026-10-25T00:30")
    gap = datetime.fromisoformat("2026-03-29T02:30").replace(fold=1)
    assert instant(gap, "Europe/Amsterdam", is_end=True) == utc("2026-03-29T01:30")


@cases(
    "zone, day, begins",
    {
        "Amsterdam, day of 23 hours": ("Europe/Amsterdam", "2026-03-29", "2026-03-28T23:00"),
        "Amsterdam, the day after it": ("Europe/Amsterdam", "2026-03-30", "2026-03-29T22:00"),
        "Amsterdam, day of 25 hours": ("Europe/Amsterdam", "2026-10-25", "2026-10-24T22:00"),
        "Amsterdam, the day after that": ("Europe/Amsterdam", "2026-10-26", "2026-10-25T23:00"),
        "London, day of 23 hours": ("Europe/London", "2026-03-29", "2026-03-29T00:00"),
        "London, day of 25 hours": ("Europe/London", "2026-10-25", "2026-10-24T23:00"),
        "Chicago, day of 23 hours": ("America/Chicago", "2026-03-08", "2026-03-08T06:00"),
        "Chicago, day of 25 hours": ("America/Chicago", "2026-11-01", "2026-11-01T05:00"),
        "Santiago, no midnight": ("America/Santiago", "2026-09-06", "2026-09-06T04:00"),
        "Santiago, the hour before midnight twice": ("America/Santiago", "2026-04-05", "2026-04-05T04:00"),
        "Beirut, no midnight": ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00"),
        "Beirut, the hour before midnight twice": ("Asia/Beirut", "2026-10-25", "2026-10-24T22:00"),
        "Havana, no midnight": ("America/Havana", "2026-03-08", "2026-03-08T05:00"),
        "Havana, midnight twice": ("America/Havana", "2026-11-01", "2026-11-01T04:00"),
        "Apia, no such day": ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00"),
    },
)
def test_t27_a_day_begins_with_the_location_and_not_with_utc(zone: str, day: str, begins: str) -> None:
    """T27, F80."""
    assert midnight(date.fromisoformat(day), zone) == utc(begins)


zones = st.sampled_from(sorted(CHANGES))


@st.composite
def near_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant within a day and a half of one of its changes."""
    zone = draw(zones)
    change = utc(draw(st.sampled_from(CHANGES[zone])))
    return zone, change + timedelta(minutes=draw(st.integers(-2160, 2160)))


@law
@given(near_a_change())
def test_t27_wall_clocks_that_happen_come_back_to_their_instant(where: tuple[str, datetime]) -> None:
    """An unambiguous wall clock round-trips; an ambiguous one is its first instant as a start, its last as an end."""
    zone, at = where
    local = at.astimezone(ZoneInfo(zone))
    wall = local.replace(tzinfo=None, fold=0)
    starts, ends = instant(wall, zone, is_end=False), instant(wall, zone, is_end=True)
    if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
        assert starts == ends == at
    else:
        assert starts < ends
        assert at in (starts, ends)


@law
@given(near_a_change(), st.integers(1, 600))
def test_a_booking_never_gets_shorter_by_a_fold(where: tuple[str, datetime], length: int) -> None:
    """Clocks that go back err towards the person who booked: never less time than the wall clocks say."""
    zone, at = where
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    starts = instant(wall, zone, is_end=False)
    ends = instant(wall + timedelta(minutes=length), zone, is_end=True)
    forward = ends.astimezone(ZoneInfo(zone)).utcoffset() > starts.astimezone(ZoneInfo(zone)).utcoffset()  # type: ignore[operator]
    assert forward or ends - starts >= timedelta(minutes=length)


@law
@given(zones, st.dates(date(2015, 1, 1), date(2035, 1, 1)))
def test_midnight_is_the_first_instant_of_its_day(zone: str, day: date) -> None:
    begins, local = midnight(day, zone), ZoneInfo(zone)
    assert (begins - timedelta(microseconds=1)).astimezone(local).date() < day == begins.astimezone(local).date()


@cases(
    "name, known",
    {
        "a place": ("Europe/Amsterdam", True),
        "utc": ("UTC", True),
        "a Windows name": ("W. Europe Standard Time", False),
        "nothing": ("", False),
        "a path": ("../etc/passwd", False),
    },
)
def test_f80_a_zone_is_one_that_this_machine_knows(name: str, known: bool) -> None:
    """F80."""
    assert is_zone(name) is known
