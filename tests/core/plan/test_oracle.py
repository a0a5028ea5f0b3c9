"""Grants agree, minute by minute, with a second and slower way to work them out, in weeks that hold a change of clocks.

F75, F80, F146, T7, T27.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.oracle import MINUTES, LocalBooking, LocalMembership, Week, reasons_by_minute
from core.worlds import CUSTOMERS, GROUPS, ITEMS, TICK, booking, customer, law, membership, utc
from saltoks.core.access.entitlements import entitlements
from saltoks.core.access.grants import Grant, MembershipKey, grants, is_in_force
from saltoks.core.model.canonical import Booking, BookingStatus, Membership, MembershipStatus, PaymentStatus
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import EdgeRule, ItemMapping, Rules
from saltoks.core.time.zones import instant, midnight

CHANGES = (
    ("Europe/Amsterdam", "2026-03-29"),
    ("Europe/Amsterdam", "2026-10-25"),
    ("Europe/London", "2026-03-29"),
    ("America/Chicago", "2026-03-08"),
    ("America/Chicago", "2026-11-01"),
    ("America/Santiago", "2026-09-06"),
    ("America/Santiago", "2026-04-05"),
)
"""Zones with a day on which their clocks change, in its small hours or at its midnight."""
CHANGE_DAY = {Week(utc(day) - timedelta(days=4), zone): date.fromisoformat(day) for zone, day in CHANGES}


@dataclass(frozen=True)
class Desk:
    """What a front desk wrote down for a week."""

    week: Week
    rules: Rules
    active: frozenset[str]
    routes: dict[str, tuple[str, ...]]
    bookings: list[LocalBooking]
    plans: list[LocalMembership]


@st.composite
def local_bookings(draw: st.DrawFn, week: Week, number: int) -> LocalBooking:
    """A booking within a day of the change of clocks, most of them in its small hours."""
    base = datetime.combine(CHANGE_DAY[week], datetime.min.time())
    starts = base + timedelta(minutes=draw(st.integers(-300, 480) | st.integers(-1440, 1440)))
    return LocalBooking(
        number=number,
        who=draw(st.sampled_from(CUSTOMERS)),
        item=draw(st.sampled_from(ITEMS)),
        starts=starts,
        ends=starts + timedelta(minutes=draw(st.integers(1, 300))),
        status=draw(st.sampled_from([BookingStatus.CONFIRMED, BookingStatus.CONFIRMED, *BookingStatus])),
        payment=draw(st.sampled_from(PaymentStatus)),
        cancelled_minute=draw(st.none() | st.integers(0, MINUTES)),
    )


@st.composite
def local_memberships(draw: st.DrawFn, week: Week, number: int) -> LocalMembership:
    """A plan whose days lie around the change of clocks."""
    days = st.integers(-2, 2).map(lambda offset: CHANGE_DAY[week] + timedelta(days=offset))
    return LocalMembership(
        number=number,
        who=draw(st.sampled_from(CUSTOMERS)),
        item=draw(st.sampled_from(ITEMS)),
        first=draw(st.none() | days),
        gone=draw(st.none() | days),
        status=draw(st.sampled_from([MembershipStatus.ACTIVE, MembershipStatus.ACTIVE, *MembershipStatus])),
    )


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """A week with up to eight bookings and two plans."""
    week = draw(st.sampled_from(list(CHANGE_DAY)))
    routes = st.lists(st.sampled_from(GROUPS), unique=True, max_size=2).map(tuple)
    return Desk(
        week=week,
        rules=Rules(
            before_minutes=draw(st.sampled_from([0, 15, 30])),
            after_minutes=draw(st.sampled_from([0, 15, 60])),
            require_paid=draw(st.booleans()),
        ),
        active=draw(st.sampled_from([frozenset(CUSTOMERS), frozenset(CUSTOMERS[:2])])),
        routes=draw(st.dictionaries(st.sampled_from(ITEMS), routes, min_size=1)),
        bookings=[draw(local_bookings(week, number)) for number in range(draw(st.integers(1, 8)))],
        plans=[draw(local_memberships(week, number)) for number in range(draw(st.integers(0, 2)))],
    )


def _booking(week: Week, row: LocalBooking) -> Booking:
    cancelled = row.cancelled_minute
    return booking(
        str(row.number),
        item_id=row.item,
        customer_id=row.who,
        starts_at=instant(row.starts, week.zone, is_end=False),
        ends_at=instant(row.ends, week.zone, is_end=True),
        status=row.status,
        payment_status=row.payment,
        cancelled_at=None if cancelled is None else week.begins + timedelta(minutes=cancelled),
    )


def _membership(week: Week, row: LocalMembership) -> Membership:
    return membership(
        str(row.number),
        customer_id=row.who,
        plan_id=row.item,
        status=row.status,
        starts_at=row.first and midnight(row.first, week.zone),
        ends_at=row.gone and midnight(row.gone, week.zone),
    )


def core_grants(desk: Desk) -> list[Grant]:
    """The grants of a week by the code under test."""
    found = entitlements(
        desk.rules,
        SourceRows(
            customers=tuple(customer(who, active=who in desk.active) for who in CUSTOMERS),
            bookings=tuple(_booking(desk.week, row) for row in desk.bookings),
            memberships=tuple(_membership(desk.week, row) for row in desk.plans),
        ),
        desk.week.zone,
    )
    return grants(found, [ItemMapping(item=item, groups=groups) for item, groups in desk.routes.items()])


def oracle(desk: Desk) -> dict[MembershipKey, dict[int, set[str]]]:
    """The same by the slow way."""
    return reasons_by_minute(desk.rules, desk.week, desk.active, desk.routes, desk.bookings, desk.plans)


def minutes_of(week: Week, grant: Grant) -> range:
    """The minutes of the week inside a grant."""
    return range(max(0, week.minute_of(grant.window.starts_at)), min(MINUTES, week.minute_of(grant.window.ends_at)))


@settings(law, max_examples=60)
@given(desks())
def test_grants_are_what_every_single_minute_says(desk: Desk) -> None:
    """T7, T27: the same minutes, for the same reasons, in runs that are as long as can be."""
    expected = oracle(desk)
    covered: dict[MembershipKey, list[int]] = {}
    for one in core_grants(desk):
        minutes = minutes_of(desk.week, one)
        covered.setdefault(one.key, []).extend(minutes)
        here = expected.get(one.key, {})
        if minutes:
            assert set(one.reasons) == set().union(*(here[number] for number in minutes))
            assert minutes.start - 1 not in here
            assert minutes.stop not in here
    assert {key: minutes for key, minutes in covered.items() if minutes} == {
        key: sorted(minutes) for key, minutes in expected.items() if minutes
    }


@settings(law, max_examples=20)
@given(desks(), st.integers(0, MINUTES // 15 - 1))
def test_a_tick_gives_what_its_minutes_say(desk: Desk, number: int) -> None:
    """`never_late` wants whoever needs any minute of the tick, `never_early` whoever may be inside in all of them."""
    now = desk.week.begins + number * TICK
    tick = range(number * 15, number * 15 + 15)
    expected = oracle(desk)
    found = core_grants(desk)
    for edge, enough in ((EdgeRule.NEVER_LATE, any), (EdgeRule.NEVER_EARLY, all)):
        inside = {one.key for one in found if is_in_force(one.window, now, now + TICK, edge)}
        assert inside == {key for key, minutes in expected.items() if enough(one in minutes for one in tick)}
