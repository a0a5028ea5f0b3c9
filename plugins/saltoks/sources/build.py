"""A row of values to a canonical row, one function a table; CellError says what kept it from becoming one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from saltoks.core.canonical import (
    Booking,
    BookingStatus,
    CanonicalRow,
    Customer,
    Item,
    Location,
    Membership,
    MembershipStatus,
    PaymentStatus,
)
from saltoks.core.zones import is_zone
from saltoks.sources.cells import CellError
from saltoks.sources.notes import Notes, guest_id
from saltoks.sources.places import Calendar
from saltoks.sources.rows import Row

_Word = TypeVar("_Word", BookingStatus, MembershipStatus, PaymentStatus)


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a booking names; `made` says that the customer's id is ours, since the booking has none."""

    customer_id: str
    name: str | None
    email: str | None
    made: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What the builders of one table share: times, notes, and the contacts of the bookings by booking id."""

    times: Calendar
    notes: Notes
    contacts: dict[str, Contact] = field(default_factory=dict)

    def build(self, row: Row) -> CanonicalRow:
        """The canonical row of this table; raises CellError."""
        return _BUILDERS[self.times.sheet.table](self, row)


def _location(_: Desk, row: Row) -> Location:
    zone = row.needed("timezone")
    if not is_zone(zone):
        raise CellError("timezone", "is not an IANA time zone — write one such as Europe/Amsterdam")
    source_id = row.needed("source_id")
    name = row.text("name") or source_id
    return Location(source_id=source_id, name=name, timezone=zone, active=row.flag("active", default=True))


def _customer(desk: Desk, row: Row) -> Customer:
    first, last = row.text("first_name"), row.text("last_name")
    full = row.text("full_name") or " ".join(name for name in (first, last) if name)
    if not full:
        raise CellError("full_name", "is empty, and so are first and last name — fill one of them in")
    return Customer(
        source_id=row.needed("source_id"),
        full_name=full,
        first_name=first,
        last_name=last,
        email=desk.notes.email(row, "email"),
        phone=row.text("phone"),
        location_id=row.text("location_id"),
        parent_customer_id=row.text("parent_customer_id"),
        active=row.flag("active", default=True),
        reservation_only=row.flag("reservation_only", default=False),
    )


def _item(_: Desk, row: Row) -> Item:
    source_id = row.needed("source_id")
    return Item(
        source_id=source_id,
        name=row.text("name") or source_id,
        item_type=row.text("item_type") or item_type(source_id),
        location_id=row.text("location_id"),
        active=row.flag("active", default=True),
    )


def item_type(source_id: str) -> str:
    """What the prefix of an item's id says: `unit` of `unit:studio-a`."""
    prefix, colon, _ = source_id.partition(":")
    return prefix if colon else "other"


def _booking(desk: Desk, row: Row) -> Booking:
    item_id, location_id = row.needed("item_id"), row.text("location_id")
    near = (location_id, desk.times.places.items.get(item_id))
    starts_at, ends_at = _must(desk, row, "starts_at", near), _must(desk, row, "ends_at", near)
    if ends_at <= starts_at:
        raise CellError("ends_at", "is not after starts_at — correct one of them")
    payment = _word(desk, PaymentStatus, "payment_status", row.text("payment_status"))
    status = _status(desk, BookingStatus, row, BookingStatus.CONFIRMED)
    return Booking(
        source_id=row.needed("source_id"),
        item_id=item_id,
        customer_id=_contact(desk, row).customer_id,
        starts_at=starts_at,
        ends_at=ends_at,
        status=status,
        status_raw=row.status_raw,
        location_id=location_id,
        payment_status=payment or PaymentStatus.UNKNOWN,
        cancelled_at=desk.times.instant(row, "cancelled_at", *near),
    )


def _membership(desk: Desk, row: Row) -> Membership:
    customer_id, location_id = row.needed("customer_id"), row.text("location_id")
    near = (location_id, desk.times.places.customers.get(customer_id))
    starts_at, ends_at = (desk.times.instant(row, name, *near) for name in ("starts_at", "ends_at"))
    if starts_at and ends_at and ends_at <= starts_at:
        raise CellError("ends_at", "is not after starts_at — correct one of them")
    return Membership(
        source_id=row.needed("source_id"),
        customer_id=customer_id,
        plan_id=row.needed("plan_id"),
        status=_status(desk, MembershipStatus, row, MembershipStatus.UNKNOWN),
        status_raw=row.status_raw,
        starts_at=starts_at,
        ends_at=ends_at,
        location_id=location_id,
    )


def _must(desk: Desk, row: Row, name: str, near: tuple[str | None, ...]) -> datetime:
    found = desk.times.instant(row, name, *near)
    if found is None:
        raise CellError(name, "is open — a booking needs a start and an end")
    return found


def _contact(desk: Desk, row: Row) -> Contact:
    booking = row.needed("source_id")
    given, name = row.text("customer_id"), row.text("customer_name")
    email = desk.notes.email(row, "customer_email")
    if not (given or email or name):
        raise CellError("customer_id", "is empty, and the booking names no e-mail or name — fill one of them in")
    made = guest_id(email) if email else f"guest:{booking}"
    found = Contact(given or made, name, email, made=given is None)
    desk.contacts[booking] = found
    return found


def _status(desk: Desk, kind: type[_Word], row: Row, absent: _Word) -> _Word:
    """The status word; without such a column the row itself says `absent`, an unknown word never opens."""
    if desk.times.sheet.slot("status") is None:
        return absent
    found = _word(desk, kind, "status", row.text("status"), shown=row.status_raw)
    if found is None:
        desk.notes.unknown_word("status", "")
    return found or kind("unknown")


def _word(desk: Desk, kind: type[_Word], name: str, text: str | None, shown: str | None = None) -> _Word | None:
    if text is None:
        return None
    try:
        return kind(text.strip().casefold().replace(" ", "_").replace("-", "_"))
    except ValueError:
        desk.notes.unknown_word(name, shown or text)
        return kind("unknown")


_BUILDERS: dict[str, Callable[[Desk, Row], CanonicalRow]] = {
    "locations": _location,
    "customers": _customer,
    "items": _item,
    "bookings": _booking,
    "memberships": _membership,
}
