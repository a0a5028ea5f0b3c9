"""Contracts with their desks, and passes: what a customer holds beyond bookings (booking-systems §2.6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from saltoks.core.model.canonical import MembershipStatus, PassStatus
from systems.nexudus.rig import CONTRACTS, DESKS, PASSES, House, by_id, utc


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param({}, MembershipStatus.ACTIVE, id="active"),
        pytest.param({"StartDate": "2031-04-01T00:00:00+02:00"}, MembershipStatus.SCHEDULED, id="starts later"),
        pytest.param({"CancellationDate": "2031-03-28T00:00:00+01:00"}, MembershipStatus.ACTIVE, id="ends tomorrow"),
        pytest.param({"CancellationDate": "2031-03-27T00:00:00+01:00"}, MembershipStatus.ENDED, id="ends today"),
        pytest.param({"Active": False}, MembershipStatus.INACTIVE, id="inactive"),
        pytest.param({"Active": None}, MembershipStatus.UNKNOWN, id="nothing is said"),
        pytest.param({"Cancelled": True}, MembershipStatus.CANCELLED, id="cancelled without a date"),
        pytest.param({"InPausedPeriod": True}, MembershipStatus.PAUSED, id="paused"),
    ],
)
def test_the_status_of_a_contract(house: House, fields: dict[str, Any], status: MembershipStatus) -> None:
    """F74, F76"""
    house.admin.put(CONTRACTS, 501, **fields)
    assert by_id(house.read(), "memberships")["501"].status is status


def test_a_pause_keeps_its_dates(house: House) -> None:
    house.admin.put(
        CONTRACTS, 501, InPausedPeriod=True, InPausedPeriodFrom="2031-03-01T00:00:00Z", InPausedPeriodUntil=None
    )
    paused = by_id(house.read(), "memberships")["501"]
    assert (paused.paused_from, paused.paused_until) == (utc(1), None)


@pytest.mark.parametrize(
    ("inclusive", "ends_at"),
    [
        pytest.param(False, utc(30, 22), id="until the day of cancellation begins"),
        pytest.param(True, utc(31, 22), id="until it ends"),
    ],
)
def test_a_contract_ends_at_midnight_of_its_location(house: House, inclusive: bool, ends_at: datetime) -> None:
    """F65, F74, T27: the day of cancellation is the first in summer time."""
    house.settings["cancellation_inclusive"] = inclusive
    extract = house.read()
    contract = by_id(extract, "memberships")["502"]
    assert (contract.starts_at, contract.ends_at) == (utc(28, 23, month=2), ends_at)
    assert by_id(extract, "assignments")["502:desk:35"].ends_at == ends_at


def test_a_contract_that_is_cancelled_on_its_first_day_never_holds_and_is_not_kept_as_it_was(house: House) -> None:
    house.admin.put(CONTRACTS, 503, CancellationDate="2031-04-01T00:00:00+02:00", Cancelled=True)
    extract = house.read()
    contract = by_id(extract, "memberships")["503"]
    assert (contract.status, contract.starts_at) == (MembershipStatus.ENDED, None)
    assert extract.rejected == ()


def test_a_desk_is_assigned_if_either_side_says_so(house: House) -> None:
    """F52"""
    house.admin.put(CONTRACTS, 501, FloorPlanDeskIds="33, ,34,")
    house.admin.put(DESKS, 33, CoworkerContractIds="")
    house.admin.put(DESKS, 35, CoworkerContractIds="502,501,999999")
    assigned = by_id(house.read(), "assignments")
    assert sorted(assigned) == ["501:desk:33", "501:desk:34", "501:desk:35", "502:desk:35"]
    assert assigned["501:desk:35"].customer_id == "1001"


@pytest.mark.parametrize(
    ("fields", "status", "valid_until"),
    [
        pytest.param({}, PassStatus.VALID, None, id="unused"),
        pytest.param(
            {"Used": True, "UsedDate": "2031-03-27T08:00:00Z"}, PassStatus.IN_USE, utc(27, 23), id="used today"
        ),
        pytest.param(
            {"Used": True, "UsedDate": "2031-03-26T23:30:00Z"},
            PassStatus.IN_USE,
            utc(27, 23),
            id="used today by its own clock, yesterday by ours",
        ),
        pytest.param(
            {"Used": True, "UsedDate": "2031-03-26T12:00:00Z"}, PassStatus.EXHAUSTED, utc(26, 23), id="used yesterday"
        ),
        pytest.param({"Used": True}, PassStatus.EXHAUSTED, None, id="used some day"),
        pytest.param(
            {"Used": True, "UsedDate": "2031-03-27T08:00:00Z", "TimePassId": 8},
            PassStatus.EXHAUSTED,
            utc(27, 23),
            id="a pass by the hour is used up",
        ),
        pytest.param({"ExpireDate": "2031-03-27T08:59:00Z"}, PassStatus.EXPIRED, utc(27, 8, 59), id="expired just now"),
        pytest.param({"ExpireDate": "2031-03-27T10:00:00Z"}, PassStatus.VALID, utc(27, 10), id="expires at ten"),
        pytest.param({"ExpireDate": "2031-03-27"}, PassStatus.VALID, utc(27, 23), id="a bare day, to its end"),
        pytest.param(
            {"ExpireDate": "2031-03-30T00:00:00+01:00"}, PassStatus.VALID, utc(30, 22), id="the day of the clock change"
        ),
        pytest.param({"Used": None}, PassStatus.UNKNOWN, None, id="nothing is said"),
        pytest.param({"RemainingUses": 0}, PassStatus.VALID, None, id="the number of uses decides nothing"),
    ],
)
def test_a_pass_is_good_from_the_start_until_it_is_used_up_or_expires(
    house: House, fields: dict[str, Any], status: PassStatus, valid_until: datetime | None
) -> None:
    """F50, F73, T27"""
    house.admin.put(PASSES, 601, **({"ExpireDate": None} | fields))
    held = by_id(house.read(), "passes")["601"]
    assert (held.status, held.valid_from, held.valid_until) == (status, utc(20, 12), valid_until)


def test_a_pass_that_was_made_to_end_before_it_began_is_over_and_not_kept_as_it_was(house: House) -> None:
    house.admin.put(PASSES, 601, ExpireDate="2031-03-01T10:00:00Z")
    extract = house.read()
    held = by_id(extract, "passes")["601"]
    assert (held.status, held.valid_until) == (PassStatus.EXPIRED, utc(1, 10))
    assert held.valid_from < held.valid_until


def test_a_pass_of_a_contract_names_it(house: House) -> None:
    house.admin.put(CONTRACTS, 501, UniqueId="8A1F-ABC")
    house.admin.put(PASSES, 601, CoworkerContractUniqueId="8a1f-abc")
    assert by_id(house.read(), "passes")["601"].membership_id == "501"
