"""Rows for what a source has no table for: a location, the items, links, and customers known by a booking only."""

from __future__ import annotations

from collections.abc import Iterable

from saltoks.core.model.canonical import (
    Assignment,
    Booking,
    CanonicalRow,
    Customer,
    CustomerLink,
    Item,
    Location,
    Membership,
    Pass,
    Relation,
)
from saltoks.systems.tabular.build import item_type
from saltoks.systems.tabular.row_builder import Contact


def implied_location(source: str, zone: str) -> Location:
    """The one place of a source without locations, in the site's zone."""
    return Location(source_id=source, name=source, timezone=zone)


def implied_items(rows: Iterable[CanonicalRow]) -> tuple[Item, ...]:
    """Everything that is booked, or held as a plan, a pass or a desk, named by its id."""
    ids: set[str] = set()
    for row in rows:
        if isinstance(row, Booking | Pass | Assignment):
            ids.add(row.item_id)
        elif isinstance(row, Membership):
            ids.add(row.plan_id)
    return tuple(Item(source_id=name, name=name, item_type=item_type(name)) for name in sorted(ids))


def implied_links(people: Iterable[Customer]) -> tuple[CustomerLink, ...]:
    """Co-members of those customers whom they name as their parent; one who is not there has nothing to share."""
    known = {one.source_id: one for one in people}
    return tuple(
        CustomerLink(
            source_id=f"{one.source_id}:{one.parent_customer_id}",
            customer_id=one.source_id,
            related_customer_id=one.parent_customer_id,
            relation=Relation.CO_MEMBER,
        )
        for one in known.values()
        if one.parent_customer_id in known and one.parent_customer_id != one.source_id
    )


def orphans(people: Iterable[Customer]) -> int:
    """How many customers name a parent that is not there."""
    known = {one.source_id: one.parent_customer_id for one in people}
    return sum(parent is not None and parent not in known for parent in known.values())


def implied_customers(
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
    return Customer(
        source_id=contact.customer_id,
        full_name=name,
        email=contact.email,
        phone=contact.phone,
        reservation_only=True,
    )
