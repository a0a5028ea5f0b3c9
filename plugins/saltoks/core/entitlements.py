"""Canonical rows to entitlements: one reason each why a customer may use an item (design §4).

::

    row          opens when                                       window
    booking      its status (or its code) is listed               [start − before, end + after), cut by a cancellation
    membership   its status is listed; not in a pause             its own interval
    pass         valid or in use                                  from the moment it is there until it ends
    assignment   its membership opens                             what both intervals share
    visitor      the host or the house approved                   around the visit, cut at the departure

Rows of unknown or inactive customers give nothing (F76).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.canonical import (
    Assignment,
    Booking,
    BookingStatus,
    Customer,
    CustomerLink,
    Membership,
    MembershipStatus,
    Pass,
    PaymentStatus,
    Visitor,
)
from saltoks.core.rows import SourceRows, visitor_id
from saltoks.core.rules import Rules
from saltoks.core.windows import ALWAYS, FOREVER, Window, without
from saltoks.core.zones import midnight

VISITORS_ITEM = "visitors"
"""The item that visitors use who come for no booking: map it to what a visitor may open."""


@dataclass(frozen=True, slots=True, order=True)
class Entitlement:
    """A customer may use an item during `window`, because of the row `reason` (`booking 4711`)."""

    customer_id: str
    item_id: str
    window: Window
    reason: str


def entitlements(rules: Rules, rows: SourceRows, zone: str) -> Iterator[Entitlement]:
    """Every entitlement of active customers; `zone` is where a visitor's day ends."""
    active = _active(rows.customers)
    for booking in rows.bookings:
        if booking.customer_id in active and (found := of_booking(rules, booking)):
            yield found
    held = [one for one in _held(rules, rows) if one.customer_id in active]
    yield from held
    yield from (one for one in inherited(rules, rows.links, held) if one.customer_id in active)
    bookings = {booking.source_id: booking for booking in rows.bookings}
    for visitor in rows.visitors:
        if found := of_visitor(rules, visitor, bookings.get(visitor.booking_id or ""), active, zone):
            yield found


def of_booking(rules: Rules, booking: Booking) -> Entitlement | None:
    """The entitlement of one booking, or None (F61, F62).

    A cancelled booking was good until its cancellation, whatever its status is now.
    """
    is_cut = booking.status is BookingStatus.CANCELLED and booking.cancelled_at
    if not is_cut and not opens(rules, booking):
        return None
    if rules.require_paid and booking.payment_status is PaymentStatus.UNPAID:
        return None
    window = window_of(rules, booking)
    reason = f"booking {booking.source_id}"
    return Entitlement(booking.customer_id, booking.item_id, window, reason) if window.is_real else None


def opens(rules: Rules, booking: Booking) -> bool:
    """Whether the status of a booking opens doors: by the vendor's code where codes are listed, else by meaning."""
    if rules.status_codes:
        return booking.status_raw.partition(" ")[0] in rules.status_codes
    return booking.status in rules.booking_statuses


def window_of(rules: Rules, booking: Booking) -> Window:
    """When a booking opens its doors if its status lets it: `[start − before, end + after)`, cut by a cancellation."""
    ends_at = booking.ends_at + rules.after
    if booking.status is BookingStatus.CANCELLED and booking.cancelled_at:
        ends_at = min(ends_at, booking.cancelled_at)
    return Window(booking.starts_at - rules.before, ends_at)


def of_membership(rules: Rules, membership: Membership) -> Iterator[Entitlement]:
    """The entitlements of one membership: its own interval without lead, tail and pause (F53, F64, F65)."""
    reason = f"membership {membership.source_id}"
    for window in _membership_windows(rules, membership):
        yield Entitlement(membership.customer_id, membership.plan_id, window, reason)


