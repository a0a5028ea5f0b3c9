from __future__ import annotations

import socket

import httpx
import pytest

from net.rig import Dial, Naps
from saltoks.core.errors import (
    ConfigError,
    NotPermitted,
    NotThere,
    Refused,
    SaltoksError,
    SignInFailed,
    Throttled,
    Unavailable,
    UnexpectedAnswer,
)
from saltoks.net.answers.throttle import by_status_409
from saltoks.net.auth import Basic
from saltoks.net.rest import Rest

WHAT = "read the bookings"


def always(status: int, **fields: object) -> object:
    return lambda _: httpx.Response(status, **fields)  # type: ignore[arg-type]  # what Response takes


def test_a_list_comes_back_as_json_from_below_the_base_address(dial: Dial) -> None:
    rest, line = dial(lambda _: httpx.Response(200, json=[{"id": 1}]), auth=Basic("desk", "planted"))
    assert rest.get("booking/filter", {"start": 0, "search": "a b&c"}, what=WHAT) == [{"id": 1}]
    (request,) = line.requests
    assert request.url.path == "/api/booking/filter"
    assert dict(request.url.params) == {"start": "0", "search": "a b&c"}
    assert request.headers["Authorization"].startswith("Basic ")
    assert set(request.extensions["timeout"].values()) == {5.0, 30.0, 10.0}


def test_calls_are_counted_by_route_with_every_repeat(dial: Dial) -> None:
    answers = iter([500, 200, 200])
    rest, _ = dial(lambda _: httpx.Response(next(answers), json={}))
    rest.get("customer/17", what=WHAT)
    rest.get("/customer/17/notes", what=WHAT)
    assert rest.calls.per_route == {"GET /customer/{id}": 2, "GET /customer/{id}/notes": 1}


@pytest.mark.parametrize(
    ("status", "kind", "tries", "advice"),
    [
        pytest.param(400, Refused, 1, "check the settings", id="400"),
        pytest.param(401, SignInFailed, 1, "check user name and password", id="401"),
        pytest.param(403, NotPermitted, 1, "rights", id="403"),
        pytest.param(404, NotThere, 1, "never there", id="404"),
        pytest.param(409, Refused, 1, "check the settings", id="conflict"),
        pytest.param(302, UnexpectedAnswer, 1, "base address", id="redirect"),
        pytest.param(500, Unavailable, 4, "try again later", id="500"),
        pytest.param(408, Unavailable, 4, "try again later", id="408"),
    ],
)
def test_an_answer_without_success_says_which_source_what_and_what_to_do(
    dial: Dial, status: int, kind: type[SaltoksError], tries: int, advice: str
) -> None:
    elsewhere = {"Location": "https://elsewhere.example/"}
    rest, line = dial(always(status, headers=elsewhere, json={"Message": "No such column for jo@x.example"}))
    with pytest.raises(kind) as caught:
        rest.get("bookings", what=WHAT)
    text = str(caught.value)
    assert text.startswith(f"Could not read the bookings (source 'booking'): it answered {status}")
    assert "No such column for …" in text
    assert "jo@x" not in text
    assert advice in text
    assert len(line.requests) == tries


@pytest.mark.parametrize("body", [b"<html>", b"", b'{"cut": '])
def test_what_is_not_json_is_not_an_answer(dial: Dial, body: bytes) -> None:
    rest, _ = dial(always(200, content=body))
    with pytest.raises(UnexpectedAnswer, match="not JSON"):
        rest.get("bookings", what=WHAT)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_a_read_that_the_network_lost_is_repeated_with_growing_waits(
    dial: Dial, naps: Naps, error: type[httpx.RequestError]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("planted", request=request)

    rest, line = dial(answer)
    with pytest.raises(Unavailable):
        rest.get("bookings", what=WHAT)
    assert len(line.requests) == 4
    assert [0.5 <= nap / 2**turn < 1.5 for turn, nap in enumerate(naps)] == [True] * 3


@pytest.mark.parametrize("status", [409, 429])
def test_a_throttle_is_waited_for_as_told_and_a_plain_conflict_is_none(dial: Dial, naps: Naps, status: int) -> None:
    answers = iter([httpx.Response(status, headers={"Retry-After": "7"}), httpx.Response(200, json={})])
    rest, line = dial(lambda _: next(answers), throttle=by_status_409)
    assert rest.get("bookings", what=WHAT) == {}
    assert naps == [7]
    assert len(line.requests) == 2


def test_waits_end_after_a_minute_in_all(dial: Dial, naps: Naps) -> None:
    rest, line = dial(always(429, headers={"Retry-After": "25"}))
    with pytest.raises(Throttled) as caught:
        rest.get("bookings", what=WHAT)
    assert caught.value.retry_after == 25
    assert len(line.requests) == 3
    assert sum(naps) == 50


def test_a_throttle_that_does_not_say_how_long_still_waits(dial: Dial, naps: Naps) -> None:
    rest, _ = dial(always(429))
    with pytest.raises(Throttled):
        rest.get("bookings", what=WHAT)
    assert naps == [5, 5, 5]


def test_requests_keep_the_rate(dial: Dial, naps: Naps) -> None:
    rest, _ = dial(always(200, json={}), rate=2)
    for _ in range(4):
        rest.get("bookings", what=WHAT)
    assert naps == pytest.approx([0.5, 0.5, 0.5])


@pytest.mark.parametrize(
    "url",
    ["http://booking.example", "ftp://booking.example", "https://", "https://u:p@booking.example", "https://b/?a=1"],
)
def test_a_wrong_base_address_is_a_matter_of_settings(dial: Dial, url: str) -> None:
    with pytest.raises(ConfigError, match="Connection 'booking': host must"):
        dial(always(200), url=url)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_plain_http_is_fine_on_this_very_machine(dial: Dial, host: str) -> None:
    rest, _ = dial(always(200, json=1), url=f"http://{host}:8080")
    assert rest.get("x", what=WHAT) == 1


def test_a_port_that_nobody_listens_on_names_the_network(naps: Naps) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with (
            Rest("booking", url, auth=None, rate_per_second=100, sleep=naps) as rest,
            pytest.raises(Unavailable) as got,
        ):
            rest.get("bookings", what=WHAT)
    assert "no connection to 127.0.0.1; check that network and firewall" in str(got.value)
