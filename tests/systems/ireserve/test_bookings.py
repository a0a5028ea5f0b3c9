"""What a reservation becomes: item, times, status, payment (booking-systems §3.3, §3.4, canonical §5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from saltoks.core.access.entitlements import booking_entitlement
from saltoks.core.model.canonical import BookingStatus, Completeness, PaymentStatus
from saltoks.core.model.rules import Rules
from systems.ireserve.rig import ALL_COLUMNS, FULL_COLUMNS, Club, bookings, stay

WAYS = pytest.mark.parametrize("columns", [{}, ALL_COLUMNS], ids=["by id", "by the filter alone"])


def utc(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@WAYS
def test_a_reservation_becomes_a_booking_of_its_object(columns: dict[str, str], club: Club) -> None:
    """F46: the object is what a lock is mapped to."""
    club.put(stay(1126))
    extract = club.read(columns=columns)
    assert extract.problems == ()
    assert extract.completeness is Completeness.COMPLETE
    (row,) = bookings(extract).values()
    assert (row.source_id, row.item_id, row.customer_id) == ("1126", "object:1", "501")
    assert (row.starts_at, row.ends_at) == (utc("2026-06-01T12:30"), utc("2026-06-01T14:00"))
    assert (row.status, row.status_raw) == (BookingStatus.CONFIRMED, "30 PAID")
    assert row.payment_status is PaymentStatus.PAID


def test_a_filter_that_tells_all_needs_no_request_for_each_reservation(club: Club) -> None:
    club.put(*(stay(number) for number in range(1, 21)))
    assert len(bookings(club.read(columns=FULL_COLUMNS))) == 20
    assert club.admin.count()["booking/{id}"] <= 2  # the samples for the clocks


def test_a_filter_whose_columns_are_not_known_costs_a_request_for_each_reservation(club: Club) -> None:
    club.put(*(stay(number) for number in range(1, 6)))
    assert len(bookings(club.read())) == 5
    assert club.admin.count()["booking/{id}"] == 5


STATUSES = [
    (10, BookingStatus.TENTATIVE, PaymentStatus.UNKNOWN, False),
    (11, BookingStatus.TENTATIVE, PaymentStatus.UNKNOWN, False),
    (12, BookingStatus.TENTATIVE, PaymentStatus.UNKNOWN, False),
    (20, BookingStatus.CONFIRMED, PaymentStatus.UNPAID, False),
    (23, BookingStatus.CHECKED_IN, PaymentStatus.UNKNOWN, True),
    (30, BookingStatus.CONFIRMED, PaymentStatus.PAID, True),
    (40, BookingStatus.CONFIRMED, PaymentStatus.UNKNOWN, False),
    (70, BookingStatus.CANCELLED, PaymentStatus.UNKNOWN, False),
    (80, BookingStatus.REJECTED, PaymentStatus.UNKNOWN, False),
    (90, BookingStatus.COMPLETED, PaymentStatus.UNKNOWN, False),
    (98, BookingStatus.BLOCKED, PaymentStatus.UNKNOWN, False),
    (99, BookingStatus.BLOCKED, PaymentStatus.UNKNOWN, False),
]


@pytest.mark.parametrize(("code", "status", "payment", "opens"), STATUSES, ids=[str(row[0]) for row in STATUSES])
def test_a_code_means(code: int, status: BookingStatus, payment: PaymentStatus, opens: bool, club: Club) -> None:
    """F61, F62, F63: paid and checked in are ticked, so they open, and nothing else does."""
    club.put(stay(1, status_code=code))
    row = bookings(club.read(status_map={23: "checked_in"}))["1"]
    assert (row.status, row.payment_status) == (status, payment)
    assert (booking_entitlement(Rules(status_codes=frozenset({"30", "23"})), row) is not None) is opens


@WAYS
def test_a_code_that_nobody_mapped_opens_nothing_and_is_told(columns: dict[str, str], club: Club) -> None:
    """F62"""
    club.put(stay(1), stay(2, status_code=55), stay(3, status_code=42))
    extract = club.read(columns=columns)
    row = bookings(extract)["2"]
    assert (row.status, row.status_raw) == (BookingStatus.UNKNOWN, "55")
    assert booking_entitlement(Rules(), row) is None
    text = "2 of 3 reservations have a status code that is not known (42, 55), so they open nothing"
    assert extract.problems == (f"{text} — add the codes to status_map",)
    assert extract.completeness is Completeness.COMPLETE


def test_a_tenant_may_mean_other_things_by_its_codes(club: Club) -> None:
    club.put(stay(1, status_code=30), stay(2, status_code=31))
    found = bookings(club.read(status_map={30: "tentative", 31: "confirmed"}, paid_codes=[31]))
    assert (found["1"].status, found["1"].payment_status) == (BookingStatus.TENTATIVE, PaymentStatus.UNKNOWN)
    assert (found["2"].status, found["2"].payment_status) == (BookingStatus.CONFIRMED, PaymentStatus.PAID)


def test_the_time_before_is_in_minutes_and_there_is_no_tail(club: Club) -> None:
    """F67, F68, F69: 1440 minutes open the door a day ahead; access ends with the reservation."""
    club.put(stay(1))
    row = bookings(club.read())["1"]
    found = booking_entitlement(Rules(before_minutes=1440, after_minutes=0), row)
    assert found is not None
    assert (found.window.starts_at, found.window.ends_at) == (utc("2026-05-31T12:30"), utc("2026-06-01T14:00"))


SPRING, AUTUMN = datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)
CLOCKS = {
    "night before summer time": (
        SPRING,
        "2026-03-29T01:00",
        "2026-03-29T04:00",
        "2026-03-29T00:00",
        "2026-03-29T02:00",
    ),
    "hour that never happens": (SPRING, "2026-03-29T02:30", "2026-03-29T04:00", "2026-03-29T01:30", "2026-03-29T02:00"),
    "over the night": (SPRING, "2026-03-28T22:00", "2026-03-29T09:00", "2026-03-28T21:00", "2026-03-29T07:00"),
    "night before winter time": (
        AUTUMN,
        "2026-10-25T01:00",
        "2026-10-25T04:00",
        "2026-10-24T23:00",
        "2026-10-25T03:00",
    ),
    "hour that happens twice": (AUTUMN, "2026-10-25T02:30", "2026-10-25T04:00", "2026-10-25T00:30", "2026-10-25T03:00"),
    "winter": (AUTUMN, "2026-10-26T09:00", "2026-10-26T10:00", "2026-10-26T08:00", "2026-10-26T09:00"),
}


@WAYS
@pytest.mark.parametrize(("now", "start", "till", "starts", "ends"), CLOCKS.values(), ids=CLOCKS.keys())
def test_on_the_days_when_clocks_change(
    now: datetime,
    start: str,
    till: str,
    starts: str,
    ends: str,
    columns: dict[str, str],
    clubs: Callable[..., Club],
) -> None:
    """T27"""
    club = clubs(now)
    club.put(stay(1, start, till=till))
    extract = club.read(columns=columns)
    assert extract.problems == ()
    row = bookings(extract)["1"]
    assert (row.starts_at, row.ends_at) == (utc(starts), utc(ends))


def test_an_end_in_the_hour_that_happens_twice_is_the_later_one_where_no_offset_says_which(
    clubs: Callable[..., Club],
) -> None:
    """T27: a booking never loses an hour it may have."""
    club = clubs(AUTUMN)
    club.put(stay(1, "2026-10-25T02:45", till="2026-10-25T02:15"))
    row = bookings(club.read(columns=ALL_COLUMNS))["1"]
    assert (row.starts_at, row.ends_at) == (utc("2026-10-25T00:45"), utc("2026-10-25T01:15"))


def test_an_end_that_the_missing_hour_swallows_is_not_the_next_day(clubs: Callable[..., Club]) -> None:
    """T27: from 02:30 to 03:00 there is no time at all on that night: as long later, and not a whole day."""
    club = clubs(SPRING)
    club.put(stay(1, "2026-03-29T02:30", till="2026-03-29T03:00"))
    row = bookings(club.read(columns=ALL_COLUMNS))["1"]
    assert (row.starts_at, row.ends_at) == (utc("2026-03-29T01:30"), utc("2026-03-29T02:00"))


@WAYS
def test_an_end_before_its_start_on_the_same_day_is_the_next_day(columns: dict[str, str], club: Club) -> None:
    club.put(stay(1, "2026-06-01T22:00", till="2026-06-01T02:00"))
    row = bookings(club.read(columns=columns))["1"]
    assert (row.starts_at, row.ends_at) == (utc("2026-06-01T20:00"), utc("2026-06-02T00:00"))


@WAYS
@pytest.mark.parametrize("till", ["2026-06-01T14:30", "2026-05-31T16:00"], ids=["no time at all", "the day before"])
def test_an_end_that_is_not_after_its_start_goes_to_quarantine(till: str, columns: dict[str, str], club: Club) -> None:
    club.put(stay(1, till=till), stay(2))
    extract = club.read(columns=columns)
    assert set(bookings(extract)) == {"2"}
    (one,) = extract.rejected
    assert (one.table, one.source_id, one.field) == ("bookings", "1", "date_till")
    assert "remark" not in one.payload
    assert extract.completeness is Completeness.COMPLETE


@WAYS
@pytest.mark.parametrize("offset_zone", ["UTC", "Europe/London"])
def test_clocks_that_do_not_agree_make_the_read_incomplete(
    offset_zone: str, columns: dict[str, str], clubs: Callable[..., Club]
) -> None:
    """F80, F136, T27: the usual reason why a door opens too early or too late."""
    club = clubs(offset_zone=offset_zone)
    club.put(stay(1126))
    extract = club.read(columns=columns)
    assert extract.completeness is Completeness.INCOMPLETE
    (problem,) = extract.problems
    assert problem.startswith("reservation 1126 starts at 2026-06-01 14:30 on the wall and at ")
    assert "which is not Europe/Amsterdam: correct the time zone" in problem
    assert set(bookings(extract)) == {"1126"}


def test_a_zone_that_agrees_half_of_the_year_is_found_out_by_the_other_half(clubs: Callable[..., Club]) -> None:
    """F80: Tunis keeps winter time, so only a start behind the change of clocks tells it from Amsterdam."""
    club = clubs(SPRING, offset_zone="Africa/Tunis")
    club.put(stay(1, "2026-03-28T14:00"), stay(2, "2026-03-30T14:00"))
    extract = club.read(columns=ALL_COLUMNS)
    assert extract.completeness is Completeness.INCOMPLETE
    assert extract.problems[0].startswith("reservation 2 starts at")


def test_the_time_zone_of_the_source_is_its_tenants(clubs: Callable[..., Club]) -> None:
    """F80: another zone than the default reads the same walls as other instants."""
    club = clubs(timezone="Europe/Lisbon")
    club.put(stay(1))
    extract = club.read(timezone="Europe/Lisbon", columns=ALL_COLUMNS)
    assert extract.problems == ()
    assert bookings(extract)["1"].starts_at == utc("2026-06-01T13:30")


def test_a_place_is_in_the_zone_of_the_tenant(club: Club) -> None:
    club.put(stay(1, location_id=3))
    extract = club.read()
    assert bookings(extract)["1"].location_id == "3"
    assert [(row.source_id, getattr(row, "timezone", "")) for row in extract.rows["locations"]] == [
        ("club", "Europe/Amsterdam"),
        ("3", "Europe/Amsterdam"),
    ]
