"""Faults spoil real HTTP: connections are cut, answers are late, empty, garbled or refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from saltoks.sandbox.salto.admin.client import Fault, SandboxAdmin
from sandbox.rig import BASIC, LOGIN, SCOPE, Rig

GROUP = {"customer_reference": "Made"}


@pytest.fixture(autouse=True)
def whole(rig: Rig) -> Iterator[None]:
    """Every test starts and ends without faults."""
    rig.admin.faults()
    rig.admin.forget_calls()
    yield
    rig.admin.faults()


def made(rig: Rig) -> int:
    rig.admin.faults()
    return len(rig.items("/access_groups", filter="customer_reference eq 'Made'"))


@pytest.mark.parametrize(("kind", "effect"), [("cut_before", 0), ("cut_after", 1)])
def test_a_cut_closes_the_connection_before_or_after_acting(rig: Rig, kind: str, effect: int) -> None:
    before = made(rig)
    rig.admin.faults(Fault(kind, "POST */access_groups"))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):  # closed, or reset where bytes were unread
        rig.send("POST", "/access_groups", GROUP)
    assert made(rig) == before + effect
    calls = [call for call in rig.admin.calls() if call.method == "POST"]
    assert [(call.route, call.status) for call in calls] == [("/v1.2/sites/{site_id}/access_groups", None)]


def test_a_hang_gives_no_answer_and_does_not_act(rig: Rig) -> None:
    before = made(rig)
    rig.admin.faults(Fault("hang", "POST *"))
    with pytest.raises(httpx.ReadTimeout):
        rig.http.post(f"/v1.2/sites/{rig.site}/access_groups", json=GROUP, timeout=0.2)
    assert made(rig) == before


def test_a_hang_can_end_in_a_cut(rig: Rig) -> None:
    rig.admin.faults(Fault("hang", seconds=0.1))
    with pytest.raises(httpx.RemoteProtocolError):
        rig.http.get("/v1.2/me")


def test_a_slow_answer_is_late_but_right(rig: Rig) -> None:
    rig.admin.faults(Fault("slow", seconds=0.2))
    started = time.monotonic()
    assert rig.http.get("/v1.2/me").status_code == 200
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("kind", ["slow", "hang"])
def test_what_a_fault_keeps_waiting_is_counted(rig: Rig, kind: str) -> None:
    """And what is slow goes on at once when other faults take its place; whoever hangs gets no answer at all."""
    rig.admin.faults(Fault(kind, "GET *", seconds=60 if kind == "slow" else 0.5))
    assert rig.admin.held() == 0
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(rig.http.get, "/v1.2/me")
        until = time.monotonic() + 5
        while not rig.admin.held():
            assert time.monotonic() < until
        rig.admin.faults()
        assert isinstance(asked.exception(timeout=5), httpx.RemoteProtocolError) == (kind == "hang")
    assert rig.admin.held() == 0


@pytest.mark.parametrize(("kind", "content"), [("empty_body", b""), ("garbage", b"<html>")])
def test_a_spoilt_body_comes_after_the_act(rig: Rig, kind: str, content: bytes) -> None:
    before = made(rig)
    rig.admin.faults(Fault(kind, "POST *"))
    answer = rig.send("POST", "/access_groups", GROUP)
    assert answer.status_code == 200
    assert answer.content[:6] == content
    assert made(rig) == before + 1


def test_a_page_can_be_empty_and_lead_on_to_itself(rig: Rig) -> None:
    rig.admin.faults(Fault("empty_page", "GET */locks", times=1))
    page = rig.ok("GET", "/locks", top=2)
    assert page["items"] == []
    assert len(rig.http.get(page["next_page_link"]).json()["items"]) == 2


def test_a_page_can_have_everything_twice(rig: Rig) -> None:
    rig.admin.faults(Fault("doubled_page", "GET */locks"))
    names = [lock["customer_reference"] for lock in rig.items("/locks")]
    assert names == ["Front", "Cellar", "Attic"] * 2


@pytest.mark.parametrize(
    ("fault", "status", "headers", "body"),
    [
        (Fault("status", status=429, retry_after=2), 429, {"Retry-After": "2"}, b""),
        (Fault("status", status=503), 503, {}, b""),
        (Fault("status", status=401), 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'}, b""),
        (Fault("status", status=500), 500, {}, b'{"ErrorCode":"2201","Message":"Internal error"}'),
        (Fault("outage"), 404, {}, b""),
    ],
    ids=["429", "503", "401", "500", "outage"],
)
def test_refusals_do_not_act(rig: Rig, fault: Fault, status: int, headers: dict[str, str], body: bytes) -> None:
    before = made(rig)
    rig.admin.faults(fault)
    answer = rig.send("POST", "/access_groups", GROUP)
    assert (answer.status_code, answer.content) == (status, body)
    assert {name: answer.headers.get(name) for name in headers} == headers
    assert made(rig) == before


def test_an_outage_takes_the_identity_server_too(rig: Rig) -> None:
    rig.admin.faults(Fault("outage"))
    form = {"grant_type": "password", "scope": SCOPE, **LOGIN}
    assert rig.http.post("/connect/token", data=form, auth=BASIC).status_code == 404
    assert rig.http.get("/.well-known/openid-configuration").status_code == 404


def test_a_burst_starts_after_skip_and_ends_after_times(rig: Rig) -> None:
    rig.admin.faults(Fault("status", "GET */me", status=503, skip=1, times=2))
    found = [rig.http.get("/v1.2/me").status_code for _ in range(5)]
    assert found == [200, 503, 503, 200, 200]


def test_a_route_can_be_a_template(rig: Rig) -> None:
    rig.admin.faults(Fault("status", "GET /v1.2/sites/{site_id}/locks", status=503))
    assert rig.send("GET", "/locks").status_code == 503
    assert rig.send("GET", "/iqs").status_code == 200


def test_the_first_matching_fault_takes_a_request(rig: Rig) -> None:
    rig.admin.faults(Fault("status", status=503, times=1), Fault("status", status=500))
    assert [rig.http.get("/v1.2/me").status_code for _ in range(2)] == [503, 500]


def test_calls_are_counted_by_route(rig: Rig) -> None:
    rig.ok("GET", f"/locks/{rig.named('/locks', 'Front')}")
    rig.http.get("/v1.2/nothing")
    assert rig.admin.count() == {
        "GET /v1.2/sites/{site_id}/locks": 1,
        "GET /v1.2/sites/{site_id}/locks/{lock_id}": 1,
        "GET /v1.2/nothing": 1,
    }
    rig.admin.forget_calls()
    assert rig.admin.calls() == []


def test_the_admin_says_what_it_does_not_know(rig: Rig) -> None:
    with SandboxAdmin(rig.url) as admin, pytest.raises(ValueError, match="no site Atlantis"):
        admin.attempt("Atlantis", "Front", exit=True)
