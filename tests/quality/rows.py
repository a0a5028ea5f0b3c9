"""A small sound extract, one table of which a test replaces."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from saltoks.core.model.canonical import (
    Booking,
    BookingStatus,
    CanonicalRow,
    Completeness,
    Customer,
    Extract,
    Item,
    Location,
    Membership,
    MembershipStatus,
    RejectedRow,
)

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
LOCATION = Location(source_id="L1", name="Harbour", timezone="Europe/Amsterdam")
CUSTOMER = Customer(source_id="m1", full_name="Ann Lee", email="ann@example.com")
ITEM = Item(source_id="unit:a", name="Studio A", item_type="unit")
BOOKING = Booking(
    source_id="b1",
    item_id="unit:a",
    customer_id="m1",
    starts_at=START,
    ends_at=START + timedelta(hours=1),
    status=BookingStatus.CONFIRMED,
    status_raw="Booked",
)
MEMBERSHIP = Membership(
    source_id="c1", customer_id="m1", plan_id="product:gold", status=MembershipStatus.ACTIVE, status_raw="Active"
)


def extract(
    completeness: Completeness = Completeness.COMPLETE,
    rejected: tuple[RejectedRow, ...] = (),
    **tables: list[CanonicalRow],
) -> Extract:
    """A sound extract with some tables replaced."""
    sound: dict[str, tuple[CanonicalRow, ...]] = {
        "locations": (LOCATION,),
        "customers": (CUSTOMER,),
        "items": (ITEM,),
        "bookings": (BOOKING,),
        "memberships": (MEMBERSHIP,),
    }
    rows = sound | {name: tuple(rows) for name, rows in tables.items()}
    return Extract(source="harbour", completeness=completeness, rows=rows, rejected=rejected, problems=("old",))


def bookings(count: int, unknown: int = 0) -> list[CanonicalRow]:
    """So many bookings, the first ones with a status that is not known."""
    states = [BookingStatus.UNKNOWN] * unknown + [BookingStatus.CONFIRMED] * (count - unknown)
    return [replace(BOOKING, source_id=f"b{n}", status=status) for n, status in enumerate(states)]


def refused(table: str, count: int) -> tuple[RejectedRow, ...]:
    """So many rows of a table that the source rejected."""
    return tuple(
        RejectedRow(table=table, source_id=f"x{n}", field="starts_at", reason="r", where="w", payload="{}")
        for n in range(count)
    )
