"""Windows as a Salto schedule can say them: from one wall clock of the site until another (salto-ks §3.5).

A schedule knows wall clocks, not instants, so a window is written as the shortest stretch of wall clocks that holds all
of it. On all but two days a year that is the window itself, to the second. When the clocks go forward it still is: the
hour that is left out belongs to nobody. When they go back, an hour of wall clocks happens twice, and a schedule cannot
say which of the two it means. So nobody is ever locked out of their own window, and the door may open for up to an
hour too much in that one night, or for all of the two hours where the window lies across the change within them:

* a window that ends in the second of the two hours lasts until the hour is over, one that ends at the change as well;
* a window that ends in the first of them opens again for the same minutes of the second;
* a window that starts in the first and goes on past the change opens from the beginning of the hour;
* a window that starts in the second of them opens for the same minutes of the first;
* a window that starts in the first and ends in the second opens for both hours, however short it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.time.windows import ALWAYS, FOREVER, Window
from saltoks.core.time.zones import instant

_INSTANT = timedelta(microseconds=1)
_QUARTER = timedelta(minutes=15)
_REACH = timedelta(hours=3)
"""Clocks change at full quarters of an hour in UTC, and by less than this."""


@dataclass(frozen=True, slots=True)
class LocalWindow:
    """Wall clocks `[starts, ends)` without offset; None where there is no start or no end."""

    starts: datetime | None
    ends: datetime | None

    def over(self, at: datetime, zone: str) -> bool:
        """Whether the last instant that this can mean is past."""
        return self.ends is not None and instant(self.ends, zone, is_end=True) <= at

    def open_at(self, at: datetime, zone: str) -> bool:
        """Whether a door with these hours opens at an instant."""
        wall = _wall(at, zone)
        return (self.starts is None or self.starts <= wall) and (self.ends is None or wall < self.ends)

    def within(self, other: LocalWindow, *, begun: bool) -> bool:
        """Whether no minute to come lies outside `other`; `begun`: the other has begun, so starts do not matter."""
        starts = begun or other.starts is None or (self.starts is not None and other.starts <= self.starts)
        return starts and (other.ends is None or (self.ends is not None and self.ends <= other.ends))


def local_window(window: Window, zone: str) -> LocalWindow:
    """The shortest stretch of wall clocks that holds every instant of a window."""
    starts = None if window.starts_at == ALWAYS else min(_readings_after_start(window, zone))
    ends = None if window.ends_at == FOREVER else max(_readings_before_end(window, zone))
    return LocalWindow(starts, ends)


def _readings_after_start(window: Window, zone: str) -> Iterator[datetime]:
    yield _wall(window.starts_at, zone)
    for quarter in _quarters(window.starts_at, min(window.ends_at, window.starts_at + _REACH)):
        yield _wall(quarter, zone)


def _readings_before_end(window: Window, zone: str) -> Iterator[datetime]:
    yield _wall_up_to(window.ends_at, zone)
    for quarter in _quarters(max(window.starts_at, window.ends_at - _REACH), window.ends_at):
        yield _wall_up_to(quarter, zone)


def _quarters(after: datetime, before: datetime) -> Iterator[datetime]:
    """Full quarters of an hour strictly between two instants."""
    at = after - (after - ALWAYS) % _QUARTER + _QUARTER
    while at < before:
        yield at
        at += _QUARTER


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _wall_up_to(at: datetime, zone: str) -> datetime:
    """What the clock is about to show at an instant, just before it may jump."""
    return _wall(at - _INSTANT, zone) + _INSTANT
