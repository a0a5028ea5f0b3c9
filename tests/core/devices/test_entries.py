"""The first opening of a booking's own door inside its window is a check-in (F116, F117, T26)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

from core.worlds import booking, cases, clock
from saltoks.core.devices.entries import OPENED, CheckIn, Entry, check_ins
from saltoks.core.model.canonical import Booking, BookingStatus
from saltoks.core.model.rules import ItemMapping, Rules

MAPPING = [
    ItemMapping(item="unit:a", groups=("Entrance", "Studio A"), door="Studio A"),
    ItemMapping(item="unit:b", groups=("Entrance",)),
]
PEOPLE = {"u1": "c1", "u2": "c2"}


def entry(entry_id: str = "e1", at: str = "10:05", **changes: Any) -> Entry:
    usual: dict[str, Any] = {
        "entry_id": entry_id,
        "occurred_at": clock(at),
        "category": OPENED,
        "lock_name": "Studio A",
        "user_id": "u1",
    }
    return Entry(**usual | changes)


def found(bookings: list[Booking], entries: list[Entry]) -> list[tuple[str, str]]:
    return [(one.booking_id, one.entry_id) for one in check_ins(Rules(), MAPPING, bookings, entries, PEOPLE, {})]


@cases(
    "what, counts",
    {
        "own door, own time": (entry(), True),
        "as the lead begins": (entry(at="09:45"), True),
        "before the lead": (entry(at="09:44"), False),
        "in the tail": (entry(at="11:14"), True),
        "as the tail ends": (entry(at="11:15"), False),
        "another door on the route": (entry(lock_name="Entrance"), False),
        "no door": (entry(lock_name=None), False),
        "a door without a name": (entry(lock_name=""), False),
        "somebody else": (entry(user_id="u2"), False),
        "somebody unknown": (entry(user_id="u9"), False),
        "nobody": (entry(user_id=None), False),
        "refused": (entry(category="lock_rejected"), False),
        "leaving by the inside handle": (entry(exit_requested=True), False),
    },
)
def test_f116_f117_which_entry_is_a_check_in(what: Entry, counts: bool) -> None:
    """F116, F117."""
    assert found([booking()], [what]) == ([("1", "e1")] if counts else [])


def test_f117_a_check_in_says_who_when_and_by_which_entry() -> None:
    """F117."""
    assert check_ins(Rules(), MAPPING, [booking()], [entry()], PEOPLE, {}) == [
        CheckIn(booking_id="1", customer_id="c1", entry_id="e1", checked_in_at=clock("10:05"))
    ]


def test_t26_late_and_doubled_entries_change_nothing_but_the_first() -> None:
    """T26: the first by occurrence, whenever it arrives; at the same instant the lower id."""
    entries = [entry("e3", "10:20"), entry("e2", "10:05"), entry("e1", "10:30"), entry("e4", "10:05")]
    assert {tuple(found([booking()], [*order, order[0]])) for order in permutations(entries)} == {(("1", "e2"),)}


def test_t26_the_order_of_bookings_changes_nothing() -> None:
    """T26: nor can one booking be checked in twice."""
    bookings = [booking("2", "12:00", "13:00"), booking("1"), booking("3", "12:00", "13:00", customer_id="c2")]
    entries = [entry("e1"), entry("e2", "10:50"), entry("e3", "12:10"), entry("e4", "12:20", user_id="u2")]
    assert {tuple(found(list(order), entries)) for order in permutations(bookings)} == {
        (("1", "e1"), ("2", "e3"), ("3", "e4"))
    }


@cases(
    "row",
    {
        "not to be opened": booking(status=BookingStatus.BLOCKED),
        "an item without a door": booking(item_id="unit:b"),
        "an item that is not mapped": booking(item_id="unit:z"),
    },
)
def test_bookings_that_no_entry_checks_in(row: Booking) -> None:
    assert found([row], [entry(), entry("e2", lock_name=""), entry("e3", lock_name=None)]) == []


def test_a_cancelled_booking_is_checked_in_only_before_its_cancellation() -> None:
    row = booking(status=BookingStatus.CANCELLED, cancelled_at=clock("10:10"))
    assert found([row], [entry("e2", "10:10")]) == []
    assert found([row], [entry("e2", "10:10"), entry("e1", "10:09")]) == [("1", "e1")]


def test_without_people_there_are_no_check_ins() -> None:
    assert check_ins(Rules(), MAPPING, [booking()], [entry(), entry(user_id="")], {}, {}) == []


def test_a_booking_of_another_customer_of_the_same_person_is_checked_in_too() -> None:
    found = check_ins(Rules(), MAPPING, [booking(customer_id="c7")], [entry()], PEOPLE, {"c7": "c1"})
    assert [one.customer_id for one in found] == ["c7"]


def test_t26_a_booking_that_was_completed_before_its_entry_came_is_checked_in() -> None:
    """T26: the entry is late, the source has closed the booking meanwhile."""
    found = check_ins(Rules(), MAPPING, [booking(status=BookingStatus.COMPLETED)], [entry()], PEOPLE, {})
    assert [one.booking_id for one in found] == ["1"]


def day(*bookings: tuple[str, str, str]) -> list[Booking]:
    return [booking(name, start, end) for name, start, end in bookings]


@cases(
    "openings, meant",
    {
        "one, late in the first": (("10:50",), {"1": "10:50"}),
        "one, just after the first": (("11:05",), {"2": "11:05"}),
        "each in its own": (("10:05", "11:05"), {"1": "10:05", "2": "11:05"}),
        "early for the second": (("10:05", "10:50"), {"1": "10:05", "2": "10:50"}),
        "out and in again": (("10:05", "10:20", "11:30"), {"1": "10:05", "2": "11:30"}),
        "back after the second began": (("11:05", "11:10"), {"2": "11:05"}),
        "before both": (("09:50",), {"1": "09:50"}),
        "after both": (("12:10",), {"2": "12:10"}),
    },
)
def test_one_opening_checks_in_one_booking(openings: tuple[str, ...], meant: dict[str, str]) -> None:
    """F116, T7: bookings that follow each other share minutes before and after; an opening is for one of them."""
    entries = [entry(at, at) for at in openings]
    for order in permutations(entries):
        assert dict(found(day(("1", "10:00", "11:00"), ("2", "11:00", "12:00")), list(order))) == meant


def test_two_bookings_at_once_behind_one_door_need_an_opening_each() -> None:
    """F116."""
    twins = day(("1", "10:00", "11:00"), ("2", "10:00", "11:00"))
    assert found(twins, [entry()]) == [("1", "e1")]
    assert found(twins, [entry(), entry("e2", "10:10")]) == [("1", "e1"), ("2", "e2")]


def test_what_was_found_before_stays_whatever_became_of_the_status() -> None:
    """F117: an opening is a fact; only who, where and when of the booking may take it away."""
    row = booking(status=BookingStatus.CANCELLED)
    args: Any = (Rules(), MAPPING, [row], [entry()], PEOPLE, {})
    assert check_ins(*args) == []
    assert [one.entry_id for one in check_ins(*args, known={"1"})] == ["e1"]
