"""Serve one of the sandboxes in the foreground: for people who try things out, and for the demo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from saltoks.sandbox import welcome
from saltoks.sandbox.salto import server
from saltoks.sandbox.salto.world import load_world
from saltoks.systems.ireserve.stand_in import world as ireserve
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.nexudus.stand_in import world as nexudus
from saltoks.systems.nexudus.stand_in.server import NexudusSandbox

System = Literal["salto", "ireserve", "nexudus"]
Say = Callable[[Sequence[str]], None]


def serve(system: System, world: str, *, port: int, state: Path | None, seed: int, say: Say) -> None:
    """Serve a shipped world or a file of a system on loopback until interrupted; `seed` matters to Salto KS only.

    What one needs to use it is said as soon as its port is taken.
    """
    match system:
        case "salto":
            found = load_world(world)
            ready = welcome.of_salto(found, f"http://127.0.0.1:{port}")
            server.serve(found, port=port, state=state, seed=seed, ready=lambda: say(ready))
        case "ireserve":
            tenant = IReserveSandbox(world, port=port, state=state)
            desk = ireserve.load_world(world).users[0]
            say(welcome.of_booking_system("i-Reserve", tenant.url, desk.username, desk.password))
            tenant.serve_here()
        case "nexudus":
            house = NexudusSandbox(world, port=port, state=state)
            admin = nexudus.load_world(world).users[0]
            say(welcome.of_booking_system("Nexudus", house.url, admin.username, admin.password))
            house.serve_here()
