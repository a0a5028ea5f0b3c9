"""Which rows open a door, and when (F53, F61, F62, F64, F65, F67, F70, F71, F76; S1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.worlds import booking, cases, clock, customer, law, membership, utc, window
from saltoks.core.access.entitlements import Entitlement, booking_entitlement, entitlements, membership_entitlements
from saltoks.core.access.statuses import NEVER_OPENING
from saltoks.core.model.canonical import Approval, BookingStatus, MembershipStatus, PaymentStatus, Visitor
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import Rules
from saltoks.core.time.windows import ALWAYS, FOREVER, Window

RULES = Rules()
OPENING = {BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN}
RUNNING = {MembershipStatus.ACTIVE, MembershipStatus.SCHEDULED}


def _of(customers: list[Any], bookings: list[Any], memberships: list[Any]) -> list[Entitlement]:
    rows = SourceRows(customers=tuple(customers), bookings=tuple(bookings), memberships=tuple(memberships))
    return list(entitlements(RULES, rows, "Europe/Amsterdam"))


@pytest.mark.parametrize("status", BookingStatus)
def test_f62_only_listed_statuses_open(status: BookingStatus) -> None:
    """F62, S1: a status that is not selected opens nothing, and neither does an unknown one."""
    assert (booking_entitlement(RULES, booking(status=status)) is not None) is (status in OPENING)


@pytest.mark.parametrize("status", BookingStatus)
def test_f61_the_admin_chooses_the_statuses(status: BookingStatus) -> None:
    """F61, F63, S1: all but those of bookings that nobody may come for."""
    rules = Rules(booking_statuses=frozenset({status}))
    dead = {BookingStatus.CANCELLED, BookingStatus.REJECTED, BookingStatus.BLOCKED}
    assert {one for one in BookingStatus if booking_entitlement(rules, booking(status=one))} == {status} - dead


@given(
    raw=st.sampled_from(["70 CANCELLED", "80 REJECTED", "99 DUMMY", "Canceled", "deleted", "x geannuleerd 7"]),
    status=st.sampled_from([one for one in BookingStatus if one in NEVER_OPENING or one is BookingStatus.UNKNOWN]),
    codes=st.booleans(),
)
@law
def test_f63_what_nobody_may_come_for_never_opens(raw: str, status: BookingStatus, codes: bool) -> None:
    """F63: whatever the rule lists, every code and every word; neither for whom it is of, nor for their visitors."""
    listed = frozenset({raw.partition(" ")[0]}) if codes else frozenset()
    rules = Rules(status_codes=listed, booking_statuses=frozenset(BookingStatus))
    row = booking(status=status, status_raw=raw)
    visit = Visitor(source_id="v", full_name="V", expected_at=row.starts_at, approval=Approval.GRANTED, booking_id="1")
    rows = SourceRows(customers=(customer(),), bookings=(row,), visitors=(visit,))
    assert list(entitlements(rules, rows, "Europe/Amsterdam")) == []


def test_f63_a_visitor_who_was_rejected_stays_out() -> None:
    """F63: the same for visits, whatever `approvals` lists."""
    rules = Rules(approvals=frozenset(Approval))
    visit = Visitor(source_id="v", full_name="V", expected_at=clock("10:00"), approval=Approval.REJECTED)
    assert list(entitlements(rules, SourceRows(visitors=(visit,)), "UTC")) == []


@cases(
    "rules, opens",
    {
        "F70 F71 a quarter of an hour by default": (RULES, ("09:45", "11:15")),
        "F67 own lead": (Rules(before_minutes=30), ("09:30", "11:15")),
        "F71 own tail": (Rules(after_minutes=0), ("09:45", "11:00")),
        "sharp": (Rules(before_minutes=0, after_minutes=0), ("10:00", "11:00")),
        "late in, early out": (Rules(before_minutes=-10, after_minutes=-20), ("10:10", "10:40")),
    },
)
def test_f67_f70_f71_lead_and_tail(rules: Rules, opens: tuple[str, str]) -> None:
    """F67, F70, F71."""
    assert booking_entitlement(rules, booking()) == Entitlement("c1", "unit:a", window(*opens), "booking 1")


def test_s1_a_lead_of_1440_minutes_opens_a_day_ahead() -> None:
    """S1, F67."""
    found = booking_entitlement(Rules(before_minutes=1440), booking())
    assert found is not None
    assert found.window.starts_at == utc("2026-03-01T10:00")


def test_a_booking_that_the_rules_leave_no_time_opens_nothing() -> None:
    assert booking_entitlement(Rules(before_minutes=-30, after_minutes=-30), booking()) is None


@cases(
    "cancelled_at, ends",
    {
        "never said when": (None, None),
        "before the lead": ("09:00", None),
        "as the lead begins": ("09:45", None),
        "during the lead": ("09:50", "09:50"),
        "during the booking": ("10:20", "10:20"),
        "in the tail": ("11:10", "11:10"),
        "as the tail ends": ("11:15", "11:15"),
        "long after": ("15:00", "11:15"),
    },
)
def test_t10_a_cancelled_booking_was_good_until_its_cancellation(cancelled_at: str | None, ends: str | None) -> None:
    """T10: never beyond it."""
    at = clock(cancelled_at) if cancelled_at else None
    found = booking_entitlement(RULES, booking(status=BookingStatus.CANCELLED, cancelled_at=at))
    assert (found and found.window) == (window("09:45", ends) if ends else None)


def test_a_cancellation_moment_means_nothing_unless_the_status_is_cancelled() -> None:
    found = booking_entitlement(RULES, booking(cancelled_at=clock("09:00")))
    assert found is not None
    assert found.window == window("09:45", "11:15")


@cases(
    "payment, required, opens",
    {
        "paid": (PaymentStatus.PAID, True, True),
        "unpaid": (PaymentStatus.UNPAID, True, False),
        "not required": (PaymentStatus.NOT_REQUIRED, True, True),
        "not yet invoiced": (PaymentStatus.UNKNOWN, True, True),
        "unpaid, nobody asks": (PaymentStatus.UNPAID, False, True),
    },
)
def test_unpaid_bookings_open_nothing_where_payment_is_required(
    payment: PaymentStatus, required: bool, opens: bool
) -> None:
    found = booking_entitlement(Rules(require_paid=required), booking(payment_status=payment))
    assert (found is not None) is opens


def test_an_unpaid_cancelled_booking_opens_nothing_where_payment_is_required() -> None:
    row = booking(status=BookingStatus.CANCELLED, cancelled_at=clock("10:30"), payment_status=PaymentStatus.UNPAID)
    assert booking_entitlement(Rules(require_paid=True), row) is None


@pytest.mark.parametrize("status", MembershipStatus)
def test_f76_only_running_memberships_open(status: MembershipStatus) -> None:
    """F76: an inactivated, paused, ended or unknown plan opens nothing."""
    assert bool(list(membership_entitlements(RULES, membership(status=status)))) is (status in RUNNING)


@cases(
    "bounds, opens",
    {
        "open on both sides": ({}, Window(ALWAYS, FOREVER)),
        "from": ({"starts_at": clock("10:00")}, Window(clock("10:00"), FOREVER)),
        "until": ({"ends_at": clock("11:00")}, Window(ALWAYS, clock("11:00"))),
        "from and until": ({"starts_at": clock("10:00"), "ends_at": clock("11:00")}, window("10:00", "11:00")),
    },
)
def test_f53_f64_f65_a_membership_opens_for_its_own_interval(bounds: dict[str, Any], opens: Window) -> None:
    """F53, F64, F65: no lead, no tail."""
    found = list(membership_entitlements(RULES, membership(**bounds)))
    assert found == [Entitlement("c1", "product:gold", opens, "membership 1")]


def test_a_membership_that_ends_before_it_starts_opens_nothing() -> None:
    assert list(membership_entitlements(RULES, membership(starts_at=clock("11:00"), ends_at=clock("10:00")))) == []


@cases(
    "customers, reasons",
    {
        "active": ([customer()], ["booking 1", "membership 1"]),
        "F76 inactive": ([customer(active=False)], []),
        "somebody else": ([customer("c2")], []),
        "nobody": ([], []),
        "two with the same name": ([customer(), customer("c2")], ["booking 1", "membership 1"]),
    },
)
def test_f76_only_active_customers_are_entitled(customers: list[Any], reasons: list[str]) -> None:
    """F76, T12: a row belongs to the id it names, whoever has the same name."""
    found = _of(customers, [booking()], [membership()])
    assert [(one.customer_id, one.reason) for one in found] == [("c1", reason) for reason in reasons]


def test_rows_that_open_nothing_leave_no_trace_among_others() -> None:
    bookings = [booking("1", status=BookingStatus.BLOCKED), booking("2")]
    memberships = [membership("1", status=MembershipStatus.PAUSED), membership("2")]
    found = _of([customer()], bookings, memberships)
    assert [one.reason for one in found] == ["booking 2", "membership 2"]


@law
@given(st.integers(0, 1440), st.integers(0, 1440), st.integers(0, 1440), st.integers(0, 1440))
def test_more_lead_or_tail_never_takes_time_away(before: int, after: int, more_before: int, more_after: int) -> None:
    """F67, F71."""
    small = booking_entitlement(Rules(before_minutes=before, after_minutes=after), booking())
    large = booking_entitlement(Rules(before_minutes=before + more_before, after_minutes=after + more_after), booking())
    assert small is not None
    assert large is not None
    assert small.window.starts_at - large.window.starts_at == timedelta(minutes=more_before)
    assert large.window.ends_at - small.window.ends_at == timedelta(minutes=more_after)