def of_pass(rules: Rules, held: Pass) -> Entitlement | None:
    """The entitlement of one pass from the moment it is there until it is used up or expires (F50, F73)."""
    window = Window(held.valid_from, held.valid_until or FOREVER)
    if held.status not in rules.pass_statuses or not window.is_real:
        return None
    return Entitlement(held.customer_id, held.item_id, window, f"pass {held.source_id}")


def of_assignment(rules: Rules, held: Assignment, membership: Membership | None) -> Iterator[Entitlement]:
    """The entitlements of a desk or office: while both it and its membership hold (F52, F74)."""
    for window in _membership_windows(rules, membership) if membership else ():
        starts_at = max(window.starts_at, held.starts_at or ALWAYS)
        both = Window(starts_at, min(window.ends_at, held.ends_at or FOREVER))
        if both.is_real:
            yield Entitlement(held.customer_id, held.item_id, both, f"assignment {held.source_id}")


def of_visitor(
    rules: Rules, visitor: Visitor, booking: Booking | None, active: frozenset[str], zone: str
) -> Entitlement | None:
    """The entitlement of an approved visitor: until the booking they come for ends, else until midnight (F93).

    A visitor of an inactive host, or for a booking that does not open, stays outside.
    """
    if visitor.approval not in rules.approvals or (visitor.host_customer_id or "") not in active | {""}:
        return None
    if visitor.booking_id and (booking is None or not opens(rules, booking)):
        return None
    ends_at = booking.ends_at + rules.after if booking else _end_of_day(visitor, zone)
    window = Window(visitor.expected_at - rules.before, min(ends_at, visitor.departed_at or FOREVER))
    item = booking.item_id if booking else VISITORS_ITEM
    who = visitor_id(visitor)
    return Entitlement(who, item, window, f"visitor {visitor.source_id}") if window.is_real else None


def inherited(rules: Rules, links: Iterable[CustomerLink], held: Iterable[Entitlement]) -> Iterator[Entitlement]:
    """What customers hold through another one, where the site lets that relation inherit (F78); never bookings."""
    of: Mapping[str, list[str]] = defaultdict(list)
    for link in links:
        if link.relation in rules.inherit and link.customer_id not in of[link.related_customer_id]:
            of[link.related_customer_id].append(link.customer_id)
    for one in held:
        for member in of.get(one.customer_id, ()):
            yield replace(one, customer_id=member, reason=f"{one.reason} of {one.customer_id}")


def _held(rules: Rules, rows: SourceRows) -> Iterator[Entitlement]:
    memberships = {one.source_id: one for one in rows.memberships}
    for membership in rows.memberships:
        yield from of_membership(rules, membership)
    for one in rows.passes:
        if found := of_pass(rules, one):
            yield found
    for assignment in rows.assignments:
        yield from of_assignment(rules, assignment, memberships.get(assignment.membership_id))


def _membership_windows(rules: Rules, membership: Membership) -> list[Window]:
    """Its interval; a pause is cut out of it, and is all of it when nobody says how long it lasts."""
    window = Window(membership.starts_at or ALWAYS, membership.ends_at or FOREVER)
    if membership.status is MembershipStatus.PAUSED and not rules.paused_opens:
        pause = Window(membership.paused_from or ALWAYS, membership.paused_until or FOREVER)
        return without(window, pause)
    listed = membership.status in rules.membership_statuses or membership.status is MembershipStatus.PAUSED
    return [window] if listed and window.is_real else []


def _active(customers: Iterable[Customer]) -> frozenset[str]:
    """Active customers; a co-member whose main member is inactive is not (contract booking-systems §4.4)."""
    by_id = {one.source_id: one for one in customers}
    parents = {one.source_id: by_id.get(one.parent_customer_id or "") for one in by_id.values()}
    return frozenset(
        name for name, one in by_id.items() if one.active and ((parent := parents[name]) is None or parent.active)
    )


def _end_of_day(visitor: Visitor, zone: str) -> datetime:
    local = visitor.expected_at.astimezone(ZoneInfo(zone)).date()
    return midnight(local + timedelta(days=1), zone)
