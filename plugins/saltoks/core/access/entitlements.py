"""Canonical rows to entitlements: one reason each why a customer may use an item (design §4).

::

    row          opens when                                       window
    booking      its status (or its code) is listed, and it is    [start − before, end + after), cut by a cancellation
                 not cancelled, rejected or blocked               and by a check-out
    membership   its status is listed; not in a pause             its own interval
    pass         valid or in use                                  from the moment it is there until it ends
    assignment   its membership opens                             what both intervals share
    visitor      the host or the house approved                   around the visit, cut at the departure

Rows of unknown or inactive customers give nothing, and those of a debtor nothing after the grace. Lead and
tail are those of the booked item, where it has its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.access.activity_period import activity_periods
from saltoks.core.access.statuses import SourceStatus
from saltoks.core.model.canonical import (
    Approval,
    Assignment,
    Booking,
    BookingStatus,
    CustomerLink,
    Membership,
    MembershipStatus,
    Pass,
    PaymentStatus,
    Visitor,
)
from saltoks.core.model.rows import SourceRows, visitor_id
from saltoks.core.model.rules import ItemMapping, ItemRules, Rules, VisitorsOpen
from saltoks.core.time.windows import ALWAYS, FOREVER, Window, subtract
from saltoks.core.time.zones import midnight

VISITORS_ITEM = "visitors"
"""The item of visitors who come for no booking, or of all, as `visitors_open` says: map it to what they may open."""


@dataclass(frozen=True, slots=True, order=True)
class Entitlement:
    """A customer may use an item during `window`, because of the row `reason` (`booking 4711`)."""

    customer_id: str
    item_id: str
    window: Window
    reason: str


def entitlements(
    rules: Rules, rows: SourceRows, zone: str, mapping: Iterable[ItemMapping] = ()
) -> Iterator[Entitlement]:
    """Every entitlement of active customers; `zone` is where a visitor's day ends."""
    until, per_item = activity_periods(rules, rows.customers), ItemRules.of(rules, mapping)
    for booking in rows.bookings:
        if found := active_booking_entitlement(per_item, booking, until):
            yield found
    held = list(_in_good_standing(_held(rules, rows), until))
    yield from held
    yield from _in_good_standing(inherited_entitlements(rules, rows.links, held), until)
    yield from _of_visitors(per_item, rows, until, zone)


def active_booking_entitlement(
    per_item: ItemRules, booking: Booking, until: Mapping[str, datetime]
) -> Entitlement | None:
    """The entitlement of one booking, as far as the customer is an active one (`until`)."""
    limit = until.get(booking.customer_id)
    found = booking_entitlement(per_item.for_item(booking.item_id), booking) if limit else None
    return _cut(found, limit) if found and limit else None


def booking_entitlement(rules: Rules, booking: Booking) -> Entitlement | None:
    """The entitlement of one booking, or None.

    One that was cancelled, or that its customer checked out of, was good until then, whatever its status is now.
    """
    if not (booking_opens(rules, booking) or _is_cancelled(booking) or _is_left(booking)) or _is_owed(rules, booking):
        return None
    window = booking_window(rules, booking)
    reason = f"booking {booking.source_id}"
    return Entitlement(booking.customer_id, booking.item_id, window, reason) if window.is_real else None


def booking_opens(rules: Rules, booking: Booking) -> bool:
    """Whether the status of a booking opens doors; a cancelled, rejected or blocked one opens none."""
    return SourceStatus(booking.status, booking.status_raw).opens(rules)


def booking_window(rules: Rules, booking: Booking) -> Window:
    """When a booking opens its doors if its status lets it: `[start − before, end + after)`, cut where it ended early.

    A cancellation ends it there and then, a check-out leaves `checkout_minutes` to get out.
    """
    ends_at = booking.ends_at + rules.after
    if booking.status is BookingStatus.CANCELLED and booking.cancelled_at:
        ends_at = min(ends_at, booking.cancelled_at)
    if booking.checked_out_at:
        ends_at = min(ends_at, booking.checked_out_at + rules.checkout)
    return Window(booking.starts_at - rules.before, ends_at)


def membership_entitlements(rules: Rules, membership: Membership) -> Iterator[Entitlement]:
    """The entitlements of one membership: its own interval without lead, tail and pause."""
    reason = f"membership {membership.source_id}"
    for window in _membership_windows(rules, membership):
        yield Entitlement(membership.customer_id, membership.plan_id, window, reason)


def pass_entitlement(rules: Rules, held: Pass) -> Entitlement | None:
    """The entitlement of one pass from the moment it is there until it is used up or expires."""
    window = Window(held.valid_from, held.valid_until or FOREVER)
    if held.status not in rules.pass_statuses or not window.is_real:
        return None
    return Entitlement(held.customer_id, held.item_id, window, f"pass {held.source_id}")


def assignment_entitlements(rules: Rules, held: Assignment, membership: Membership | None) -> Iterator[Entitlement]:
    """The entitlements of a desk or office: while both it and its membership hold."""
    for window in _membership_windows(rules, membership) if membership else ():
        starts_at = max(window.starts_at, held.starts_at or ALWAYS)
        both = Window(starts_at, min(window.ends_at, held.ends_at or FOREVER))
        if both.is_real:
            yield Entitlement(held.customer_id, held.item_id, both, f"assignment {held.source_id}")


