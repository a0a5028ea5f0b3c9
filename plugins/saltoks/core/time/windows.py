"""Half-open windows of time in UTC and their union."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""Start of a window that has no start."""
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""End of a window that has no end."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """`[starts_at, ends_at)`, both timezone-aware UTC; never empty once `is_real`."""

    starts_at: datetime
    ends_at: datetime

    @property
    def is_real(self) -> bool:
        """Whether any instant lies inside."""
        return self.starts_at < self.ends_at

    def covers(self, at: datetime) -> bool:
        """Whether `at` lies inside; the end does not."""
        return self.starts_at <= at < self.ends_at


def union(windows: Iterable[Window]) -> list[list[Window]]:
    """Windows gathered into runs that overlap or touch, in order of time (adjacent windows are one)."""
    runs: list[list[Window]] = []
    reach = ALWAYS
    for window in sorted(windows):
        if runs and window.starts_at <= reach:
            runs[-1].append(window)
        else:
            runs.append([window])
        reach = max(reach, window.ends_at)
    return runs


def subtract(window: Window, hole: Window) -> list[Window]:
    """What is left of a window when another is cut out of it: none, one or two windows."""
    parts = (
        Window(window.starts_at, min(window.ends_at, hole.starts_at)),
        Window(max(window.starts_at, hole.ends_at), window.ends_at),
    )
    return [part for part in parts if part.is_real] if hole.is_real else [window]


def window_text(window: Window, zone: str) -> str:
    """A window in words, in a site's wall clock."""
    since = "" if window.starts_at == ALWAYS else f"from {_wall(window.starts_at, zone)} "
    until = "with no end" if window.ends_at == FOREVER else f"until {_wall(window.ends_at, zone)}"
    return since + until


@lru_cache(maxsize=4096)  # the windows of a site share their starts and ends
def _wall(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def overlap(one: Window, other: Window) -> Window:
    """What two windows have in common; not real where that is nothing."""
    return Window(max(one.starts_at, other.starts_at), min(one.ends_at, other.ends_at))
