"""The window that is read again: pages, what the filter leaves out, what is gone (booking-systems §3.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from saltoks.core.model.canonical import Booking, BookingStatus, Completeness, Extract, ExtractScope
from saltoks.systems.ireserve.stand_in.faults import Fault
from systems.ireserve.rig import ALL_COLUMNS, NOW, Club, bookings, stay


def known(number: int, hours: float = 4, **more: object) -> Booking:
    """A reservation that we know: it starts in four hours if nothing else is said."""
    starts_at = NOW + timedelta(hours=hours)
    row = Booking(
        source_id=str(number),
        item_id="object:1",
        customer_id="501",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        status=BookingStatus.CONFIRMED,
        status_raw="30 PAID",
    )
    return replace(row, **more)  # type: ignore[arg-type]  # fields by name


def is_complete(extract: Extract) -> bool:
    """Whether an extract may lead to early removals."""
    return extract.completeness is Completeness.COMPLETE


def test_the_span_begins_now_and_ends_with_the_last_day_that_is_read(club: Club) -> None:
    """A row of this span that is missing is gone; of what has ended, nothing is said."""
    reach = club.read().reach["bookings"]
    assert reach.scope is ExtractScope.WINDOW
    assert reach.since == NOW
    assert reach.until == datetime(2026, 6, 3, 22, tzinfo=UTC)
    assert club.read(full=True).reach["bookings"].until == datetime(2026, 7, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("full", "days", "numbers"),
    [(False, (-1, 2), {"1", "2"}), (True, (-60, 30), {"1", "2", "3", "4"})],
    ids=["tick", "nightly"],
)
def test_the_days_that_are_read(full: bool, days: tuple[int, int], numbers: set[str], club: Club) -> None:
    club.put(stay(1, "2026-05-31T08:00"), stay(2, "2026-06-03T20:00"))
    club.put(stay(3, "2026-04-02T08:00", hours=2000), stay(4, "2026-07-01T08:00"), stay(5, "2026-07-02T08:00"))
    club.put(stay(6, object_id=77))
    assert set(bookings(club.read(full=full))) == numbers


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 35])
def test_pages_are_read_to_the_end(count: int, club: Club) -> None:
    club.put(*(stay(number) for number in range(1, count + 1)))
    extract = club.read(page_length=10, columns=ALL_COLUMNS)
    assert len(bookings(extract)) == count
    assert is_complete(extract)


def test_a_server_with_shorter_pages_than_asked_for_is_read_to_the_end(clubs: Callable[..., Club]) -> None:
    """T2: nothing says how long a page may be, so a short one is not taken for the last."""
    club = clubs(longest_page=7)
    club.put(*(stay(number) for number in range(1, 31)))
    extract = club.read(columns=ALL_COLUMNS)
    assert len(bookings(extract)) == 30
    assert is_complete(extract)


def test_a_page_cut_short_is_made_up_for(club: Club) -> None:
    """T2"""
    club.put(*(stay(number) for number in range(1, 26)))
    club.admin.faults(Fault("short", "booking/filter", keep=4, skip=1, times=1))
    extract = club.read(page_length=10, columns=ALL_COLUMNS)
    assert len(bookings(extract)) == 25
    assert is_complete(extract)


def test_a_server_that_ignores_start_is_noticed_and_asked_no_more(clubs: Callable[..., Club]) -> None:
    """T2: the first page is all there is to get, so what is behind it is unknown."""
    club = clubs(honours_start=False)
    club.put(*(stay(number) for number in range(1, 26)))
    extract = club.read(page_length=10, columns=ALL_COLUMNS)
    assert len(bookings(extract)) == 10
    assert not is_complete(extract)
    assert "it ignores `start`" in extract.problems[0]
    assert club.admin.count()["booking/filter"] == 2


def test_a_server_that_ignores_start_does_no_harm_when_one_page_holds_all(clubs: Callable[..., Club]) -> None:
    club = clubs(honours_start=False)
    club.put(*(stay(number) for number in range(1, 6)))
    extract = club.read(page_length=10, columns=ALL_COLUMNS)
    assert len(bookings(extract)) == 5
    assert is_complete(extract)


def test_rows_repeated_by_joins_count_once(clubs: Callable[..., Club]) -> None:
    club = clubs(rows_per_booking=3)
    club.put(*(stay(number) for number in range(1, 21)))
    extract = club.read(page_length=10, columns=ALL_COLUMNS)
    assert len(bookings(extract)) == 20
    assert extract.accepted["bookings"] == 20
    assert is_complete(extract)


def test_a_search_that_does_not_reach_the_tenant_is_noticed(clubs: Callable[..., Club]) -> None:
    """T4: without a search a tenant lists its first hundred reservations, of whatever year."""
    club = clubs(honours_search=False)
    club.put(stay(1, "2019-06-01T08:00"), stay(2))
    extract = club.read(columns=ALL_COLUMNS)
    assert not is_complete(extract)
    assert "1 rows are outside the days that were asked for — check the words of search" in extract.problems[0]


def test_the_search_is_in_the_language_of_the_tenant(clubs: Callable[..., Club]) -> None:
    """T4: words of another language are refused, which is not the same as no reservation."""
    club = clubs(language="en")
    club.put(stay(1))
    refused = club.read()
    assert refused.completeness is Completeness.FAILED
    assert "unknown keyword startdatum" in refused.problems[0]
    search = 'startdate >= "{first}d" AND startdate <= "{last}d" AND product IN ({objects})'
    assert set(bookings(club.read(search=search))) == {"1"}


def test_a_vanished_reservation_that_is_deleted_is_gone(club: Club) -> None:
    """T10, T35: absence is looked up, so it can be believed."""
    club.put(stay(1))
    extract = club.read(known=[known(1), known(2)])
    assert set(bookings(extract)) == {"1"}
    assert is_complete(extract)
    assert "booking/2" in club.admin.calls()


def test_when_everybody_cancels_the_read_is_complete(club: Club) -> None:
    """T35: a few deletions are no alarm, however large their share, where the filter ever shows that object."""
    club.put(stay(3, "2026-05-04T08:00"))
    extract = club.read(known=[known(1), known(2)])
    assert bookings(extract) == {}
    assert is_complete(extract)


@pytest.mark.parametrize("shape", [None, "data", "reservations"])
def test_lists_may_come_in_an_envelope(clubs: Callable[..., Club], shape: str | None) -> None:
    club = clubs(envelope=shape)
    club.put(*(stay(number) for number in range(1, 12)))
    extract = club.read(full=True, page_length=5, columns=ALL_COLUMNS)
    assert is_complete(extract)
    assert set(bookings(extract)) == {str(number) for number in range(1, 12)}
    assert len(extract.rows["memberships"]) == 1


def limited(club: Club, *products: int) -> None:
    """From now on the user of the connection sees the reservations of these objects only."""
    world = club.admin.world()
    users = tuple(user.model_copy(update={"products": products}) for user in world.users)
    club.admin.load(world.model_copy(update={"users": users}))


@pytest.mark.parametrize("seen", [(), (14,)], ids=["nothing", "the other court"])
def test_a_user_who_is_limited_to_other_products_proves_nothing(club: Club, seen: tuple[int, ...]) -> None:
    """T1: its reservations are neither listed nor there by id, as if they had been deleted."""
    club.put(stay(1), stay(2, object_id=14))
    limited(club, *seen)
    extract = club.read(known=[known(1)])
    assert not is_complete(extract)
    (doubt,) = extract.problems
    assert doubt == (
        "object 1: booking/filter lists nothing of it and 1 known reservation(s) are not there — check that the user "
        "of the connection is not limited to other products"
    )


def test_an_empty_window_of_an_object_that_is_in_sight_is_the_truth(club: Club) -> None:
    """T35: the filter shows a reservation of it last month, so one that is gone was deleted."""
    club.put(stay(3, "2026-05-04T08:00"))
    limited(club, 1)
    assert is_complete(club.read(known=[known(1)]))


def test_a_reservation_that_the_filter_hides_has_its_real_status(clubs: Callable[..., Club]) -> None:
    """T10"""
    club = clubs(hides=[70])
    club.put(stay(1, status_code=70))
    extract = club.read(known=[known(1)])
    assert bookings(extract)["1"].status is BookingStatus.CANCELLED
    assert is_complete(extract)


def test_a_reservation_that_was_moved_out_of_the_window_is_followed(club: Club) -> None:
    """T11"""
    club.put(stay(1, "2026-08-01T10:00"))
    extract = club.read(known=[known(1)])
    assert bookings(extract)["1"].starts_at == datetime(2026, 8, 1, 8, tzinfo=UTC)
    assert is_complete(extract)


def test_a_long_stay_that_began_before_the_window_is_kept(club: Club) -> None:
    """T11: it is asked for by its id until it ends."""
    club.put(stay(1, "2026-05-20T14:00", till="2026-06-10T11:00"))
    began = NOW - timedelta(days=12)
    extract = club.read(known=[known(1, starts_at=began, ends_at=NOW + timedelta(days=1))])
    assert bookings(extract)["1"].ends_at == datetime(2026, 6, 10, 9, tzinfo=UTC)
    assert is_complete(extract)


def test_what_starts_after_the_window_is_left_to_the_nightly_read(club: Club) -> None:
    later = known(1, hours=24 * 10)
    club.read(known=[later])
    assert "booking/1" not in club.admin.calls()
    club.read(known=[later], full=True)
    assert "booking/1" in club.admin.calls()


def test_an_empty_answer_takes_nothing_away(club: Club) -> None:
    """T1: the filter says that there is nothing, and each reservation is still there by its id."""
    club.put(stay(1), stay(2))
    club.admin.faults(Fault("empty", "booking/filter"))
    extract = club.read(known=[known(1), known(2)])
    assert set(bookings(extract)) == {"1", "2"}
    assert not is_complete(extract)
    assert "booking/filter leaves out 2 reservations that are there, such as 1" in extract.problems[0]


def test_a_shrunken_answer_takes_nothing_away(club: Club) -> None:
    """T2"""
    club.put(*(stay(number) for number in range(1, 11)))
    club.admin.faults(Fault("shrunken", "booking/filter", keep=3))
    extract = club.read(known=[known(number) for number in range(1, 11)], columns=ALL_COLUMNS)
    assert len(bookings(extract)) == 10
    assert not is_complete(extract)


def test_a_reservation_of_the_outer_days_may_be_missing_around_midnight(club: Club) -> None:
    """The tenant's clock may be a minute behind ours, and its days with it."""
    club.put(stay(1, "2026-06-03T12:00"))
    club.admin.options(now=(NOW - timedelta(days=1)).isoformat())
    extract = club.read(known=[known(1, hours=48)])
    assert set(bookings(extract)) == {"1"}
    assert is_complete(extract)


