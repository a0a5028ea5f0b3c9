"""A sandbox world and clients against it, and clients against scripted answers."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from saltoks.net.client import HttpClient
from saltoks.salto.account import Account
from saltoks.salto.client import SaltoKs
from saltoks.salto.http_client import http_client
from saltoks.sandbox.salto.server import SandboxServer
from saltoks.sandbox.salto.world import World

SITE_UID = "NL0000000001"
OTHER_UID = "NL0000000002"
WORLD: dict[str, Any] = {
    "clients": [{"client_id": "saltoks-test", "client_secret": "planted-client-secret"}],
    "accounts": [
        {
            "username": "pipeline+doors@saltoks.example",
            "password": "planted password",
            "sites": [{"site_uid": SITE_UID}, {"site_uid": OTHER_UID}],
        }
    ],
    "options": {
        "rate_per_second": None,
        "guest_settling_seconds": [0, 0],
        "entry_lag_seconds": [0, 0],
        "empty_page_share": 0.3,
    },
    "sites": [
        {
            "site_uid": SITE_UID,
            "customer_reference": "Test House",
            "seats": 12,
            "iqs": [{"customer_reference": "Gateway"}],
            "locks": [{"customer_reference": "Front"}, {"customer_reference": "Studio", "lock_type": "cylinder"}],
            "groups": [
                {"customer_reference": "Everybody", "locks": "all", "members": ["Person 1", "Person 2"]},
                {"customer_reference": "Nobody", "locks": ["Studio"], "schedule": "none"},
            ],
            "users": [{"first_name": "Person", "last_name": str(number)} for number in range(1, 6)],
        },
        {
            "site_uid": OTHER_UID,
            "customer_reference": "Other House",
            "users": [{"first_name": "Known", "last_name": "Elsewhere"}],
        },
    ],
}


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Naps(list[float]):
    """A `sleep` that only notes for how long it was asked to."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


Answerer = Callable[[httpx.Request], httpx.Response]


class Script:
    """A transport that grants tokens and leaves all else to `answer`; keeps every request but the grants."""

    def __init__(self, answer: Answerer) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/connect/token":
            return httpx.Response(200, json={"access_token": "planted-access-token", "expires_in": 3600})
        self.requests.append(request)
        return self.answer(request)


@pytest.fixture(autouse=True)
def _same_jitter_every_time() -> None:
    random.seed(7)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture(scope="session")
def make_account() -> Callable[..., Account]:
    """An account for the test world, with fields to differ."""

    def make(url: str, **fields: object) -> Account:
        plain: dict[str, object] = {
            "name": "main",
            "environment": "custom",
            "client_id": "saltoks-test",
            "client_secret": "planted-client-secret",
            "username": "pipeline+doors@saltoks.example",
            "password": "planted password",
            "api_url": url,
            "identity_url": url,
            "rate_per_second": float("inf"),
        }
        return Account.from_fields(**(plain | fields))  # type: ignore[arg-type]

    return make


@pytest.fixture(scope="session")
def _running() -> Iterator[SandboxServer]:
    with SandboxServer(World.model_validate(WORLD)) as server:
        yield server


@pytest.fixture
def sandbox(_running: SandboxServer) -> SandboxServer:
    """The one running sandbox, without faults and without a memory of calls; its world goes on between tests."""
    _running.admin.faults()
    _running.admin.real_clock()
    _running.admin.options(**WORLD["options"], sites_as_array=False, lists_as_array=False)
    _running.admin.forget_calls()
    return _running


@pytest.fixture
def salto(sandbox: SandboxServer, make_account: Callable[..., Account], clock: Clock, naps: Naps) -> Iterator[SaltoKs]:
    """A client signed in to the sandbox."""
    with SaltoKs(make_account(sandbox.url), now=clock, sleep=naps) as client:
        yield client


@pytest.fixture
def site_id(salto: SaltoKs) -> str:
    return next(site.id for site in salto.sites() if site.site_uid == SITE_UID)


@pytest.fixture
def scripted(
    make_account: Callable[..., Account], clock: Clock, naps: Naps
) -> Iterator[Callable[..., tuple[SaltoKs, Script]]]:
    """Makes clients that get scripted answers; `url` is where they believe to be."""
    open_clients: list[SaltoKs] = []

    def make(answer: Answerer, url: str = "https://salto.example", page_size: int = 100) -> tuple[SaltoKs, Script]:
        script = Script(answer)
        client = SaltoKs(make_account(url), now=clock, sleep=naps, transport=script.transport, page_size=page_size)
        open_clients.append(client)
        return client, script

    yield make
    for client in open_clients:
        client.__exit__(None, None, None)


@pytest.fixture
def wired(
    make_account: Callable[..., Account], clock: Clock, naps: Naps
) -> Iterator[Callable[[Answerer], tuple[HttpClient, Script]]]:
    """Makes the part below a client, with scripted answers."""
    open_wires: list[HttpClient] = []

    def make(answer: Answerer) -> tuple[HttpClient, Script]:
        script = Script(answer)
        account = make_account("https://salto.example")
        client = http_client(account, now=clock, pacer=None, tokens=None, sleep=naps, transport=script.transport)
        open_wires.append(client)
        return client, script

    yield make
    for client in open_wires:
        client.close()
