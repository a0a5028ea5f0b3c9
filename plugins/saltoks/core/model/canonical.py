"""Canonical source rows: what every booking system is translated into (docs/contract/canonical.md).

All instants are timezone-aware UTC and windows are half-open `[starts_at, ends_at)`. `source_id` is always text
and unique within one source and table. Foreign ids point into the same source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class BookingStatus(StrEnum):
    """What a booking's status means for a door; an unknown one opens only where a rule names it."""

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


class PassStatus(StrEnum):
    """Whether a pass that a customer holds lets them in; an unknown one never does."""

    VALID = "valid"
    IN_USE = "in_use"
    EXHAUSTED = "exhausted"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Approval(StrEnum):
    """Whether a visitor may come up unaccompanied; `hold` means that the host fetches them at the desk."""

    NOT_REQUIRED = "not_required"
    PENDING = "pending"
    REJECTED = "rejected"
    HOLD = "hold"
    GRANTED = "granted"
    UNKNOWN = "unknown"


class Relation(StrEnum):
    """How one customer belongs to another."""

    TEAM = "team"
    CO_MEMBER = "co_member"
    COMPANY = "company"


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

    `reservation_only` marks one who becomes a guest at Salto rather than a site user. `owes_since` is since when
    the oldest debt of theirs is overdue; None when nothing is.
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
    owes_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Anything an access group can be mapped to: `unit:studio-a`, `product:membership`, `room:A`.

    `group_hint` is the access group that the vendor's own integration had for it: a suggestion, never a rule.
    """

    source_id: str
    name: str
    item_type: str
    location_id: str | None = None
    active: bool = True
    group_hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One use of one item by one customer during `[starts_at, ends_at)`; `created_at` is when it was made.

    `checked_out_at` is when the customer said that they are done with it, `source_uid` its GUID if it has one.
    """

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
    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None
    created_at: datetime | None = None
    source_uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A plan that a customer holds; an open start or end is None.

    `paused_from` and `paused_until` bound a pause while the status is `paused`.
    """

    source_id: str
    customer_id: str
    plan_id: str
    status: MembershipStatus
    status_raw: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    location_id: str | None = None
    paused_from: datetime | None = None
    paused_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A pass that a customer holds for an item; good from the moment it is there until it is used up or expires.

    `valid_until` is where the access of a pass ends at the latest: its expiry, or local midnight of the day on which a
    day pass was used.
    """

    source_id: str
    customer_id: str
    item_id: str
    valid_from: datetime
    status: PassStatus
    status_raw: str
    valid_until: datetime | None = None
    used_at: datetime | None = None
    membership_id: str | None = None
    location_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A desk or office that a customer has through a membership; it lives no longer than the membership."""

    source_id: str
    membership_id: str
    customer_id: str
    item_id: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    location_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody whom a customer expects; `booking_id` is the booking they come for, if it is known."""

    source_id: str
    full_name: str
    expected_at: datetime
    approval: Approval
    email: str | None = None
    phone: str | None = None
    host_customer_id: str | None = None
    booking_id: str | None = None
    departed_at: datetime | None = None
    location_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLink:
    """`customer_id` belongs to `related_customer_id`; which relations inherit access is the preset's choice."""

    source_id: str
    customer_id: str
    related_customer_id: str
    relation: Relation


CanonicalRow = Location | Customer | Item | Booking | Membership | Pass | Assignment | Visitor | CustomerLink

TABLES: dict[str, type[CanonicalRow]] = {
    "locations": Location,
    "customers": Customer,
    "items": Item,
    "bookings": Booking,
    "memberships": Membership,
    "passes": Pass,
    "assignments": Assignment,
    "visitors": Visitor,
    "customer_links": CustomerLink,
}
"""Canonical tables in the order in which they are loaded: what is pointed at comes first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A source row that goes to quarantine; `where` names file or table and line, `payload` is the row as text."""

    table: str
    source_id: str
    field: str
    reason: str
    where: str
    payload: str


class Completeness(StrEnum):
    """The three values of an extract (design §5.1); a row that is missing ends access in a complete one only."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


class ExtractScope(StrEnum):
    """What a table of an extract is the whole truth of.

    `snapshot`: everything, so a row that is missing is gone. `window`: what overlaps a span of time, so a row of that
    span that is missing is gone. `delta`: what changed, so nothing is known of a row that is missing.
    """

    SNAPSHOT = "snapshot"
    WINDOW = "window"
    DELTA = "delta"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableScope:
    """The scope of one table; `since` and `until` bound a window."""

    scope: ExtractScope
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Everything one read of one source gave: rows by table, what was rejected, and how far to trust it.

    `accepted` counts the rows that the source itself handed over, without those made up for tables it does not have:
    the number that the next `full` extract is compared with. A table that `reach` does not name is a snapshot.
    `watermarks` say, by table, how far a `delta` has seen changes, `ended` which rows say that they are deleted.
    """

    source: str
    completeness: Completeness
    rows: dict[str, tuple[CanonicalRow, ...]]
    rejected: tuple[RejectedRow, ...] = ()
    problems: tuple[str, ...] = ()
    accepted: Mapping[str, int] = field(default_factory=dict)
    full: bool = True
    reach: Mapping[str, TableScope] = field(default_factory=dict)
    watermarks: Mapping[str, datetime] = field(default_factory=dict)
    ended: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
