"""Scripted answers, and a `sleep` that takes no time."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from saltoks.net.rest import Rest

Answerer = Callable[[httpx.Request], httpx.Response]


class Naps(list[float]):
    """A `sleep` that notes for how long it was asked to, and lets that time pass on its own clock."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)

    def monotonic(self) -> float:
        return sum(self)


class Line:
    """A transport that answers by a function and keeps every request."""

    def __init__(self, answer: Answerer) -> None:
        self._answer = answer
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._answer(request)


Dial = Callable[..., tuple[Rest, Line]]