def visitor_entitlement(
    rules: Rules, visitor: Visitor, booking: Booking | None, active: Container[str], zone: str
) -> Entitlement | None:
    """The entitlement of an approved visitor: until the booking they come for ends, else until midnight.

    A visitor of an inactive host, or for a booking that does not open, stays outside. `rules` are those of the item
    that the visitor opens.
    """
    welcome = visitor.approval in rules.approvals and visitor.approval is not Approval.REJECTED
    if not welcome or (visitor.host_customer_id and visitor.host_customer_id not in active):
        return None
    if visitor.booking_id and (booking is None or not _receives(rules, booking, active)):
        return None
    ends_at = booking_window(rules, booking).ends_at if booking else _end_of_day(visitor, zone)
    window = Window(visitor.expected_at - rules.before, min(ends_at, visitor.departed_at or FOREVER))
    who, item = visitor_id(visitor), _item_of_visitor(rules, booking)
    return Entitlement(who, item, window, f"visitor {visitor.source_id}") if window.is_real else None


def _item_of_visitor(rules: Rules, booking: Booking | None) -> str:
    """What is booked, unless the site lets visitors in by groups of their own only."""
    return booking.item_id if booking and rules.visitors_open is VisitorsOpen.BOOKED else VISITORS_ITEM


def inherited_entitlements(
    rules: Rules, links: Iterable[CustomerLink], held: Iterable[Entitlement]
) -> Iterator[Entitlement]:
    """What customers hold through another one, where the site lets that relation inherit; never bookings."""
    of: Mapping[str, list[str]] = defaultdict(list)
    for link in links:
        if link.relation in rules.inherit and link.customer_id not in of[link.related_customer_id]:
            of[link.related_customer_id].append(link.customer_id)
    for one in held:
        for member in of.get(one.customer_id, ()):
            yield replace(one, customer_id=member, reason=f"{one.reason} of {one.customer_id}")


def _of_visitors(
    per_item: ItemRules, rows: SourceRows, until: Mapping[str, datetime], zone: str
) -> Iterator[Entitlement]:
    """Visitors count no longer than the host and the customer whose booking they come for."""
    bookings = {booking.source_id: booking for booking in rows.bookings}
    for visitor in rows.visitors:
        booking = bookings.get(visitor.booking_id or "")
        rules = per_item.for_item(_item_of_visitor(per_item.common, booking))
        found = visitor_entitlement(rules, visitor, booking, until, zone)
        hosts = (visitor.host_customer_id or "", booking.customer_id if booking else "")
        if found and (left := _cut(found, min(until.get(host, FOREVER) for host in hosts))):
            yield left


def _receives(rules: Rules, booking: Booking, active: Container[str]) -> bool:
    """Whether a booking opens for its visitors: as it does for the customer, but for one that is cancelled."""
    is_good = booking_opens(rules, booking) or _is_left(booking)
    return is_good and not _is_owed(rules, booking) and booking.customer_id in active


def _is_cancelled(booking: Booking) -> bool:
    return booking.status is BookingStatus.CANCELLED and booking.cancelled_at is not None


def _is_left(booking: Booking) -> bool:
    return booking.status is BookingStatus.COMPLETED and booking.checked_out_at is not None


def _is_owed(rules: Rules, booking: Booking) -> bool:
    return rules.require_paid and booking.payment_status is PaymentStatus.UNPAID


def _in_good_standing(found: Iterable[Entitlement], until: Mapping[str, datetime]) -> Iterator[Entitlement]:
    for one in found:
        limit = until.get(one.customer_id)
        if limit and (left := _cut(one, limit)):
            yield left


def _cut(found: Entitlement, until: datetime) -> Entitlement | None:
    """What is left of an entitlement that ends at `until` at the latest."""
    if found.window.ends_at <= until:
        return found
    window = Window(found.window.starts_at, until)
    return replace(found, window=window) if window.is_real else None


def _held(rules: Rules, rows: SourceRows) -> Iterator[Entitlement]:
    memberships = {one.source_id: one for one in rows.memberships}
    for membership in rows.memberships:
        yield from membership_entitlements(rules, membership)
    for one in rows.passes:
        if found := pass_entitlement(rules, one):
            yield found
    for assignment in rows.assignments:
        yield from assignment_entitlements(rules, assignment, memberships.get(assignment.membership_id))


def _membership_windows(rules: Rules, membership: Membership) -> list[Window]:
    """Its interval; a pause is cut out of it, and is all of it when nobody says how long it lasts.

    One that is paused would be active without the pause, so it opens where active ones do.
    """
    is_paused = membership.status is MembershipStatus.PAUSED
    window = Window(membership.starts_at or ALWAYS, membership.ends_at or FOREVER)
    counts_as = MembershipStatus.ACTIVE if is_paused else membership.status
    if counts_as not in rules.membership_statuses or not window.is_real:
        return []
    if is_paused and not rules.paused_opens:
        return subtract(window, Window(membership.paused_from or ALWAYS, membership.paused_until or FOREVER))
    return [window]


def _end_of_day(visitor: Visitor, zone: str) -> datetime:
    local = visitor.expected_at.astimezone(ZoneInfo(zone)).date()
    return midnight(local + timedelta(days=1), zone)
