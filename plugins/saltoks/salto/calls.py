"""Counts what a client asks."""

from __future__ import annotations

import threading
from collections import Counter

from saltoks.salto.problems import TOKEN_ROUTE


class CallCount:
    """What a client asked so far, for the summary of a run; thread safe. It counts those of other counts as well."""

    def __init__(self, *others: CallCount) -> None:
        self._others = others
        self._lock = threading.Lock()
        self._routes: Counter[str] = Counter()
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
        """Requests to the identity server."""
        return self.per_route.get(f"POST {TOKEN_ROUTE}", 0)

    @property
    def retries(self) -> int:
        """Calls that were sent again after a failure."""
        return self._retries + sum(one.retries for one in self._others)

    @property
    def seconds_waited(self) -> float:
        """Seconds spent on the rate and before repeats."""
        return self._seconds + sum(one.seconds_waited for one in self._others)

    def add(self, method: str, route: str) -> None:
        """Note a request."""
        with self._lock:
            self._routes[f"{method} {route}"] += 1

    def add_retry(self) -> None:
        """Note a repeat."""
        with self._lock:
            self._retries += 1

    def add_wait(self, seconds: float) -> None:
        """Note time spent waiting."""
        with self._lock:
            self._seconds += seconds
