"""A system's stand-in as `saltoks sandbox` serves it, and the connection to it; it and the demo import this alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from saltoks.sandbox import welcome
from saltoks.sandbox.hosted import Hosted
from saltoks.systems.protocol import Say, StandIn


class Login(Protocol):
    """Somebody who may sign in."""

    @property
    def username(self) -> str:
        """Who they are."""

    @property
    def password(self) -> str:
        """What proves it."""


class World(Protocol):
    """What a sandbox begins with; its first user is the one to sign in as."""

    @property
    def users(self) -> Sequence[Login]:
        """Everybody who may sign in."""


class Host(Protocol):
    """Makes the sandbox of a world, on a port, keeping what happens in a file."""

    def __call__(self, world: str, *, port: int, state: Path | None) -> Hosted:
        """The sandbox, not yet served."""


def stand_in(label: str, host: Host, load_world: Callable[[str], World]) -> StandIn:
    """A stand-in by what its users call the system, its sandbox, and its worlds by name."""

    def serve(world: str, *, port: int, state: Path | None, say: Say) -> None:
        sandbox, user = host(world, port=port, state=state), load_world(world).users[0]
        say(welcome.of_booking_system(label, sandbox.url, user.username, user.password))
        sandbox.serve_here()

    def connection(world: str, url: str) -> Mapping[str, str]:
        user = load_world(world).users[0]
        return welcome.booking_connection(url, user.username, user.password)

    return StandIn(serve=serve, connection=connection)
