"""“No e-mail or SMS received”: what is asked of the booking system's rows, each answer with its fix (F130, F131)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.access.entitlements import booking_opens
from saltoks.core.access.statuses import SourceStatus
from saltoks.core.credentials.pins import Stay
from saltoks.core.model.canonical import Approval, Booking, BookingStatus, MembershipStatus, PassStatus, PaymentStatus
from saltoks.core.model.rows import SourceRows, visitor_id
from saltoks.core.model.rules import ItemMapping, Rules
from saltoks.core.time.windows import FOREVER, window_text

_FIRM = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})
_LET_UP = frozenset({Approval.GRANTED, Approval.NOT_REQUIRED})
_RUNNING = frozenset({MembershipStatus.ACTIVE, MembershipStatus.SCHEDULED})
_GOOD = frozenset({PassStatus.VALID, PassStatus.IN_USE})


@dataclass(frozen=True, slots=True)
class DiagnosisStep:
    """One check: the row of the feature list, what was asked, whether all is well, and what is so, with the fix."""

    row: str
    question: str
    ok: bool
    said: str


def diagnose_confirmation(person: Set[str], rows: SourceRows, now: datetime) -> DiagnosisStep:
    """Is the reservation confirmed? `person` are the customer ids that are one person (F130)."""
    found = sorted(_holdings(person, rows, now), key=lambda one: not one[0])
    asked = "booking confirmed"
    if not found:
        text = "the source has no booking, membership, pass or visit of theirs that is not over: book it there"
        return DiagnosisStep("F130", asked, False, text)
    firm, said = found[0]
    return DiagnosisStep("F130", asked, firm, said if firm else f"{said}: confirm it in the booking system")


def diagnose_opening(
    person: Set[str],
    rows: SourceRows,
    rules: Rules,
    mapping: Iterable[ItemMapping],
    stays: Iterable[Stay],
    zone: str,
    now: datetime,
) -> DiagnosisStep:
    """Does the status open a door, and is there one? `stays` are those of the person, soonest first (F131)."""
    asked = "status opens a door"
    stay = next((one for one in stays if one.window.ends_at > now), None)
    if stay:
        return DiagnosisStep("F131", asked, True, f"their doors open {window_text(stay.window, zone)}")
    mapped = {entry.item for entry in mapping}
    why = next((text for one in _bookings(person, rows, now) for text in _closed(one, rules, mapped)), None)
    return DiagnosisStep(
        "F131", asked, False, why or "nothing of theirs opens a door: see `saltoks who`, and the mapping"
    )


def _closed(booking: Booking, rules: Rules, mapped: Set[str]) -> Iterator[str]:
    name = f"booking {booking.source_id}"
    if SourceStatus(booking.status, booking.status_raw).is_dead:
        yield f"the status of {name}, “{booking.status_raw}”, opens no door whatever the rules say (F63): book it anew"
    elif not booking_opens(rules, booking):
        key = "status_codes" if rules.status_codes else "booking_statuses"
        yield f"the status of {name}, “{booking.status_raw}”, opens no door: change it there, or add it to rules.{key}"
    if rules.require_paid and booking.payment_status is PaymentStatus.UNPAID:
        yield f"{name} is not paid, and rules.require_paid wants that: have it paid (F126)"
    if booking.item_id not in mapped:
        yield f"{name} is of item {booking.item_id}, which the mapping does not have: add it"


def _bookings(person: Set[str], rows: SourceRows, now: datetime) -> list[Booking]:
    own = [booking for booking in rows.bookings if booking.customer_id in person and booking.ends_at > now]
    return sorted(own, key=lambda one: (one.starts_at, one.source_id))


def _holdings(person: Set[str], rows: SourceRows, now: datetime) -> Iterator[tuple[bool, str]]:
    """Everything of theirs that is not over: whether it is firm, and in words."""
    for booking in _bookings(person, rows, now):
        yield booking.status in _FIRM, f"booking {booking.source_id} is {booking.status.value}"
    for one in rows.memberships:
        if one.customer_id in person and (one.ends_at or FOREVER) > now:
            yield one.status in _RUNNING, f"membership {one.source_id} is {one.status.value}"
    for held in rows.passes:
        if held.customer_id in person and (held.valid_until or FOREVER) > now:
            yield held.status in _GOOD, f"pass {held.source_id} is {held.status.value}"
    for visitor in rows.visitors:
        if visitor_id(visitor) in person:
            yield visitor.approval in _LET_UP, f"visit {visitor.source_id}: approval {visitor.approval.value}"
