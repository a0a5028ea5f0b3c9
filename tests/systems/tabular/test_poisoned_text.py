"""A row with text that cannot be kept, or that only looks like another: its neighbours are read as if it were sound.

The law, for every source: with one poisoned row an extract is the one without it, and that row cleaned or quarantined.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.model.canonical import Booking, Completeness, Customer, Extract
from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.reading import read as read_ireserve
from saltoks.systems.ireserve.settings import IReserveSource
from saltoks.systems.nexudus.stand_in.server import NexudusSandbox
from saltoks.systems.tabular.text.raw_table import RawTable
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.src import extracts
from systems.folder import COLUMNS, GOOD, HEADERS, Folder
from systems.ireserve.rig import ALL_COLUMNS
from systems.nexudus.rig import CUSTOMERS, NOON, House

POISONS = ("\x00", "\ud800", "\x1b[2J", "\u202e", "\u200b", "\ufeff", "\ufffe", "\U000e0041", "\udfff\ud800")


def kept(warehouse: Warehouse, extract: Extract) -> Extract:
    """The extract as the next task gets it."""
    with warehouse.session() as session:
        extracts.stage(session, "one", "run", extract, NOON)
        return extracts.staged(session, "one")


@pytest.mark.parametrize("poison", POISONS)
def test_a_name_that_a_member_typed_at_nexudus(warehouse: Warehouse, poison: str) -> None:
    """T2: over HTTP, and into the warehouse."""
    with NexudusSandbox("house") as running:
        house = House(running.url, running.admin)
        sound = house.read(full=True)
        name = sound.rows["customers"][0]
        assert isinstance(name, Customer)
        running.admin.put(CUSTOMERS, int(name.source_id), FullName=f"{name.full_name}{poison}", Email=f"x{poison}@y")
        found = kept(warehouse, house.read(full=True))
    assert found.completeness is sound.completeness
    assert {table: len(rows) for table, rows in found.rows.items()} == {
        table: len(rows) for table, rows in sound.rows.items()
    }
    assert found.rows["customers"][1:] == sound.rows["customers"][1:]


def tenant_says(customer: str, status: str = "", code: str = "30") -> Extract:
    """A read of a tenant whose second reservation says this; the answers are the bytes of a server."""

    def handle(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.endswith("booking/filter"):
            body: Any = [reservation(1126, "Noor", "", "30"), reservation(1127, customer, status, code)]
            body = body if "start=0" in str(request.url) else []
        elif "customer/active" in path:
            body = []
        elif "/customer/" in path:
            body = {"customer_id": 501, "email": "noor@house.example", "lastname": customer}
        elif "/booking/" in path:
            body = {"id": int(path.rpartition("/")[2]), "date_from": START, "date_till": END, "object_id": 1}
            body |= {"status_code": 30, "customer_id": 501}
        else:
            body = {"id": 1, "desc": customer}
        content = json.dumps(body).replace('"HUGE"', "9" * 5000).encode()
        return httpx.Response(200, content=content, headers={"Content-Type": "application/json"})

    plain = {"system": "ireserve", "name": "club", "connection": "club_api", "rate_per_second": 1_000_000}
    return read_ireserve(
        IReserveSource.model_validate(plain | {"columns": ALL_COLUMNS | {"status": "TEST_STATUS"}}),
        account=IReserveAccount("club_api", "https://club.example", "pipeline", "secret"),
        now=NOON,
        full=True,
        known_bookings={},
        known_customers=frozenset(),
        objects=frozenset({"1"}),
        last_good={},
        transport=httpx.MockTransport(handle),
        sleep=lambda _: None,
    )


START, END = "2031-03-27T14:00:00+0100", "2031-03-27T15:00:00+0100"


def reservation(number: int, customer: str, status: str, code: str) -> dict[str, object]:
    """A row of the filter: a booking of an hour of customer 501."""
    day, since, until = "2031-03-27", 14 * 3600, 15 * 3600
    raw = {"RES_ID": number, "RES_FROMDATE": day, "RES_FROMTIME": since, "RES_TILTIME": until, "RES_CUST_ID": 501}
    raw |= {"TEST_TILDATE": day, "TEST_STATUS": code, "TEST_OBJ_ID": 1, "TEST_CUSTOMER": customer, "TEST_EMAIL": ""}
    return {f"{name}_raw": value for name, value in raw.items()} | {"TEST_STATUS": status}


@pytest.mark.parametrize("poison", POISONS)
def test_a_name_and_a_status_at_i_reserve(warehouse: Warehouse, poison: str) -> None:
    found = kept(warehouse, tenant_says(f"Noor{poison}", f"Paid{poison}"))
    sound = tenant_says("Noor", "Paid")
    assert found.completeness is sound.completeness
    assert [row.source_id for row in found.rows["bookings"]] == ["1126", "1127"]
    assert found.rows["bookings"][0] == sound.rows["bookings"][0]


@given(st.text(st.characters(codec=None, categories=None), min_size=1))
def test_whatever_a_name_holds_every_row_can_be_kept(name: str) -> None:
    """The law once more, over any text: valid UTF-8 without a NUL is what PostgreSQL stores."""
    found = tenant_says(name, name)
    assert {row.source_id for row in (*found.rows["bookings"], *found.rejected)} == {"1126", "1127"}
    stored = f"{found.rows}{found.rejected}{found.problems}"
    assert "\\x00" not in stored
    assert "\\ud8" not in stored


def test_a_number_of_thousands_of_digits_spoils_its_own_row(warehouse: Warehouse) -> None:
    found = kept(warehouse, tenant_says("Noor", "Paid", "HUGE"))
    assert "1126" in [row.source_id for row in found.rows["bookings"]]
    assert [row.source_id for row in found.rejected] + [
        row.source_id for row in found.rows["bookings"] if row.source_id == "1127"
    ] == ["1127"]


@pytest.mark.parametrize("poison", [one for one in POISONS if "\ud800" not in one])
def test_a_row_of_a_file(folder: Folder, warehouse: Warehouse, poison: str) -> None:
    other = GOOD.replace("b1", "b2").replace("m1", "m2")
    sound = folder.read(bookings=[GOOD, other])
    found = kept(warehouse, folder.read(bookings=[GOOD, other.replace("m2", f"m2{poison}")]))
    assert found.completeness is Completeness.COMPLETE
    assert found.rows["bookings"][0] == sound.rows["bookings"][0]
    assert [row.source_id for row in found.rows["bookings"]] == ["b1", "b2"]


def test_a_row_of_a_query(folder: Folder, warehouse: Warehouse) -> None:
    header = tuple(HEADERS["bookings"].split(","))
    rows = [(1, tuple(GOOD.split(","))), (2, ("b2\u200b", "studio-a", "m2\ud800", *GOOD.split(",")[3:]))]
    (folder.base / "rows.sql").write_text("select 1", encoding="utf-8")

    def query(*_: object) -> RawTable:
        return RawTable(where="", header=header, rows=rows, modified_at=None)

    found = kept(
        warehouse,
        folder.read_specs(
            {"bookings": {"sql": "rows.sql", "connection": "wh", "columns": COLUMNS["bookings"]}}, query=query
        ),
    )
    assert [row.source_id for row in found.rows["bookings"]] == ["b1", "b2"]


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u00ad", "\u2060", "\u200f"])
def test_ids_words_and_headers_that_differ_only_in_what_nobody_sees_are_equal(folder: Folder, unseen: str) -> None:
    header = HEADERS["bookings"].replace("Member", f"Mem{unseen}ber").replace("State", f"State{unseen}")
    row = GOOD.replace("studio-a", f"studio-a{unseen}").replace("Booked", f"{unseen}Booked")
    found = folder.read(bookings="\n".join([header, row, ""]).encode(), items=["studio-a,Studio A,"])
    assert found.problems == ()
    (booking,) = found.rows["bookings"]
    assert isinstance(booking, Booking)
    assert (booking.item_id, booking.status_raw) == ("unit:studio-a", "Booked")


def test_two_rows_whose_ids_nobody_can_tell_apart_are_one_id_twice(folder: Folder) -> None:
    """Neither is right: nobody can say which."""
    found = folder.read(bookings=[GOOD, GOOD.replace("b1", "b1\u200b").replace("m1", "m2")])
    assert found.rows["bookings"] == ()
    assert len(found.rejected) == 2


def test_a_header_that_looks_alike_is_told_by_its_code_points(folder: Folder) -> None:
    header = HEADERS["bookings"].replace("State", "St\u0430te")
    found = folder.read(bookings="\n".join([header, GOOD, ""]).encode())
    assert found.completeness is Completeness.FAILED
    assert "is it 'St\u0430te'? (it has U+0430 for U+0061)" in found.problems[0]
