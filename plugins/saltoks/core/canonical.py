"""Canonical source rows: what every booking system is translated into (contract booking-systems §7).

All instants are timezone-aware UTC and windows are half-open `[starts_at, ends_at)`. `source_id` is always text
and unique within one source and table. Foreign ids point into the same source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class BookingStatus(StrEnum):
    """What a booking's status means for a door; an unknown one never opens (F62)."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    CHECKED_IN = "checked_in"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


class MembershipStatus(StrEnum):
    """What a membership's status means for a door; an unknown one never opens."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    ENDED = "ended"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"


class PaymentStatus(StrEnum):
    """Whether a booking is paid, as far as the source says."""

    PAID = "paid"
    UNPAID = "unpaid"
    NOT_REQUIRED = "not_required"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place with one IANA time zone, in which its dates and wall clocks are read."""

    source_id: str
    name: str
    timezone: str
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A person or company that may hold bookings and memberships.

    `reservation_only` marks one who becomes a guest at Salto rather than a site user (F77).
    """

    source_id: str
    full_name: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    location_id: str | None = None
    parent_customer_id: str | None = None
    active: bool = True
    reservation_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Anything an access group can be mapped to: `unit:studio-a`, `product:membership`, `room:A`."""

    source_id: str
    name: str
    item_type: str
    location_id: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One use of one item by one customer during `[starts_at, ends_at)`."""

    source_id: str
    item_id: str
    customer_id: str
    starts_at: datetime
    ends_at: datetime
    status: BookingStatus
    status_raw: str
    location_id: str | None = None
    payment_status: PaymentStatus = PaymentStatus.UNKNOWN
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A plan that a customer holds; an open start or end is None."""

    source_id: str
    customer_id: str
    plan_id: str
    status: MembershipStatus
    status_raw: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    location_id: str | None = None


CanonicalRow = Location | Customer | Item | Booking | Membership

TABLES: dict[str, type[CanonicalRow]] = {
    "locations": Location,
    "customers": Customer,
    "items": Item,
    "bookings": Booking,
    "memberships": Membership,
}
"""Canonical tables in the order in which they are loaded: what is pointed at comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A source row that goes to quarantine; `where` names file or table and line, `payload` is the row as text."""

    table: str
    source_id: str
    field: str
    reason: str
    where: str
    payload: str


class Completeness(StrEnum):
    """The three values of an extract (design §5.1); only a complete one may end access early."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Everything one read of one source gave: rows by table, what was rejected, and how far to trust it.

    `accepted` counts the rows that the source itself handed over, without those made up for tables it does not have:
    the number that the next extract is compared with.
    """

    source: str
    completeness: Completeness
    rows: dict[str, tuple[CanonicalRow, ...]]
    rejected: tuple[Rejected, ...] = ()
    problems: tuple[str, ...] = ()
    accepted: Mapping[str, int] = field(default_factory=dict)
