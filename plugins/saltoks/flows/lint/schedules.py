"""Schedules as Salto has them, as hours of a week between two instants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, datetime, time

from saltoks.core.time.week import WeeklyHours, within_hours
from saltoks.core.time.windows import ALWAYS, FOREVER, Window, union
from saltoks.core.time.zones import instant
from saltoks.salto.models import TimeSchedule

_MIDNIGHT = time()
_LAST_MINUTE = 59


@dataclass(frozen=True, slots=True)
class Hours:
    """What one schedule says: hours of the week while `span` lasts."""

    week: WeeklyHours
    span: Window


def hours_of(schedules: Iterable[TimeSchedule], zone: str) -> list[Hours]:
    """The hours of each schedule that opens at all; raises ValueError for one that cannot be read."""
    found = []
    for one in schedules:
        starts, ends, days = _starts(one.start_time), _ends(one.end_time), _days(one)
        since = _instant(one.start_date, zone, is_end=False) or ALWAYS
        until = _instant(one.end_date, zone, is_end=True) or FOREVER
        if days and (ends == _MIDNIGHT or starts < ends):
            found.append(Hours(WeeklyHours(starts=starts, ends=ends, days=days), Window(since, until)))
    return found


def open_parts(window: Window, hours: Sequence[Hours], zone: str, around: Window) -> list[Window]:
    """What schedules leave of a window, all together; `around` bounds the search, as in `within_hours`."""
    parts = []
    for one in hours:
        both = Window(max(window.starts_at, one.span.starts_at), min(window.ends_at, one.span.ends_at))
        if both.is_real:
            parts += within_hours(both, (one.week,), zone, around)
    return [Window(run[0].starts_at, max(part.ends_at for part in run)) for run in union(parts)]


def _days(schedule: TimeSchedule) -> frozenset[int]:
    one = schedule
    ticked = (one.monday, one.tuesday, one.wednesday, one.thursday, one.friday, one.saturday, one.sunday)
    return frozenset(number for number, tick in enumerate(ticked, start=1) if tick)


def _starts(text: str | None) -> time:
    return time.fromisoformat(text).replace(second=0, microsecond=0) if text else _MIDNIGHT


def _ends(text: str | None) -> time:
    """An end comes back with the seconds of its last minute (salto-ks §2.7); 23:59 is how the end of a day is said."""
    last = time.fromisoformat(text) if text else time(23, _LAST_MINUTE)
    if last.minute == _LAST_MINUTE:
        return time((last.hour + 1) % 24)
    return last.replace(second=0, microsecond=0)


def _instant(text: str | None, zone: str, *, is_end: bool) -> datetime | None:
    """A wall clock of the site; an offset is not meant (salto-ks §3.5). None at the ends of the calendar: no bound."""
    wall = datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    if wall is None or wall.year in (MINYEAR, MAXYEAR):
        return None
    return instant(wall, zone, is_end=is_end)
