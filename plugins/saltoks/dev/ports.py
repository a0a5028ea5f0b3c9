"""Loopback ports: which are free, and which one to take."""

from __future__ import annotations

import socket
from dataclasses import dataclass

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Port:
    """The port to use; `instead_of` is the wished one when somebody else has it."""

    number: int
    instead_of: int | None = None


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
    """A port that the system hands out as free."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
    return port


def choose(wished: int | None) -> Port:
    """The wished port if it is free, otherwise another one."""
    if wished is None:
        return Port(any_free())
    if is_free(wished):
        return Port(wished)
    return Port(any_free(), instead_of=wished)
