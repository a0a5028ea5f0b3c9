from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from saltoks.sandbox.plain import TRUSTS_NOBODY
from saltoks.systems.nexudus.stand_in import NexudusAdmin, NexudusSandbox

USER, PASSWORD = "pipeline@house.example", "house-password"


@pytest.fixture(scope="session")
def _running() -> Iterator[NexudusSandbox]:
    with NexudusSandbox("house") as sandbox:
        yield sandbox


@pytest.fixture
def admin(_running: NexudusSandbox) -> NexudusAdmin:
    """The back office of the house as it was shipped."""
    _running.admin.reset()
    return _running.admin


@pytest.fixture
def anyone(_running: NexudusSandbox, admin: NexudusAdmin) -> Iterator[httpx.Client]:
    """An HTTP client of the sandbox that has not signed in."""
    with httpx.Client(base_url=_running.url, trust_env=False, verify=TRUSTS_NOBODY) as client:
        yield client


@pytest.fixture
def sign_in(anyone: httpx.Client) -> Callable[..., httpx.Client]:
    """Signs the client in with a token."""

    def make(username: str = USER) -> httpx.Client:
        form = {"grant_type": "password", "username": username, "password": PASSWORD}
        token = anyone.post("/api/token", data=form).json()["access_token"]
        anyone.headers["Authorization"] = f"Bearer {token}"
        return anyone

    return make


@pytest.fixture
def api(sign_in: Callable[..., httpx.Client]) -> httpx.Client:
    """A client that may do everything."""
    return sign_in()
