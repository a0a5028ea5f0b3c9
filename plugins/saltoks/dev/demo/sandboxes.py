"""The servers that the demo plays against: Salto KS, i-Reserve and Nexudus on loopback, and what lies in them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from saltoks.core.errors import Unavailable
from saltoks.dev.demo import deskworks, ireserve, nexudus
from saltoks.dev.demo.place import SYSTEMS, WORLD, Place
from saltoks.dev.stack import components, ports
from saltoks.dev.stack.ports import LOOPBACK, Ports
from saltoks.dev.stack.progress import Progress
from saltoks.dev.stack.stack import Stack
from saltoks.sandbox.salto.admin.client import SandboxAdmin
from saltoks.systems.deskworks.stand_in import FILES
from saltoks.systems.ireserve.stand_in.admin import IReserveAdmin
from saltoks.systems.nexudus.stand_in.admin import NexudusAdmin

START_SECONDS = 30.0
ENTRY_LAG = (0.2, 1.0)
"""Seconds until an entry shows up: the real service may take more than a minute, which nobody wants to watch."""
SETTLING = (0, 0)
"""Seconds until a new guest, member or schedule counts at the doors: minutes at the real service."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How often the booking system of a site was asked; or how many files it handed over."""

    number: int
    noun: str


def addresses(place: Place, held: Ports, progress: Progress) -> dict[str, str]:
    """An address for each server: the one it had before, if its port is free; `held` keeps them for us."""
    found = {}
    for system in SYSTEMS:
        port = place.choose_port(system, held)
        if port.instead_of:
            progress.note(f"Port {port.instead_of} is in use; the sandbox of {system} takes {port.number} instead.")
        found[system] = f"http://{LOOPBACK}:{port.number}"
    return found


def start(stack: Stack, place: Place, urls: Mapping[str, str]) -> None:
    """Start the servers beside Airflow and wait until they listen; raises `Unavailable` when one does not."""
    numbers = {system: int(url.rpartition(":")[2]) for system, url in urls.items()}
    for system, port in numbers.items():
        options = ("--port", str(port), "--state", str(place.state(system)))
        saltoks = str(Path(sys.executable).parent / "saltoks")
        stack.start_beside(f"sandbox-{system}", (saltoks, "sandbox", "--system", system, "--world", WORLD, *options))

    def listening() -> bool:
        stack.check()
        return not any(ports.is_free(port) for port in numbers.values())

    if not components.wait_until(listening, START_SECONDS):
        raise Unavailable(f"The sandboxes do not listen after {START_SECONDS:.0f} seconds: look at their logs.")


class Sandboxes:
    """Remote control of the servers at these addresses; a context manager."""

    def __init__(self, urls: Mapping[str, str], exports: Path) -> None:
        self.salto = SandboxAdmin(urls["salto"])
        self._ireserve = IReserveAdmin(urls["ireserve"])
        self._nexudus = NexudusAdmin(urls["nexudus"])
        self._exports = exports

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.salto.close()
        self._ireserve.close()
        self._nexudus.close()

    def hurry(self) -> None:
        """Let Salto KS be quicker than it is: nobody watches a demo for minutes."""
        delays = {f"{what}_seconds": list(SETTLING) for what in ("guest_settling", "member_delay", "schedule_delay")}
        self.salto.options(entry_lag_seconds=list(ENTRY_LAG), **delays)

    def fill(self, now: datetime) -> None:
        """Bring all houses up to `now`, and count their calls from here on."""
        ireserve.write(self._ireserve, now)
        nexudus.write(self._nexudus, now)
        deskworks.write(self._exports / deskworks.NAME, now)
        self._ireserve.forget_calls()
        self._nexudus.forget_calls()

    def asked(self) -> dict[str, Asked]:
        """What each site's booking system was asked since then."""
        files = sum((self._exports / deskworks.NAME / f"{name}.csv").exists() for name in FILES)
        return {
            ireserve.NAME: Asked(len(self._ireserve.calls()), "requests"),
            nexudus.NAME: Asked(len(self._nexudus.calls()), "requests"),
            deskworks.NAME: Asked(files, "files"),
        }
