"""Weekly hours as stretches of a week: where they overlap, what two of them both leave, and how people say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import time

from saltoks.core.time.week import WEEK, WeeklyHours

WeekInterval = tuple[int, int]
"""Minutes since Monday 00:00, `[from, until)`; both within the week."""

_DAY = 24 * 60
_ALL = len(WEEK) * _DAY
_MIDNIGHT = "24:00"
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ALWAYS_OPEN: tuple[WeekInterval, ...] = ((0, _ALL),)


def week_intervals(hours: Iterable[WeeklyHours]) -> tuple[WeekInterval, ...]:
    """The minutes of the week in any of the hours, sorted; stretches that touch are one, none means never."""
    return _joined(part for hours_of_day in hours for part in _parts(hours_of_day))


def common_intervals(one: Iterable[WeekInterval], other: Iterable[WeekInterval]) -> tuple[WeekInterval, ...]:
    """What two timetables both leave."""
    others = tuple(other)
    return tuple(
        (max(begin, since), min(end, until))
        for begin, end in one
        for since, until in others
        if max(begin, since) < min(end, until)
    )


def timetable_text(week: tuple[WeekInterval, ...]) -> str:
    """A timetable as people write it: `Mon–Fri 09:00–17:00, Sat 10:00–12:00`."""
    if week == ALWAYS_OPEN:
        return "always"
    by_day: dict[int, list[str]] = {}
    for begin, end in _by_nights(week):
        by_day.setdefault(begin // _DAY, []).append(f"{_clock(begin)}–{_clock(end) if end % _DAY else _MIDNIGHT}")
    runs: list[tuple[int, int, str]] = []
    for day, parts in sorted(by_day.items()):
        text = " and ".join(parts)
        if runs and runs[-1][1:] == (day - 1, text):
            runs[-1] = (runs[-1][0], day, text)
        else:
            runs.append((day, day, text))
    return ", ".join(f"{_days(first, last)} {text}" for first, last, text in runs) or "never"


def _parts(hours: WeeklyHours) -> Iterator[WeekInterval]:
    """The stretches of one day's hours; what goes past Sunday midnight begins the week."""
    since, until = _minute(hours.starts), _minute(hours.ends)
    for day in (hours.days or WEEK) & WEEK:
        begin = (day - 1) * _DAY + since
        end = (day - 1) * _DAY + (until if until > since else until + _DAY)
        yield begin, min(end, _ALL)
        if end > _ALL:
            yield 0, end - _ALL


def _joined(parts: Iterable[WeekInterval]) -> tuple[WeekInterval, ...]:
    found: list[WeekInterval] = []
    for begin, end in sorted(parts):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)


def _by_nights(week: tuple[WeekInterval, ...]) -> Iterator[WeekInterval]:
    """Stretches of a day at most: a night stays whole, also the one from Sunday to Monday."""
    round_trip = len(week) > 1 and week[0][0] == 0 and week[-1][1] == _ALL
    whole = [*week[1:-1], (week[-1][0], _ALL + week[0][1])] if round_trip else week
    for begin, end in whole:
        at = begin
        while end - at > _DAY:
            midnight = (at // _DAY + 1) * _DAY
            yield at % _ALL, midnight % _ALL or _ALL
            at = midnight
        yield at % _ALL, at % _ALL + end - at


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock(minute: int) -> str:
    hour, rest = divmod(minute % _DAY, 60)
    return f"{hour:02}:{rest:02}"


def _days(first: int, last: int) -> str:
    if last - first == len(_NAMES) - 1:
        return "daily"
    return _NAMES[first] if first == last else f"{_NAMES[first]}–{_NAMES[last]}"
