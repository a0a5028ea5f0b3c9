"""What the demo plays against: a Salto KS, and what plays booking systems, each with a house of the demo."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from saltoks.core.errors import Unavailable
from saltoks.dev.demo.place import WORLD, Place, served_systems
from saltoks.dev.stack import components, ports
from saltoks.dev.stack.ports import LOOPBACK, Ports
from saltoks.dev.stack.progress import Progress
from saltoks.dev.stack.stack import Stack
from saltoks.sandbox.salto.admin.client import SandboxAdmin
from saltoks.systems.protocol import Asked, House
from saltoks.systems.registry import stand_ins

START_SECONDS = 30.0
ENTRY_LAG = (0.2, 1.0)
"""Seconds until an entry shows up: the real service may take more than a minute, which nobody wants to watch."""
SETTLING = (0, 0)
"""Seconds until a new guest, member or schedule counts at the doors: minutes at the real service."""


def addresses(place: Place, held: Ports, progress: Progress) -> dict[str, str]:
    """An address for each server: the one it had before, if its port is free; `held` keeps them for us."""
    found = {}
    for system in served_systems():
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
    """Remote control of the servers at these addresses, and of the houses by the names of their sites."""

    def __init__(self, urls: Mapping[str, str], exports: Path) -> None:
        self.salto = SandboxAdmin(urls["salto"])
        self._houses = _houses(urls, exports)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.salto.close()
        for house in self._houses.values():
            house.close()

    def hurry(self) -> None:
        """Let Salto KS be quicker than it is: nobody watches a demo for minutes."""
        delays = {f"{what}_seconds": list(SETTLING) for what in ("guest_settling", "member_delay", "schedule_delay")}
        self.salto.options(entry_lag_seconds=list(ENTRY_LAG), **delays)

    def fill(self, now: datetime) -> None:
        """Bring all houses up to `now`, and count their calls from here on."""
        for house in self._houses.values():
            house.fill(now)

    def asked(self) -> dict[str, Asked]:
        """What each site's booking system was asked since then."""
        return {site: house.asked() for site, house in self._houses.items()}

    def to_try(self, booking_of: Callable[[str], str]) -> list[str]:
        """What somebody may type to change a booking of each house, given one by the name of its site."""
        return [house.to_try(booking_of(site)) for site, house in sorted(self._houses.items())]


def _houses(urls: Mapping[str, str], exports: Path) -> dict[str, House]:
    """The houses of the demo by the names of their sites; `exports` is where those write who hand over files."""
    return {
        played.site: played.house(urls.get(system, ""), exports)
        for system, played in stand_ins().items()
        if played.site and played.house
    }
