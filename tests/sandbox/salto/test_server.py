"""Start and stop, state over restarts, equal seeds, the clock, and the demo's world."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

import saltoks
from saltoks.core.errors import FixInput
from saltoks.sandbox.salto.admin.client import SandboxAdmin
from saltoks.sandbox.salto.server import SandboxServer, serve
from saltoks.sandbox.salto.world import load_world
from sandbox.rig import ALWAYS, SITE, Rig, house

PLUGINS = Path(saltoks.__file__).parent.parent
DEMO = {"username": "pipeline@saltoks.example", "password": "demo-password"}


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "sandbox.json"
    with SandboxServer(house(), state=path) as server:
        rig = Rig(server)
        rig.admin.set_clock(datetime(2027, 1, 1, tzinfo=UTC), frozen=True)
        rig.renew()
        refresh = rig.sign_in({"username": "robot@house.example", "password": "robot-password"})
        user = rig.user(email="kept@mail.example")
        pin, group = rig.pin(user), rig.group("Front", schedule=ALWAYS)
        rig.join(group, user)
        rig.admin.set_lock(SITE, "Attic", online=False)
        waiting = rig.admin.attempt(SITE, "Attic", user_id=user["user"]["id"])
        before, mails = rig.admin.world(), rig.admin.mailbox()
    with SandboxServer(house(), state=path) as server:
        again = Rig(server)
        assert again.admin.world() == before
        assert again.admin.mailbox() == mails
        again.http.headers["Authorization"] = f"Bearer {refresh['access_token']}"
        assert again.ok("GET", f"/users/{user['id']}")["user"]["email"] == "kept@mail.example"
        assert again.admin.attempt(SITE, "Front", pin=pin).opened
        again.admin.set_lock(SITE, "Attic", online=True)
        assert waiting.entry_id in {entry["id"] for entry in again.entries()}
        assert again.guest()["id"] not in {user["site_user_id"] for user in before["sites"][SITE]["users"]}


def test_changes_reach_the_file_while_the_server_runs(tmp_path: Path) -> None:
    path = tmp_path / "sandbox.json"
    with SandboxServer(house(), state=path) as server:
        rig = Rig(server)
        rig.group(name="On disk")
        deadline = time.monotonic() + 5
        while not (path.exists() and "On disk" in path.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert "On disk" in path.read_text()
        json.loads(path.read_text())
    assert [item.name for item in tmp_path.iterdir()] == ["sandbox.json"]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT], ids=["terminated", "interrupted"])
def test_the_foreground_server_keeps_its_state_when_told_to_end(tmp_path: Path, end: signal.Signals) -> None:
    path = tmp_path / "sandbox.json"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = (
        "from pathlib import Path; from saltoks.sandbox.salto.server import serve;"
        f"serve('demo', port={port}, state=Path({str(path)!r}), seed=7)"
    )
    process = subprocess.Popen([sys.executable, "-c", code], env={"PYTHONPATH": str(PLUGINS)})
    with SandboxAdmin(f"http://127.0.0.1:{port}") as admin:
        wait_for(admin)
        entry = admin.attempt("NL0000000001", "Harbour Entrance", exit=True).entry_id
        process.send_signal(end)
        process.wait(10)
    assert entry in path.read_text()


def wait_for(admin: SandboxAdmin) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            admin.now()
        except httpx.ConnectError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


def ids_of_a_run() -> list[str]:
    with SandboxServer(house()) as server:
        rig = Rig(server)
        user = rig.guest()
        return [rig.site, user["id"], user["user"]["id"], rig.group(), str(rig.ok("PUT", f"/users/{user['id']}/pin"))]


def test_equal_seeds_and_requests_give_equal_ids() -> None:
    assert ids_of_a_run() == ids_of_a_run()


def test_a_world_can_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text(house().model_dump_json())
    with SandboxServer(path) as server:
        assert Rig(server).ok("GET", "")["customer_reference"] == "House"


def test_a_world_with_a_wrong_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "world.yaml"
    path.write_text("sites: [{site_uid: X, customer_reference: Y, seets: 3}]")
    with pytest.raises(ValueError, match="seets"):
        SandboxServer(path)


def test_only_loopback_is_served() -> None:
    with pytest.raises(FixInput, match="loopback"):
        serve(house(), host="0.0.0.0", port=0, state=None, seed=7)  # noqa: S104 (must be refused)


def test_a_taken_port_is_named() -> None:
    with SandboxServer(house()) as server, pytest.raises(FixInput, match="taken"):
        SandboxServer(house(), port=int(server.url.rsplit(":", 1)[1]))


def test_the_clock_is_real_until_set() -> None:
    with SandboxServer(house()) as server:
        admin = server.admin
        assert abs(admin.now() - datetime.now(UTC)) < timedelta(seconds=2)
        there = datetime(2030, 1, 1, tzinfo=UTC)
        admin.set_clock(there, frozen=True)
        admin.advance(90)
        assert admin.now() == there + timedelta(seconds=90)
        admin.set_clock(there)
        first = admin.now()
        time.sleep(0.02)
        assert there < first < admin.now() < there + timedelta(seconds=5)
        admin.real_clock()
        assert abs(admin.now() - datetime.now(UTC)) < timedelta(seconds=2)


def test_the_demo_world() -> None:
    with SandboxServer("demo") as server:
        sites = server.admin.world()["sites"]
        three = _, wharf, loop = [sites[uid] for uid in ("NL0000000001", "GB0000000001", "US0000000001")]
        assert [(site["seats"], site["seats_used"]) for site in three] == [(40, 4), (40, 3), (30, 2)]
        assert [site["time_zone"] for site in three] == ["Europe/Amsterdam", "Europe/London", "America/Chicago"]
        assert {lock["customer_reference"] for lock in wharf["locks"] if lock["battery_level"] == "low"} == {
            "Workshop door"
        }
        groups = {group["customer_reference"]: group for site in three for group in site["groups"]}
        assert groups["Studio A"]["locks"] == ["Harbour Entrance", "Studio A door"]
        assert len(groups["Cleaning"]["locks"]) == 4
        assert len(groups["Cleaning"]["members"]) == 1
        assert all(len(group["schedules"]) == 1 for group in groups.values())
        offline = {lock["customer_reference"] for site in three for lock in site["locks"] if not lock["online"]}
        assert offline == {"Podcast booth door", "Roof room door"}
        assert {iq["customer_reference"]: iq["online"] for iq in loop["iqs"]} == {"Loop IQ 1": True, "Loop IQ 2": False}


def test_the_demo_account_administers_its_sites() -> None:
    world = load_world("demo")
    client = world.clients[0]
    with SandboxServer(world) as server:
        form = {"grant_type": "password", "scope": "user_api.full_access", **DEMO}
        answer = httpx.post(
            f"{server.url}/connect/token", data=form, auth=(client.client_id, client.client_secret or "")
        )
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        sites = httpx.get(f"{server.url}/v1.2/sites", headers=headers).json()["items"]
        found = [httpx.get(f"{server.url}/v1.2/sites/{s['id']}/users", headers=headers).status_code for s in sites]
        assert found == [200, 200, 200]
        assert httpx.get(f"{server.url}/v1.2/sites/{sites[0]['site_uid']}", headers=headers).status_code == 400
