"""Customers, objects and subscriptions around the reservations (canonical §5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from saltoks.core.model.canonical import Completeness, Extract, ExtractScope, Item, MembershipStatus
from saltoks.systems.ireserve import values
from saltoks.systems.ireserve.stand_in.faults import Fault
from saltoks.systems.ireserve.stand_in.world import CustomerSpec, ObjectSpec, SubscriptionSpec
from systems.ireserve.rig import ALL_COLUMNS, FULL_COLUMNS, Club, bookings, customers, items, memberships, stay


def is_complete(extract: Extract) -> bool:
    """Whether an extract may lead to early removals."""
    return extract.completeness is Completeness.COMPLETE


def test_a_customer_has_name_address_and_phone(club: Club) -> None:
    club.put(stay(1))
    (row,) = customers(club.read()).values()
    assert (row.source_id, row.full_name, row.first_name, row.last_name) == ("501", "Noor Dijkstra", "Noor", "Dijkstra")
    assert (row.email, row.phone) == ("noor@example.com", "+31612345678")
    assert row.active
    assert not row.reservation_only


def test_the_record_fills_what_the_reservation_does_not_say(club: Club) -> None:
    club.put(stay(1, customer_id=502, customer=None, email=None))
    (row,) = customers(club.read(columns=FULL_COLUMNS)).values()
    assert (row.full_name, row.email, row.phone) == ("B. Visser", "bas@example.com", "+32470123456")


def test_the_form_of_a_tenant_has_fields_of_its_own(club: Club) -> None:
    club.admin.put_customer(CustomerSpec(id=9, fields={"voornaam": "Jo", "achternaam": "Smit", "gsm": "0470 12 34 56"}))
    club.put(stay(1, customer_id=9, customer=None))
    fields = {"first_name": "voornaam", "last_name": "achternaam", "phone": "gsm"}
    (row,) = customers(club.read(customer_fields=fields, country_code="32")).values()
    assert (row.full_name, row.phone) == ("Jo Smit", "+32470123456")


def test_a_tick_asks_only_for_customers_never_seen_before(club: Club) -> None:
    club.put(stay(1), stay(2, customer_id=502))
    extract = club.read(customers=["501"])
    assert set(customers(extract)) == {"502"}
    assert extract.reach["customers"].scope is ExtractScope.DELTA
    assert club.admin.count()["customer/{id}"] == 1


def test_a_full_read_asks_for_everybody(club: Club) -> None:
    club.put(stay(1))
    extract = club.read(full=True, customers=["502", "guest:0123456789abcdef"])
    assert set(customers(extract)) == {"501", "502"}
    assert extract.reach["customers"].scope is ExtractScope.SNAPSHOT
    assert is_complete(extract)


def test_a_deleted_customer_is_gone_after_a_full_read(club: Club) -> None:
    club.admin.drop_customer(502)
    extract = club.read(full=True, customers=["501", "502"])
    assert set(customers(extract)) == {"501"}
    assert is_complete(extract)


def test_a_deleted_customer_with_a_reservation_is_inactive(club: Club) -> None:
    club.put(stay(1))
    club.admin.drop_customer(501)
    assert customers(club.read())["501"].active is False


def test_many_customers_gone_at_once_are_doubted(club: Club) -> None:
    """T1"""
    extract = club.read(full=True, customers=["501", *(str(number) for number in range(900, 910))], subscriptions=False)
    assert not is_complete(extract)
    assert "10 of 11 known customers are gone" in extract.problems[0]


def test_a_customer_that_cannot_be_read_is_known_by_the_reservation(club: Club) -> None:
    """Nobody who has booked waits for a record."""
    club.put(stay(1))
    club.admin.faults(Fault("status", "customer/*", status=500))
    extract = club.read()
    assert (customers(extract)["501"].full_name, customers(extract)["501"].email) == (
        "Noor Dijkstra",
        "noor@example.com",
    )
    assert not is_complete(extract)


def test_a_known_customer_that_cannot_be_read_stays_as_it_is(club: Club) -> None:
    club.put(stay(1))
    club.admin.faults(Fault("status", "customer/*", status=500))
    extract = club.read(full=True, customers=["501"])
    assert customers(extract) == {}
    assert not is_complete(extract)


@pytest.mark.parametrize("columns", [{}, ALL_COLUMNS], ids=["by id", "by the filter alone"])
def test_who_has_no_customer_record_is_known_by_the_reservation(columns: dict[str, str], club: Club) -> None:
    club.put(stay(1, customer_id=None, customer="Jo Smit", email="JO@example.com"))
    club.put(stay(2, customer_id=None, customer="Jo Smit", email="jo@example.com"))
    club.put(stay(3, customer_id=None, customer=None, email=None, status_code=99))
    extract = club.read(columns=columns)
    found, rows = customers(extract), bookings(extract)
    assert rows["1"].customer_id == rows["2"].customer_id != rows["3"].customer_id
    assert rows["3"].customer_id == "guest:3"
    guest = found[rows["1"].customer_id]
    assert (guest.full_name, guest.email, guest.reservation_only) == ("Jo Smit", "jo@example.com", True)
    assert found["guest:3"].full_name == "Reservation 3"
    assert "customer/{id}" not in club.admin.count()


def test_an_address_that_cannot_be_one_is_left_out_and_told(club: Club) -> None:
    club.admin.put_customer(CustomerSpec(id=9, email="not an address", fields={"lastname": "Smit"}))
    club.put(stay(1, customer_id=9, email=None))
    extract = club.read()
    assert customers(extract)["9"].email is None
    text = "1 of 1 customers hold no valid e-mail, such as customer 9"
    assert extract.problems == (f"{text} — correct it, as nobody can be invited without one",)


PHONES = {
    "06 1234 5678": "+31612345678",
    "0031 6-1234-5678": "+31612345678",
    "+31 (0)6 12345678": "+31612345678",
    "(038) 123 45 67": "+31381234567",
    "+44 20 7946 0000": "+442079460000",
    "612345678": None,
    "call me": None,
    "": None,
}


@pytest.mark.parametrize(("text", "expected"), PHONES.items(), ids=[text or "empty" for text in PHONES])
def test_a_phone_number_becomes_international(text: str, expected: str | None) -> None:
    assert values.phone(text, "31") == expected


def test_mapped_and_booked_objects_become_items(club: Club) -> None:
    """F46"""
    club.admin.put_object(ObjectSpec(id=20, name="HALL", active=False))
    club.put(stay(1))
    extract = club.read(objects=["1", "20"])
    court = Item(source_id="object:1", name="Court 1", item_type="resource", active=True)
    assert items(extract)["object:1"] == court
    assert (items(extract)["object:20"].name, items(extract)["object:20"].active) == ("HALL", False)
    assert extract.reach["items"].scope is ExtractScope.SNAPSHOT


def test_a_mapped_object_that_the_tenant_does_not_have_is_told(club: Club) -> None:
    """F46"""
    extract = club.read(objects=["1", "77"])
    assert extract.problems == ("object 77 is mapped, but the tenant has no such object — correct the mapping",)
    assert set(items(extract)) == {"object:1"}
    assert is_complete(extract)


@pytest.mark.parametrize(("status", "active"), [(404, False), (500, True)], ids=["gone", "not readable"])
def test_a_booked_object_is_there_even_without_its_record(status: int, active: bool, club: Club) -> None:
    club.put(stay(1))
    club.admin.faults(Fault("status", "object/*", status=status))
    row = items(club.read())["object:1"]
    assert (row.name, row.active) == ("Court 1", active)


def test_subscriptions_are_memberships_whose_last_day_counts(club: Club) -> None:
    """F64, F65: `valid_till` is the last day with access."""
    extract = club.read(full=True, customers=["501", "502"])
    row = memberships(extract)["501:7:2026-01-02"]
    assert (row.customer_id, row.plan_id, row.status) == ("501", "subscription:7", MembershipStatus.ACTIVE)
    assert row.starts_at == datetime(2026, 1, 1, 23, tzinfo=UTC)
    assert row.ends_at == datetime(2027, 1, 1, 23, tzinfo=UTC)
    assert extract.reach["memberships"].scope is ExtractScope.SNAPSHOT
    assert extract.accepted["memberships"] == 1


DAYS = {
    "scheduled": (date(2026, 7, 1), date(2026, 7, 31), MembershipStatus.SCHEDULED),
    "today is the last day": (date(2026, 5, 1), date(2026, 6, 1), MembershipStatus.ACTIVE),
    "ended": (date(2026, 5, 1), date(2026, 5, 31), MembershipStatus.ENDED),
    "for ever": (date(2026, 5, 1), date(9999, 12, 31), MembershipStatus.ACTIVE),
}


@pytest.mark.parametrize(("first", "last", "status"), DAYS.values(), ids=DAYS.keys())
def test_a_subscription_is(first: date, last: date, status: MembershipStatus, club: Club) -> None:
    one = SubscriptionSpec(id=8, name="Month", valid_from=first, valid_till=last)
    club.admin.put_customer(CustomerSpec(id=503, fields={"lastname": "Smit"}, subscriptions=(one,)))
    (row,) = memberships(club.read(full=True, customers=["503"])).values()
    assert row.status is status
    assert (row.ends_at is None) is (last.year == 9999)


def test_a_subscription_that_ends_before_it_starts_goes_to_quarantine(club: Club) -> None:
    one = SubscriptionSpec(id=8, name="Month", valid_from=date(2026, 5, 2), valid_till=date(2026, 5, 1))
    club.admin.put_customer(CustomerSpec(id=503, fields={"lastname": "Smit"}, subscriptions=(one,)))
    (rejected,) = club.read(full=True, customers=["503"]).rejected
    assert (rejected.table, rejected.source_id, rejected.field) == ("memberships", "503:8:2026-05-02", "valid_till")


def test_a_tick_asks_for_no_subscriptions(club: Club) -> None:
    club.put(stay(1))
    extract = club.read(customers=["501"])
    assert "customer/activesubscriptions" not in club.admin.count()
    assert extract.reach["memberships"].scope is ExtractScope.DELTA
    assert "memberships" not in extract.accepted


def test_a_tenant_without_the_module_can_say_so(clubs: Callable[..., Club]) -> None:
    club = clubs(has_subscriptions=False)
    extract = club.read(full=True, customers=["501"])
    assert not is_complete(extract)
    assert "set subscriptions: false if the tenant has no such module" in extract.problems[0]
    assert is_complete(club.read(full=True, customers=["501"], subscriptions=False))


@pytest.mark.parametrize(("last_good", "complete"), [(1, True), (2, False), (None, True)])
def test_fewer_subscriptions_than_last_time_are_doubted(last_good: int | None, complete: bool, club: Club) -> None:
    """T1, T2"""
    before = {} if last_good is None else {"memberships": last_good}
    assert is_complete(club.read(full=True, customers=["501"], last_good=before)) is complete


def test_an_empty_list_of_subscriptions_takes_nothing_away(club: Club) -> None:
    """T1"""
    club.admin.faults(Fault("empty", "customer/activesubscriptions"))
    assert not is_complete(club.read(full=True, customers=["501"], last_good={"memberships": 1}))


def test_a_desk_customer_under_whom_several_people_book(club: Club) -> None:
    club.put(
        stay(1), stay(2, customer="Bob Baker", email="bob@house.example"), stay(3, customer_id=502, customer="Bas")
    )
    extract = club.read()
    assert set(bookings(extract)) == {"3"}
    assert {(one.source_id, one.field) for one in extract.rejected} == {("1", "customer_id"), ("2", "customer_id")}


@pytest.mark.parametrize(
    "columns",
    [FULL_COLUMNS, FULL_COLUMNS | {"email": "TEST_EMAIL", "customer_id": None}, ALL_COLUMNS, {}],
    ids=["without e-mail", "without customer", "all", "few"],
)
def test_a_column_that_is_not_asked_for_makes_nobody_somebody_else(club: Club, columns: dict[str, str | None]) -> None:
    """Listed by the filter today and asked for by id tomorrow, whoever booked stays the same."""
    club.put(stay(1, customer_id=None, customer="Kim Guest", email="kim@guest.example"), stay(2))
    listed = bookings(club.read(columns=columns))
    by_id = bookings(club.read(objects=(), known=listed.values()))
    assert {one: row.customer_id for one, row in listed.items()} == {one: row.customer_id for one, row in by_id.items()}
    assert listed["1"].customer_id.startswith("guest:")
    assert listed["2"].customer_id == "501"
