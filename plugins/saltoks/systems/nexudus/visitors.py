"""Visitors, and which booking they come for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from saltoks.core.model.canonical import Approval, Visitor
from saltoks.systems.nexudus.api.record import Record
from saltoks.systems.nexudus.fetch import Fetched
from saltoks.systems.nexudus.people import email, phone
from saltoks.systems.nexudus.places import Places
from saltoks.systems.nexudus.row_collector import Tray

_APPROVALS = {
    1: Approval.NOT_REQUIRED,
    2: Approval.PENDING,
    3: Approval.REJECTED,
    4: Approval.HOLD,
    5: Approval.GRANTED,
}
_EVER = datetime(1, 1, 1, tzinfo=UTC)


def visitors(fetched: Fetched, places: Places) -> Tray:
    """Every visitor that was read; of several bookings, the one that was added last."""
    tray: Tray = Tray("visitors")
    tray.fill(fetched.visitors.records, partial(_visitor, places, _bookings(fetched)))
    return tray


def _bookings(fetched: Fetched) -> Mapping[int, int]:
    latest = sorted(fetched.visits.records, key=lambda one: (one.peek_instant("UpdatedOn") or _EVER, one.id))
    pairs = ((one.peek_id("VisitorId"), one.peek_id("BookingId")) for one in latest)
    return {visitor: booking for visitor, booking in pairs if visitor and booking}


def _visitor(places: Places, bookings: Mapping[int, int], record: Record) -> Visitor | None:
    business = record.id_or_none("BusinessId")
    if not places.takes(business):
        return None
    places.check(business, "BusinessId")
    host, booking = record.id_or_none("CoworkerId"), bookings.get(record.id)
    return Visitor(
        source_id=str(record.id),
        full_name=record.needed_text("FullName"),
        expected_at=record.needed_instant("ExpectedArrival"),
        approval=_APPROVALS.get(record.id_or_none("HostApprovalStatus") or 0, Approval.UNKNOWN),
        email=email(record.text("Email")),
        phone=phone(record.text("PhoneNumber")),
        host_customer_id=str(host) if host else None,
        booking_id=str(booking) if booking else None,
        departed_at=record.instant("DepartureDate"),
        location_id=str(business) if business else None,
    )
