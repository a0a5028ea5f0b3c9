from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from saltoks.core.errors import NotThere, Refused, SaltoksError, Throttled, Unavailable, UnexpectedAnswer
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import NewUser

EMPTY = {"items": []}
NEW = NewUser("A", "B", None, ["r"])


def read(salto: SaltoKs) -> object:
    return salto.users("s")


def create(salto: SaltoKs) -> object:
    return salto.create_user("s", NEW)


def add(salto: SaltoKs) -> object:
    return salto.add_member("s", "g", "u")


def change(salto: SaltoKs) -> object:
    return salto.change_members("s", "g", add=["u"], remove=[])


def remove(salto: SaltoKs) -> object:
    return salto.remove_member("s", "g", "u")


def failing(error: type[httpx.RequestError]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("planted", request=request)

    return answer


NOT_SENT = [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError]
MAYBE_SENT = [httpx.ReadTimeout, httpx.WriteTimeout, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError]


@pytest.mark.parametrize("ask", [read, create, add, change, remove])
@pytest.mark.parametrize("error", NOT_SENT)
def test_what_was_not_sent_is_repeated_whatever_it_is(scripted, naps, error, ask) -> None:
    salto, script = scripted(failing(error))
    with pytest.raises(Unavailable) as caught:
        ask(salto)
    assert caught.value.sent is False
    assert len(script.requests) == 4
    assert [0.5 <= nap / 2**turn < 1.5 for turn, nap in enumerate(naps)] == [True] * 3
    assert salto.calls.retries == 3
    assert salto.calls.seconds_waited >= sum(naps)


@pytest.mark.parametrize(
    ("ask", "sent", "tries"),
    [(read, False, 4), (create, True, 1), (add, True, 1), (change, True, 4), (remove, True, 4)],
)
@pytest.mark.parametrize("error", MAYBE_SENT)
def test_what_may_have_been_carried_out_is_repeated_only_if_that_is_safe(
    scripted, error, ask, sent: bool, tries: int
) -> None:
    salto, script = scripted(failing(error))
    with pytest.raises(Unavailable) as caught:
        ask(salto)
    assert caught.value.sent is sent
    assert ("may have been carried out" in str(caught.value)) is sent
    assert len(script.requests) == tries


@pytest.mark.parametrize(("ask", "tries"), [(read, 4), (create, 1), (add, 1), (change, 4), (remove, 4)])
@pytest.mark.parametrize("status", [500, 503])
def test_a_failed_server_is_asked_again_only_if_that_is_safe(scripted, ask, tries: int, status: int) -> None:
    salto, script = scripted(lambda _: httpx.Response(status))
    with pytest.raises(Unavailable):
        ask(salto)
    assert len(script.requests) == tries


@pytest.mark.parametrize("ask", [read, create, add, change, remove])
def test_a_throttled_call_did_nothing_and_is_repeated_after_the_time_told(scripted, naps, ask) -> None:
    salto, script = scripted(lambda _: httpx.Response(429, headers={"Retry-After": "12"}))
    with pytest.raises(Throttled) as caught:
        ask(salto)
    assert caught.value.retry_after == 12
    assert len(script.requests) == 4
    assert [nap for nap in naps if nap > 1] == pytest.approx([12, 12, 12], abs=0.5)


def test_a_wait_longer_than_a_minute_is_left_to_the_caller(scripted, naps) -> None:
    salto, script = scripted(lambda _: httpx.Response(429, headers={"Retry-After": "61"}))
    with pytest.raises(Throttled) as caught:
        read(salto)
    assert caught.value.retry_after == 61
    assert len(script.requests) == 1
    assert max(naps, default=0) < 1


def test_waits_end_after_a_minute_in_all(scripted) -> None:
    salto, script = scripted(lambda _: httpx.Response(429, headers={"Retry-After": "25"}))
    with pytest.raises(Throttled):
        read(salto)
    assert len(script.requests) == 3


@pytest.mark.parametrize(("status", "kind"), [(400, Refused), (404, NotThere), (302, UnexpectedAnswer)])
def test_what_cannot_get_better_is_not_repeated(scripted, status: int, kind: type[SaltoksError]) -> None:
    elsewhere = {"Location": "https://elsewhere.example/"}
    salto, script = scripted(lambda _: httpx.Response(status, headers=elsewhere))
    with pytest.raises(kind):
        read(salto)
    assert len(script.requests) == 1


def test_a_garbled_body_is_unexpected(scripted) -> None:
    salto, script = scripted(
        lambda _: httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))
    )
    with pytest.raises(UnexpectedAnswer, match="HTTP rules"):
        read(salto)
    assert len(script.requests) == 1


