"""Entries from the audit trail, and the check-ins they mean (design §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.canonical import Booking, BookingStatus
from saltoks.core.entitlements import of_booking, window_of
from saltoks.core.rules import ItemMapping, ItemRules, Rules
from saltoks.core.windows import Window

OPENED = "lock_opened"
"""The event category of a granted opening (contract §4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What happened at a door, once; unknown values are kept as they came (contract §3.9)."""

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
class SpoiledEntry:
    """An entry that cannot be read: at which place and why, and all that came as JSON text in ASCII.

    `entry_id` is made up where it has none.
    """

    entry_id: str
    place: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class CheckIn:
    """The first opening of a booking's own door inside its window (F116, F117)."""

    booking_id: str
    customer_id: str
    entry_id: str
    checked_in_at: datetime


def check_ins(
    rules: Rules,
    mapping: Iterable[ItemMapping],
    bookings: Iterable[Booking],
    entries: Iterable[Entry],
    customer_of: Mapping[str, str],
    person: Mapping[str, str],
) -> list[CheckIn]:
    """One check-in per booking at most, sorted; the order in which entries arrive changes nothing (T26).

    `customer_of` maps platform user ids to customers, `person` customers to who stands for them at Salto. Leaving by
    the inside handle is no check-in. A booking that the source has completed since counts as it did before.
    """
    routes = list(mapping)
    door_of = {entry.item: entry.door for entry in routes if entry.door}
    per_item = ItemRules.of(rules, routes)
    openings = _openings(entries, customer_of)
    found = []
    for booking in bookings:
        window = _window(per_item.for_item(booking.item_id), booking)
        opener = person.get(booking.customer_id, booking.customer_id)
        door = door_of.get(booking.item_id)
        inside = [
            entry for entry in openings.get((opener, door or ""), ()) if window and window.covers(entry.occurred_at)
        ]
        if inside:
            first = min(inside, key=lambda entry: (entry.occurred_at, entry.entry_id))
            found.append(
                CheckIn(
                    booking_id=booking.source_id,
                    customer_id=booking.customer_id,
                    entry_id=first.entry_id,
                    checked_in_at=first.occurred_at,
                )
            )
    return sorted(found)


def _window(rules: Rules, booking: Booking) -> Window | None:
    if booking.status is BookingStatus.COMPLETED:
        return window_of(rules, booking)
    entitled = of_booking(rules, booking)
    return entitled.window if entitled else None


def _openings(entries: Iterable[Entry], customer_of: Mapping[str, str]) -> dict[tuple[str, str], list[Entry]]:
    by_door: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        customer = customer_of.get(entry.user_id or "")
        if entry.category == OPENED and not entry.exit_requested and customer and entry.lock_name:
            by_door.setdefault((customer, entry.lock_name), []).append(entry)
    return by_door
