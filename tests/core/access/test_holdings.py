"""What opens without a booking: passes, desks, visitors, pauses, co-members (F50, F52, F73, F74, F78, F93)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.worlds import booking, cases, clock, customer, membership, utc
from saltoks.core.access.entitlements import VISITORS_ITEM, Entitlement, booking_entitlement, entitlements
from saltoks.core.model.canonical import (
    Approval,
    Assignment,
    BookingStatus,
    CustomerLink,
    MembershipStatus,
    Pass,
    PassStatus,
    PaymentStatus,
    Relation,
    Visitor,
)
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping, Rules, VisitorsOpen
from saltoks.core.time.windows import ALWAYS, FOREVER, Window

ZONE = "Europe/Amsterdam"


def held(**changes: Any) -> Pass:
    usual: dict[str, Any] = {
        "source_id": "p1",
        "customer_id": "c1",
        "item_id": "pass:day",
        "valid_from": clock("10:00"),
        "status": PassStatus.VALID,
        "status_raw": "used=0",
    }
    return Pass(**usual | changes)


def desk(**changes: Any) -> Assignment:
    usual: dict[str, Any] = {
        "source_id": "1:desk:7",
        "membership_id": "1",
        "customer_id": "c1",
        "item_id": "desk:7",
    }
    return Assignment(**usual | changes)


def visitor(**changes: Any) -> Visitor:
    usual: dict[str, Any] = {
        "source_id": "v1",
        "full_name": "Vis Itor",
        "expected_at": clock("10:00"),
        "approval": Approval.GRANTED,
    }
    return Visitor(**usual | changes)


def found(rules: Rules | None = None, **tables: Any) -> list[Entitlement]:
    rows = SourceRows(**{"customers": (customer("c1"), customer("c2"))} | tables)
    return list(entitlements(rules or Rules(), rows, ZONE))


def only(entitled: list[Entitlement]) -> tuple[str, str, Window]:
    (one,) = entitled
    return one.customer_id, one.item_id, one.window


@pytest.mark.parametrize("status", PassStatus)
def test_f50_f73_a_pass_opens_as_soon_as_it_is_there(status: PassStatus) -> None:
    """F50, F73: until it is used up or expires, however it was got."""
    entitled = found(passes=(held(status=status),))
    if status in (PassStatus.VALID, PassStatus.IN_USE):
        assert only(entitled) == ("c1", "pass:day", Window(clock("10:00"), FOREVER))
    else:
        assert entitled == []


def test_f65_a_pass_ends_when_it_expires() -> None:
    """F65."""
    assert only(found(passes=(held(valid_until=clock("12:00")),)))[2] == Window(clock("10:00"), clock("12:00"))
    assert found(passes=(held(valid_until=clock("10:00")),)) == []


@cases(
    "of, on, opens",
    {
        "both open": ({}, {}, Window(ALWAYS, FOREVER)),
        "F74 until the contract is cancelled": ({"ends_at": clock("12:00")}, {}, Window(ALWAYS, clock("12:00"))),
        "the desk began later": ({}, {"starts_at": clock("09:00")}, Window(clock("09:00"), FOREVER)),
        "the desk was given back earlier": (
            {"ends_at": clock("12:00")},
            {"ends_at": clock("11:00")},
            Window(ALWAYS, clock("11:00")),
        ),
        "they never meet": ({"ends_at": clock("09:00")}, {"starts_at": clock("09:00")}, None),
        "an ended contract": ({"status": MembershipStatus.ENDED}, {}, None),
    },
)
def test_f52_f74_a_desk_opens_while_its_contract_holds(
    of: dict[str, Any], on: dict[str, Any], opens: Window | None
) -> None:
    """F52, F74."""
    entitled = [
        one for one in found(memberships=(membership(**of),), assignments=(desk(**on),)) if "desk" in one.item_id
    ]
    assert [one.window for one in entitled] == ([opens] if opens else [])


def test_a_desk_without_its_contract_opens_nothing() -> None:
    assert found(assignments=(desk(membership_id="gone"),)) == []


@cases(
    "bounds, allowed, windows",
    {
        "no bounds": ({}, False, []),
        "F74 a pause with bounds is cut out": (
            {"paused_from": clock("10:00"), "paused_until": clock("11:00")},
            False,
            [Window(ALWAYS, clock("10:00")), Window(clock("11:00"), FOREVER)],
        ),
        "a pause with no end in sight": ({"paused_from": clock("10:00")}, False, [Window(ALWAYS, clock("10:00"))]),
        "pauses do not matter here": ({"paused_from": clock("10:00")}, True, [Window(ALWAYS, FOREVER)]),
    },
)
def test_a_paused_contract(bounds: dict[str, Any], allowed: bool, windows: list[Window]) -> None:
    paused = membership(status=MembershipStatus.PAUSED, **bounds)
    assert [one.window for one in found(Rules(paused_opens=allowed), memberships=(paused,))] == windows


def test_a_pause_opens_nothing_where_running_plans_open_nothing() -> None:
    """Around its pause a paused plan is an active one, and no more than that."""
    paused = membership(status=MembershipStatus.PAUSED, paused_from=clock("10:00"), paused_until=clock("11:00"))
    for allowed in (True, False):
        rules = Rules(membership_statuses=frozenset({MembershipStatus.ENDED}), paused_opens=allowed)
        assert found(rules, memberships=(paused,)) == []


@cases(
    "inherit, relation, who",
    {
        "F78 a co-member": (Relation.CO_MEMBER, Relation.CO_MEMBER, ["c1", "c2"]),
        "a team does not": (Relation.CO_MEMBER, Relation.TEAM, ["c1"]),
        "nobody inherits": (None, Relation.CO_MEMBER, ["c1"]),
    },
)
def test_f78_co_members_have_what_the_main_member_has(
    inherit: Relation | None, relation: Relation, who: list[str]
) -> None:
    """F78: what is held, but not what is booked."""
    rules = Rules(inherit=frozenset({inherit}) if inherit else frozenset())
    link = CustomerLink(source_id="l1", customer_id="c2", related_customer_id="c1", relation=relation)
    twice = CustomerLink(source_id="l2", customer_id="c2", related_customer_id="c1", relation=relation)
    entitled = found(rules, memberships=(membership(),), bookings=(booking("9"),), links=(link, twice))
    assert [one.customer_id for one in entitled if one.item_id == "product:gold"] == who
    assert [one.customer_id for one in entitled if one.item_id == "unit:a"] == ["c1"]
    assert {one.reason for one in entitled if one.customer_id == "c2"} <= {"membership 1 of c1"}


def test_f76_a_co_member_ends_with_the_main_member() -> None:
    """F76, F78: inactivating the main member ends the access of all."""
    people = (customer("c1", active=False), customer("c2", parent_customer_id="c1"))
    assert found(customers=people, memberships=(membership(customer_id="c2"),)) == []


@pytest.mark.parametrize("approval", Approval)
def test_f93_only_an_approved_visitor_comes_up(approval: Approval) -> None:
    """F93: one who is held at the desk is fetched by the host."""
    entitled = found(visitors=(visitor(approval=approval),))
    assert bool(entitled) is (approval in (Approval.NOT_REQUIRED, Approval.GRANTED))


def test_a_visitor_may_stay_until_midnight_of_the_place() -> None:
    assert only(found(visitors=(visitor(),))) == (
        "visitor:v1",
        VISITORS_ITEM,
        Window(clock("09:45"), utc("2026-03-02T23:00:00")),
    )


def test_a_visitor_of_a_booking_stays_as_long_and_opens_what_it_opens() -> None:
    entitled = found(bookings=(booking("9"),), visitors=(visitor(booking_id="9", host_customer_id="c1"),))
    assert [(one.customer_id, one.item_id, one.window) for one in entitled if one.reason == "visitor v1"] == [
        ("visitor:v1", "unit:a", Window(clock("09:45"), clock("11:15")))
    ]


@cases(
    "booked, opens",
    {
        "F93 by what is booked": (
            VisitorsOpen.BOOKED,
            ("unit:a", Window(clock("09:45"), clock("11:15"))),
        ),
        "F93 by the visitors' own group only": (
            VisitorsOpen.VISITORS,
            (VISITORS_ITEM, Window(clock("09:30"), clock("11:05"))),
        ),
    },
)
def test_f93_what_a_visitor_of_a_booking_opens(booked: VisitorsOpen, opens: tuple[str, Window]) -> None:
    """F93: with the lead and tail of what is opened; whoever booked has the room either way."""
    mapping = (
        ItemMapping(item="unit:a", groups=("Studio A",)),
        ItemMapping(item=VISITORS_ITEM, groups=("Lobby",), before_minutes=30, after_minutes=5),
    )
    rows = SourceRows(customers=(customer(),), bookings=(booking("9"),), visitors=(visitor(booking_id="9"),))
    said = {one.reason: one for one in entitlements(Rules(visitors_open=booked), rows, "Europe/Amsterdam", mapping)}
    assert (said["visitor v1"].item_id, said["visitor v1"].window) == opens
    assert said["booking 9"].item_id == "unit:a"


@cases(
    "changes",
    {
        "of nobody who is here": {"host_customer_id": "gone"},
        "for a booking that is gone": {"booking_id": "gone"},
        "for a booking that does not open": {"booking_id": "9"},
        "who left before": {"departed_at": clock("09:00")},
    },
)
def test_a_visitor_stays_outside(changes: dict[str, Any]) -> None:
    closed = booking("9", status=BookingStatus.TENTATIVE)
    assert found(bookings=(closed,), visitors=(visitor(**changes),)) == []


@cases(
    "row, customers",
    {
        "not paid": ({"payment_status": PaymentStatus.UNPAID}, (customer(),)),
        "F76 of somebody inactive": ({}, (customer(active=False),)),
        "cancelled": ({"status": BookingStatus.CANCELLED, "cancelled_at": clock("10:30")}, (customer(),)),
    },
)
def test_a_visitor_comes_for_a_booking_that_opens_for_its_customer(row: dict[str, Any], customers: tuple[Any]) -> None:
    """F76, F93: what keeps the customer out keeps the visitor out."""
    entitled = found(
        Rules(require_paid=True),
        customers=customers,
        bookings=(booking("9", **row),),
        visitors=(visitor(booking_id="9"),),
    )
    assert [one for one in entitled if one.reason == "visitor v1"] == []


def test_a_visitor_who_left_is_out() -> None:
    left = visitor(departed_at=clock("10:00") + timedelta(minutes=5))
    assert only(found(visitors=(left,)))[2] == Window(clock("09:45"), clock("10:05"))


@cases(
    "codes, raw, status, opens",
    {
        "F61 a listed code": (["30", "23"], "30 PAID", BookingStatus.CONFIRMED, True),
        "F62 a code that is not listed": (["30"], "20 OPEN", BookingStatus.CONFIRMED, False),
        "F61 its meaning does not matter": (["40"], "40 CHANGED", BookingStatus.UNKNOWN, True),
        "no codes, so the meaning counts": ([], "20 OPEN", BookingStatus.CONFIRMED, True),
        "a longer code is another one": (["3"], "30 PAID", BookingStatus.CONFIRMED, False),
    },
)
def test_f61_f62_statuses_by_the_vendors_code(codes: list[str], raw: str, status: BookingStatus, opens: bool) -> None:
    """F61, F62, S1: multi-select of codes."""
    rules = Rules(status_codes=frozenset(codes))
    assert (booking_entitlement(rules, booking(status=status, status_raw=raw)) is not None) is opens
