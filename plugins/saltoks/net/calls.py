"""One request as it is asked for, and the count of those that were made."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

SIGN_IN = "sign_in"
"""The extension that marks a request for a token."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request; `what` completes "Could not …", `route` has the ids as {names}."""

    method: str
    route: str
    what: str
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    address: str | None = None
    """Where to send it, whole or below the base address, instead of route and ids."""
    adds_up: bool = False
    """Doing it twice is not the same as doing it once, though it is no POST."""

    @property
    def writes(self) -> bool:
        """Whether the call may change something."""
        return self.method != "GET"

    @property
    def repeatable(self) -> bool:
        """Whether doing it twice is the same as doing it once."""
        return not self.adds_up and self.method != "POST"

    def path(self) -> str:
        """The route with its ids filled in; ValueError for an id that would turn it into another route."""
        return self.route.format_map({name: _segment(value) for name, value in self.ids.items()})


class CallCount:
    """What a client asked so far, for the summary of a run; thread safe. It counts those of other counts as well."""

    def __init__(self, *others: CallCount) -> None:
        self._others = others
        self._lock = threading.Lock()
        self._routes: Counter[str] = Counter()
        self._sign_ins = 0
        self._retries = 0
        self._seconds = 0.0

    @property
    def per_route(self) -> dict[str, int]:
        """Requests per "METHOD /route-template", repeats and token requests included."""
        with self._lock:
            return dict(sum((Counter(one.per_route) for one in self._others), self._routes))

    @property
    def reads(self) -> int:
        """GET requests."""
        return sum(count for route, count in self.per_route.items() if route.startswith("GET "))

    @property
    def writes(self) -> int:
        """Requests that may change something; asking for a token is none of them."""
        return sum(self.per_route.values()) - self.reads - self.token_requests

    @property
    def token_requests(self) -> int:
        """Requests to whoever hands out tokens."""
        return self._sign_ins + sum(one.token_requests for one in self._others)

    @property
    def retries(self) -> int:
        """Calls that were sent again after a failure."""
        return self._retries + sum(one.retries for one in self._others)

    @property
    def seconds_waited(self) -> float:
        """Seconds spent on the rate and before repeats."""
        return self._seconds + sum(one.seconds_waited for one in self._others)

    def add(self, request: httpx.Request) -> None:
        """Note a request."""
        with self._lock:
            self._routes[f"{request.method} {request.extensions['route']}"] += 1
            self._sign_ins += signs_in(request)

    def add_retry(self) -> None:
        """Note a repeat."""
        with self._lock:
            self._retries += 1

    def add_wait(self, seconds: float) -> None:
        """Note time spent waiting."""
        with self._lock:
            self._seconds += seconds


def signs_in(request: httpx.Request) -> bool:
    """Whether a request asks for a token: it changes nothing."""
    return SIGN_IN in request.extensions


def _segment(value: str) -> str:
    if not value.strip("."):
        raise ValueError(f"{value!r} is not an id")
    return quote(value, safe="")
