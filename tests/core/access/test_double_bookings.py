"""Two parties who hold one item at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.worlds import MONDAY, booking, cases, clock, law
from saltoks.core.access.double_bookings import find_double_bookings
from saltoks.core.model.canonical import Booking, BookingStatus
from saltoks.core.model.rules import ItemMapping, Rules

ALONE = (ItemMapping(item="unit:a", groups=("Studio A",)),)


def stay(number: str, who: str, starts: str, ends: str, **changes: object) -> Booking:
    usual = {"customer_id": who, "starts_at": clock(starts), "ends_at": clock(ends)}
    return booking(number, **(usual | changes))


FIRST = stay("1", "c1", "10:00", "12:00")


@cases(
    "second, found",
    {
        "in the middle": (stay("2", "c2", "11:00", "13:00"), True),
        "at the same time": (stay("2", "c2", "10:00", "12:00"), True),
        "one after the other": (stay("2", "c2", "12:00", "13:00"), False),
        "the same customer": (stay("2", "c1", "11:00", "13:00"), False),
        "the same person by e-mail": (stay("2", "c3", "11:00", "13:00"), False),
        "another room": (stay("2", "c2", "11:00", "13:00", item_id="unit:b"), False),
        "not confirmed": (stay("2", "c2", "11:00", "13:00", status=BookingStatus.TENTATIVE), False),
        "cancelled": (stay("2", "c2", "11:00", "13:00", status=BookingStatus.CANCELLED), False),
    },
)
def test_who_overlaps(second: Booking, found: bool) -> None:
    pairs = find_double_bookings(Rules(), ALONE, (FIRST, second), {"c3": "c1"}, MONDAY)
    assert [(one.first.source_id, one.second.source_id) for one in pairs] == ([("1", "2")] if found else [])


def test_who_left_early_is_gone_and_so_is_what_is_over() -> None:
    left = stay("1", "c1", "10:00", "12:00", checked_out_at=clock("10:30"))
    second = stay("2", "c2", "11:00", "13:00")
    assert find_double_bookings(Rules(), ALONE, (left, second), {}, MONDAY) == []
    assert find_double_bookings(Rules(), ALONE, (FIRST, second), {}, clock("12:30")) == []


def test_what_is_shared_or_opens_nothing_is_no_matter() -> None:
    second = stay("2", "c2", "11:00", "13:00")
    shared = (ItemMapping(item="unit:a", groups=("Studio A",), shared=True),)
    assert find_double_bookings(Rules(), shared, (FIRST, second), {}, MONDAY) == []
    assert find_double_bookings(Rules(), (), (FIRST, second), {}, MONDAY) == []


def test_the_sentence_names_both_bookings_and_the_fix() -> None:
    rows = (FIRST, stay("2", "c2", "11:00", "13:00"), stay("3", "c3", "11:30", "14:00"))
    [found] = find_double_bookings(Rules(), ALONE, rows, {}, MONDAY)
    assert found.sentence("Europe/Amsterdam") == (
        "two parties hold 'unit:a' at once: booking 1 until 2026-03-02 13:00, booking 2 from 2026-03-02 12:00; 1 more "
        "such pair(s) — correct one of them, give days their hours (`at`), or write shared: true if it is meant"
    )


@law
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 8), st.sampled_from(["c1", "c2", "c3"])), max_size=8))
def test_it_is_found_exactly_where_two_overlap(rows: list[tuple[int, int, str]]) -> None:
    """Against every pair, looked at one by one."""
    half = clock("01:00") - clock("00:30")
    found = [
        booking(str(n), customer_id=who, starts_at=MONDAY + start * half, ends_at=MONDAY + (start + length) * half)
        for n, (start, length, who) in enumerate(rows)
    ]
    overlap = any(
        one.customer_id != other.customer_id and one.starts_at < other.ends_at and other.starts_at < one.ends_at
        for one in found
        for other in found
    )
    assert bool(find_double_bookings(Rules(), ALONE, found, {}, MONDAY)) is overlap
