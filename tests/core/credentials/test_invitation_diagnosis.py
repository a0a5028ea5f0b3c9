"""“No e-mail or SMS received”, as far as the booking system's rows tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from saltoks.core.credentials.invitation_diagnosis import diagnose_confirmation, diagnose_opening
from saltoks.core.credentials.pins import Stay
from saltoks.core.model.canonical import (
    Approval,
    Booking,
    BookingStatus,
    Membership,
    MembershipStatus,
    Pass,
    PassStatus,
    PaymentStatus,
    Visitor,
)
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping, Rules
from saltoks.core.time.windows import Window

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WHO = frozenset({"ann", "visitor:v1"})


def booking(status: BookingStatus, name: str = "b1", **fields: Any) -> Booking:
    """A booking of ann's from one to two."""
    plain: dict[str, Any] = {
        "source_id": name,
        "item_id": "room-1",
        "customer_id": "ann",
        "starts_at": NOON + HOUR,
        "ends_at": NOON + 2 * HOUR,
        "status": status,
        "status_raw": f"20 {status.value}",
    }
    return Booking(**(plain | fields))


MEMBER = Membership(
    source_id="m1", customer_id="ann", plan_id="club", status=MembershipStatus.PAUSED, status_raw="Paused"
)
PASS = Pass(
    source_id="p1", customer_id="ann", item_id="club", valid_from=NOON, status=PassStatus.VALID, status_raw="Valid"
)
VISIT = Visitor(source_id="v1", full_name="Vic", expected_at=NOON, approval=Approval.PENDING)

FIRM: dict[str, tuple[SourceRows, bool, str]] = {
    "nothing": (SourceRows(), False, "no booking, membership, pass or visit of theirs that is not over"),
    "another's": (SourceRows(bookings=(booking(BookingStatus.CONFIRMED, customer_id="bea"),)), False, "no booking"),
    "over": (SourceRows(bookings=(booking(BookingStatus.CONFIRMED, ends_at=NOON),)), False, "no booking"),
    "confirmed": (SourceRows(bookings=(booking(BookingStatus.CONFIRMED),)), True, "booking b1 is confirmed"),
    "tentative": (
        SourceRows(bookings=(booking(BookingStatus.TENTATIVE),)),
        False,
        "booking b1 is tentative: confirm it in the booking system",
    ),
    "one of two": (
        SourceRows(bookings=(booking(BookingStatus.TENTATIVE), booking(BookingStatus.CHECKED_IN, "b2"))),
        True,
        "booking b2 is checked_in",
    ),
    "a paused membership": (SourceRows(memberships=(MEMBER,)), False, "membership m1 is paused: confirm"),
    "a pass": (SourceRows(passes=(PASS,)), True, "pass p1 is valid"),
    "a visit": (SourceRows(visitors=(VISIT,)), False, "visit v1: approval pending: confirm"),
}


@pytest.mark.parametrize(("rows", "ok", "text"), FIRM.values(), ids=FIRM.keys())
def test_is_the_reservation_confirmed(rows: SourceRows, ok: bool, text: str) -> None:
    """F130."""
    found = diagnose_confirmation(WHO, rows, NOON)
    assert (found.row, found.ok) == ("F130", ok)
    assert text in found.said


ROOM = (ItemMapping(item="room-1", groups=("Room 1",)),)
CODES = Rules(status_codes=frozenset({"23"}))
CLOSED: dict[str, tuple[Booking, Rules, tuple[ItemMapping, ...], str]] = {
    "status": (
        booking(BookingStatus.TENTATIVE),
        Rules(),
        ROOM,
        "the status of booking b1, “20 tentative”, opens no door: change it there, or add it to rules.booking_statuses",
    ),
    "dead": (
        booking(BookingStatus.CANCELLED),
        Rules(booking_statuses=frozenset(BookingStatus)),
        ROOM,
        "the status of booking b1, “20 cancelled”, opens no door whatever the rules say (F63): book it anew",
    ),
    "code": (booking(BookingStatus.CONFIRMED), CODES, ROOM, "or add it to rules.status_codes"),
    "not paid": (
        booking(BookingStatus.CONFIRMED, payment_status=PaymentStatus.UNPAID),
        Rules(require_paid=True),
        ROOM,
        "booking b1 is not paid",
    ),
    "not mapped": (booking(BookingStatus.CONFIRMED), Rules(), (), "is of item room-1, which the mapping does not have"),
    "something else": (booking(BookingStatus.CONFIRMED), Rules(), ROOM, "nothing of theirs opens a door"),
}


@pytest.mark.parametrize(("row", "rules", "mapping", "text"), CLOSED.values(), ids=CLOSED.keys())
def test_why_no_door_opens(row: Booking, rules: Rules, mapping: tuple[ItemMapping, ...], text: str) -> None:
    """F131, F126, F48."""
    found = diagnose_opening(WHO, SourceRows(bookings=(row,)), rules, mapping, [], "UTC", NOON)
    assert (found.row, found.ok) == ("F131", False)
    assert text in found.said


def test_a_door_that_opens_says_when() -> None:
    """F131."""
    past, coming = (
        Stay("ann", name, Window(NOON + n * HOUR, NOON + (n + 1) * HOUR)) for name, n in (("a", -1), ("b", 1))
    )
    found = diagnose_opening(WHO, SourceRows(), Rules(), ROOM, [past, coming], "Europe/Amsterdam", NOON)
    assert found.ok
    assert found.said == "their doors open from 2026-03-10 14:00 until 2026-03-10 15:00"
