"""What a tick asks for, what it says about its reach, and what it takes over from the read before."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from saltoks.core.model.canonical import BookingStatus, Completeness, ExtractScope, TableScope
from systems.nexudus.rig import BOOKINGS, CONTRACTS, CUSTOMERS, DESKS, NOON, PASSES, House, by_id, utc

LATER = NOON + timedelta(minutes=15)
CHANGES = ("customers", "memberships", "passes", "visitors")


def test_a_sweep_is_the_whole_truth_of_everything_but_bookings(house: House) -> None:
    extract = house.read(full=True)
    window = TableScope(scope=ExtractScope.WINDOW, since=utc(25, 9), until=utc(26, 9, month=4))
    assert extract.reach["bookings"] == window
    assert {reach.scope for table, reach in extract.reach.items() if table != "bookings"} == {ExtractScope.SNAPSHOT}
    assert set(extract.reach) == set(extract.rows)


def test_a_tick_is_a_window_of_bookings_changes_and_the_small_tables_as_a_whole(house: House) -> None:
    house.sweep()
    extract = house.read(at=LATER)
    assert extract.reach["bookings"] == TableScope(
        scope=ExtractScope.WINDOW, since=utc(27, 7, 15), until=utc(29, 9, 15)
    )
    assert {table for table, reach in extract.reach.items() if reach.scope is ExtractScope.DELTA} == set(CHANGES)
    assert set(extract.accepted) == {"locations", "items", "bookings", "assignments", "customer_links"}


def test_a_first_tick_reads_everything_since_it_knows_no_changes(house: House) -> None:
    extract = house.read()
    assert {extract.reach[table].scope for table in CHANGES} == {ExtractScope.SNAPSHOT}


def test_a_quiet_tick_costs_one_call_a_list(house: House) -> None:
    """The budget of design §9: nothing is asked for row by row."""
    house.sweep()
    house.admin.set_clock(utc(27, 10))
    extract = house.remember(house.read(at=utc(27, 10)))
    house.admin.forget_calls()
    house.read(at=utc(27, 10, 15))
    counts = house.admin.count()
    # contracts that desks name are looked up in one more call, the visitors of the last minutes one by one
    assert counts.pop("billing/coworkercontracts") <= 2
    assert counts.pop("spaces/bookingvisitors") <= 3
    assert set(counts.values()) == {1}
    assert extract.completeness is Completeness.COMPLETE


@pytest.mark.parametrize(
    ("starts", "ends", "inside"),
    [
        pytest.param("2031-03-27T06:00:00Z", "2031-03-27T07:00:00Z", False, id="ends as the window begins"),
        pytest.param("2031-03-27T06:00:00Z", "2031-03-27T07:00:30Z", True, id="half a minute longer"),
        pytest.param("2031-03-29T08:59:30Z", "2031-03-29T10:00:00Z", True, id="starts just before its end"),
        pytest.param("2031-03-29T09:00:00Z", "2031-03-29T10:00:00Z", False, id="starts at its end"),
        pytest.param("2031-03-01T00:00:00Z", "2031-04-30T00:00:00Z", True, id="around all of it"),
    ],
)
def test_the_window_is_cut_to_the_second_on_our_side(house: House, starts: str, ends: str, inside: bool) -> None:
    house.admin.put(BOOKINGS, 9100, ResourceId=101, CoworkerId=1001, FromTime=starts, ToTime=ends)
    assert ("9100" in by_id(house.read(), "bookings")) is inside


def test_filters_are_whole_minutes_in_utc_with_a_day_to_spare(house: House) -> None:
    house.sweep()
    house.read(at=LATER + timedelta(seconds=42))
    queries = {call.route: call.query for call in house.admin.calls()}
    assert "from_Booking_ToTime=2031-03-26T07%3A15" in queries["spaces/bookings"]
    assert "to_Booking_FromTime=2031-03-30T09%3A15" in queries["spaces/bookings"]
    assert "from_Coworker_UpdatedOn=2031-03-27T08%3A50" in queries["spaces/coworkers"]


def test_a_watermark_is_the_latest_change_that_was_seen_and_never_the_present(house: House) -> None:
    house.sweep()
    house.admin.set_clock(utc(27, 9, 5))
    house.admin.put(CUSTOMERS, 1003, CompanyName="Plum")
    extract = house.read(at=LATER)
    assert extract.watermarks["customers"] == utc(27, 9, 5)
    assert extract.watermarks["passes"] == NOON
    assert house.read(at=utc(28, 9)).watermarks["customers"] == utc(27, 9, 5)


@pytest.mark.parametrize(("minutes", "seen"), [(9, True), (12, False)])
def test_changes_are_read_again_for_ten_minutes(house: House, minutes: int, seen: bool) -> None:
    house.sweep()
    house.admin.put(CUSTOMERS, 1003, UpdatedOn=(NOON - timedelta(minutes=minutes)).isoformat())
    assert ("1003" in by_id(house.read(at=LATER), "customers")) is seen


def test_a_changed_contract_and_pass_come_with_the_next_tick(house: House) -> None:
    """F73, F74: what is added counts at once."""
    house.sweep()
    house.admin.set_clock(utc(27, 12))
    house.admin.put(PASSES, 610, CoworkerId=1003, TimePassId=7, BusinessId=10)
    house.admin.put(CONTRACTS, 510, CoworkerId=1003, TariffId=5, IssuedById=10, StartDate="2031-03-27T00:00:00+01:00",
                    FloorPlanDeskIds="34")  # fmt: skip
    house.watermarks = {**house.watermarks, "memberships": utc(27, 11), "passes": utc(27, 11)}
    extract = house.read(at=utc(27, 12))
    assert sorted(by_id(extract, "passes")) == ["610"]
    assert by_id(extract, "passes")["610"].valid_from == utc(27, 12)
    assert "510:desk:34" in by_id(extract, "assignments")


def test_a_desk_that_is_given_to_an_unchanged_contract_is_noticed(house: House) -> None:
    """F52, F74: the contract itself does not say that it was changed."""
    house.sweep()
    house.watermarks = {**house.watermarks, "memberships": utc(27, 11)}
    house.admin.put(DESKS, 34, CoworkerContractIds="503")
    assert "503:desk:34" in by_id(house.read(at=utc(27, 12)), "assignments")


def test_customers_that_rows_name_and_nobody_has_yet_are_looked_up_in_chunks(house: House) -> None:
    house.sweep()
    for number in range(3000, 3060):
        house.admin.put(CUSTOMERS, number, FullName="Late Comer", UpdatedOn="2031-03-01T00:00:00Z")
        house.admin.put(BOOKINGS, number, ResourceId=102, CoworkerId=number, FromTime="2031-03-28T10:00:00Z",
                        ToTime="2031-03-28T11:00:00Z")  # fmt: skip
    house.admin.forget_calls()
    extract = house.read(at=LATER)
    assert {str(number) for number in range(3000, 3060)} <= set(by_id(extract, "customers"))
    assert house.admin.count()["spaces/coworkers"] == 4, "changes, two chunks, and the list, as chunks lack fields"
    assert extract.watermarks["customers"] == NOON, "what was looked up says nothing about other changes"
    house.remember(extract)
    house.admin.forget_calls()
    house.read(at=LATER)
    assert house.admin.count()["spaces/coworkers"] == 1


@pytest.mark.parametrize("original_id", ["number", "guid"])
def test_a_cancelled_booking_is_told_with_its_own_id_and_time(house: House, original_id: str) -> None:
    """T10: whether the number or the GUID says which booking it was."""
    house.admin.options(original_id=original_id)
    house.sweep()
    house.admin.set_clock(utc(27, 9, 10))
    house.admin.cancel(9001)
    bookings = by_id(house.read(at=LATER), "bookings")
    cancelled = bookings["9001"]
    assert (cancelled.status, cancelled.cancelled_at) == (BookingStatus.CANCELLED, utc(27, 9, 10))
    assert (cancelled.item_id, cancelled.customer_id) == ("resource:101", "1001")
    assert not any(one.startswith("cancelled:") for one in bookings)


def test_a_cancelled_booking_that_nobody_ever_saw_is_a_row_of_its_own(house: House) -> None:
    """T10"""
    house.admin.options(original_id="guid")
    house.admin.cancel(9001)
    assert by_id(house.read(), "bookings")["cancelled:900001"].status is BookingStatus.CANCELLED


@pytest.mark.parametrize("shape", ["{{{}}}", "{}", "urn:uuid:{}", " {} "])
def test_a_guid_is_the_same_however_it_is_written(house: House, shape: str) -> None:
    house.sweep()
    (guid,) = [one for one, booking in house.rows.booking_uids.items() if booking == "9001"]
    house.admin.cancel(9001)
    house.admin.put("spaces/cancelledbookings", 900_001, OriginalBookingId=shape.format(guid.upper()))
    plain = by_id(house.read(at=LATER), "bookings")
    house.admin.put("spaces/cancelledbookings", 900_001, OriginalBookingId=guid.replace("-", ""))
    assert by_id(house.read(at=LATER), "bookings")["9001"] == plain["9001"]


@pytest.mark.parametrize("original", ["9001", "guid"])
def test_a_booking_in_both_lists_is_cancelled_unless_it_was_changed_since(house: House, original: str) -> None:
    house.admin.put(BOOKINGS, 9001, UniqueId="{ABCD-1}")
    fields = {"ResourceId": 101, "CoworkerId": 1001, "FromTime": "2031-03-27T09:00:00Z",
              "ToTime": "2031-03-27T10:30:00Z", "CancelledOn": "2031-03-27T09:00:00Z",
              "OriginalBookingId": "abcd-1" if original == "guid" else original}  # fmt: skip
    house.admin.put("spaces/cancelledbookings", 77, **fields)
    assert by_id(house.read(), "bookings")["9001"].status is BookingStatus.CANCELLED
    house.admin.set_clock(utc(27, 9, 1))
    house.admin.put(BOOKINGS, 9001)
    assert by_id(house.read(), "bookings")["9001"].status is BookingStatus.CONFIRMED


def test_a_hard_delete_leaves_a_whole_window_in_which_the_booking_is_missing(house: House) -> None:
    """F148: no list tells of it, so only the reach of the window does."""
    house.sweep()
    house.admin.drop(BOOKINGS, 9001)
    extract = house.read(at=LATER)
    assert "9001" not in by_id(extract, "bookings")
    assert (extract.completeness, extract.reach["bookings"].scope) == (Completeness.COMPLETE, ExtractScope.WINDOW)


def test_a_hard_deleted_contract_is_missing_from_the_sweep(house: House) -> None:
    house.sweep()
    house.admin.drop(CONTRACTS, 503)
    assert "503" not in by_id(house.read(full=True), "memberships")


def test_a_changed_visitor_keeps_the_booking_that_was_linked_before(house: House) -> None:
    """F93"""
    house.sweep()
    house.watermarks = {**house.watermarks, "visitors": utc(27, 11), "visitors.bookings": utc(27, 11)}
    house.admin.set_clock(utc(27, 12))
    house.admin.put("spaces/visitors", 801, Email="flo@new.example")
    visitors = by_id(house.read(at=utc(27, 12)), "visitors")
    assert {number: row.booking_id for number, row in visitors.items()} == {"801": "9001"}


def test_a_visitor_whose_booking_was_added_later_is_told_again(house: House) -> None:
    """F93"""
    house.sweep()
    house.watermarks = {**house.watermarks, "visitors": utc(27, 11), "visitors.bookings": utc(27, 11)}
    house.admin.set_clock(utc(27, 12))
    house.admin.put("spaces/bookingvisitors", 852, VisitorId=802, BookingId=9003)
    visitors = by_id(house.read(at=utc(27, 12)), "visitors")
    assert {number: row.booking_id for number, row in visitors.items()} == {"802": "9003"}


def test_many_changed_visitors_cost_one_more_list_and_not_a_call_each(house: House) -> None:
    house.sweep()
    for number in range(860, 890):
        house.admin.put("spaces/visitors", number, FullName="Guest", BusinessId=10,
                        ExpectedArrival="2031-03-28T09:00:00Z")  # fmt: skip
    house.watermarks = {**house.watermarks, "visitors.bookings": utc(27, 11)}
    house.admin.forget_calls()
    extract = house.read(at=LATER)
    assert Counter(row.booking_id for row in extract.rows["visitors"])["9001"] == 1
    assert house.admin.count()["spaces/bookingvisitors"] == 2


@pytest.mark.parametrize("batches", ["array", "envelope"])
def test_who_is_taken_out_of_a_team_shares_nothing_any_more(house: House, batches: str) -> None:
    """F78: the team changed and its former member did not, who is asked; one who names it still belongs to it."""
    house.admin.options(batches=batches)
    house.sweep()
    house.admin.set_clock(LATER)
    long_ago = "2031-03-01T00:00:00Z"
    house.admin.put("spaces/teams", 70, TeamMembers=[1001])
    house.admin.put(CUSTOMERS, 1002, TeamIds="70", UpdatedOn=long_ago)
    assert set(by_id(house.remember(house.read(at=LATER)), "customer_links")) == {"team:70:1002"}
    house.admin.put(CUSTOMERS, 1002, TeamIds="", UpdatedOn=long_ago)
    extract = house.remember(house.read(at=LATER + timedelta(minutes=5)))
    assert extract.completeness is Completeness.COMPLETE
    assert by_id(extract, "customer_links") == {}
