"""Cells to canonical rows, and what happens to a row with a bad cell."""

from __future__ import annotations

import json
from typing import Any

import pytest

from saltoks.core.model.canonical import (
    Booking,
    BookingStatus,
    Completeness,
    Customer,
    Item,
    Location,
    Membership,
    MembershipStatus,
    PaymentStatus,
)
from systems.folder import GOOD, HEADERS, Folder

ANN = "m1,Ann,Lee, Ann.Lee@Example.COM "


def test_a_sound_source_gives_canonical_rows(folder: Folder) -> None:
    extract = folder.read(
        locations=["L1,Chicago,America/Chicago"],
        customers=[ANN],
        items=["studio-a,Studio A,L1"],
        bookings=[GOOD],
        memberships=["c1,m1,gold,2026-06-01,2026-06-30,Active"],
    )
    assert extract.completeness is Completeness.COMPLETE
    assert (extract.problems, extract.rejected) == ((), ())
    assert extract.rows["locations"] == (Location(source_id="L1", name="Chicago", timezone="America/Chicago"),)
    assert extract.rows["customers"] == (
        Customer(source_id="m1", full_name="Ann Lee", first_name="Ann", last_name="Lee", email="ann.lee@example.com"),
    )
    item = Item(source_id="unit:studio-a", name="Studio A", item_type="unit", location_id="L1")
    assert extract.rows["items"] == (item,)
    booking, membership = extract.rows["bookings"][0], extract.rows["memberships"][0]
    assert isinstance(booking, Booking)
    assert (booking.item_id, booking.status, booking.status_raw) == ("unit:studio-a", "confirmed", "Booked")
    assert booking.payment_status is PaymentStatus.UNKNOWN
    assert booking.starts_at.isoformat() == "2026-06-01T14:00:00+00:00"  # the item's place is in Chicago
    assert isinstance(membership, Membership)
    assert membership.plan_id == "product:gold"
    assert membership.status is MembershipStatus.ACTIVE


