"""What was asked of the sandbox, for assertions on request budgets."""

from __future__ import annotations

from collections import Counter

from saltoks.sandbox.salto.admin.client import Call


class Journal:
    """Requests in order of arrival."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def note(self, call: Call) -> None:
        """Add a request."""
        self.calls.append(call)

    def count(self) -> dict[str, int]:
        """How often each `METHOD route` was called."""
        return dict(Counter(f"{call.method} {call.route}" for call in self.calls))

    def forget(self) -> None:
        """Start anew."""
        self.calls.clear()
