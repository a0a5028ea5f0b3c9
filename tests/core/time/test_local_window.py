"""Windows as a schedule can say them, on every day of the year (salto-ks §3.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.worlds import cases, law, utc
from saltoks.core.time.local_window import LocalWindow, local_window
from saltoks.core.time.windows import ALWAYS, FOREVER, Window

HOUR = timedelta(hours=1)
ZONES = (
    "Europe/Amsterdam",
    "Europe/Lisbon",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "America/St_Johns",
    "Asia/Tokyo",
)
CHANGES = (
    "2026-03-29T01:00",
    "2026-10-25T01:00",
    "2026-04-04T15:00",
    "2026-04-04T16:00",
    "2026-11-01T04:30",
    "2026-06-01",
)
near = st.builds(
    lambda change, minutes: utc(change) + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-300, 300)
)
spans = st.builds(lambda start, length: Window(start, start + timedelta(minutes=length)), near, st.integers(1, 600))


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@cases(
    "window, expected",
    {
        "a summer day": (
            Window(utc("2026-07-01T13:00"), utc("2026-07-01T14:30")),
            ("2026-07-01T15:00", "2026-07-01T16:30"),
        ),
        "to the second": (
            Window(utc("2026-07-01T13:00:01"), utc("2026-07-01T14:30:59")),
            ("2026-07-01T15:00:01", "2026-07-01T16:30:59"),
        ),
        "over several nights": (
            Window(utc("2026-03-28T14:00"), utc("2026-03-30T09:00")),
            ("2026-03-28T15:00", "2026-03-30T11:00"),
        ),
    },
)
def test_a_window_in_amsterdam(window: Window, expected: tuple[str, str]) -> None:
    assert local_window(window, "Europe/Amsterdam") == LocalWindow(wall(expected[0]), wall(expected[1]))


def test_what_has_no_edge_has_no_wall_clock() -> None:
    """A membership without end: a schedule without end date."""
    found = local_window(Window(ALWAYS, FOREVER), "Pacific/Auckland")
    assert found == LocalWindow(None, None)
    assert found.open_at(utc("2026-03-01"), "Pacific/Auckland")
    assert not found.over(utc("9000-01-01"), "Pacific/Auckland")


@law
@given(spans, st.sampled_from(ZONES))
def test_t27_nobody_is_locked_out_and_nothing_opens_for_more_than_an_hour_too_much(window: Window, zone: str) -> None:
    """T27: minute by minute around every change of the clocks; on other days nothing is too much."""
    found = local_window(window, zone)
    extra = timedelta()
    at = window.starts_at - 4 * HOUR
    while at < window.ends_at + 4 * HOUR:
        opens = found.open_at(at, zone)
        assert opens or not window.covers(at)
        extra += timedelta(minutes=1) if opens and not window.covers(at) else timedelta()
        assert not (found.over(at, zone) and opens)
        at += timedelta(minutes=1)
    across = 2 * HOUR - (window.ends_at - window.starts_at)  # of a short window that lies across the change
    assert extra <= (max(HOUR, across) if _falls_back(window, zone) else timedelta())
    assert found.over(window.ends_at + 2 * HOUR, zone)


def _falls_back(window: Window, zone: str) -> bool:
    """Whether the clocks go back near a window."""
    before, after = window.starts_at - 2 * HOUR, window.ends_at + 2 * HOUR
    offsets = [at.astimezone(ZoneInfo(zone)).utcoffset() for at in (before, after)]
    return offsets[0] > offsets[1]  # type: ignore[operator]


@cases(
    "inner, outer, begun, expected",
    {
        "the same": (("10:00", "11:00"), ("10:00", "11:00"), False, True),
        "shorter": (("10:00", "11:00"), ("09:00", "12:00"), False, True),
        "starts too soon": (("09:00", "11:00"), ("10:00", "11:00"), False, False),
        "started too soon, and that is past": (("09:00", "11:00"), ("10:00", "11:00"), True, True),
        "ends too late": (("10:00", "12:00"), ("10:00", "11:00"), True, False),
        "has no end": (("10:00", None), ("10:00", "11:00"), True, False),
        "inside what has no edges": ((None, None), (None, None), False, True),
        "has no start": ((None, "11:00"), ("10:00", "11:00"), False, False),
    },
)
def test_whether_hours_lie_within_others(
    inner: tuple[str | None, str | None], outer: tuple[str | None, str | None], begun: bool, expected: bool
) -> None:
    one, other = (
        LocalWindow(*(wall(f"2026-03-02T{edge}") if edge else None for edge in edges)) for edges in (inner, outer)
    )
    assert one.within(other, begun=begun) is expected


def test_t27_a_window_across_the_change_opens_both_hours() -> None:
    """T27: a minute on either side of the change, the most that a schedule can open too much."""
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)
    hours = local_window(Window(change - timedelta(minutes=1), change + timedelta(minutes=1)), "Europe/Amsterdam")
    assert hours == LocalWindow(wall("2026-10-25T02:00"), wall("2026-10-25T03:00"))


def test_a_wall_clock_that_happens_twice_is_over_after_its_second_time() -> None:
    hours = LocalWindow(None, wall("2026-10-25T02:30"))
    assert not hours.over(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Europe/Amsterdam")
    assert hours.over(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Europe/Amsterdam")
