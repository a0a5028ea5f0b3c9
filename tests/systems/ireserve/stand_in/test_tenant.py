"""The sandbox tenant keeps to what is known of i-Reserve (booking-systems §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from saltoks.core.errors import FixInput
from saltoks.sandbox.plain import TRUSTS_NOBODY
from saltoks.systems.ireserve.stand_in.faults import Fault
from saltoks.systems.ireserve.stand_in.search import BadSearch, compiled
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.ireserve.stand_in.world import BookingSpec, CustomerSpec, ObjectSpec, UserSpec, load_world

AUTH = ("pipeline", "demo-password")
TODAY = date(2026, 6, 1)
DAYS = 'startdatum >= "-1d" AND startdatum <= "2d" AND PRODUCT IN (1,14)'


@pytest.fixture(scope="module")
def running() -> Iterator[IReserveSandbox]:
    """One server for the module."""
    with IReserveSandbox("court") as sandbox:
        yield sandbox


@pytest.fixture
def tenant(running: IReserveSandbox) -> IReserveSandbox:
    """The shipped tenant as it was at its start."""
    running.admin.load(load_world("court"))
    running.admin.faults()
    running.admin.forget_calls()
    return running


@pytest.fixture
def ask(tenant: IReserveSandbox) -> Iterator[Callable[..., httpx.Response]]:
    """Asks the API as the back-office user."""
    with httpx.Client(base_url=f"{tenant.url}/api/rest", auth=AUTH, trust_env=False, verify=TRUSTS_NOBODY) as client:
        yield lambda path, **query: client.get(path, params=query)


def stay(number: int, start: datetime = datetime(2026, 6, 1, 9), **more: Any) -> BookingSpec:  # noqa: DTZ001 - a wall
    """A reservation of an hour on court 1."""
    facts = {"object_id": 1, "date_from": start, "date_till": start.replace(hour=start.hour + 1)}
    return BookingSpec.model_validate({"id": number, **facts, **more})


def ids(answer: httpx.Response) -> list[int]:
    """The reservations of a filter's answer, in order."""
    return [row["RES_ID_raw"] for row in answer.json()]


SEARCHES = {
    "days": ('startdatum >= "-1d" AND startdatum <= "2d"', True),
    "days before": ('startdatum < "0d"', False),
    "day": ('startdatum = "2026-06-01"', True),
    "end": ('einddatum > "2026-06-01"', False),
    "number": ("BOOKING_ID > 1000", True),
    "list": ("product in (1, 14)", True),
    "other list": ("PRODUCT IN (2)", False),
    "and before or": ("product = 2 AND product = 1 OR status = 30", True),
    "brackets": ("product = 2 AND (product = 1 OR status = 30)", False),
    "not equal": ("status != 30", False),
}


@pytest.mark.parametrize(("search", "found"), SEARCHES.values(), ids=SEARCHES.keys())
def test_the_search_language(search: str, found: bool) -> None:
    assert compiled(search, language="nl", today=TODAY)(stay(1126)) is found


@pytest.mark.parametrize(
    "search",
    [
        "startdate = 1",
        "product",
        "product IN 1",
        "product IN (1",
        "product = 1 1",
        "product ~ 1",
        'startdatum = "soon"',
    ],
)
def test_a_search_it_does_not_understand_is_refused(search: str, ask: Callable[..., httpx.Response]) -> None:
    with pytest.raises(BadSearch):
        compiled(search, language="nl", today=TODAY)
    assert ask("booking/filter", search=search).status_code == 400


def test_the_words_follow_the_language() -> None:
    assert compiled('startdate >= "0d"', language="en", today=TODAY)(stay(1))
    with pytest.raises(BadSearch):
        compiled('startdatum >= "0d"', language="en", today=TODAY)


def test_each_column_comes_formatted_and_raw(ask: Callable[..., httpx.Response]) -> None:
    row = ask("booking/filter", search=DAYS, columns="RES_ID,RES_FROMDATE,RES_FROMTIME,RES_TILTIME").json()[0]
    assert row == {
        "RES_ID": "1126",
        "RES_ID_raw": 1126,
        "RES_FROMDATE": "01-06-2026",
        "RES_FROMDATE_raw": "2026-06-01",
        "RES_FROMTIME": "14:30",
        "RES_FROMTIME_raw": 52200,
        "RES_TILTIME": "16:00",
        "RES_TILTIME_raw": 57600,
    }


