"""Weekly hours in wall clocks: those of an item, those of a group's schedule, and what both leave (F60).

A day's hours are `[starts, ends)` on ticked weekdays; an end that is not after the start is on the next day, and
midnight as an end is the end of that same day. Where a wall clock falls into a change of the clocks the rules of
`core.zones` hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from saltoks.core.windows import Window, union
from saltoks.core.zones import instant

_DAY = timedelta(days=1)
WEEK = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekHours:
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
        return Window(starts_at, instant(datetime.combine(last, self.ends), zone, is_end=True))


def within_hours(window: Window, hours: Iterable[WeekHours], zone: str, span: Window) -> list[Window]:
    """The parts of a window that lie in any of the hours, inside a span of time that bounds the search.

    Without hours the window itself, whatever the span. Parts that touch are one.
    """
    given = tuple(hours)
    if not given:
        return [window]
    bounded = Window(max(window.starts_at, span.starts_at), min(window.ends_at, span.ends_at))
    open_hours = (found for day in _days(bounded, zone) for one in given if (found := one.on(day, zone)))
    parts = [Window(max(bounded.starts_at, one.starts_at), min(bounded.ends_at, one.ends_at)) for one in open_hours]
    runs = union(part for part in parts if part.is_real)
    return [Window(run[0].starts_at, max(part.ends_at for part in run)) for run in runs]


def _days(window: Window, zone: str) -> Iterator[date]:
    """Calendar days on which hours may begin that reach into a window."""
    if not window.is_real:
        return
    there = ZoneInfo(zone)
    day = window.starts_at.astimezone(there).date() - _DAY
    while day <= window.ends_at.astimezone(there).date():
        yield day
        day += _DAY