def test_a_byte_order_mark_and_quoted_line_breaks_are_no_trouble(folder: Folder) -> None:
    lines = [HEADERS["bookings"], GOOD.replace("m1", '"m\n1"'), GOOD.replace("b1", "b2").replace("09:00", "nine"), ""]
    extract = folder.read(bookings=b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    assert [row.source_id for row in extract.rows["bookings"]] == ["b1"]
    assert extract.rejected[0].where == "bookings.csv:4"


BAD: dict[str, tuple[str, str, str]] = {
    "bad date": ("b1,studio-a,m1,01.06.2026,2026-06-01T10:00,Booked", "starts_at", "YYYY-MM-DDTHH:MM"),
    "day without time": ("b1,studio-a,m1,2026-06-01,2026-06-01T10:00,Booked", "starts_at", "YYYY-MM-DDTHH:MM"),
    "end before start": ("b1,studio-a,m1,2026-06-01T10:00,2026-06-01T09:00,Booked", "ends_at", "not after starts_at"),
    "end at start": ("b1,studio-a,m1,2026-06-01T10:00,2026-06-01T10:00,Booked", "ends_at", "not after starts_at"),
    "no item": ("b1,,m1,2026-06-01T09:00,2026-06-01T10:00,Booked", "item_id", "is empty"),
    "no id": (",studio-a,m1,2026-06-01T09:00,2026-06-01T10:00,Booked", "source_id", "is empty"),
    "no customer": ("b1,studio-a,,2026-06-01T09:00,2026-06-01T10:00,Booked", "customer_id", "names no e-mail"),
    "no end": ("b1,studio-a,m1,2026-06-01T09:00,,Booked", "ends_at", "is empty"),
    "end for ever": ("b1,studio-a,m1,2026-06-01T09:00,9999-12-31T00:00,Booked", "ends_at", "stands for no time"),
    "outside the calendar": ("b1,studio-a,m1,0001-01-01T00:00,2026-06-01T10:00,Booked", "starts_at", "the calendar"),
    "too few cells (T2)": ("b1,studio-a,m1,2026-06-01T0", "row", "has 4 cells where the header has 6"),
    "too many cells": (GOOD + ",x", "row", "has 7 cells where the header has 6"),
}


@pytest.mark.parametrize(("line", "field", "reason"), BAD.values(), ids=BAD.keys())
def test_a_bad_cell_rejects_its_row_only(line: str, field: str, reason: str, folder: Folder) -> None:
    extract = folder.read(bookings=[line, GOOD.replace("b1", "b2")])
    assert [row.source_id for row in extract.rows["bookings"]] == ["b2"]
    (rejected,) = extract.rejected
    assert rejected.source_id == line.split(",")[0]
    assert (extract.completeness is Completeness.COMPLETE) is bool(rejected.source_id)
    assert (rejected.table, rejected.where, rejected.field) == ("bookings", "bookings.csv:2", field)
    assert reason in rejected.reason
    assert " — " in rejected.reason
    assert json.loads(rejected.payload)["Id"] == line.split(",")[0]


def test_a_reason_shows_the_format_and_never_the_cell(folder: Folder) -> None:
    """A column that slipped puts an address where a date belongs."""
    form: dict[str, Any] = {"starts_at": {"from": "From", "format": ["%d-%m-%Y %H:%M", "%m/%d/%Y %I:%M %p"]}}
    line = GOOD.replace("2026-06-01T09:00", "ann@example.com")
    extract = folder.read(bookings=[line, GOOD.replace("b1", "b2")], columns={"bookings": form})
    assert {one.reason for one in extract.rejected} == {
        "is not a time written as %d-%m-%Y %H:%M or %m/%d/%Y %I:%M %p — correct it"
    }


def test_an_unknown_time_zone_rejects_the_location_and_what_needs_it(folder: Folder) -> None:
    extract = folder.read(
        locations=["L1,Moon,Moon/Tranquility"],
        items=["studio-a,Studio A,L1", "studio-b,Studio B,"],
        bookings=[GOOD, GOOD.replace("b1", "b2").replace("studio-a", "studio-b"), _with_offset("b3")],
    )
    assert [(one.table, one.field) for one in extract.rejected] == [
        ("locations", "timezone"),
        ("bookings", "location_id"),
    ]
    assert [row.source_id for row in extract.rows["bookings"]] == ["b2", "b3"]


def _with_offset(name: str) -> str:
    return GOOD.replace("b1", name).replace("T09:00", "T09:00+02:00").replace("T10:00", "T10:00Z")


@pytest.mark.parametrize("word", ["Optional", ""], ids=["a new word", "no word"])
def test_an_unknown_status_keeps_the_row_and_is_told(word: str, folder: Folder) -> None:
    """F62: it opens nothing, but it is not lost."""
    extract = folder.read(bookings=[GOOD.replace("Booked", word), GOOD.replace("b1", "b2")])
    first = extract.rows["bookings"][0]
    assert isinstance(first, Booking)
    assert (first.status, first.status_raw) == (BookingStatus.UNKNOWN, word)
    assert extract.rejected == ()
    shown = f"'{word}'" if word else "(empty)"
    assert extract.problems == (
        f"bookings.csv: 1 of 2 rows have a status that is not known ({shown})"
        " — add the words to the map of bookings.status",
    )


def test_words_of_a_slipped_column_are_not_repeated(folder: Folder) -> None:
    lines = [GOOD.replace("b1", f"b{n}").replace("Booked", f"Person {n}") for n in range(9)]
    (problem,) = folder.read(bookings=lines).problems
    assert "9 of 9 rows" in problem
    assert "Person" not in problem


@pytest.mark.parametrize("word", ["checked_in", "Checked in", "CHECKED-IN"])
def test_status_words_are_read_in_any_spelling(word: str, folder: Folder) -> None:
    (row,) = folder.read(bookings=[GOOD.replace("Booked", word)]).rows["bookings"]
    assert isinstance(row, Booking)
    assert row.status is BookingStatus.CHECKED_IN


def test_without_a_status_column_the_row_says_that_it_is_booked(folder: Folder) -> None:
    (row,) = folder.read(bookings=[GOOD], columns={"bookings": {"status": None}}).rows["bookings"]
    assert isinstance(row, Booking)
    assert row.status is BookingStatus.CONFIRMED


DUPLICATES: dict[str, tuple[list[str], list[str], int]] = {
    "the same row twice": ([GOOD, GOOD], ["b1"], 0),
    "two stories": ([GOOD, GOOD.replace("studio-a", "studio-b")], [], 2),
    "a third one decides nothing": ([GOOD, GOOD, GOOD.replace("10:00", "11:00")], [], 3),
    "one of them is broken": ([GOOD, GOOD.replace("10:00", "ten")], [], 2),
    "two rows without id": ([GOOD.replace("b1", ""), GOOD.replace("b1", "")], [], 2),
}


@pytest.mark.parametrize(("lines", "kept", "rejected"), DUPLICATES.values(), ids=DUPLICATES.keys())
def test_nobody_can_say_which_of_two_rows_is_right(
    lines: list[str], kept: list[str], rejected: int, folder: Folder
) -> None:
    extract = folder.read(bookings=[*lines, GOOD.replace("b1", "z9")])
    assert [row.source_id for row in extract.rows["bookings"]] == [*kept, "z9"]
    assert len(extract.rejected) == rejected
    assert any("repeat another word for word" in one for one in extract.problems) is bool(kept)


@pytest.mark.parametrize("address", ["ann", "ann@home", "a@b@c.nl", "a@x.nl;b@x.nl", "a b@x.nl", "@x.nl"])
def test_an_invalid_address_is_dropped_and_not_repeated(address: str, folder: Folder) -> None:
    extract = folder.read(bookings=[GOOD], customers=[f"m1,Ann,Lee,{address}"])
    (customer,) = extract.rows["customers"]
    assert isinstance(customer, Customer)
    assert customer.email is None
    assert extract.problems == ("customers.csv:2: 1 of 1 rows hold no valid e-mail, this one first — correct it",)


@pytest.mark.parametrize(("line", "name"), [("m1,Ann,,", "Ann"), ("m1,,Lee,", "Lee"), ("m1,,,", None)])
def test_a_name_is_made_of_what_there_is(line: str, name: str | None, folder: Folder) -> None:
    extract = folder.read(bookings=[GOOD], customers=[line, "m2,Bo,Ek,"])
    names = {row.source_id: row.full_name for row in extract.rows["customers"] if isinstance(row, Customer)}
    assert names.get("m1") == name
    assert len(extract.rejected) == (name is None)


def test_a_truth_that_is_not_known_rejects_its_row(folder: Folder) -> None:
    """A new word for an active customer must not end their access as if they had left."""
    columns = {"customers": {"active": {"from": "Last", "map": {"Actief": "yes"}}}}
    extract = folder.read(
        bookings=[GOOD], customers=["m1,Ann,Actief,", "m2,Bo,NO,", "m3,Cy,Vertrokken,"], columns=columns
    )
    found = {row.source_id: row.active for row in extract.rows["customers"] if isinstance(row, Customer)}
    assert found == {"m1": True, "m2": False}
    assert [(one.source_id, one.field) for one in extract.rejected] == [("m3", "active")]


OPTIONS: dict[str, tuple[Any, str, str]] = {
    "strip": ("Member", "  m1 ", "m1"),
    "no strip": ({"from": "Member", "strip": False}, " m1", " m1"),
    "lower": ({"from": "Member", "lower": True}, "M1", "m1"),
    "map": ({"from": "Member", "map": {"M1": "one"}}, "M1", "one"),
    "prefix": ({"from": "Member", "prefix": "p:"}, "m1", "p:m1"),
    "map to nothing": ({"from": "Member", "map": {"m1": ""}, "default": "house", "prefix": "p:"}, "m1", "house"),
    "prefix after map": ({"from": "Member", "prefix": "p:", "map": {"m1": "1"}}, "m1", "p:1"),
    "default": ({"from": "Member", "default": "house", "prefix": "p:"}, "", "house"),
    "constant": ({"value": "house"}, "m1", "house"),
    "int": ({"from": "Member", "type": "int"}, "0012.0", "12"),
}


@pytest.mark.parametrize(("column", "cell", "value"), OPTIONS.values(), ids=OPTIONS.keys())
def test_a_column_option_does_what_it_says(column: Any, cell: str, value: str, folder: Folder) -> None:
    extract = folder.read(bookings=[GOOD.replace("m1", cell)], columns={"bookings": {"customer_id": column}})
    (row,) = extract.rows["bookings"]
    assert isinstance(row, Booking)
    assert row.customer_id == value


@pytest.mark.parametrize("cell", ["twelve", "1.5"])
def test_a_number_that_is_none_rejects_its_row(cell: str, folder: Folder) -> None:
    column = {"bookings": {"customer_id": {"from": "Member", "type": "int"}}}
    extract = folder.read(bookings=[GOOD.replace("m1", cell)], columns=column)
    assert [one.field for one in extract.rejected] == ["customer_id"]


def test_a_required_column_needs_a_value(folder: Folder) -> None:
    columns = {"customers": {"email": {"from": "E-mail", "required": True}}}
    extract = folder.read(bookings=[GOOD], customers=["m1,Ann,Lee,", ANN.replace("m1", "m2")], columns=columns)
    assert [(one.source_id, one.field) for one in extract.rejected] == [("m1", "email")]
