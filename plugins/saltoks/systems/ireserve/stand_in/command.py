"""The sandbox as `saltoks sandbox` serves it, and the connection to it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from saltoks.sandbox import welcome
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.ireserve.stand_in.world import load_world
from saltoks.systems.protocol import Say, StandIn


def serve(world: str, *, port: int, state: Path | None, say: Say) -> None:
    """Serve in the foreground until interrupted."""
    sandbox, user = IReserveSandbox(world, port=port, state=state), load_world(world).users[0]
    say(welcome.of_booking_system("i-Reserve", sandbox.url, user.username, user.password))
    sandbox.serve_here()


def connection(world: str, url: str) -> Mapping[str, str]:
    """The connection of the first back-office user of a world."""
    user = load_world(world).users[0]
    return welcome.booking_connection(url, user.username, user.password)


STAND_IN = StandIn(serve=serve, connection=connection)
