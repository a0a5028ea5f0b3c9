"""Who gets a seat when there are not enough, and how many will be needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.plan.seats import (
    AHEAD,
    QUARTER,
    SeatForecast,
    SeatRequest,
    Seats,
    allocate_seats,
    forecast_seats,
    seat_alarms,
)
from saltoks.core.time.windows import ALWAYS, FOREVER, Window

NOW = datetime(2026, 3, 10, 12, 7, tzinfo=UTC)
LEAD = timedelta(minutes=17)


def at(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


def grant(customer: str, start: int, end: int, group: str = "Room") -> Grant:
    return Grant(MembershipKey(customer, group), Window(at(start), at(end)), (f"booking {customer}",))


ASKING = [
    SeatRequest(customer_id="far", starts_at=at(300)),
    SeatRequest(customer_id="near", starts_at=at(15)),
    SeatRequest(customer_id="inside", starts_at=at(600), inside=True),
    SeatRequest(customer_id="first", starts_at=at(60), booked_at=at(-900)),
    SeatRequest(customer_id="second", starts_at=at(60), booked_at=at(-800)),
    SeatRequest(customer_id="unknown", starts_at=at(60)),
]
ORDER = ("inside", "near", "first", "second", "unknown", "far")


@pytest.mark.parametrize("free", range(len(ORDER) + 2))
def test_t13_the_soonest_are_served_and_the_rest_is_listed_in_order(free: int) -> None:
    """T13: a nearer booking is never left out for a farther one; who is inside comes before all (F147)."""
    assert allocate_seats(ASKING, free) == (ORDER[:free], ORDER[free:])


def test_without_a_limit_everybody_is_served() -> None:
    assert allocate_seats(ASKING, None) == (ORDER, ())


@given(st.permutations(ASKING), st.integers(0, 8))
def test_the_order_of_asking_changes_nothing(asking: list[SeatRequest], free: int) -> None:
    assert allocate_seats(asking, free) == allocate_seats(ASKING, free)


@pytest.mark.parametrize(("allowed", "used", "free"), [(10, 4, 6), (10, 12, 0), (0, 0, 0), (None, 99, None)], ids=str)
def test_free_seats(allowed: int | None, used: int, free: int | None) -> None:
    assert Seats(allowed, used).free == free


def needed(found: list[SeatForecast], minute: int) -> int:
    """The seats of the quarter that a minute from now lies in."""
    return next(one.needed for one in found if one.at <= at(minute) < one.at + QUARTER)


def test_f150_a_seat_is_needed_from_the_lead_until_the_release() -> None:
    found = forecast_seats(
        [grant("a", 60, 120)], Seats(5, 2), frozenset(), NOW, lead=LEAD, release=timedelta(minutes=30)
    )
    assert len(found) == AHEAD // QUARTER == 192
    assert found[0].at == NOW.replace(minute=0)
    assert [needed(found, minute) for minute in (0, 37, 60, 119, 140, 160, 700)] == [2, 2, 3, 3, 3, 2, 2]


def test_with_the_policy_keep_nobody_gives_a_seat_back() -> None:
    found = forecast_seats([grant("a", 60, 120)], Seats(5, 1), frozenset({"b"}), NOW, lead=LEAD, release=None)
    assert (needed(found, 0), needed(found, 60), found[-1].needed) == (1, 2, 2)


def test_two_grants_of_one_person_need_one_seat() -> None:
    pair = [grant("a", 60, 120), grant("a", 90, 180, "Club"), grant("a", 400, 500)]
    found = forecast_seats(pair, Seats(5, 0), frozenset(), NOW, lead=LEAD, release=timedelta())
    assert [needed(found, minute) for minute in (100, 170, 300, 450)] == [1, 1, 0, 1]


def test_who_has_a_seat_already_is_not_counted_twice() -> None:
    found = forecast_seats([grant("a", -10, 60)], Seats(5, 1), frozenset({"a"}), NOW, lead=LEAD, release=timedelta())
    assert [needed(found, minute) for minute in (0, 50, 90)] == [1, 1, 0]


def test_grants_without_bounds_are_there_in_every_quarter() -> None:
    always = Grant(MembershipKey("a", "Club"), Window(ALWAYS, FOREVER), ("membership 1",))
    found = forecast_seats([always], Seats(None, 3), frozenset(), NOW, lead=LEAD, release=timedelta(hours=1))
    assert {one.needed for one in found} == {4}
    assert seat_alarms(found) == {}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((7, 7), {}),
        ((7, 8, 9), {0.8: 1}),
        ((7, 10), {0.8: 1}),
        ((8, 11, 12), {0.8: 0, 1.0: 1}),
    ],
    ids=["calm", "four fifths", "full is no lack", "too few"],
)
def test_f185_alarms_name_the_first_quarter(counts: tuple[int, ...], expected: dict[float, int]) -> None:
    quarters = [SeatForecast(at(n * 15), count, 10) for n, count in enumerate(counts)]
    assert {share: quarters.index(one) for share, one in seat_alarms(quarters).items()} == expected


def test_a_site_without_any_seat_is_full_with_the_first_person() -> None:
    assert set(seat_alarms([SeatForecast(NOW, 1, 0)])) == {0.8, 1.0}


SPANS = st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-300, 3000), st.integers(1, 900)), max_size=12)


@settings(max_examples=300, deadline=None)
@given(SPANS, st.integers(0, 40), st.integers(0, 90))
def test_the_forecast_agrees_with_a_count_minute_by_minute(
    spans: list[tuple[str, int, int]], lead: int, release: int
) -> None:
    """A quarter needs as many seats as there are persons with any minute in it."""
    grants = [grant(who, start, start + length) for who, start, length in spans]
    early, late = timedelta(minutes=lead), timedelta(minutes=release)
    found = forecast_seats(grants, Seats(None, 0), frozenset(), NOW, lead=early, release=late)
    for quarter in found[::7]:
        there = {
            who
            for who, start, length in spans
            if at(start) - early < quarter.at + QUARTER
            and at(start + length) + late > quarter.at
            and at(start + length) + late > NOW
            and at(start) - early < NOW + AHEAD
        }
        assert quarter.needed == len(there), quarter
