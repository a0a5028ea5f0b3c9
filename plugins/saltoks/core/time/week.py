"""Weekly hours in wall clocks: those of an item, those of a group's schedule, and what both leave.

A day's hours are `[starts, ends)` on ticked weekdays; an end that is not after the start is on the next day, and
midnight as an end is the end of that same day. Where a wall clock falls into a change of the clocks the rules of
`core.time.zones` hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import ClassVar
from zoneinfo import ZoneInfo

from saltoks.core.time.clock_changes import WallClocks, corrected_window
from saltoks.core.time.windows import Window, union
from saltoks.core.time.zones import instant

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
WEEK = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyHours:
    """One stretch of wall clocks on the days of `days` (ISO: Monday is 1); no days means every day."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    starts: time
    ends: time
    days: frozenset[int] = WEEK

    def on(self, day: date, zone: str) -> Window | None:
        """The instants of these hours on a calendar day, or None when the day is not ticked."""
        if day.isoweekday() not in (self.days or WEEK):
            return None
        last = day if self.ends > self.starts else day + _DAY
        starts_at = instant(datetime.combine(day, self.starts), zone, is_end=False)
        window = Window(starts_at, instant(datetime.combine(last, self.ends), zone, is_end=True))
        found = corrected_window(
            window, zone, WallClocks(datetime.combine(day, self.starts), datetime.combine(last, self.ends))
        )
        return found.window if found else window


def within_hours(window: Window, hours: Iterable[WeeklyHours], zone: str, span: Window) -> list[Window]:
    """The parts of a window that lie in any of the hours and reach into `span`, which bounds the search.

    Parts that touch are one, and `span` cuts none of them: the same part is the same from whatever moment one looks.
    Without hours, or with hours that leave no gap in a week, it is the window itself.
    """
    given = tuple(hours)
    if not given:
        return [window]
    runs = _runs(given, zone, span)
    if runs and runs[0].starts_at <= span.starts_at - _WEEK and runs[0].ends_at >= span.ends_at + _WEEK:
        return [window]
    near = Window(max(window.starts_at, span.starts_at), min(window.ends_at, span.ends_at))
    parts = [
        Window(max(window.starts_at, run.starts_at), min(window.ends_at, run.ends_at))
        for run in runs
        if run.starts_at < near.ends_at and run.ends_at > near.starts_at
    ]
    return parts if near.is_real else []


@lru_cache(maxsize=256)
def _runs(hours: tuple[WeeklyHours, ...], zone: str, span: Window) -> tuple[Window, ...]:
    """The hours of every day from a week before a span until a week after it; those that touch are one.

    Hours that leave a gap leave one every week, so what reaches into the span is found whole.
    """
    there, margin = ZoneInfo(zone), _WEEK + 2 * _DAY
    first = (span.starts_at - margin).astimezone(there).date()
    last = (span.ends_at + margin).astimezone(there).date()
    days = (first + n * _DAY for n in range((last - first).days + 1))
    found = (hours_of_day.on(day, zone) for day in days for hours_of_day in hours)
    runs = union(window for window in found if window and window.is_real)
    return tuple(Window(run[0].starts_at, max(part.ends_at for part in run)) for run in runs)
