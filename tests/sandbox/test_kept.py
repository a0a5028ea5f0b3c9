"""The booking sandboxes over restarts, and served in the foreground by the command line."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

import saltoks
from saltoks.dev.stack import ports
from saltoks.systems.ireserve.stand_in.admin import IReserveAdmin
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.ireserve.stand_in.world import BookingSpec
from saltoks.systems.nexudus.stand_in import NexudusAdmin, NexudusSandbox

PLUGINS = Path(saltoks.__file__).parent.parent
NINE, TEN = datetime(2026, 6, 1, 9), datetime(2026, 6, 1, 10)  # noqa: DTZ001 - wall clocks of a tenant
RESERVATION = BookingSpec(id=9, object_id=1, date_from=NINE, date_till=TEN, customer="Zoë", email="zoe@guest.example")


def test_a_tenant_of_i_reserve_goes_on_after_a_restart(tmp_path: Path) -> None:
    """Everything a person changed is there again, switches too."""
    state = tmp_path / "deep" / "ireserve.json"
    with IReserveSandbox("court", state=state) as first:
        first.admin.put_booking(RESERVATION)
        first.admin.drop_booking(1127)
        first.admin.options(language="en")
        before = first.admin.world()
    with IReserveSandbox("court", state=state) as second:
        assert second.admin.world() == before
        assert {one.id for one in before.bookings} == {1126, 9}
        assert second.admin.world().options.language == "en"
    assert [path.name for path in state.parent.iterdir()] == ["ireserve.json"]


def test_an_account_of_nexudus_goes_on_after_a_restart(tmp_path: Path) -> None:
    """Records keep their ids and the instants at which they were made and changed; the clock stands where it stood."""
    state, moment = tmp_path / "nexudus.json", datetime(2031, 3, 28, 12, tzinfo=UTC)
    lists = ("spaces/bookings", "spaces/cancelledbookings", "billing/coworkertimepasses")
    with NexudusSandbox("house", state=state) as first:
        first.admin.set_clock(moment)
        first.admin.cancel(9001)
        first.admin.put("billing/coworkertimepasses", 699, CoworkerId=1001, TimePassId=7, BusinessId=10)
        before = {path: first.admin.records(path) for path in lists}
    with NexudusSandbox("house", state=state) as second:
        assert {path: second.admin.records(path) for path in lists} == before
        second.admin.put("spaces/bookings", 9002, Tentative=False)
        changed = {row["Id"]: row["UpdatedOn"] for row in second.admin.records("spaces/bookings")}
        assert changed[9002] == "2031-03-28T12:00:00Z"
    assert [row["OriginalBookingId"] for row in before["spaces/cancelledbookings"]] == ["9001"]


def test_without_a_state_file_nothing_is_kept(tmp_path: Path) -> None:
    with IReserveSandbox("court") as first:
        first.admin.drop_booking(1127)
    with IReserveSandbox("court") as second:
        assert len(second.admin.world().bookings) == 2


@pytest.mark.parametrize("system", ["ireserve", "nexudus"])
def test_a_system_is_served_in_the_foreground_and_keeps_its_state(tmp_path: Path, system: str) -> None:
    """`saltoks sandbox --system …` serves the demo's world until it is told to end, and has kept what changed."""
    state, port = tmp_path / f"{system}.json", ports.any_free()
    options = ["--system", system, "--port", str(port), "--state", str(state)]
    command = [sys.executable, "-c", "from saltoks.cli import main; main()", "sandbox", *options]
    process = subprocess.Popen(command, env={"PYTHONPATH": str(PLUGINS)})
    try:
        url = f"http://127.0.0.1:{port}"
        change(system, url)
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    finally:
        process.kill()
    assert "zoe@guest.example" in state.read_text(encoding="utf-8")
    json.loads(state.read_text(encoding="utf-8"))


def change(system: str, url: str) -> None:
    """One record more, as soon as the server answers."""
    ireserve, nexudus = IReserveAdmin(url), NexudusAdmin(url)
    deadline = time.monotonic() + 30
    while True:
        try:
            if system == "ireserve":
                ireserve.put_booking(RESERVATION)
            else:
                nexudus.put("spaces/visitors", 801, FullName="Zoë", Email="zoe@guest.example")
        except httpx.ConnectError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            break
    ireserve.close()
    nexudus.close()
