"""The canonical rows of one source that decide about access, together."""

from __future__ import annotations

from dataclasses import dataclass

from saltoks.core.model.canonical import Assignment, Booking, Customer, CustomerLink, Membership, Pass, Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRows:
    """Rows by table; a source without a table leaves it empty."""

    customers: tuple[Customer, ...] = ()
    bookings: tuple[Booking, ...] = ()
    memberships: tuple[Membership, ...] = ()
    passes: tuple[Pass, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    visitors: tuple[Visitor, ...] = ()
    links: tuple[CustomerLink, ...] = ()

    @property
    def people(self) -> tuple[Customer, ...]:
        """Everybody who may become somebody at Salto: the customers, and each visitor as a guest."""
        return self.customers + tuple(_as_guest(visitor) for visitor in self.visitors)


def visitor_id(visitor: Visitor) -> str:
    """The customer id under which a visitor becomes a guest."""
    return f"visitor:{visitor.source_id}"


def _as_guest(visitor: Visitor) -> Customer:
    return Customer(
        source_id=visitor_id(visitor),
        full_name=visitor.full_name,
        email=visitor.email,
        phone=visitor.phone,
        reservation_only=True,
    )
