"""One booking system's API, read as JSON."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self

import httpx

from saltoks.net.address import checked
from saltoks.net.answers.booking_dialect import BOOKING
from saltoks.net.answers.errors import About, read_json
from saltoks.net.answers.throttle import Throttle, by_status_429
from saltoks.net.calls import Call, CallCount
from saltoks.net.client import HttpClient, Server, Transport
from saltoks.net.pace import LocalPacer, Pacer

AT_ONCE = 10


class Rest:
    """Talks to one booking system; a context manager.

    `pacer` is a budget that is shared with others; without one it keeps `rate_per_second` by itself. `throttle` tells
    throttles from other answers; one that asks for more than a minute in all is left to the caller.
    Errors are those of `core.errors`: 401 SignInFailed, 403 NotPermitted, 404 NotThere, other 4xx Refused, 5xx and the
    network Unavailable, a body that is not JSON UnexpectedAnswer; ConfigError for http beyond this machine.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        auth: httpx.Auth | None,
        rate_per_second: float,
        pacer: Pacer | None = None,
        throttle: Throttle = by_status_429,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        transport: Transport | None = None,
    ) -> None:
        dialect = replace(BOOKING, throttle=throttle)
        self._client = HttpClient(
            Server(name=name, whom=f"source {name!r}", address=checked(name, base_url), dialect=dialect),
            auth=auth,
            pacer=pacer or LocalPacer(rate_per_second, sleep=sleep, monotonic=monotonic),
            at_once=AT_ONCE,
            sleep=sleep,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    @property
    def calls(self) -> CallCount:
        """What was asked so far; a number in a path counts as {id}."""
        return self._client.calls

    def get(self, path: str, params: Mapping[str, str | int] | None = None, *, what: str) -> object:
        """The JSON that a path answers with; `what` completes "Could not …" in errors."""
        call = Call("GET", _route(path), what, query=params or {}, address=path)
        return read_json(self._client.send(call), self.about(what))

    def about(self, what: str) -> About:
        """How errors begin about what was asked."""
        return self._client.about(what)


def _route(path: str) -> str:
    parts = path.strip("/").split("/")
    return "/" + "/".join("{id}" if part.isdigit() else part for part in parts)