def test_without_a_search_there_are_a_hundred_rows_at_most(
    tenant: IReserveSandbox, ask: Callable[..., httpx.Response]
) -> None:
    for number in range(1, 121):
        tenant.admin.put_booking(stay(number))
    assert len(ask("booking/filter", length=500).json()) == 100
    assert len(ask("booking/filter", search="booking_id > 0", length=500).json()) == 122


def test_pages_by_start_and_length(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    for number in range(1, 8):
        tenant.admin.put_booking(stay(number))
    assert ids(ask("booking/filter", search=DAYS, start=5, length=3)) == [6, 7, 1126]
    assert ids(ask("booking/filter", search=DAYS, start=50, length=3)) == []
    tenant.admin.options(honours_start=False)
    assert ids(ask("booking/filter", search=DAYS, start=5, length=3)) == [1, 2, 3]
    tenant.admin.options(longest_page=2)
    assert ids(ask("booking/filter", search=DAYS, length=3)) == [1, 2]


def test_joins_repeat_a_reservation(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    tenant.admin.options(rows_per_booking=2)
    assert ids(ask("booking/filter", search=DAYS)) == [1126, 1126, 1127, 1127]


def test_a_filter_may_hide_codes(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    tenant.admin.options(hides=[20])
    assert ids(ask("booking/filter", search=DAYS)) == [1126]


def test_one_reservation_by_id(ask: Callable[..., httpx.Response]) -> None:
    row = ask("booking/1126").json()
    assert (row["date_from"], row["date_till"]) == ("2026-06-01T14:30:00+0200", "2026-06-01T16:00:00+0200")
    assert (row["status_code"], row["status"], row["object"]) == (30, "PAID", "COURT1")


WALLS = {
    "winter": ("2026-01-15T09:00", "2026-01-15T09:00:00+0100"),
    "hour that never happens": ("2026-03-29T02:30", "2026-03-29T03:30:00+0200"),
    "hour that happens twice": ("2026-10-25T02:30", "2026-10-25T02:30:00+0200"),
}


@pytest.mark.parametrize(("wall", "written"), WALLS.values(), ids=WALLS.keys())
def test_instants_carry_an_offset_without_a_colon(
    wall: str, written: str, tenant: IReserveSandbox, ask: Callable[..., httpx.Response]
) -> None:
    tenant.admin.put_booking(stay(1, datetime.fromisoformat(wall)))
    assert ask("booking/1").json()["date_from"] == written


def test_a_badly_set_server_writes_the_offset_of_another_zone(
    tenant: IReserveSandbox, ask: Callable[..., httpx.Response]
) -> None:
    tenant.admin.options(offset_zone="UTC")
    assert ask("booking/1126").json()["date_from"] == "2026-06-01T14:30:00+0000"


def test_deleted_records_are_not_there(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    tenant.admin.drop_booking(1126)
    tenant.admin.drop_customer(501)
    tenant.admin.drop_object(1)
    paths = ["booking/1126", "customer/501", "object/1", "nothing/1"]
    assert [ask(path).status_code for path in paths] == [404] * 4
    assert ids(ask("booking/filter", search=DAYS)) == [1127]
    with pytest.raises(ValueError, match="refused DELETE /bookings/1126"):
        tenant.admin.drop_booking(1126)


def test_a_customer_has_the_fields_of_the_form(ask: Callable[..., httpx.Response]) -> None:
    row = ask("customer/501", admin=1, raw=1).json()
    assert (row["customer_id"], row["lastname"], row["tel_mob"]) == (501, "Dijkstra", "06 1234 5678")
    assert ask("customer/501").json() == {"customer_id": 501}


def test_subscriptions_of_a_customer(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    (one,) = ask("customer/activesubscriptions", customer_id=501).json()
    assert (one["subscription_id"], one["valid_from"], one["valid_till"]) == (7, "2026-01-02", "2027-01-01")
    assert ask("customer/activesubscriptions", customer_id=502).json() == []
    tenant.admin.options(has_subscriptions=False)
    assert ask("customer/activesubscriptions", customer_id=501).status_code == 404


@pytest.mark.parametrize("auth", [None, ("pipeline", "wrong"), ("nobody", "demo-password")])
def test_who_may_not_sign_in_sees_objects_only(auth: tuple[str, str] | None, tenant: IReserveSandbox) -> None:
    with httpx.Client(base_url=f"{tenant.url}/api/rest", auth=auth, trust_env=False, verify=TRUSTS_NOBODY) as client:
        paths = ["booking/filter", "booking/1126", "customer/501", "customer/activesubscriptions", "object/1"]
        assert [client.get(path).status_code for path in paths] == [401, 401, 401, 401, 200]


def test_a_missing_right_is_401_too(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    user = UserSpec(username=AUTH[0], password=AUTH[1], rights=("entity_booking_read", "api_customer_get"))
    tenant.admin.load(load_world("court").model_copy(update={"users": (user,)}))
    assert ask("booking/1126").status_code == 200
    assert ask("customer/501").status_code == 401


def test_what_a_person_changes_is_there_at_once(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    tenant.admin.put_booking(stay(1, status_code=55))
    tenant.admin.put_customer(CustomerSpec(id=9, fields={"lastname": "Smit"}))
    tenant.admin.put_object(ObjectSpec(id=3, name="C3", active=False))
    assert (ask("booking/1").json()["status_code"], ask("booking/1").json()["status"]) == (55, "")
    assert ask("customer/9", admin=1).json()["lastname"] == "Smit"
    assert (ask("object/3").json()["desc"], ask("object/3").json()["active"]) == ("C3", 0)


def test_faults(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    def spoilt(fault: Fault, path: str = "booking/filter") -> httpx.Response:
        tenant.admin.faults(fault)
        return ask(path, search=DAYS)

    assert spoilt(Fault("status")).status_code == 500
    assert spoilt(Fault("status", status=429, retry_after=3)).headers["Retry-After"] == "3"
    assert spoilt(Fault("empty")).json() == []
    assert spoilt(Fault("garbage")).text.startswith("<html>")
    assert ids(spoilt(Fault("short", keep=1))) == [1126]
    assert ids(spoilt(Fault("shrunken", keep=1))) == [1126]
    with pytest.raises(httpx.TransportError):
        spoilt(Fault("cut"))
    assert spoilt(Fault("slow", seconds=0.1)).elapsed.total_seconds() >= 0.1
    assert spoilt(Fault("status", "customer/*")).status_code == 200


def test_a_fault_may_come_late_and_end(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    tenant.admin.faults(Fault("status", "object/*", skip=1, times=2))
    assert [ask("object/1").status_code for _ in range(4)] == [200, 500, 500, 200]


def test_requests_are_counted(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    ask("booking/1126")
    ask("booking/1127")
    ask("object/1")
    assert tenant.admin.calls() == ["booking/1126", "booking/1127", "object/1"]
    assert tenant.admin.count() == {"booking/{id}": 2, "object/{id}": 1}
    tenant.admin.forget_calls()
    assert tenant.admin.calls() == []


def test_a_world_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("objects: [{id: 5, name: Sauna}]\n", encoding="utf-8")
    with IReserveSandbox(file) as sandbox:
        assert (
            httpx.get(f"{sandbox.url}/api/rest/object/5", trust_env=False, verify=TRUSTS_NOBODY).json()["desc"]
            == "Sauna"
        )


def test_a_port_that_is_taken_is_said(tenant: IReserveSandbox) -> None:
    with pytest.raises(FixInput, match="is taken"):
        IReserveSandbox("court", port=int(tenant.url.rpartition(":")[2]))


def test_today_is_that_of_the_tenant(tenant: IReserveSandbox, ask: Callable[..., httpx.Response]) -> None:
    """A late evening in UTC is the next day in Amsterdam already."""
    tenant.admin.options(now=datetime(2026, 6, 1, 22, 30, tzinfo=UTC).isoformat())
    assert ids(ask("booking/filter", search='startdatum = "0d"')) == [1127]
