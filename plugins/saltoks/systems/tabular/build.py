"""A row of values to a canonical row, one function a table; CellError says what kept it from becoming one."""

from __future__ import annotations

from collections.abc import Callable

from saltoks.core.model.canonical import BookingStatus, CanonicalRow
from saltoks.core.people.email_addresses import has_several_emails
from saltoks.core.people.identity import Identity, are_several_people
from saltoks.core.time.zones import is_zone
from saltoks.systems.tabular.contacts import is_placeholder
from saltoks.systems.tabular.row_builder import Contact, RowBuilder
from saltoks.systems.tabular.rows import Row
from saltoks.systems.values.errors import CellError
from saltoks.systems.values.guests import SEVERAL_PEOPLE, guest_id


def build_row(builder: RowBuilder, row: Row) -> CanonicalRow:
    """The canonical row of the desk's table; raises CellError."""
    return _BUILDERS[builder.times.sheet.table](builder, row)


def item_type(source_id: str) -> str:
    """What the prefix of an item's id says: `unit` of `unit:studio-a`."""
    prefix, colon, _ = source_id.partition(":")
    return prefix if colon else "other"


def _location(builder: RowBuilder, row: Row) -> CanonicalRow:
    if not is_zone(row.needed("timezone")):
        raise CellError("timezone", "is not an IANA time zone — write one such as Europe/Amsterdam")
    return builder.row(row, name=row.text("name") or row.needed("source_id"))


def _customer(builder: RowBuilder, row: Row) -> CanonicalRow:
    names = (row.text("first_name"), row.text("last_name"))
    full = row.text("full_name") or " ".join(name for name in names if name)
    if not full:
        raise CellError("full_name", "is empty, and so are first and last name — fill one of them in")
    return builder.row(row, row.text("location_id"), full_name=full)


def _item(builder: RowBuilder, row: Row) -> CanonicalRow:
    source_id = row.needed("source_id")
    kind = row.text("item_type") or item_type(source_id)
    return builder.row(row, name=row.text("name") or source_id, item_type=kind)


def _booking(builder: RowBuilder, row: Row) -> CanonicalRow:
    """Without a status column the row itself says that it is booked, or when it was cancelled."""
    near = (row.text("location_id"), builder.times.places.items.get(row.needed("item_id")))
    booked = BookingStatus.CANCELLED if row.moment("cancelled_at") else BookingStatus.CONFIRMED
    absent = {} if builder.times.sheet.slot("status") else {"status": booked}
    contact = _contact(builder, row, builder.notes.email(row, "customer_email"))
    found = builder.row(row, *near, customer_id=contact.customer_id, **absent)
    builder.contacts[found.source_id] = contact
    return found


def _held(builder: RowBuilder, row: Row) -> CanonicalRow:
    """A membership, a pass or an assignment: its days are those of its place, else of whoever holds it."""
    return builder.row(row, row.text("location_id"), builder.times.places.customers.get(row.needed("customer_id")))


def _visitor(builder: RowBuilder, row: Row) -> CanonicalRow:
    host = row.text("host_customer_id") or ""
    return builder.row(row, row.text("location_id"), builder.times.places.customers.get(host))


def _link(builder: RowBuilder, row: Row) -> CanonicalRow:
    return builder.row(row)


def _contact(builder: RowBuilder, row: Row, email: str | None) -> Contact:
    """Whom a booking names; an id that stands for nobody counts as empty where the booking names somebody itself."""
    booking = row.needed("source_id")
    given, name = row.text("customer_id"), row.text("customer_name")
    if given and (email or name) and is_placeholder(given) and not _is_theirs(builder.people.get(given), name, email):
        given = None
    if given in builder.shared:
        raise CellError("customer_id", SEVERAL_PEOPLE)
    if not (given or email or name):
        if has_several_emails(row.text("customer_email") or ""):
            raise CellError("customer_email", "holds several addresses in one cell — keep one, or add a customer_id")
        raise CellError("customer_id", "is empty, and the booking names no e-mail or name — fill one of them in")
    made = guest_id(email) if email else f"guest:{booking}"
    return Contact(given or made, name, email, row.text("customer_phone"), made=given is None)


def _is_theirs(row: Identity | None, name: str | None, email: str | None) -> bool:
    return row is not None and not are_several_people([row, Identity(name or "", email or "")])


_BUILDERS: dict[str, Callable[[RowBuilder, Row], CanonicalRow]] = {
    "locations": _location,
    "customers": _customer,
    "items": _item,
    "bookings": _booking,
    "memberships": _held,
    "passes": _held,
    "assignments": _held,
    "visitors": _visitor,
    "customer_links": _link,
}
