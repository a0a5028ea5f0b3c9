"""Rows for what a source has no table for: a location, the items, and customers who are known by a booking only."""

from __future__ import annotations

from collections.abc import Iterable

from saltoks.core.canonical import Booking, Customer, Item, Location, Membership
from saltoks.sources.build import Contact, item_type


def location(source: str, zone: str) -> Location:
    """The one place of a source without locations, in the site's zone."""
    return Location(source_id=source, name=source, timezone=zone)


def items(bookings: Iterable[Booking], memberships: Iterable[Membership]) -> tuple[Item, ...]:
    """Everything that is booked or held as a plan, named by its id."""
    ids = {row.item_id for row in bookings} | {row.plan_id for row in memberships}
    return tuple(Item(source_id=name, name=name, item_type=item_type(name)) for name in sorted(ids))


def customers(
    bookings: Iterable[Booking], contacts: dict[str, Contact], known: frozenset[str] | None
) -> tuple[Customer, ...]:
    """Whom the bookings name and no customer table holds; `known` are the ids of that table, None without one.

    With a table, only bookings without a customer id get a stand-in: an id that the table lacks is an orphan. Of
    several bookings of one customer, the first by id gives name and e-mail, so the order of the source changes nothing.
    """
    found: dict[str, Customer] = {}
    for booking in sorted(bookings, key=lambda row: row.source_id):
        contact = contacts[booking.source_id]
        if known is not None and (not contact.made or contact.customer_id in known):
            continue
        found.setdefault(contact.customer_id, _customer(contact))
    return tuple(found[name] for name in sorted(found))


def _customer(contact: Contact) -> Customer:
    name = contact.name or contact.customer_id
    return Customer(source_id=contact.customer_id, full_name=name, email=contact.email, reservation_only=True)
