"""Rows for tables that a source does not have."""

from __future__ import annotations

from typing import Any

from saltoks.core.model.canonical import Booking, Customer, Item, Location
from saltoks.systems.values.guests import guest_id
from systems.folder import GOOD, Folder

WALK_INS: dict[str, dict[str, Any]] = {
    "bookings": {
        "item_id": {"value": "unit:studio-a"},
        "customer_id": "Member",
        "customer_name": "State",
        "customer_email": "Space",
        "status": None,
    }
}


def _walk_in(name: str, email: str, member: str = "", start: str = "09:00") -> str:
    return f"{name},{email},{member},2026-06-01T{start},2026-06-01T10:00,Ann Lee"


def _customers(folder: Folder, lines: list[str], **tables: list[str]) -> dict[str, Customer]:
    extract = folder.read(bookings=lines, columns=WALK_INS, **tables)
    assert extract.rejected == ()
    return {row.source_id: row for row in extract.rows["customers"] if isinstance(row, Customer)}


def test_one_location_stands_for_the_site(folder: Folder) -> None:
    (location,) = folder.read(bookings=[GOOD], zone="America/Chicago").rows["locations"]
    assert location == Location(source_id="harbour", name="harbour", timezone="America/Chicago")


def test_items_are_what_is_booked_or_held(folder: Folder) -> None:
    extract = folder.read(
        bookings=[GOOD, GOOD.replace("b1", "b2")],
        customers=["m1,Ann,Lee,"],
        memberships=["c1,m1,gold,,,Active"],
    )
    assert extract.rows["items"] == (
        Item(source_id="product:gold", name="product:gold", item_type="product"),
        Item(source_id="unit:studio-a", name="unit:studio-a", item_type="unit"),
    )


def test_without_a_customer_table_the_booking_says_who(folder: Folder) -> None:
    """F77: somebody with a booking only becomes a guest."""
    (customer,) = folder.read(bookings=[GOOD]).rows["customers"]
    assert customer == Customer(source_id="m1", full_name="m1", reservation_only=True)


def test_a_walk_in_is_known_by_their_address(folder: Folder) -> None:
    found = _customers(folder, [_walk_in("b1", "Ann@Example.com "), _walk_in("b2", "ann@example.com")])
    guest = guest_id("ann@example.com")
    assert found == {
        guest: Customer(source_id=guest, full_name="Ann Lee", email="ann@example.com", reservation_only=True)
    }
    assert "ann" not in guest


def test_two_people_of_one_name_stay_two_people(folder: Folder) -> None:
    """T12: a name identifies nobody."""
    assert sorted(_customers(folder, [_walk_in("b1", ""), _walk_in("b2", "")])) == ["guest:b1", "guest:b2"]


def test_the_order_of_the_bookings_changes_nobody(folder: Folder) -> None:
    lines = [_walk_in("b1", "a@example.com", "m1"), _walk_in("b2", "b@example.com", "m1")]
    assert _customers(folder, lines) == _customers(folder, lines[::-1])


def test_with_a_customer_table_only_walk_ins_are_added(folder: Folder) -> None:
    lines = [_walk_in("b1", "", "m1"), _walk_in("b2", "", "gone"), _walk_in("b3", "x@example.com")]
    found = _customers(folder, lines, customers=["m1,Ann,Lee,"])
    assert sorted(found) == sorted(["m1", guest_id("x@example.com")])
    assert found["m1"].reservation_only is False


def test_a_walk_in_with_an_invalid_address_is_known_by_the_booking(folder: Folder) -> None:
    extract = folder.read(bookings=[_walk_in("b1", "ann@home")], columns=WALK_INS)
    (booking,) = extract.rows["bookings"]
    assert isinstance(booking, Booking)
    assert booking.customer_id == "guest:b1"
    assert "ann@home" not in "".join(extract.problems)


def test_a_rejected_booking_makes_nobody(folder: Folder) -> None:
    extract = folder.read(
        bookings=[_walk_in("b1", "a@example.com", start="11:00"), _walk_in("b2", "")], columns=WALK_INS
    )
    assert [row.source_id for row in extract.rows["customers"]] == ["guest:b2"]
