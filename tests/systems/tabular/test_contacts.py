"""Whom the bookings name: addresses as spreadsheets hold them, and ids that are nobody's (T12)."""

from __future__ import annotations

import pytest

from saltoks.core.model.canonical import Booking, Customer, Extract
from saltoks.systems.tabular.contacts import is_placeholder
from systems.folder import Folder

COLUMNS = {"bookings": {"customer_name": "Name", "customer_email": "E-mail"}}
HEADER = "Id,Space,Member,From,Until,State,Name,E-mail"
WHEN = "2026-06-01T09:00,2026-06-01T10:00,Booked"


def read(folder: Folder, *rows: str, customers: list[str] | None = None) -> Extract:
    """Bookings given as `id,item,customer|name,e-mail`."""
    lines = [HEADER, *(f"{head},{WHEN},{tail}" for head, tail in (row.split("|") for row in rows)), ""]
    tables = {} if customers is None else {"customers": customers}
    return folder.read(columns=COLUMNS, bookings="\n".join(lines).encode(), **tables)


def people(extract: Extract) -> dict[str, str]:
    """Names by booking."""
    names = {row.source_id: row.full_name for row in extract.rows["customers"] if isinstance(row, Customer)}
    return {row.source_id: names[row.customer_id] for row in extract.rows["bookings"] if isinstance(row, Booking)}


@pytest.mark.parametrize(
    "nobody", ["0", "000", "-", "guest", "GAST", "n/a", "Walk-in", "null", "00000000-0000-0000-0000-000000000000"]
)
def test_an_id_that_is_written_for_nobody_is_nobody(folder: Folder, nobody: str) -> None:
    extract = read(
        folder,
        f"b1,room-1,{nobody}|Ann Able,ann@house.example",
        f"b2,room-2,{nobody}|Bob Baker,bob@house.example",
        "b3,club,7|Cyd Cole,cyd@house.example",
    )
    assert people(extract) == {"b1": "Ann Able", "b2": "Bob Baker", "b3": "Cyd Cole"}
    assert len({row.customer_id for row in extract.rows["bookings"] if isinstance(row, Booking)}) == 3


def test_a_placeholder_with_a_row_of_its_own_is_still_nobody(folder: Folder) -> None:
    extract = read(
        folder,
        "b1,room-1,0|Ann Able,ann@house.example",
        "b2,room-2,0|Bob Baker,bob@house.example",
        customers=["0,Walk-in,Guest,"],
    )
    assert people(extract) == {"b1": "Ann Able", "b2": "Bob Baker"}


def test_a_customer_whose_id_is_0_is_somebody(folder: Folder) -> None:
    extract = read(folder, "b1,room-1,0|Ann Able,ann@house.example", customers=["0,Ann,Able,ann@house.example"])
    assert [row.customer_id for row in extract.rows["bookings"] if isinstance(row, Booking)] == ["0"]


def test_any_other_id_that_goes_with_several_people_is_refused(folder: Folder) -> None:
    extract = read(
        folder,
        "b1,room-1,4711|Ann Able,ann@house.example",
        "b2,room-2,4711|Bob Baker,bob@house.example",
        "b3,club,7|Cyd Cole,cyd@house.example",
    )
    assert people(extract) == {"b3": "Cyd Cole"}
    assert [(one.where, one.field) for one in extract.rejected] == [
        ("bookings.csv:2", "customer_id"),
        ("bookings.csv:3", "customer_id"),
    ]
    assert "goes with several people" in extract.rejected[0].reason


def test_one_person_may_have_several_addresses(folder: Folder) -> None:
    extract = read(folder, "b1,room-1,7|Ann Able,ann@house.example", "b2,room-2,7|A. Able,ann@work.example")
    assert len(people(extract)) == 2


def test_several_addresses_in_one_cell_are_told(folder: Folder) -> None:
    extract = read(folder, "b1,room-1,|,alice@house.example;bob@house.example", "b2,room-2,|,cyd@house.example")
    assert [row.source_id for row in extract.rows["bookings"]] == ["b2"]
    assert (extract.rejected[0].field, extract.rejected[0].where) == ("customer_email", "bookings.csv:2")
    assert "holds several addresses in one cell" in extract.rejected[0].reason


def test_one_address_with_several_names_is_told(folder: Folder) -> None:
    extract = read(folder, "b1,room-1,|Ann Able,desk@house.example", "b2,room-2,|Bob Baker,desk@house.example")
    assert any("1 e-mail(s) stand with the names of several people" in text for text in extract.problems)


@pytest.mark.parametrize("somebody", ["7", "10", "guest-77", "x1", "007", "A0", "99", "1-1"])
def test_other_ids_are_ids(somebody: str) -> None:
    assert not is_placeholder(somebody)


@pytest.mark.parametrize(
    "nobody",
    ["0", "0000", "-1", "-99", "9999", "n/a", "N.A.", "(none)", "--", "?", "Walk In", "walk-in customer", "TBD"],
)
def test_what_stands_where_there_is_no_customer_is_no_id(nobody: str) -> None:
    assert is_placeholder(nobody)