def test_no_more_than_at_once_are_under_way(make_account, clock) -> None:
    lock, under_way, peaks = threading.Lock(), [0], []

    def answer(request: httpx.Request) -> httpx.Response:
        with lock:
            under_way[0] += 1
            peaks.append(under_way[0])
        time.sleep(0.01)
        with lock:
            under_way[0] -= 1
        token = request.url.path == "/connect/token"
        return httpx.Response(200, json={"access_token": "t", "expires_in": 3600} if token else EMPTY)

    account = make_account("https://salto.example", at_once=2)
    with (
        SaltoKs(account, now=clock, transport=httpx.MockTransport(answer)) as salto,
        ThreadPoolExecutor(8) as pool,
    ):
        list(pool.map(lambda _: read(salto), range(24)))
    assert max(peaks) == 2


def test_every_request_waits_for_the_pacer_and_a_throttle_pauses_it(make_account, clock, naps) -> None:
    class Noted:
        def __init__(self) -> None:
            self.waits = 0
            self.pauses: list[float] = []

        def wait(self) -> None:
            self.waits += 1

        def pause(self, seconds: float) -> None:
            self.pauses.append(seconds)

    answers = [
        httpx.Response(200, json={"access_token": "t", "expires_in": 3600}),
        httpx.Response(429, headers={"Retry-After": "3"}),
        httpx.Response(503),
        httpx.Response(200, json=EMPTY),
    ]
    pacer = Noted()
    transport = httpx.MockTransport(lambda _: answers.pop(0))
    account = make_account("https://salto.example")
    with SaltoKs(account, now=clock, sleep=naps, pacer=pacer, transport=transport) as salto:
        assert read(salto) == []
    assert (pacer.waits, pacer.pauses, len(naps)) == (4, [3.0], 1)
    assert salto.calls.per_route == {"POST /connect/token": 1, "GET /v1.2/sites/{site_id}/users": 3}
    assert (salto.calls.reads, salto.calls.writes, salto.calls.token_requests) == (3, 0, 1)


def test_requests_say_who_asks_and_what_they_take(scripted) -> None:
    salto, script = scripted(lambda _: httpx.Response(204))
    change(salto)
    (request,) = script.requests
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r"saltoks/\S+", request.headers["User-Agent"])
    assert request.extensions["timeout"] == {"connect": 5.0, "read": 30.0, "write": 10.0, "pool": 30.0}


def test_log_lines_have_the_route_and_no_ids(scripted, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="saltoks")
    answers = [httpx.Response(404, json={"ErrorCode": "2202"}), httpx.Response(200, json=EMPTY)]
    salto, _ = scripted(lambda _: answers.pop(0))
    salto.delete_user("the-site", "the-user")
    salto.users("the-site")
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("saltoks")]
    assert [re.sub(r"\d+ ms", "n ms", line) for line in lines] == [
        "salto: POST /connect/token 200 n ms",
        "salto: DELETE /v1.2/sites/{site_id}/users/{site_user_id} 404 n ms",
        "salto: GET /v1.2/sites/{site_id}/users 200 n ms",
    ]


@pytest.mark.parametrize("bad", ["", ".", ".."])
def test_an_id_that_would_change_the_route_is_a_mistake(scripted, bad: str) -> None:
    salto, script = scripted(lambda _: httpx.Response(202))
    with pytest.raises(ValueError, match="is not an id"):
        salto.delete_user("s", bad)
    assert script.requests == []


def test_an_id_stays_one_part_of_the_path(scripted) -> None:
    salto, script = scripted(lambda _: httpx.Response(202))
    salto.delete_user("s", "a/../b?c#d")
    assert script.requests[0].url.raw_path == b"/v1.2/sites/s/users/a%2F..%2Fb%3Fc%23d"


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def plain_port() -> Iterator[int]:
    """A port that answers a TLS greeting in plain text."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=greet, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("ask", [read, create])
def test_a_refused_connection_is_told_as_one_for_the_firewall(make_account, clock, naps, closed_port, ask) -> None:
    """F24, over a real socket."""
    with (
        SaltoKs(make_account(f"http://127.0.0.1:{closed_port}"), now=clock, sleep=naps) as salto,
        pytest.raises(Unavailable, match="network and firewall let HTTPS out") as caught,
    ):
        ask(salto)
    assert caught.value.sent is False


def test_a_failed_tls_handshake_is_told_as_such(make_account, clock, naps, plain_port) -> None:
    with (
        SaltoKs(make_account(f"https://127.0.0.1:{plain_port}"), now=clock, sleep=naps) as salto,
        pytest.raises(Unavailable, match="no trusted TLS connection"),
    ):
        read(salto)


def test_an_unknown_name_is_told_as_such(make_account, clock, naps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    with (
        SaltoKs(make_account("https://nowhere.invalid"), now=clock, sleep=naps) as salto,
        pytest.raises(Unavailable, match=r"nowhere\.invalid is not known here"),
    ):
        read(salto)
