"""What single items and single customers change about the rules: buffers, check-outs, debts (F145, F151, F153)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.worlds import TICK, booking, cases, clock, customer, law, membership, utc, window
from saltoks.core.access.activity_period import activity_periods
from saltoks.core.access.desired import desired_access
from saltoks.core.access.entitlements import VISITORS_ITEM, booking_entitlement, entitlements
from saltoks.core.access.promises import promises
from saltoks.core.devices.entries import Entry, check_ins
from saltoks.core.model.canonical import Approval, BookingStatus, CustomerLink, PaymentStatus, Relation, Visitor
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping, ItemRules, Rules
from saltoks.core.time.windows import FOREVER, Window

ZONE = "Europe/Amsterdam"
ROUTES = [
    ItemMapping(item="unit:a", groups=("Studio A",), before_minutes=60, after_minutes=0, door="Studio door"),
    ItemMapping(item="unit:b", groups=("Studio B",), door="Studio B door"),
    ItemMapping(item=VISITORS_ITEM, groups=("Lobby",), before_minutes=5),
]
RULES = Rules()
DEBT = Rules(overdue_grace_days=2)
DAY = timedelta(days=1)


def visitor(**changes: Any) -> Visitor:
    """Somebody whom c1 expects at ten."""
    usual: dict[str, Any] = {"source_id": "v", "full_name": "Vi", "expected_at": clock("10:00")}
    return Visitor(**usual | {"approval": Approval.GRANTED, "host_customer_id": "c1"} | changes)


def windows(rules: Rules, rows: SourceRows, mapping: list[ItemMapping] | None = None) -> dict[str, Window]:
    """The window of every reason."""
    return {one.reason: one.window for one in entitlements(rules, rows, ZONE, mapping or [])}


def test_f145_lead_and_tail_are_those_of_the_item() -> None:
    """F145: of bookings and of their visitors; an item without own ones keeps to the rules."""
    rows = SourceRows(
        customers=(customer(),),
        bookings=(booking("1"), booking("2", item_id="unit:b")),
        visitors=(visitor(booking_id="1"), visitor(source_id="w"), visitor(source_id="x", booking_id="2")),
    )
    found = windows(RULES, rows, ROUTES)
    assert found["booking 1"] == window("09:00", "11:00")
    assert found["booking 2"] == window("09:45", "11:15")
    assert found["visitor v"] == window("09:00", "11:00")
    assert found["visitor w"].starts_at == clock("09:55")
    assert found["visitor x"] == window("09:45", "11:15")


def test_f145_zero_is_a_buffer_of_its_own_and_none_is_not() -> None:
    """F145."""
    per_item = ItemRules.of(RULES, [ItemMapping(item="a", groups=("A",), after_minutes=0)])
    assert (per_item.for_item("a").before_minutes, per_item.for_item("a").after_minutes) == (15, 0)
    assert per_item.for_item("b") is RULES


def test_f145_promises_and_check_ins_know_the_buffers_too() -> None:
    """F145, F154, F116, T34."""
    rows = SourceRows(customers=(customer(),), bookings=(booking(),))
    at = clock("08:00")
    (one,) = promises(RULES, ROUTES, rows, {}, {}, zone=ZONE, now=at, soonest=at, settled=at)
    assert one.promised == window("09:00", "11:00")
    early, late = (
        Entry(
            entry_id=name,
            occurred_at=clock(wall),
            category="lock_opened",
            detail=None,
            lock_id="l",
            lock_name="Studio door",
            user_id="u1",
            access_by=None,
            exit_requested=False,
        )
        for name, wall in (("early", "09:10"), ("late", "11:05"))
    )
    assert [one.entry_id for one in check_ins(RULES, ROUTES, rows.bookings, [early], {"u1": "c1"}, {})] == ["early"]
    assert check_ins(RULES, ROUTES, rows.bookings, [late], {"u1": "c1"}, {}) == []


@law
@given(st.integers(0, 600), st.integers(0, 600))
def test_f145_buffers_of_one_item_change_no_other_one(before: int, after: int) -> None:
    """F145: and its own window is the booking with exactly these on both sides."""
    rows = SourceRows(customers=(customer(),), bookings=(booking("1"), booking("2", item_id="unit:b")))
    own = [ItemMapping(item="unit:a", groups=("A",), before_minutes=before, after_minutes=after)]
    found = windows(RULES, rows, own)
    assert found["booking 2"] == windows(RULES, rows)["booking 2"]
    lead, tail = timedelta(minutes=before), timedelta(minutes=after)
    assert found["booking 1"] == Window(clock("10:00") - lead, clock("11:00") + tail)


@cases(
    "left_at, rules, ends",
    {
        "in the middle": ("10:20", RULES, "10:35"),
        "own minutes": ("10:20", Rules(checkout_minutes=5), "10:25"),
        "at once": ("10:20", Rules(checkout_minutes=0), "10:20"),
        "near the end": ("10:58", RULES, "11:13"),
        "in the tail": ("11:10", RULES, "11:15"),
        "long after the end": ("15:00", RULES, "11:15"),
        "before the start": ("09:50", RULES, "10:05"),
    },
)
def test_f151_a_check_out_ends_a_booking_soon_after(left_at: str, rules: Rules, ends: str) -> None:
    """F151: never later than its own end."""
    found = booking_entitlement(rules, booking(status=BookingStatus.CHECKED_IN, checked_out_at=clock(left_at)))
    assert found is not None
    assert found.window == window("09:45", ends)


@cases(
    "row, ends",
    {
        "completed by the check-out": ({"status": BookingStatus.COMPLETED}, "10:35"),
        "completed, nobody says when": ({"status": BookingStatus.COMPLETED, "checked_out_at": None}, None),
        "not to be opened": ({"status": BookingStatus.TENTATIVE}, None),
        "cancelled later": ({"status": BookingStatus.CANCELLED, "cancelled_at": clock("10:50")}, "10:35"),
        "cancelled before": ({"status": BookingStatus.CANCELLED, "cancelled_at": clock("10:10")}, "10:10"),
        "never paid": ({"status": BookingStatus.COMPLETED, "payment_status": PaymentStatus.UNPAID}, None),
    },
)
def test_f151_what_the_status_says_beside_the_check_out(row: dict[str, Any], ends: str | None) -> None:
    """F151: a source that completes a booking at its check-out leaves its customer the same minutes."""
    found = booking_entitlement(Rules(require_paid=True), booking(**{"checked_out_at": clock("10:20")} | row))
    assert (found and found.window) == (window("09:45", ends) if ends else None)


def test_f151_visitors_leave_with_their_booking() -> None:
    """F151."""
    left = booking(status=BookingStatus.COMPLETED, checked_out_at=clock("10:20"))
    rows = SourceRows(customers=(customer(),), bookings=(left,), visitors=(visitor(booking_id="1"),))
    assert windows(RULES, rows)["visitor v"] == window("09:45", "10:35")


@law
@given(st.integers(-600, 600), st.integers(0, 600))
def test_f151_no_check_out_ever_lengthens_a_booking(at: int, minutes: int) -> None:
    """F151."""
    plain = booking_entitlement(RULES, booking())
    left = booking(checked_out_at=clock("10:00") + timedelta(minutes=at))
    found = booking_entitlement(Rules(checkout_minutes=minutes), left)
    assert plain is not None
    assert found is None or (
        found.window.starts_at == plain.window.starts_at and found.window.ends_at <= plain.window.ends_at
    )


@cases(
    "people, until",
    {
        "no debt": ([customer()], FOREVER),
        "a debt": ([customer(owes_since=clock("10:00"))], clock("10:00") + 2 * DAY),
        "inactive all the same": ([customer(active=False)], None),
        "a debt of the main member": (
            [customer(parent_customer_id="main"), customer("main", owes_since=clock("08:00"))],
            clock("08:00") + 2 * DAY,
        ),
        "the earlier of two debts": (
            [
                customer(parent_customer_id="main", owes_since=clock("07:00")),
                customer("main", owes_since=clock("08:00")),
            ],
            clock("07:00") + 2 * DAY,
        ),
        "an inactive main member": ([customer(parent_customer_id="main"), customer("main", active=False)], None),
        "a main member that nobody knows": ([customer(parent_customer_id="gone")], FOREVER),
    },
)
def test_f153_until_when_a_customer_counts(people: list[Any], until: Any) -> None:
    """F153, F76."""
    assert activity_periods(DEBT, people).get("c1") == until
    assert activity_periods(RULES, people).get("c1") == (FOREVER if until else None)


def test_f153_a_grace_of_no_days_ends_access_with_the_debt() -> None:
    """F153: nothing and none are two things."""
    owes = [customer(owes_since=clock("10:00"))]
    assert activity_periods(Rules(overdue_grace_days=0), owes)["c1"] == clock("10:00")


def test_f153_t34_every_kind_of_reason_ends_with_the_grace() -> None:
    """F153, T34: bookings, plans, what others inherit, and visitors."""
    rows = SourceRows(
        customers=(customer(owes_since=clock("10:30") - 2 * DAY), customer("c2")),
        bookings=(booking(), booking("later", "12:00", "13:00")),
        memberships=(membership(),),
        visitors=(visitor(booking_id="1"), visitor(source_id="late", expected_at=clock("11:00"))),
        links=(CustomerLink(source_id="l", customer_id="c2", related_customer_id="c1", relation=Relation.CO_MEMBER),),
    )
    rules = Rules(overdue_grace_days=2, inherit=frozenset({Relation.CO_MEMBER}))
    found = windows(rules, rows)
    assert found.keys() == {"booking 1", "membership 1", "membership 1 of c1", "visitor v"}
    assert {one.ends_at for one in found.values()} == {clock("10:30")}


def test_f153_t34_grants_promises_and_reasons_say_the_same() -> None:
    """T34: one rule engine; a debtor whose grace is over is left with nothing anywhere."""
    rows = SourceRows(customers=(customer(owes_since=utc("2026-01-01T00:00")),), bookings=(booking(),))
    routes = [ItemMapping(item="unit:a", groups=("Studio A",))]
    at = clock("10:10")
    found = desired_access(DEBT, routes, rows, ZONE, now=at, next_tick=at + TICK)
    assert (found.grants, found.wanted) == ((), {})
    assert list(promises(DEBT, routes, rows, {}, {}, zone=ZONE, now=at, soonest=at, settled=at)) == []


@law
@given(st.integers(0, 30), st.integers(-40 * 24, 40 * 24))
def test_f153_a_debt_never_gives_more_than_no_debt(grace: int, hours: int) -> None:
    """F153: every window starts where it did, and ends no later than before and than the grace."""
    debt = clock("10:30") + timedelta(hours=hours)
    rows = {"bookings": (booking(),), "memberships": (membership(),)}
    owing = windows(Rules(overdue_grace_days=grace), SourceRows(customers=(customer(owes_since=debt),), **rows))
    free = windows(RULES, SourceRows(customers=(customer(),), **rows))
    for reason, one in owing.items():
        assert one.starts_at == free[reason].starts_at
        assert one.ends_at == min(free[reason].ends_at, debt + grace * DAY)
    assert all(free[reason].starts_at >= debt + grace * DAY for reason in free.keys() - owing.keys())
