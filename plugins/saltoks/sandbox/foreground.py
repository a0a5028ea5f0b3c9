"""Serve one of the sandboxes in the foreground: for people who try things out, and for the demo."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from saltoks.sandbox import server
from saltoks.sandbox.ireserve.server import IReserveSandbox
from saltoks.sandbox.nexudus.server import NexudusSandbox

System = Literal["salto", "ireserve", "nexudus"]


def serve(system: System, world: str, *, port: int, state: Path | None, seed: int) -> None:
    """Serve a shipped world or a file of a system on loopback until interrupted; `seed` matters to Salto KS only."""
    match system:
        case "salto":
            server.serve(world, port=port, state=state, seed=seed)
        case "ireserve":
            IReserveSandbox(world, port=port, state=state).serve_here()
        case "nexudus":
            NexudusSandbox(world, port=port, state=state).serve_here()
