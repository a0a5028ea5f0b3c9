"""Text as people and their programs write it, from the file to the door: addresses, headers, ids, control codes."""

from __future__ import annotations

import pytest

from flows.acts import ANN, said
from stage import NOON, Stage

ADDRESSES = {
    "zero width space": ("bob@house.example\u200b", "bob@house.example"),
    "turkish capital": ("AL\u0130.ISIK@house.example", "ali.isik@house.example"),
    "apostrophes": ("'gil@house.example'", "gil@house.example"),
    "writing directions": ("\u202ajo@house.example\u202c", "jo@house.example"),
    "soft hyphen": ("kim@\u00adhouse.example", "kim@house.example"),
    "byte order mark": ("lea@house.example\ufeff", "lea@house.example"),
}


def booked_by_contact(stage: Stage, **columns: str | None) -> None:
    """A source of bookings alone, with columns added or (None) left out."""
    tables = {"bookings": stage.site["source"]["tables"]["bookings"], "items": stage.site["source"]["tables"]["items"]}
    spec = tables["bookings"]
    spec["columns"] = {name: header for name, header in (spec["columns"] | columns).items() if header}
    stage.configure(source=stage.site["source"] | {"tables": tables})


def test_addresses_as_spreadsheets_hold_them_are_what_is_meant(stage: Stage) -> None:
    """F77: nobody is invited to an address that nobody has."""
    for number, (cell, _) in enumerate(ADDRESSES.values()):
        stage.add("customers", f"c{number}", f"Person {chr(65 + number)}", cell, "yes", "no")
        stage.book(f"b{number}", f"c{number}", "room-1", 0, 60)
    outcomes = stage.sync()
    assert stage.members("Room 1") == {meant for _, meant in ADDRESSES.values()}
    assert {mail.to for mail in stage.sandbox.admin.mailbox()} == stage.members("Room 1")
    assert outcomes[-1].state == "done"


@pytest.mark.parametrize(
    "cell", ["\u0430nn@house.example", "al\u0131@house.example", "ann@house", "ann..a@house.example"]
)
def test_an_address_that_cannot_be_one_is_told_by_its_line(stage: Stage, cell: str) -> None:
    """F95."""
    stage.add("customers", "c1", "Odd One", cell, "yes", "no")
    assert "customers.csv:4: 1 of 3 rows hold no valid e-mail" in said(stage.sync())


def test_several_addresses_in_one_cell_are_told(stage: Stage) -> None:
    stage.headers["bookings"] = (*stage.headers["bookings"], "attendees")
    booked_by_contact(stage, customer_id=None, customer_email="attendees")
    row = (NOON.isoformat(), NOON.replace(hour=14).isoformat(), "confirmed")
    both = ("b1", "room-1", "", *row, "alice@house.example;bob@house.example")
    stage.write("bookings", [both, ("b2", "room-2", "", *row, "cyd@house.example")])
    text = said(stage.sync())
    assert "bookings.csv:2: customer_email holds several addresses in one cell" in text
    assert len(stage.members("Room 2")) == 1


def test_guests_under_one_placeholder_are_guests_of_their_own(stage: Stage) -> None:
    """T12: id 0 goes with two e-mails, so it is two people; each opens their own room alone."""
    stage.headers["bookings"] = (*stage.headers["bookings"], "name", "email")
    booked_by_contact(stage, customer_name="name", customer_email="email")
    row = ("0", NOON.isoformat(), NOON.replace(hour=14).isoformat(), "confirmed")
    ann, bob = ("Ann Able", "ann@house.example"), ("Bob Baker", "bob@house.example")
    stage.write("bookings", [("b1", "room-1", *row, *ann), ("b2", "room-2", *row, *bob)])
    stage.sync()
    [one], [two] = stage.members("Room 1"), stage.members("Room 2")
    assert one != two
    assert stage.lets_in(one, "Room 1")
    assert not stage.lets_in(one, "Room 2")


@pytest.mark.parametrize("header", ["Start\u00a0time", "Start time\u200b", "\ufeffStart time", "Sta\u00adrt time"])
def test_a_header_that_only_looks_different_is_read(stage: Stage, header: str) -> None:
    """Case of a no-break space, and its kind."""
    columns = stage.site["source"]["tables"]["bookings"]["columns"]
    columns["starts_at"] = "Start time"
    stage.configure()
    stage.headers["bookings"] = tuple(header if one == "starts_at" else one for one in stage.headers["bookings"])
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    assert stage.members("Room 1") == {ANN}


def test_what_is_configured_is_cleaned_as_well(stage: Stage) -> None:
    """Both sides of every comparison: items, groups, words, headers."""
    stage.configure(mapping=[{"item": "room\u00ad-1", "groups": ["Room\u00a01"], "door": "Room 1 door"}])
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    assert stage.members("Room 1") == {ANN}
