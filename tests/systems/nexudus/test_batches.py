"""Records asked for by ids come bare and lack fields; any list may be bare (booking-systems §2.1, §2.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saltoks.core.model.canonical import Completeness, Extract
from saltoks.systems.nexudus.stand_in import Fault, NexudusSandbox, load_world
from saltoks.systems.nexudus.stand_in.shapes import SHAPES
from systems.nexudus.rig import BOOKINGS, CONTRACTS, CUSTOMERS, DESKS, NOON, House, by_id, utc

LATER = NOON + timedelta(minutes=15)
LONG_AGO = "2031-03-01T00:00:00Z"


@pytest.fixture(params=["array", "envelope"])
def ticking(request: pytest.FixtureRequest, house: House) -> House:
    """A house at noon, three hours after its sweep; in either shape of batches."""
    house.admin.options(batches=request.param)
    house.sweep()
    house.admin.set_clock(utc(27, 12))
    house.watermarks = dict.fromkeys(house.watermarks, utc(27, 11))
    return house


def tick(house: House, *told: str) -> Extract:
    """One tick of a whole extract that tells nothing but what is said here."""
    extract = house.read(at=utc(27, 12))
    assert extract.completeness is Completeness.COMPLETE
    assert [note.partition(" cannot be read")[0] for note in extract.problems] == list(told)
    return extract


def test_a_desk_that_is_given_silently_opens_with_the_next_tick(ticking: House) -> None:
    """F52, F74"""
    ticking.admin.put(DESKS, 34, CoworkerContractIds="503", UpdatedOn=LONG_AGO)
    assert "503:desk:34" in by_id(tick(ticking), "assignments")


@pytest.mark.parametrize("left", ["35", "", None], ids=["another desk", "no desk", "null"])
def test_a_desk_that_both_sides_deny_is_gone(ticking: House, left: str | None) -> None:
    """F52, F74: the contract changed without saying so."""
    ticking.admin.put(CONTRACTS, 501, FloorPlanDeskIds=left, Desks=[35] if left else [], UpdatedOn=LONG_AGO)
    ticking.admin.put(DESKS, 33, CoworkerContractIds=None)
    ticking.admin.put(DESKS, 35, CoworkerContractIds="502,501" if left else "502")
    held = {name for name in by_id(tick(ticking), "assignments") if name.startswith("501:")}
    assert held == ({"501:desk:35"} if left else set())


@pytest.mark.parametrize("side", ["contract", "desk"])
def test_a_desk_that_one_side_still_names_stays(ticking: House, side: str) -> None:
    if side == "contract":
        ticking.admin.put(DESKS, 33, CoworkerContractIds="")
    else:
        ticking.admin.put(CONTRACTS, 501, FloorPlanDeskIds="34", Desks=[34], UpdatedOn=LONG_AGO)
    assert {"501:desk:33", "501:desk:34"} <= set(by_id(tick(ticking), "assignments"))


def test_a_desk_of_which_nobody_can_read_whose_it_is_stays(ticking: House) -> None:
    ticking.admin.put(DESKS, 33, CoworkerContractIds=7)
    ticking.admin.put(CONTRACTS, 501, FloorPlanDeskIds="", Desks=[], UpdatedOn=LONG_AGO)
    told = "sys/floorplandesks 33: CoworkerContractIds"
    assert "501:desk:33" in by_id(tick(ticking, told), "assignments")


def test_a_contract_that_is_quarantined_keeps_its_desks(ticking: House) -> None:
    ticking.admin.put(CONTRACTS, 501, TariffId=None)
    extract = tick(ticking)
    assert [one.source_id for one in extract.rejected] == ["501"]
    assert {"501:desk:33", "501:desk:34"} <= set(by_id(extract, "assignments"))


def test_a_deleted_contract_has_no_desks_any_more(ticking: House) -> None:
    ticking.admin.drop(CONTRACTS, 501)
    ticking.admin.put(DESKS, 33, CoworkerContractIds="")
    assert not any(name.startswith("501:") for name in by_id(tick(ticking), "assignments"))


def test_what_a_batch_does_not_fill_overwrites_nothing(ticking: House) -> None:
    """The cancellation date, the telephone and the address are null in batches and known from the record itself."""
    ticking.admin.put(CUSTOMERS, 3001, FullName="Late Comer", Email="late@new.example", MobilePhone="+31612345678",
                      Archived=True, UpdatedOn=LONG_AGO)  # fmt: skip
    ticking.admin.put(BOOKINGS, 9100, ResourceId=101, CoworkerId=3001, FromTime="2031-03-27T13:00:00Z",
                      ToTime="2031-03-27T14:00:00Z")  # fmt: skip
    ticking.admin.put(CONTRACTS, 520, CoworkerId=1003, TariffId=5, IssuedById=10, StartDate="2031-01-01T00:00:00+01:00",
                      CancellationDate="2031-03-20T00:00:00+01:00", UpdatedOn=LONG_AGO)  # fmt: skip
    ticking.admin.put(DESKS, 34, CoworkerContractIds="520")
    ticking.admin.put("spaces/visitors", 801, UpdatedOn=LONG_AGO)
    ticking.admin.put("spaces/bookingvisitors", 852, VisitorId=801, BookingId=9003)
    extract = tick(ticking)
    late = by_id(extract, "customers")["3001"]
    assert (late.email, late.phone, late.active) == ("late@new.example", "+31612345678", False)
    assert by_id(extract, "memberships")["520"].ends_at == utc(19, 23)
    assert (by_id(extract, "visitors")["801"].email, by_id(extract, "visitors")["801"].booking_id) == (
        "flo@guest.example", "9003",
    )  # fmt: skip


@pytest.mark.parametrize("count", [3, 60], ids=["one by one", "out of the list"])
def test_a_batch_that_is_cut_short_is_asked_for_the_rest(ticking: House, count: int) -> None:
    for number in range(3000, 3000 + count):
        ticking.admin.put(CUSTOMERS, number, FullName="Late Comer", UpdatedOn=LONG_AGO)
        ticking.admin.put(BOOKINGS, number, ResourceId=102, CoworkerId=number, FromTime="2031-03-28T10:00:00Z",
                          ToTime="2031-03-28T11:00:00Z")  # fmt: skip
    ticking.settings["page_size"] = 25
    ticking.admin.faults(Fault("short", route=CUSTOMERS, keep=2, skip=1, times=1))
    extract = ticking.read(at=utc(27, 12))
    assert {str(number) for number in range(3000, 3000 + count)} <= set(by_id(extract, "customers"))


@pytest.mark.parametrize("page_size", [1, 2, 5, 200])
def test_every_list_may_be_a_bare_array(house: House, page_size: int) -> None:
    """T2: without a total, the end is a page that brings nothing new."""
    usual = house.read(full=True)
    house.admin.options(bare=True)
    house.settings["page_size"] = page_size
    extract = house.read(full=True)
    assert (extract.completeness, extract.problems) == (Completeness.COMPLETE, ())
    assert extract.rows == usual.rows


def test_a_bare_house_without_any_booking_is_still_doubted(house: House) -> None:
    """T1"""
    house.admin.options(bare=True)
    house.sweep()
    for number in range(9001, 9007):
        house.admin.drop(BOOKINGS, number)
    assert house.read(at=LATER).completeness is Completeness.INCOMPLETE


def test_a_team_that_somebody_else_pays_for_is_theirs_with_the_next_tick(ticking: House) -> None:
    """F78: teams are read whole, so their links are judged as whole although their members did not change."""
    ticking.admin.put("spaces/teams", 70, PayingMemberId=1003, UpdatedOn=LONG_AGO)
    links = by_id(tick(ticking), "customer_links")
    assert {one.customer_id: one.related_customer_id for one in links.values()} == {"1001": "1003", "1002": "1003"}


@pytest.mark.parametrize("gone", ["team", "member", "payer"])
def test_a_link_that_nobody_tells_any_more_is_gone(ticking: House, gone: str) -> None:
    """F78"""
    if gone == "team":
        ticking.admin.drop("spaces/teams", 70)
    elif gone == "member":
        ticking.admin.put("spaces/teams", 70, TeamMembers=[1001])
        ticking.admin.put(CUSTOMERS, 1002, TeamIds="")
    else:
        ticking.admin.put("spaces/teams", 70, PayingMemberId=None, UpdatedOn=LONG_AGO)
    assert by_id(tick(ticking), "customer_links") == {}


def test_a_team_that_changed_tells_its_members(ticking: House) -> None:
    """F78"""
    ticking.admin.put("spaces/teams", 70, TeamMembers=[1001, 1002, 1003])
    assert {one.customer_id for one in by_id(tick(ticking), "customer_links").values()} == {"1002", "1003"}


def test_a_user_who_may_only_read_lists_gets_whole_records_out_of_them() -> None:
    """The vendor has a role for each: a customer whom a batch leaves half empty is looked up in the list."""
    world = load_world("house")
    listing = [f"{shape.name}-List" for shape in SHAPES.values()]
    users = [user.model_copy(update={"roles": listing}) for user in world.users]
    with NexudusSandbox(world.model_copy(update={"users": users})) as running:
        house = House(running.url, running.admin)
        house.sweep()
        house.watermarks = dict.fromkeys(house.watermarks, utc(27, 11))
        running.admin.put(CUSTOMERS, 3001, FullName="Late Comer", Email="late@new.example", UpdatedOn=LONG_AGO)
        running.admin.put(DESKS, 33, CoworkerContractIds="")
        running.admin.put(CONTRACTS, 501, CoworkerId=3001, FloorPlanDeskIds="34", Desks=[34], UpdatedOn=LONG_AGO)
        extract = tick(house)
    assert by_id(extract, "customers")["3001"].email == "late@new.example"
    assert "501:desk:34" in by_id(extract, "assignments")
    assert "501:desk:33" not in by_id(extract, "assignments")


def test_members_of_a_team_that_cannot_be_read_stay_and_it_is_said(ticking: House) -> None:
    """F78: who pays is told by the row in quarantine, who belongs to it by a note; both go by what was before."""
    ticking.admin.put("spaces/teams", 70, TeamMembers={"odd": 1})
    ticking.admin.put(CUSTOMERS, 1002, TeamIds="")
    assert set(by_id(tick(ticking, "spaces/teams 70: TeamMembers"), "customer_links")) == {"team:70:1002"}

    ticking.admin.put("spaces/teams", 70, TeamMembers=[1001, 1002], PayingMemberId=[])
    rejected = [(one.table, one.source_id, one.field) for one in tick(ticking).rejected]
    assert rejected == [("customer_links", f"team:70:{member}", "PayingMemberId") for member in (1001, 1002)]
