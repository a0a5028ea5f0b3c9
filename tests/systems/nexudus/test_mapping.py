"""Records of every list to canonical rows (booking-systems §2.6, canonical §5)."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from saltoks.core.model.canonical import (
    Approval,
    BookingStatus,
    Completeness,
    MembershipStatus,
    PaymentStatus,
    Relation,
)
from systems.nexudus.rig import BOOKINGS, CONTRACTS, CUSTOMERS, NOON, PASSES, House, by_id, utc


def test_the_house_comes_whole_and_without_anything_to_say(house: House) -> None:
    extract = house.read(full=True)
    assert (extract.completeness, extract.problems, extract.rejected) == (Completeness.COMPLETE, (), ())
    assert {table: len(rows) for table, rows in extract.rows.items()} == {
        "locations": 2, "customers": 6, "items": 10, "bookings": 6, "memberships": 3,
        "passes": 2, "assignments": 3, "visitors": 2, "customer_links": 1,
    }  # fmt: skip
    assert extract.accepted["customers"] == 5, "the stand-in for calendar blocks is ours, not the source's"


def test_resources_passes_desks_and_plans_are_items_with_the_vendors_group_as_a_hint(house: House) -> None:
    """F50, F51, F52"""
    items = by_id(house.read(), "items")
    assert {name: (item.item_type, item.group_hint) for name, item in items.items() if item.group_hint} == {
        "resource:101": ("resource", "g-board"),
        "pass:7": ("pass", "g-front"),
        "desk:33": ("office", "g-office"),
    }
    assert items["desk:34"].item_type == items["desk:35"].item_type == "desk"
    assert items["product:5"].name == "Resident"


def test_an_archived_item_is_inactive_and_a_hidden_one_is_not(house: House) -> None:
    house.admin.put("spaces/resources", 101, Archived=True)
    house.admin.put("spaces/resources", 102, Visible=False)
    items = by_id(house.read(), "items")
    assert (items["resource:101"].active, items["resource:102"].active) == (False, True)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param({}, BookingStatus.CONFIRMED, id="confirmed"),
        pytest.param({"Tentative": True}, BookingStatus.TENTATIVE, id="tentative"),
        pytest.param({"CheckedInAt": "2031-03-27T08:55:00Z"}, BookingStatus.CHECKED_IN, id="checked in"),
        pytest.param(
            {"Tentative": True, "CheckedInAt": "2031-03-27T08:55:00Z"}, BookingStatus.TENTATIVE, id="both at once"
        ),
        pytest.param({"CoworkerId": None}, BookingStatus.BLOCKED, id="calendar block"),
        pytest.param({"Tentative": None}, BookingStatus.UNKNOWN, id="nothing is said"),
    ],
)
def test_the_status_of_a_booking_comes_from_three_fields(
    house: House, fields: dict[str, Any], status: BookingStatus
) -> None:
    house.admin.put(BOOKINGS, 9001, **fields)
    assert by_id(house.read(), "bookings")["9001"].status is status


def test_a_calendar_block_belongs_to_a_customer_who_is_nobody(house: House) -> None:
    extract = house.read()
    block = by_id(extract, "bookings")["9004"]
    assert not by_id(extract, "customers")[block.customer_id].active


@pytest.mark.parametrize(
    ("fields", "payment"),
    [
        ({"CoworkerInvoiceId": 1, "CoworkerInvoicePaid": True}, PaymentStatus.PAID),
        ({"CoworkerInvoiceId": 1, "CoworkerInvoicePaid": False}, PaymentStatus.UNPAID),
        ({}, PaymentStatus.UNKNOWN),
    ],
)
def test_an_invoice_tells_whether_a_booking_is_paid(
    house: House, fields: dict[str, Any], payment: PaymentStatus
) -> None:
    house.admin.put(BOOKINGS, 9001, **fields)
    assert by_id(house.read(), "bookings")["9001"].payment_status is payment


def test_a_booking_that_ends_before_it_starts_is_rejected_by_its_own_id(house: House) -> None:
    house.admin.put(BOOKINGS, 9001, ToTime="2031-03-27T08:00:00Z")
    extract = house.read()
    (rejected,) = extract.rejected
    assert (rejected.table, rejected.source_id, rejected.field) == ("bookings", "9001", "ToTime")
    assert extract.completeness is Completeness.COMPLETE


def test_customers_are_cleaned_and_split_into_names(house: House) -> None:
    house.admin.put(CUSTOMERS, 1003, Email="not an address", LandLine="0031 20 123 4567")
    customers = by_id(house.read(), "customers")
    ada, cy = customers["1001"], customers["1003"]
    assert (ada.email, ada.phone, ada.first_name, ada.last_name) == (
        "ada@lime.example", "+31612345678", "Ada", "Lime",
    )  # fmt: skip
    assert (cy.email, cy.phone) == (None, "+31201234567")
    assert customers["1002"].first_name == "Bo van"


@pytest.mark.parametrize(
    ("fields", "active"),
    [
        ({}, True),
        ({"Active": False}, False),
        ({"Archived": True}, False),
        ({"Active": None}, False),
    ],
)
def test_only_an_active_customer_who_is_not_archived_is_one(house: House, fields: dict[str, Any], active: bool) -> None:
    """F76"""
    house.admin.put(CUSTOMERS, 1001, **fields)
    assert by_id(house.read(), "customers")["1001"].active is active


def test_members_of_a_team_belong_to_the_one_who_pays(house: House) -> None:
    """F78"""
    (link,) = house.read().rows["customer_links"]
    assert (link.customer_id, link.related_customer_id, link.relation) == ("1002", "1001", Relation.TEAM)


@pytest.mark.parametrize(
    ("code", "approval"),
    [
        (1, Approval.NOT_REQUIRED),
        (2, Approval.PENDING),
        (3, Approval.REJECTED),
        (4, Approval.HOLD),
        (5, Approval.GRANTED),
        (9, Approval.UNKNOWN),
        (None, Approval.UNKNOWN),
    ],
)
def test_what_the_host_said_about_a_visitor(house: House, code: int | None, approval: Approval) -> None:
    """F93"""
    house.admin.put("spaces/visitors", 801, HostApprovalStatus=code)
    assert by_id(house.read(), "visitors")["801"].approval is approval


def test_a_visitor_comes_for_the_booking_that_was_added_last(house: House) -> None:
    """F93"""
    house.admin.set_clock(utc(27, 10))
    house.admin.put("spaces/bookingvisitors", 840, VisitorId=801, BookingId=9003)
    visitor = by_id(house.read(), "visitors")["801"]
    assert (visitor.booking_id, visitor.host_customer_id, visitor.expected_at) == ("9003", "1001", utc(27, 9, 30))


def test_secrets_and_notes_reach_neither_rows_nor_quarantine(house: House) -> None:
    house.admin.put(CUSTOMERS, 1001, FullName=None)
    house.admin.put(CONTRACTS, 501, TariffId=None)
    house.admin.put(PASSES, 601, TimePassId="seven")
    house.admin.put("spaces/visitors", 801, ExpectedArrival="soon")
    extract = house.read()
    assert {(one.table, one.source_id, one.field) for one in extract.rejected} == {
        ("customers", "1001", "FullName"),
        ("memberships", "501", "TariffId"),
        ("passes", "601", "TimePassId"),
        ("visitors", "801", "ExpectedArrival"),
    }
    everything = json.dumps([asdict(row) for rows in extract.rows.values() for row in rows], default=str)
    everything += json.dumps([asdict(one) for one in extract.rejected])
    assert "planted" not in everything
    assert "Ada" not in "".join(extract.problems) + "".join(one.reason for one in extract.rejected)


def test_only_the_locations_of_the_site_are_read(house: House) -> None:
    house.settings["businesses"] = [20]
    extract = house.read()
    assert sorted(by_id(extract, "locations")) == ["20"]
    assert sorted(by_id(extract, "bookings")) == ["9005"]
    assert "resource:101" not in by_id(extract, "items")
    assert extract.rows["memberships"] == extract.rows["passes"] == extract.rows["visitors"] == ()
    assert extract.completeness is Completeness.COMPLETE
    assert extract.rejected == ()


def test_the_status_of_everything_is_that_of_the_moment_of_the_read(house: House) -> None:
    assert by_id(house.read(at=NOON), "memberships")["503"].status is MembershipStatus.SCHEDULED
    assert by_id(house.read(at=utc(1, month=4)), "memberships")["503"].status is MembershipStatus.ACTIVE
