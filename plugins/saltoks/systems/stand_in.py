"""A system's stand-in as `saltoks sandbox` serves it, and the connection to it; it and the demo import this alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from saltoks.sandbox import welcome
from saltoks.sandbox.hosted import Hosted
from saltoks.systems.protocol import Asked, Say, StandIn


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


class BackOffice(Protocol):
    """The admin endpoints of a sandbox, as far as every house of the demo needs them."""

    def calls(self) -> Sequence[object]:
        """What was asked of the sandbox."""

    def forget_calls(self) -> None:
        """Count from here on."""

    def close(self) -> None:
        """Close the connections."""


B = TypeVar("B", bound=BackOffice)


@dataclass(frozen=True, slots=True)
class ServedHouse(Generic[B]):
    """A house of the demo whose bookings lie in a sandbox; `write` brings them up to an instant.

    `cancel` is what somebody types to end a booking, given its number.
    """

    admin: B
    write: Callable[[B, datetime], None]
    cancel: Callable[[str], str]

    def fill(self, now: datetime) -> None:
        """Bring it up to `now`, and count its calls from here on."""
        self.write(self.admin, now)
        self.admin.forget_calls()

    def asked(self) -> Asked:
        """How many requests it had since then."""
        return Asked(len(self.admin.calls()), "requests")

    def to_try(self, booking: str) -> str:
        """Its back office ends a booking."""
        return self.cancel(booking)

    def close(self) -> None:
        """Close the connection to its back office."""
        self.admin.close()


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
