"""Canonical rows to entitlements: one reason each why a customer may use an item (design §4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from saltoks.core.canonical import Booking, BookingStatus, Customer, Membership, PaymentStatus
from saltoks.core.rules import Rules
from saltoks.core.windows import ALWAYS, FOREVER, Window


@dataclass(frozen=True, slots=True, order=True)
class Entitlement:
    """A customer may use an item during `window`, because of the row `reason` (`booking 4711`)."""

    customer_id: str
    item_id: str
    window: Window
    reason: str


def entitlements(
    rules: Rules,
    customers: Iterable[Customer],
    bookings: Iterable[Booking],
    memberships: Iterable[Membership],
) -> Iterator[Entitlement]:
    """Every entitlement of active customers; rows of unknown or inactive customers give none (F76)."""
    active = {customer.source_id for customer in customers if customer.active}
    for booking in bookings:
        if booking.customer_id in active and (found := of_booking(rules, booking)):
            yield found
    for membership in memberships:
        if membership.customer_id in active and (found := of_membership(rules, membership)):
            yield found


def of_booking(rules: Rules, booking: Booking) -> Entitlement | None:
    """The entitlement of one booking, or None (F61, F62).

    A cancelled booking was good until its cancellation, whatever its status is now.
    """
    is_cut = booking.status is BookingStatus.CANCELLED and booking.cancelled_at
    if booking.status not in rules.booking_statuses and not is_cut:
        return None
    if rules.require_paid and booking.payment_status is PaymentStatus.UNPAID:
        return None
    window = window_of(rules, booking)
    reason = f"booking {booking.source_id}"
    return Entitlement(booking.customer_id, booking.item_id, window, reason) if window.is_real else None


def window_of(rules: Rules, booking: Booking) -> Window:
    """When a booking opens its doors if its status lets it: `[start − before, end + after)`, cut by a cancellation."""
    ends_at = booking.ends_at + rules.after
    if booking.status is BookingStatus.CANCELLED and booking.cancelled_at:
        ends_at = min(ends_at, booking.cancelled_at)
    return Window(booking.starts_at - rules.before, ends_at)


def of_membership(rules: Rules, membership: Membership) -> Entitlement | None:
    """The entitlement of one membership for its own interval, without lead or tail (F53, F64, F65)."""
    if membership.status not in rules.membership_statuses:
        return None
    window = Window(membership.starts_at or ALWAYS, membership.ends_at or FOREVER)
    reason = f"membership {membership.source_id}"
    return Entitlement(membership.customer_id, membership.plan_id, window, reason) if window.is_real else None
