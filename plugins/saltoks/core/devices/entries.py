"""Entries from the audit trail, and the check-ins they mean (design §6)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.access.entitlements import booking_entitlement, booking_window
from saltoks.core.model.canonical import Booking, BookingStatus
from saltoks.core.model.rules import ItemMapping, ItemRules, Rules
from saltoks.core.time.windows import Window

OPENED = "lock_opened"
"""The event category of a granted opening (salto-ks §4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened at a door, once; unknown values are kept as they came (salto-ks §3.9)."""

    entry_id: str
    occurred_at: datetime
    category: str
    detail: str | None = None
    lock_id: str | None = None
    lock_name: str | None = None
    user_id: str | None = None
    access_by: str | None = None
    exit_requested: bool = False


@dataclass(frozen=True, slots=True)
class UnreadableEntry:
    """An entry that cannot be read: at which place and why, and all that came as JSON text in ASCII.

    `entry_id` is made up where it has none.
    """

    entry_id: str
    place: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CheckIn:
    """The first opening of a booking's own door inside its window."""

    booking_id: str
    customer_id: str
    entry_id: str
    checked_in_at: datetime


@dataclass(frozen=True, slots=True)
class _Stay:
    """A booking with the window in which an opening of its door may be its check-in."""

    booking: Booking
    window: Window


def check_ins(
    rules: Rules,
    mapping: Iterable[ItemMapping],
    bookings: Iterable[Booking],
    entries: Iterable[Entry],
    customer_of: Mapping[str, str],
    person: Mapping[str, str],
    known: Container[str] = (),
) -> list[CheckIn]:
    """One check-in per booking and per opening at most, sorted; in whatever order entries arrive.

    `customer_of` maps platform user ids to customers, `person` customers to who stands for them at Salto. Leaving by
    the inside handle is no check-in. A booking that the source has completed since counts as it did before, and so does
    one of `known`, whose check-in was found before, whatever its status is now.
    """
    routes = list(mapping)
    door_of = {entry.item: entry.door for entry in routes if entry.door}
    per_item = ItemRules.of(rules, routes)
    stays: dict[tuple[str, str], list[_Stay]] = {}
    for booking in bookings:
        window = _window(per_item.for_item(booking.item_id), booking, booking.source_id in known)
        opener = person.get(booking.customer_id, booking.customer_id)
        if window and (door := door_of.get(booking.item_id)):
            stays.setdefault((opener, door), []).append(_Stay(booking, window))
    openings = _openings(entries, customer_of)
    return sorted(one for place, there in stays.items() for one in _first(there, openings.get(place, ())))


def _first(stays: Iterable[_Stay], openings: Iterable[Entry]) -> Iterator[CheckIn]:
    """The first opening of each stay of one person at one door."""
    there = sorted(stays, key=lambda stay: (stay.booking.starts_at, stay.booking.ends_at, stay.booking.source_id))
    waiting = list(there)
    for entry in sorted(openings, key=lambda entry: (entry.occurred_at, entry.entry_id)):
        meant = _meant(waiting, there, entry.occurred_at)
        if meant:
            waiting.remove(meant)
            yield CheckIn(
                booking_id=meant.booking.source_id,
                customer_id=meant.booking.customer_id,
                entry_id=entry.entry_id,
                checked_in_at=entry.occurred_at,
            )


def _meant(waiting: Iterable[_Stay], there: Iterable[_Stay], at: datetime) -> _Stay | None:
    """Of the stays still without check-in the one that an opening is for: it runs, else it is the next to begin.

    One that is just over only while no other runs.
    """
    open_now = [stay for stay in waiting if stay.window.covers(at)]
    coming = [stay for stay in open_now if _runs(stay, at)] or [s for s in open_now if at < s.booking.starts_at]
    if coming or any(_runs(stay, at) for stay in there):
        return next(iter(coming), None)
    return open_now[-1] if open_now else None


def _runs(stay: _Stay, at: datetime) -> bool:
    return stay.booking.starts_at <= at < stay.booking.ends_at


def _window(rules: Rules, booking: Booking, is_known: bool) -> Window | None:
    if is_known or booking.status is BookingStatus.COMPLETED:
        return booking_window(rules, booking)
    entitled = booking_entitlement(rules, booking)
    return entitled.window if entitled else None


def _openings(entries: Iterable[Entry], customer_of: Mapping[str, str]) -> dict[tuple[str, str], list[Entry]]:
    by_door: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        customer = customer_of.get(entry.user_id or "")
        if entry.category == OPENED and not entry.exit_requested and customer and entry.lock_name:
            by_door.setdefault((customer, entry.lock_name), []).append(entry)
    return by_door
