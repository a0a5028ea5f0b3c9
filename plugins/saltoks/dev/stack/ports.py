"""Loopback ports: which are free, and which one to take.

A port is chosen seconds before its TCP server listens. Until then the UDP port of the same number is held, so that no
other stack of this machine takes it: that ends with its process, and leaves no file. And it lies below the range that
systems hand out by themselves.
"""

from __future__ import annotations

import random
import socket
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from saltoks.core.errors import Unavailable

LOOPBACK = "127.0.0.1"
OURS = range(20_000, 32_000)
"""Below what Linux (from 32768) and macOS (from 49152) give to programs that ask for any port."""
ATTEMPTS = 200


@dataclass(frozen=True, slots=True)
class Port:
    """The port to use; `instead_of` is the wished one when somebody else has it."""

    number: int
    instead_of: int | None = None


class Ports:
    """The ports that one stack has chosen, held against every other stack of this machine until `give_back`.

    A context manager. `choose` raises Unavailable when no port can be had.
    """

    def __init__(self) -> None:
        self._held: dict[int, socket.socket] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_back()

    def choose(self, wished: int | None) -> Port:
        """The wished port if it is free and nobody holds it, otherwise another one."""
        if wished is None:
            return Port(self._any())
        if self._take(wished):
            return Port(wished)
        return Port(self._any(), instead_of=wished)

    def give_back(self) -> None:
        """Hold none of them any longer."""
        while self._held:
            self._held.popitem()[1].close()

    def _any(self) -> int:
        for _ in range(ATTEMPTS):
            port = random.choice(OURS)
            if self._take(port):
                return port
        raise Unavailable(f"No port of {OURS.start} to {OURS.stop - 1} is free on {LOOPBACK}: stop what uses them.")

    def _take(self, port: int) -> bool:
        if port in self._held:
            return is_free(port)
        mark = socket.socket(type=socket.SOCK_DGRAM)
        try:
            mark.bind((LOOPBACK, port))
        except OSError:
            mark.close()
            return False
        if not is_free(port):
            mark.close()
            return False
        self._held[port] = mark
        return True


def is_free(port: int) -> bool:
    """Whether nobody listens on `port` of the loopback address."""
    with socket.socket() as caller:
        caller.settimeout(1)
        if caller.connect_ex((LOOPBACK, port)) == 0:
            return False
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port that is free now, for who listens at once."""
    with Ports() as ports:
        return ports.choose(None).number
