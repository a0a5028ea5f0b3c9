"""Who should get in where, straight from the bookings that the soak made: plain arithmetic, nothing of the product.

A booking that is on opens its item's doors in `[start - before, end + after)`, an active membership from the local
midnight of its first day until the one after its last day. Doors of window targets keep that to the minute. Where an
access group is filled and emptied, time does not move between two runs: a run at `T` whose changes count from
`T + push` on lets in whoever starts before the next run's changes count, and takes out whoever's time was over at `T`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from saltoks.dev.soak.rows import OPEN_WORDS, Rows
from saltoks.dev.soak.sites import LEAD, PUSH, TICK, Item, Place

Who = tuple[str, str]
"""A customer and a door."""

NEXT = timedelta(minutes=TICK + PUSH)
_FAR = timedelta(days=36500)


@dataclass(frozen=True, slots=True)
class Span:
    """`[starts, ends)` in which a door should open; `exact`: the door itself keeps it to the minute."""

    starts: datetime
    ends: datetime
    exact: bool

    def covers(self, minute: datetime) -> bool:
        """Whether somebody is entitled at a minute."""
        return self.starts <= minute < self.ends

    def allows(self, minute: datetime, run: datetime) -> bool:
        """Whether the door may be open at a minute, when the changes of the run at `run` count."""
        if self.exact:
            return self.covers(minute)
        return self.starts < run + NEXT and self.ends > run

    def promised(self, minute: datetime, run: datetime) -> bool:
        """Whether a run at `run` should have seen to it that the door is open at a minute."""
        ahead = timedelta(minutes=LEAD) if self.exact else NEXT
        return self.covers(minute) and self.starts < run + ahead


Spans = Mapping[Who, tuple[Span, ...]]


def spans(place: Place, rows: Rows) -> Spans:
    """Every span of every customer and door that rows ask for."""
    found: dict[Who, list[Span]] = {}
    for customer, item, starts, ends in (*_of_bookings(place, rows), *_of_memberships(place, rows)):
        for door in item.doors:
            found.setdefault((customer, door), []).append(Span(starts, ends, item.exact))
    return {who: tuple(parts) for who, parts in found.items()}


def _of_bookings(place: Place, rows: Rows) -> Iterator[tuple[str, Item, datetime, datetime]]:
    before, after = timedelta(minutes=place.before), timedelta(minutes=place.after)
    for one in rows.bookings.values():
        if one.state in OPEN_WORDS:
            yield one.customer, place.items[one.item], one.starts - before, one.ends + after


def _of_memberships(place: Place, rows: Rows) -> Iterator[tuple[str, Item, datetime, datetime]]:
    for one in rows.memberships.values():
        if one.state in OPEN_WORDS:
            starts = _midnight(one.first, place.zone)
            ends = _midnight(one.last + timedelta(days=1), place.zone) if one.last else starts + _FAR
            yield one.customer, place.items[one.item], starts, ends


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
