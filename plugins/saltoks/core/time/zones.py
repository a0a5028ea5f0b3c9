"""Wall clocks and dates to instants: the one rule for time zones and daylight-saving days (design §4).

* An hour that happens twice: a start means the earlier one, an end the later one.
* An hour that never happens: the wall clock moves forward by the gap, for starts and ends.

Both err towards not locking out somebody who has booked, by an hour at most (canonical §2).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

_ZONES = frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone that this machine knows."""
    return name in _ZONES


def instant(wall: datetime, zone: str, *, is_end: bool) -> datetime:
    """The UTC instant of a wall clock without offset in an IANA zone."""
    local = wall.replace(tzinfo=ZoneInfo(zone), fold=0)
    later = local.replace(fold=1)
    twice = later.utcoffset() != local.utcoffset() and _exists(local)
    return (later if is_end and twice else local).astimezone(UTC)


def midnight(day: date, zone: str) -> datetime:
    """The UTC instant at which a calendar day begins in an IANA zone."""
    return instant(datetime.combine(day, time()), zone, is_end=False)


def _exists(local: datetime) -> bool:
    there_and_back = local.astimezone(UTC).astimezone(local.tzinfo)
    return there_and_back.replace(tzinfo=None) == local.replace(tzinfo=None)
