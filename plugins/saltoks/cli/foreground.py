"""Serve one of the sandboxes in the foreground: for people who try things out, and for the demo."""

from __future__ import annotations

from pathlib import Path

from saltoks.sandbox import welcome
from saltoks.sandbox.salto import server
from saltoks.sandbox.salto.world import load_world
from saltoks.systems.protocol import Say
from saltoks.systems.registry import server as booking_server

SALTO = "salto"


def serve(system: str, world: str, *, port: int, state: Path | None, seed: int, say: Say) -> None:
    """Serve a shipped world or a file of a system on loopback until interrupted; `seed` matters to Salto KS only.

    What one needs to use it is said as soon as its port is taken. Raises WrongUse for a system that nothing serves.
    """
    if system != SALTO:
        booking_server(system)(world, port=port, state=state, say=say)
        return
    found = load_world(world)
    ready = welcome.of_salto(found, f"http://127.0.0.1:{port}")
    server.serve(found, port=port, state=state, seed=seed, ready=lambda: say(ready))
