"""Rows of a filter that no well-behaved tenant gives: without an id, or one reservation told in two ways."""

from __future__ import annotations

from typing import Any

import httpx

from saltoks.core.model.canonical import Completeness, Extract
from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.reading import read
from saltoks.systems.ireserve.settings import IReserveSource
from systems.ireserve.rig import FULL_COLUMNS, NOW, SECRET, bookings

ROW = {
    "RES_ID_raw": 1,
    "RES_FROMDATE_raw": "2026-06-01",
    "RES_FROMTIME_raw": 52200,
    "RES_TILTIME_raw": 57600,
    "TEST_TILDATE_raw": "2026-06-01",
    "TEST_STATUS_raw": 30,
    "TEST_OBJ_ID_raw": 1,
}
RECORD = {
    "id": 1,
    "object_id": 1,
    "date_from": "2026-06-01T14:30:00+0200",
    "date_till": "2026-06-01T18:00:00+0200",
    "status_code": 30,
    "desc": "Court 1",
}


def read_rows(*rows: dict[str, Any], record: dict[str, Any] = RECORD) -> Extract:
    """One read of a tenant whose filter gives these rows."""
    left = [list(rows)]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/booking/filter"):
            return httpx.Response(200, json=left.pop() if left else [])
        return httpx.Response(200, json=record)

    return read(
        IReserveSource.model_validate(
            {"system": "ireserve", "name": "club", "connection": "c", "columns": FULL_COLUMNS}
        ),
        account=IReserveAccount("c", "https://club.example", "pipeline", SECRET),
        now=NOW,
        full=False,
        known_bookings={},
        known_customers=frozenset(),
        objects=frozenset({"1"}),
        last_good={},
        transport=httpx.MockTransport(answer),
        sleep=lambda _: None,
    )


def test_a_row_without_id_may_be_any_row_so_the_read_is_incomplete() -> None:
    """T2: a reservation whose id is lost must not look like one that is gone."""
    extract = read_rows(ROW, {**ROW, "RES_ID_raw": None})
    assert extract.completeness is Completeness.INCOMPLETE
    assert set(bookings(extract)) == {"1"}
    assert extract.problems == ("booking/filter: 1 rows have no id in RES_ID — check the name of that column",)


def test_a_reservation_told_in_two_ways_is_asked_for_by_its_id() -> None:
    """What `booking/{id}` says counts: here it lasts until six."""
    extract = read_rows(ROW, {**ROW, "RES_TILTIME_raw": 60000})
    assert extract.completeness is Completeness.COMPLETE
    assert bookings(extract)["1"].ends_at.isoformat() == "2026-06-01T16:00:00+00:00"


def test_a_record_of_another_reservation_is_not_taken_for_the_one_asked_for() -> None:
    extract = read_rows(ROW, {**ROW, "RES_TILTIME_raw": 60000}, record={**RECORD, "id": 2})
    assert bookings(extract) == {}
    assert [(one.source_id, one.field) for one in extract.rejected] == [("1", "id")]


def test_a_time_that_is_no_time_of_a_day_rejects_its_row() -> None:
    extract = read_rows({**ROW, "RES_TILTIME_raw": 90000})
    assert [(one.source_id, one.field) for one in extract.rejected] == [("1", "RES_TILTIME")]


def test_a_time_without_an_offset_is_read_by_the_clocks_of_the_tenant() -> None:
    record = {**RECORD, "date_from": "2026-06-01 14:30:00", "date_till": "2026-06-01 15:30:00"}
    extract = read_rows(ROW, {**ROW, "RES_TILTIME_raw": 60000}, record=record)
    assert bookings(extract)["1"].ends_at.isoformat() == "2026-06-01T13:30:00+00:00"
