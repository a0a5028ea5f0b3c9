"""A page in a browser cannot drive a sandbox: neither under another name of loopback, nor across origins."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from saltoks.sandbox.plain import TRUSTS_NOBODY
from saltoks.sandbox.salto.server import SandboxServer
from saltoks.sandbox.salto.world import World
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.nexudus.stand_in.server import NexudusSandbox

PATHS = {
    "salto": ("POST", "/_sandbox/revoke"),
    "ireserve": ("PUT", "/_sandbox/faults"),
    "nexudus": ("POST", "/_sandbox/reset"),
}
BODIES: dict[str, object] = {"salto": {"refresh": False}, "ireserve": [], "nexudus": None}


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[str, str]]:
    """The address of every kind of sandbox."""
    with SandboxServer(World(sites=[])) as salto, IReserveSandbox("court") as tenant, NexudusSandbox("house") as spaces:
        yield {"salto": salto.url, "ireserve": tenant.url, "nexudus": spaces.url}


def asked(url: str, kind: str, **headers: str) -> int:
    """The status of a change in the back office, with these headers."""
    method, path = PATHS[kind]
    with httpx.Client(base_url=url, trust_env=False, verify=TRUSTS_NOBODY) as client:
        return client.request(
            method, path, json=BODIES[kind], headers={k.replace("_", "-"): v for k, v in headers.items()}
        ).status_code


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example:{port}"},
        {"Host": "10.0.0.1"},
        {"Host": "["},
        {"Host": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://localhost:{port}"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
def test_others_are_refused(sandboxes: dict[str, str], kind: str, headers: dict[str, str]) -> None:
    port = str(urlsplit(sandboxes[kind]).port)
    assert asked(sandboxes[kind], kind, **{k: v.format(port=port) for k, v in headers.items()}) == 403


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_is_served(sandboxes: dict[str, str], kind: str, host: str) -> None:
    own = f"{host}:{urlsplit(sandboxes[kind]).port}"
    assert asked(sandboxes[kind], kind, Host=own) == 200
    assert asked(sandboxes[kind], kind, Host=own, Origin=f"http://{own}", Sec_Fetch_Site="same-origin") == 200


def test_the_api_itself_is_closed_to_other_names_too(sandboxes: dict[str, str]) -> None:
    answer = httpx.get(
        f"{sandboxes['salto']}/v1.1/sites", headers={"Host": "evil.example"}, trust_env=False, verify=TRUSTS_NOBODY
    )
    assert answer.status_code == 403
