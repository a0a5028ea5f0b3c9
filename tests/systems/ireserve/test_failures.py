"""Whatever a tenant does wrong becomes a sentence, never an exception, and never looks like cancellations."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saltoks.core.model.canonical import Completeness
from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.reading import read
from saltoks.systems.ireserve.settings import IReserveSource
from saltoks.systems.ireserve.stand_in.faults import Fault
from saltoks.systems.ireserve.stand_in.world import UserSpec
from systems.ireserve.rig import ALL_COLUMNS, NOW, SECRET, Club, bookings, customers, stay, world
from systems.ireserve.test_window import known

FILTER_FAULTS = {
    "500": (Fault("status", "booking/filter"), "answered 500"),
    "403": (Fault("status", "booking/filter", status=403), "answered 403"),
    "cut": (Fault("cut", "booking/filter"), "was cut"),
    "garbage": (Fault("garbage", "booking/filter"), "not JSON"),
    "throttled for long": (Fault("status", "booking/filter", status=429, retry_after=900), "wait 900 s"),
}


@pytest.mark.parametrize(("fault", "words"), FILTER_FAULTS.values(), ids=FILTER_FAULTS.keys())
def test_a_filter_that_cannot_be_read_fails_the_extract(fault: Fault, words: str, club: Club) -> None:
    """T3: a broken answer is no empty calendar."""
    club.put(stay(1))
    club.admin.faults(fault)
    extract = club.read(known=[known(1)])
    assert extract.completeness is Completeness.FAILED
    assert not any(extract.rows.values())
    (problem,) = extract.problems
    assert words in problem
    assert "'club'" in problem


def test_a_failure_that_passes_is_waited_out(club: Club) -> None:
    club.put(stay(1))
    club.admin.faults(Fault("status", "booking/filter", times=2), Fault("cut", "customer/*", times=1))
    extract = club.read()
    assert extract.completeness is Completeness.COMPLETE
    assert extract.problems == ()


def test_a_slow_answer_is_an_answer(club: Club) -> None:
    club.put(stay(1))
    club.admin.faults(Fault("slow", "booking/filter", seconds=0.2, times=1))
    assert club.read().completeness is Completeness.COMPLETE


def test_a_later_page_that_fails_leaves_the_rest_unknown(club: Club) -> None:
    """T2: rows that were read count, those that were not are not gone."""
    club.put(*(stay(number) for number in range(1, 26)))
    club.admin.faults(Fault("status", "booking/filter", skip=1))
    extract = club.read(page_length=10, columns=ALL_COLUMNS, known=[known(25)])
    assert extract.completeness is Completeness.INCOMPLETE
    assert set(bookings(extract)) == {*(str(number) for number in range(1, 11)), "25"}
    assert "The first 10 rows were read, the rest is not known." in extract.problems[0]


def test_a_reservation_that_cannot_be_read_is_not_gone(club: Club) -> None:
    """T3"""
    club.put(stay(1), stay(2))
    club.admin.faults(Fault("status", "booking/2"))
    extract = club.read(known=[known(1), known(2)])
    assert extract.completeness is Completeness.INCOMPLETE
    assert set(bookings(extract)) == {"1"}
    assert "read reservation 2" in extract.problems[0]


def test_a_tenant_that_breaks_down_is_soon_left_alone(club: Club) -> None:
    club.put(*(stay(number) for number in range(1, 21)))
    club.admin.faults(Fault("status", "booking/[0-9]*"))
    extract = club.read()
    assert extract.completeness is Completeness.INCOMPLETE
    assert any("17 more reservations were not asked for" in text for text in extract.problems)
    assert club.admin.count()["booking/{id}"] == 3 * 4


def test_a_wrong_password_fails_the_extract_and_stays_secret(club: Club) -> None:
    extract = club.read(password="wrong-but-secret")
    assert extract.completeness is Completeness.FAILED
    assert "answered 401" in extract.problems[0]
    assert "secret" not in extract.problems[0]
    assert club.admin.count() == {"booking/filter": 1}


def test_a_right_that_only_customers_need_is_asked_for_once(club: Club) -> None:
    user = UserSpec(username="pipeline", password=SECRET, rights=("entity_booking_read",))
    club.admin.load(world().model_copy(update={"users": (user,)}))
    club.put(stay(1), stay(2, customer_id=502))
    extract = club.read()
    assert extract.completeness is Completeness.INCOMPLETE
    assert "has the rights" in extract.problems[0]
    assert set(customers(extract)) == {"501", "502"}
    assert club.admin.count()["customer/{id}"] == 1


@pytest.mark.parametrize(
    "url",
    ["http://club.example", "ftp://127.0.0.1", "not an address"],
    ids=["http beyond this machine", "another scheme", "no address"],
)
def test_an_address_that_may_not_be_used_fails_the_extract(url: str, club: Club) -> None:
    extract = club.read(url=url)
    assert extract.completeness is Completeness.FAILED
    assert "host" in extract.problems[0]


def test_a_tenant_that_is_not_there_fails_the_extract(club: Club) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    extract = club.read(url=f"http://127.0.0.1:{port}")
    assert extract.completeness is Completeness.FAILED
    assert "no connection to 127.0.0.1" in extract.problems[0]


def test_a_wrong_column_fails_the_extract(club: Club) -> None:
    """T4"""
    extract = club.read(columns={"id": "RES_NUMBER"})
    assert extract.completeness is Completeness.FAILED
    assert "unknown column RES_NUMBER" in extract.problems[0]


def test_a_column_that_holds_something_else_rejects_its_rows(club: Club) -> None:
    """T4: the rows go to quarantine, so what we last knew of them stays."""
    club.put(stay(1))
    extract = club.read(columns={**ALL_COLUMNS, "object_id": "OBJ_NAME"}, known=[known(1)])
    (rejected,) = extract.rejected
    assert (rejected.source_id, rejected.field, rejected.where) == ("1", "OBJ_NAME_raw", "booking/filter")


def test_requests_keep_to_the_rate(club: Club) -> None:
    club.put(*(stay(number) for number in range(1, 11)))
    club.read(rate_per_second=2)
    requests = sum(club.admin.count().values())
    assert sum(club.slept) > (requests - 2) * 0.5 - 5
    assert max(club.slept) > 0.4


def test_no_sentence_holds_the_name_or_the_address_of_a_person(clubs: Callable[..., Club]) -> None:
    club = clubs(offset_zone="UTC", honours_search=False)
    club.put(stay(1, status_code=55), stay(2, "2019-01-01T10:00"), stay(3, till="2026-06-01T14:30"))
    club.admin.faults(Fault("status", "customer/*"))
    extract = club.read(full=True, known=[known(9)], customers=["501"])
    assert len(extract.problems) >= 4
    assert not any(word in text.lower() for text in extract.problems for word in ("noor", "dijkstra", "@", SECRET))


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["30", "2026-06-01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["RES_ID", "RES_FROMDATE", "RES_FROMTIME", "RES_TILTIME", "TEST_TILDATE", "TEST_STATUS", "TEST_OBJ_ID"]
)
ROWS = st.lists(st.dictionaries(FIELDS.map(lambda name: f"{name}_raw"), JSON, max_size=7), max_size=4)
BOOKING_FIELDS = ("id", "object_id", "date_from", "date_till", "status_code", "customer_id", "email")
OTHER_FIELDS = ("desc", "active", "firstname", "subscription_id", "valid_from", "valid_till")
RECORD_FIELDS = st.sampled_from((*BOOKING_FIELDS, *OTHER_FIELDS))
RECORDS = st.dictionaries(RECORD_FIELDS, JSON, max_size=9)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS | JSON, record=RECORDS | JSON, tells_all=st.booleans())
def test_no_answer_whatever_raises(rows: Any, record: Any, tells_all: bool) -> None:
    """T1, T2, T3: what a source causes is a rejected row or a doubt."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path
        return httpx.Response(200, json=_plain(rows if path.endswith("filter") or "active" in path else record))

    plain = {"system": "ireserve", "name": "club", "connection": "c", "columns": ALL_COLUMNS if tells_all else {}}
    extract = read(
        IReserveSource.model_validate(plain),
        account=IReserveAccount("c", "https://club.example", "pipeline", SECRET),
        now=NOW,
        full=True,
        known_bookings={"1": known(1)},
        known_customers=frozenset({"501"}),
        objects=frozenset({"1"}),
        last_good={},
        transport=httpx.MockTransport(answer),
        sleep=lambda _: None,
    )
    ended = [row for row in bookings(extract).values() if row.ends_at - row.starts_at <= timedelta(0)]
    assert ended == []


def _plain(value: Any) -> Any:
    """The same without numbers that JSON does not have."""
    if isinstance(value, float):
        return value if abs(value) < 1e300 else None
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
