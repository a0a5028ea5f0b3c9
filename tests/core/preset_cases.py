"""Worlds in which access is easily got wrong, each with the answer: minutes from the change of clocks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.preset_site import Change, PresetWorld, change_of
from saltoks.core.access.overrides import ManualException, OverrideAction
from saltoks.core.model.canonical import (
    Approval,
    Assignment,
    Booking,
    BookingStatus,
    Customer,
    CustomerLink,
    Membership,
    MembershipStatus,
    Pass,
    PassStatus,
    PaymentStatus,
    Relation,
    Visitor,
)
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping

Spans = dict[tuple[str, str], list[tuple[int, int]]]
Case = tuple[PresetWorld, Spans]

SPRING, AUTUMN = change_of("Amsterdam in spring"), change_of("Amsterdam in autumn")
FIRST, LAST = -4 * 1440 - 60, 3 * 1440 - 60
"""The first minute of a week in Amsterdam, and the one after its last."""
ROOM, CLUB = "Room A", "Club"
MAPPING = (
    ItemMapping(item="room:a", groups=(ROOM,)),
    ItemMapping(item="room:b", locks=("Room B door",)),
    ItemMapping(item="product:gold", groups=(CLUB,)),
    ItemMapping(item="pass:day", groups=(CLUB,)),
    ItemMapping(item="desk:1", groups=(ROOM, CLUB)),
    ItemMapping(item="visitors", groups=(CLUB,)),
)
PEOPLE = (
    Customer(source_id="c1", full_name="Sam Same", email="sam@example.org"),
    Customer(source_id="c2", full_name="Sam Same", email="other@example.org"),
)


def world(preset: str, change: Change, *rows: Any, **more: Any) -> PresetWorld:
    """A source with these rows, and two customers unless others are given."""
    tables = {
        Booking: "bookings",
        Membership: "memberships",
        Pass: "passes",
        Assignment: "assignments",
        Visitor: "visitors",
        CustomerLink: "links",
    }
    customers = tuple(row for row in rows if isinstance(row, Customer))
    others = {name: tuple(row for row in rows if isinstance(row, kind)) for kind, name in tables.items()}
    return PresetWorld(preset, change, SourceRows(customers=customers or PEOPLE, **others), MAPPING, **more)


def booked(change: Change, number: int, starts: int, ends: int, who: str = "c1", **more: Any) -> Booking:
    """A confirmed and paid booking of room A."""
    usual = {"item_id": "room:a", "status": BookingStatus.CONFIRMED, "status_raw": "30 PAID"}
    return Booking(
        source_id=str(number),
        customer_id=who,
        starts_at=change.minute(starts),
        ends_at=change.minute(ends),
        **usual | more,
    )


def plan(starts: datetime | None, ends: datetime | None, status: str = "active", **more: Any) -> Membership:
    """The gold plan of c1."""
    usual = {"source_id": "1", "customer_id": "c1", "plan_id": "product:gold", "status_raw": status}
    return Membership(starts_at=starts, ends_at=ends, status=MembershipStatus(status), **usual | more)


def held(change: Change, starts: int, status: PassStatus, until: datetime | None, **more: Any) -> Pass:
    """A pass of c1, of its own for each status."""
    usual = {"source_id": status.value, "customer_id": "c1", "item_id": "pass:day", "status_raw": status.value}
    return Pass(valid_from=change.minute(starts), valid_until=until, status=status, **usual | more)


def visit(change: Change, expected: int, **more: Any) -> Visitor:
    """A visitor who may come up."""
    usual = {"source_id": "1", "full_name": "Vic", "approval": Approval.GRANTED}
    return Visitor(expected_at=change.minute(expected), **usual | more)


def by_hand(change: Change, verb: OverrideAction, since: int, until: int, who: str = "c1") -> ManualException:
    """Mia decided about room A."""
    return ManualException(
        verb=verb,
        customer=who,
        group=ROOM,
        since=change.minute(since),
        until=change.minute(until),
        author="Mia",
        reason="because",
    )


def in_room(*runs: tuple[int, int]) -> Spans:
    """c1 may be in room A, and nobody anywhere else."""
    return {("c1", ROOM): list(runs)}


def in_club(*runs: tuple[int, int], who: str = "c1") -> Spans:
    """One person may be in the club, and nobody anywhere else."""
    return {(who, CLUB): list(runs)}


S, A = SPRING, AUTUMN
GONE: dict[str, Any] = {"status": BookingStatus.CANCELLED, "status_raw": "70 CANCELLED"}
UNPAID: dict[str, Any] = {"payment_status": PaymentStatus.UNPAID}
ALONE = Customer(source_id="c1", full_name="Sam Same", email="sam@example.org")
LEFT = Customer(source_id="c1", full_name="Sam Same", email="sam@example.org", active=False)
SAME = Customer(source_id="c2", full_name="Sam Same", email="sam@example.org")
CO_MEMBER = Customer(source_id="c3", full_name="Col", email="col@example.org", parent_customer_id="c1")
LINK = CustomerLink(source_id="l", customer_id="c3", related_customer_id="c1", relation=Relation.CO_MEMBER)

BOOKINGS: dict[str, Case] = {
    "over the missing hour": (world("nexudus", S, booked(S, 1, -30, 30)), in_room((-45, 45))),
    "over the hour that happens twice": (world("nexudus", A, booked(A, 1, -60, 60)), in_room((-75, 75))),
    "i-Reserve knows no tail": (world("ireserve", A, booked(A, 1, -60, 60)), in_room((-75, 60))),
    "half an hour": (world("deskworks-half-hour", S, booked(S, 1, 0, 60)), in_room((-30, 90))),
    "T7 back to back": (world("ireserve", S, booked(S, 1, -60, 0), booked(S, 2, 0, 60)), in_room((-75, 60))),
    "T7 tails that touch": (world("nexudus", A, booked(A, 1, -60, 0), booked(A, 2, 30, 60)), in_room((-75, 75))),
    "T7 tails a minute apart": (
        world("nexudus", A, booked(A, 1, -60, 0), booked(A, 2, 31, 60)),
        in_room((-75, 15), (16, 75)),
    ),
    "T7 nested, and the long one was cancelled": (
        world("nexudus", S, booked(S, 1, -120, 120, cancelled_at=S.minute(-90), **GONE), booked(S, 2, -30, 30)),
        in_room((-135, -90), (-45, 45)),
    ),
    "T8 two reasons for one door, a third that is gone": (
        world("nexudus", S, booked(S, 1, 0, 60), booked(S, 2, 0, 30), booked(S, 3, 0, 90, **GONE)),
        in_room((-15, 75)),
    ),
    "T9 one guest after the other": (
        world("nexudus", S, booked(S, 1, -60, 0), booked(S, 2, 0, 60, "c2")),
        {("c1", ROOM): [(-75, 15)], ("c2", ROOM): [(-15, 75)]},
    ),
    "T10 cancelled as it opens": (world("nexudus", S, booked(S, 1, 0, 60, cancelled_at=S.minute(-15), **GONE)), {}),
    "T10 cancelled when it was over": (
        world("nexudus", S, booked(S, 1, 0, 60, cancelled_at=S.minute(500), **GONE)),
        in_room((-15, 75)),
    ),
    "T10 cancelled, nobody knows when": (world("nexudus", S, booked(S, 1, 0, 60, **GONE)), {}),
    "a code that only begins like the right one": (
        world("ireserve", S, booked(S, 1, 0, 60, status_raw="300 PAID"), booked(S, 2, 90, 120, status_raw="30")),
        in_room((75, 120)),
    ),
    "unpaid where only paid ones open": (
        world("nexudus", S, booked(S, 1, 0, 60, **UNPAID), booked(S, 2, 0, 30), own={"require_paid": True}),
        in_room((-15, 45)),
    ),
    "a day ahead, over midnight and the change": (
        world("ireserve", S, booked(S, 1, 60, 120), own={"before_minutes": 1440}),
        in_room((-1380, 120)),
    ),
    "F46 a window target that ends in the hour that happens twice": (
        world("ireserve", A, booked(A, 1, -180, -30, item_id="room:b")),
        {("c1", "saltoks room:b"): [(-195, -30)]},
    ),
    "F48 an item that nobody mapped": (world("nexudus", S, booked(S, 1, 0, 60, item_id="unit:z")), {}),
}

HOLDINGS: dict[str, Case] = {
    "T27 a plan of the day of 23 hours": (
        world("deskworks", S, plan(S.midnight(0), S.midnight(1))),
        in_club((-120, 1260)),
    ),
    "T27 a plan of the day of 25 hours": (
        world("deskworks", A, plan(A.midnight(0), A.midnight(1))),
        in_club((-180, 1320)),
    ),
    "a plan without start and end": (world("deskworks", A, plan(None, None)), in_club((FIRST, LAST))),
    "T33 the second of two plans": (
        world("deskworks", S, plan(None, S.midnight(0)), plan(S.midnight(0), S.minute(9), source_id="2")),
        in_club((FIRST, 9)),
    ),
    "subscriptions open nothing at i-Reserve": (world("ireserve", S, plan(None, None)), {}),
    "not even around a pause": (
        world("ireserve", S, plan(None, None, "paused", paused_from=S.minute(0), paused_until=S.minute(60))),
        {},
    ),
    "a pause is a hole": (
        world("nexudus", S, plan(S.minute(-60), S.minute(120), "paused", paused_from=S.minute(0))),
        in_club((-60, 0)),
    ),
    "a pause of unknown length": (world("nexudus", S, plan(S.minute(-60), None, "paused")), {}),
    "a desk lives as long as its contract": (
        world(
            "nexudus",
            S,
            plan(S.minute(-60), S.minute(60), plan_id="product:other"),
            Assignment(
                source_id="1",
                membership_id="1",
                customer_id="c1",
                item_id="desk:1",
                starts_at=S.minute(0),
            ),
            Assignment(source_id="2", membership_id="gone", customer_id="c1", item_id="desk:1"),
        ),
        in_room((0, 60)) | in_club((0, 60)),
    ),
    "T27 a day pass in use until midnight": (
        world("nexudus", A, held(A, -60, PassStatus.IN_USE, A.midnight(1), used_at=A.minute(30))),
        in_club((-60, 1320)),
    ),
    "a pass that expires, and one that is used up": (
        world("nexudus", A, held(A, -60, PassStatus.VALID, A.minute(60)), held(A, 0, PassStatus.EXHAUSTED, None)),
        in_club((-60, 60)),
    ),
}

PEOPLE_CASES: dict[str, Case] = {
    "F76 inactive": (world("nexudus", S, LEFT, booked(S, 1, 0, 60), plan(None, None)), {}),
    "T12 two rows of one person": (
        world("nexudus", S, ALONE, SAME, booked(S, 1, -60, 0), booked(S, 2, 0, 60, "c2")),
        in_room((-75, 75)),
    ),
    "T12 two rows of one person, the first is inactive": (
        world("nexudus", S, LEFT, SAME, booked(S, 1, -60, 0), booked(S, 2, 0, 60, "c2")),
        in_room((-15, 75)),
    ),
    "F78 a co-member has the plan and not the booking": (
        world("deskworks", S, ALONE, CO_MEMBER, LINK, plan(S.minute(0), S.minute(60)), booked(S, 1, 0, 60)),
        in_club((0, 60)) | in_club((0, 60), who="c3") | in_room((-15, 75)),
    ),
    "F78 no co-member without a main member": (
        world("deskworks", S, LEFT, CO_MEMBER, LINK, plan(None, None), booked(S, 1, 0, 60, "c3")),
        {},
    ),
    "F93 a visitor until midnight of a long day": (
        world("nexudus", A, visit(A, 0)),
        in_club((-15, 1320), who="visitor:1"),
    ),
    "F93 a visitor for a booking, who leaves early": (
        world("nexudus", S, booked(S, 1, 0, 60), visit(S, 5, booking_id="1", departed_at=S.minute(40))),
        in_room((-15, 75)) | {("visitor:1", ROOM): [(-10, 40)]},
    ),
    "F93 no visitor of a host who left": (world("nexudus", S, LEFT, visit(S, 0, host_customer_id="c1")), {}),
    "no visitor for a booking of somebody who left": (
        world("nexudus", S, LEFT, booked(S, 1, 0, 60), visit(S, 0, booking_id="1")),
        {},
    ),
    "no visitor for an unpaid booking where only paid ones open": (
        world("nexudus", S, booked(S, 1, 0, 60, **UNPAID), visit(S, 0, booking_id="1"), own={"require_paid": True}),
        {},
    ),
    "no visitor for a booking that was cancelled": (
        world("nexudus", S, booked(S, 1, 0, 60, cancelled_at=S.minute(0), **GONE), visit(S, 0, booking_id="1")),
        in_room((-15, 0)),
    ),
    "kept out by hand between two bookings": (
        world(
            "ireserve",
            S,
            booked(S, 1, 0, 60),
            booked(S, 2, 60, 120),
            exceptions=(by_hand(S, OverrideAction.DENY, 30, 90),),
        ),
        in_room((-15, 30), (90, 120)),
    ),
    "let in by hand right after a booking": (
        world("ireserve", S, booked(S, 1, 0, 60), exceptions=(by_hand(S, OverrideAction.ALLOW, 60, 90),)),
        in_room((-15, 90)),
    ),
    "let in and kept out at once": (
        world(
            "nexudus",
            S,
            exceptions=(by_hand(S, OverrideAction.ALLOW, 0, 90, "c2"), by_hand(S, OverrideAction.DENY, 30, 60, "c2")),
        ),
        {("c2", ROOM): [(0, 30), (60, 90)]},
    ),
}

CASES = BOOKINGS | HOLDINGS | PEOPLE_CASES
