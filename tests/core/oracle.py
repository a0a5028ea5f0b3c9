"""A second, slow way to say who may be where: every minute of a week, every row, no intervals.

It shares the row types with the core and nothing else: wall clocks are looked up in a table of all minutes, and
whether a row opens is asked afresh for each minute.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from saltoks.core.access.grants import MembershipKey
from saltoks.core.model.canonical import BookingStatus, MembershipStatus, PaymentStatus
from saltoks.core.model.rules import Rules

MINUTES = 7 * 24 * 60


@dataclass(frozen=True)
class LocalBooking:
    """A booking as a front desk writes it down: wall clocks of the location."""

    number: int
    who: str
    item: str
    starts: datetime
    ends: datetime
    status: BookingStatus
    payment: PaymentStatus
    cancelled_minute: int | None


@dataclass(frozen=True)
class LocalMembership:
    """A plan with the first day it holds and the first day it no longer holds."""

    number: int
    who: str
    item: str
    first: date | None
    gone: date | None
    status: MembershipStatus


@dataclass(frozen=True)
class Week:
    """Seven days in a zone, the first one beginning at `begins` (UTC)."""

    begins: datetime
    zone: str

    def minute_of(self, at: datetime) -> int:
        """The number of the minute that begins at an instant."""
        return int((at - self.begins) / timedelta(minutes=1))


@cache
def days(week: Week) -> list[date]:
    """The local calendar day of every minute of the week."""
    zone = ZoneInfo(week.zone)
    return [(week.begins + timedelta(minutes=number)).astimezone(zone).date() for number in range(MINUTES)]


@cache
def walls(week: Week) -> dict[datetime, list[int]]:
    """Every wall clock that happens in the week, with the minutes at which it does."""
    found: dict[datetime, list[int]] = defaultdict(list)
    zone = ZoneInfo(week.zone)
    for number in range(MINUTES):
        at = week.begins + timedelta(minutes=number)
        found[at.astimezone(zone).replace(tzinfo=None, fold=0)].append(number)
    return dict(found)


def start_minute(week: Week, wall: datetime) -> int:
    """The first time a wall clock happens, or as long after the gap begins as it lies inside the gap."""
    return _happens(week, wall)[0]


def end_minute(week: Week, wall: datetime) -> int:
    """The last time a wall clock happens; in a gap the same as a start."""
    return _happens(week, wall)[-1]


@cache
def _happens(week: Week, wall: datetime) -> list[int]:
    table = walls(week)
    if wall in table:
        return table[wall]
    before = max(one for one in table if one < wall)
    return [table[before][-1] + round((wall - before) / timedelta(minutes=1))]


def booking_opens(rules: Rules, week: Week, row: LocalBooking, number: int) -> bool:
    """Whether a booking is a reason to be inside during a minute."""
    cancelled = row.status is BookingStatus.CANCELLED and row.cancelled_minute is not None
    dead = row.status in (BookingStatus.CANCELLED, BookingStatus.REJECTED, BookingStatus.BLOCKED)
    if (dead or row.status not in rules.booking_statuses) and not cancelled:
        return False
    if cancelled and number >= (row.cancelled_minute or 0):
        return False
    if rules.require_paid and row.payment is PaymentStatus.UNPAID:
        return False
    too_early = number + rules.before_minutes < start_minute(week, row.starts)
    too_late = number - rules.after_minutes >= end_minute(week, row.ends)
    return not too_early and not too_late


def membership_opens(rules: Rules, week: Week, row: LocalMembership, number: int) -> bool:
    """Whether a plan is a reason to be inside during a minute: read off the local calendar."""
    today = days(week)[number]
    begun = row.first is None or today >= row.first
    gone = row.gone is not None and today >= row.gone
    return row.status in rules.membership_statuses and begun and not gone


def reasons_by_minute(
    rules: Rules,
    week: Week,
    active: Iterable[str],
    routes: dict[str, tuple[str, ...]],
    bookings: Iterable[LocalBooking],
    plans: Iterable[LocalMembership],
) -> dict[MembershipKey, dict[int, set[str]]]:
    """For each customer and group, every minute of the week with a reason, and all its reasons."""
    found: dict[MembershipKey, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    inside = set(active)
    opened: list[tuple[str, str, str, list[int]]] = []
    for one in bookings:
        minutes = [number for number in range(MINUTES) if booking_opens(rules, week, one, number)]
        opened.append((one.who, one.item, f"booking {one.number}", minutes))
    for plan in plans:
        minutes = [number for number in range(MINUTES) if membership_opens(rules, week, plan, number)]
        opened.append((plan.who, plan.item, f"membership {plan.number}", minutes))
    for who, item, reason, minutes in opened:
        for group in routes.get(item, ()) if who in inside else ():
            for number in minutes:
                found[MembershipKey(who, group)][number].add(reason)
    return found
