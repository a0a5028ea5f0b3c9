"""What was asked of a sandbox, for assertions on request budgets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Generic, TypeVar

C = TypeVar("C")


class Journal(Generic[C]):
    """Requests in order of arrival; `route` gives the name under which one is counted."""

    def __init__(self, route: Callable[[C], str]) -> None:
        self._route = route
        self.calls: list[C] = []

    def note(self, call: C) -> None:
        """Add a request."""
        self.calls.append(call)

    def count(self) -> dict[str, int]:
        """How often each route was asked for."""
        return dict(Counter(map(self._route, self.calls)))

    def forget(self) -> None:
        """Start anew."""
        self.calls.clear()
