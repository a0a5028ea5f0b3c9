"""Windows that a change of clocks makes empty or turns round, and those that are empty by themselves (T27)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.worlds import cases, law, utc
from saltoks.core.time.clock_changes import WallClocks, corrected_window
from saltoks.core.time.week import WeeklyHours
from saltoks.core.time.windows import Window
from saltoks.core.time.zones import instant

NIGHTS = {
    "Europe/Amsterdam": ("2026-03-29", "2026-10-25"),
    "Europe/London": ("2026-03-29", "2026-10-25"),
    "America/Chicago": ("2026-03-08", "2026-11-01"),
    "Asia/Beirut": ("2026-03-29", "2026-10-25"),
    "Australia/Lord_Howe": ("2026-10-04", "2026-04-05"),
}
HOUR = timedelta(hours=1)
night_of = st.sampled_from([(zone, day) for zone, days in NIGHTS.items() for day in days])
minutes = st.integers(-120, 360)
lengths = st.integers(1, 300)


def resolved(walls: WallClocks, zone: str) -> Window:
    """A window as sources read it."""
    return Window(instant(walls.starts, zone, is_end=False), instant(walls.ends, zone, is_end=True))


@law
@given(night=night_of, start=minutes, length=lengths)
def test_t27_whoever_books_by_the_clock_on_the_wall_is_let_in(night: tuple[str, str], start: int, length: int) -> None:
    """T27: from when the start says, for at least as long as is left, and an hour more than booked at most."""
    zone, day = night
    starts = datetime.fromisoformat(day) + timedelta(minutes=start)
    walls = WallClocks(starts, starts + timedelta(minutes=length))
    read = resolved(walls, zone)
    found = corrected_window(read, zone, walls)
    assert (found is None) is read.is_real
    window = found.window if found else read
    assert window.is_real
    assert window.starts_at == read.starts_at
    assert window.ends_at - window.starts_at <= timedelta(minutes=length) + HOUR
    assert window.ends_at >= read.ends_at


@law
@given(night=night_of, start=minutes, length=lengths)
def test_t27_so_it_is_where_the_booking_system_made_instants_of_it(
    night: tuple[str, str], start: int, length: int
) -> None:
    """T27: the start as the second of two, the end as the first, as a careless system has it."""
    zone, day = night
    starts = datetime.fromisoformat(day) + timedelta(minutes=start)
    ends, there = starts + timedelta(minutes=length), ZoneInfo(zone)
    careless = Window(
        starts.replace(tzinfo=there, fold=0).astimezone(UTC),
        ends.replace(tzinfo=there, fold=0).astimezone(UTC),
    )
    twice = starts.replace(tzinfo=there, fold=1).astimezone(UTC)
    if twice > careless.starts_at:
        careless = Window(twice, careless.ends_at)
    found = corrected_window(careless, zone)
    assert (found is None) is careless.is_real
    assert found is None or found.window.is_real
    assert found is None or found.window.ends_at - found.window.starts_at <= timedelta(minutes=length) + HOUR


@law
@given(night=night_of, start=minutes, length=st.integers(0, 300))
def test_what_is_empty_by_itself_stays_so(night: tuple[str, str], start: int, length: int) -> None:
    """No change of clocks is to blame for an end that is before its start; nor on the other days."""
    zone, day = night
    starts = datetime.fromisoformat(day) + timedelta(minutes=start)
    walls = WallClocks(starts, starts - timedelta(minutes=length))
    read = resolved(walls, zone)
    assert read.is_real or corrected_window(read, zone, walls) is None
    usual = datetime.fromisoformat("2026-06-10") + timedelta(minutes=start)
    at = instant(usual, zone, is_end=False)
    assert corrected_window(Window(at, at - timedelta(minutes=length)), zone) is None


@cases(
    "starts, ends, meant",
    {
        "spring, the missing hour": ("2026-03-29T01:00", "2026-03-29T01:00", ("2026-03-29T01:00", "2026-03-29T02:00")),
        "spring, half of it": ("2026-03-29T01:30", "2026-03-29T01:00", ("2026-03-29T01:30", "2026-03-29T02:00")),
        "spring, an hour later": ("2026-03-29T02:00", "2026-03-29T02:00", None),
        "spring, turned by itself": ("2026-03-29T01:30", "2026-03-29T00:20", None),
        "autumn, turned": ("2026-10-25T01:30", "2026-10-25T00:45", ("2026-10-25T00:30", "2026-10-25T01:45")),
        "autumn, the whole hour": ("2026-10-25T01:00", "2026-10-25T01:00", ("2026-10-25T00:00", "2026-10-25T01:00")),
        "autumn, an hour later": ("2026-10-25T02:00", "2026-10-25T02:00", None),
        "any other day": ("2026-06-10T01:00", "2026-06-10T01:00", None),
    },
)
def test_t27_amsterdam(starts: str, ends: str, meant: tuple[str, str] | None) -> None:
    """T27: instants, in UTC."""
    found = corrected_window(Window(utc(starts), utc(ends)), "Europe/Amsterdam")
    assert (found and found.window) == (meant and Window(utc(meant[0]), utc(meant[1])))


def test_the_sentence_names_the_change() -> None:
    found = corrected_window(Window(utc("2026-03-29T01:00"), utc("2026-03-29T01:00")), "Europe/Amsterdam")
    assert found is not None
    assert found.sentence == (
        "the change of clocks on 2026-03-29 leaves it no time at all, so it counts from 2026-03-29 03:00 until "
        "2026-03-29 04:00: an hour more than meant, at most"
    )


def test_t27_hours_of_an_item_in_the_missing_hour() -> None:
    """T27: an item that opens from two to three opens for an hour in that night, too."""
    hours = WeeklyHours(starts=time(2), ends=time(3))
    on = hours.on(date(2026, 3, 29), "Europe/Amsterdam")
    assert on == Window(utc("2026-03-29T01:00"), utc("2026-03-29T02:00"))