def test_a_reservation_of_an_object_that_is_not_mapped_any_more_is_kept(club: Club) -> None:
    club.put(stay(1))
    extract = club.read(known=[known(1)], objects=["14"])
    assert set(bookings(extract)) == {"1"}
    assert is_complete(extract)


@pytest.mark.parametrize(("gone", "complete"), [(5, True), (6, False)])
def test_many_reservations_gone_at_once_are_doubted(gone: int, complete: bool, club: Club) -> None:
    """T1: 30 % is the usual limit, and five are never an alarm."""
    club.put(*(stay(number) for number in range(gone + 1, 11)))
    extract = club.read(known=[known(number) for number in range(1, 11)], columns=ALL_COLUMNS)
    assert is_complete(extract) is complete
    assert any(f"{gone} of 10 known reservations are gone" in text for text in extract.problems) is not complete


def test_the_limit_can_be_raised(club: Club) -> None:
    """T35"""
    club.put(stay(30, "2026-05-04T08:00"))
    assert is_complete(club.read(known=[known(number) for number in range(1, 11)], max_shrink_percent=100))


def test_a_filter_that_lists_what_is_not_there_by_id_takes_nothing_away(club: Club) -> None:
    """T2: an address or a right that only `booking/{id}` lacks looks like deletions."""
    club.put(stay(1), stay(2))
    club.admin.faults(Fault("status", "booking/[0-9]*", status=404))
    extract = club.read(known=[known(1), known(2)])
    assert not is_complete(extract)
    assert "booking/filter lists 2 reservations that are not there by id" in extract.problems[0]


def test_without_a_mapped_object_only_what_is_known_is_read(club: Club) -> None:
    club.put(stay(1))
    extract = club.read(objects=[], known=[known(1)])
    assert set(bookings(extract)) == {"1"}
    assert "booking/filter" not in club.admin.count()


def test_an_object_that_is_no_number_is_told_and_not_sent(club: Club) -> None:
    club.put(stay(1))
    extract = club.read(objects=["1", "14) OR (PRODUCT = 1"])
    assert set(bookings(extract)) == {"1"}
    assert "the ids of i-Reserve are numbers — write it like object:14" in extract.problems[0]
    assert is_complete(extract)
