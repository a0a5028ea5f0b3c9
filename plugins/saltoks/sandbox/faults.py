"""What goes wrong on the way to a sandbox's app: faults that match a request, and the middleware that plays them.

Each system has its own kinds of fault and its own answers; how one is found, counted and played is here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Generic, TypeVar

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saltoks.sandbox.open_connections import Connections


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong; the first active fault that matches a request takes it.

    `route` is a shell pattern on a name of the request. The first `skip` matching requests pass; after `times` hits the
    fault is over (None: never).
    """

    kind: str
    route: str = "*"
    status: int = 500
    retry_after: float | None = None
    times: int | None = None
    skip: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ListFault(Fault):
    """One that may leave `keep` records of a list."""

    keep: int = 0


F = TypeVar("F", bound=Fault)


class ActiveFaults(Generic[F]):
    """The active faults with how often each matched; `held` counts the requests that one of them keeps waiting."""

    def __init__(self) -> None:
        self.held = 0
        self._faults: list[tuple[F, list[int]]] = []
        self._replaced = asyncio.Event()

    def replace(self, faults: Iterable[F]) -> None:
        """From now on these and no others; what one of those before kept waiting goes on."""
        self._faults = [(fault, [0]) for fault in faults]
        self._replaced.set()
        self._replaced = asyncio.Event()

    async def hold(self, seconds: float) -> None:
        """Wait so long, or until other faults take the place of these."""
        with self.holding(), suppress(TimeoutError):
            await asyncio.wait_for(self._replaced.wait(), seconds)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Count a request that waits."""
        self.held += 1
        try:
            yield
        finally:
            self.held -= 1

    def take(self, names: Iterable[str]) -> tuple[F, int] | None:
        """The first active fault for a request by its names, and how often it has hit by now; counts the match."""
        for fault, seen in self._faults:
            if not any(fnmatchcase(name, fault.route) for name in names):
                continue
            seen[0] += 1
            hits = seen[0] - fault.skip
            if hits > 0 and (fault.times is None or hits <= fault.times):
                return fault, hits
        return None

    def __bool__(self) -> bool:
        return bool(self._faults)


@dataclass(frozen=True, slots=True)
class Exchange(Generic[F]):
    """One request on its way to the app, and the fault that took it for the `hits`-th time."""

    fault: F
    hits: int
    active: ActiveFaults[F]
    app: ASGIApp
    connections: Connections
    scope: Scope
    receive: Receive
    send: Send

    async def answer(self, response: Response) -> None:
        """Answer in the app's place."""
        await response(self.scope, self.receive, self.send)

    async def go_on(self) -> None:
        """Let the app act and answer; it finds the fault and its hits in the scope, as `fault`."""
        await self.app({**self.scope, "fault": (self.fault, self.hits)}, self.receive, self.send)

    async def acted(self) -> tuple[int, bytes]:
        """Let the app act and keep its answer from the client: status and body."""
        status, parts = [200], list[bytes]()

        async def swallow(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            parts.append(message.get("body", b""))

        await self.app(self.scope, self.receive, swallow)
        return status[0], b"".join(parts)

    async def cut(self) -> None:
        """Close the connection without an answer."""
        self.connections.cut(self.scope["client"])
        await self.left(None)

    async def left(self, seconds: float | None) -> None:
        """Wait until the client is gone, at most so long."""

        async def gone() -> None:
            while (await self.receive())["type"] != "http.disconnect":
                pass

        try:
            await asyncio.wait_for(gone(), seconds)
        except TimeoutError:
            return


Spoiler = Callable[[Exchange[F]], Awaitable[None]]
"""Plays one kind of fault."""


def instead(response: Callable[[F], Response]) -> Spoiler[F]:
    """A spoiler that answers without acting."""

    async def play(exchange: Exchange[F]) -> None:
        await exchange.answer(response(exchange.fault))

    return play


async def cut(exchange: Exchange[F]) -> None:
    """Closes the connection, without acting."""
    await exchange.cut()


async def later(exchange: Exchange[F]) -> None:
    """Waits, then acts as usual, also if the client is gone by then."""
    messages = [await exchange.receive()]
    while messages[-1].get("more_body"):
        messages.append(await exchange.receive())

    async def again() -> Message:
        return messages.pop(0) if messages else await exchange.receive()

    await exchange.active.hold(exchange.fault.seconds)
    await exchange.app(exchange.scope, again, exchange.send)


async def by_the_app(exchange: Exchange[F]) -> None:
    """Leaves it to the app."""
    await exchange.go_on()


class FaultMiddleware(Generic[F]):
    """ASGI layer around an app: the first active fault that matches a request spoils it, each kind by its spoiler.

    `names` are the names of a request that faults are matched with.
    """

    app: ASGIApp
    """Set once it is built."""

    def __init__(
        self, connections: Connections, spoilers: Mapping[str, Spoiler[F]], names: Callable[[Scope], Iterable[str]]
    ) -> None:
        self._connections = connections
        self._spoilers = spoilers
        self._names = names
        self.faults: ActiveFaults[F] = ActiveFaults()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        taken = self.faults.take(self._names(scope)) if self.faults else None
        if taken is None:
            await self.app(scope, receive, send)
            return
        fault, hits = taken
        await self._spoilers[fault.kind](
            Exchange(fault, hits, self.faults, self.app, self._connections, scope, receive, send)
        )
