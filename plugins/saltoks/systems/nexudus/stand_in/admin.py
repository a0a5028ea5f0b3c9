"""A typed client for the admin endpoints of the sandbox."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from saltoks.sandbox.admin import AdminClient
from saltoks.sandbox.front import Call
from saltoks.systems.nexudus.stand_in.faults import Fault
from saltoks.systems.nexudus.stand_in.world import Value, Values


class NexudusAdmin(AdminClient):
    """Changes records as a person in the back office does, breaks things, and looks at what was asked."""

    def reset(self) -> None:
        """Begin again: everything as the world has it, no faults, no calls so far."""
        self._send("POST", "/reset")

    def records(self, path: str) -> list[Values]:
        """Every record of a list such as `spaces/bookings`, with all its fields."""
        found: list[Values] = self._send("GET", f"/records/{path}")
        return found

    def put(self, path: str, number: int, **fields: Value) -> None:
        """Make a record of a list such as `spaces/bookings`, or change these fields of one; it was updated now."""
        self._send("PUT", f"/records/{path}", {"Id": number, **fields})

    def drop(self, path: str, number: int) -> None:
        """Delete a record for good."""
        self._send("DELETE", f"/records/{path}/{number}")

    def cancel(self, booking: int) -> None:
        """Cancel a booking: it moves to the cancelled ones."""
        self._send("POST", f"/bookings/{booking}/cancel")

    def set_clock(self, at: datetime) -> None:
        """Let it be this time, until it is set again."""
        self._send("PUT", "/clock", {"at": at.isoformat()})

    def options(self, **changes: object) -> None:
        """Change switches of the world's `options` while running."""
        self._send("PATCH", "/options", changes)

    def faults(self, *faults: Fault) -> None:
        """Replace the active faults; none given means nothing is broken."""
        self._send("PUT", "/faults", [asdict(fault) for fault in faults])

    def revoke_tokens(self) -> None:
        """Withdraw every token that was given."""
        self._send("POST", "/tokens/revoke")

    def calls(self) -> list[Call]:
        """Requests so far, in order."""
        return [Call(**call) for call in self._send("GET", "/calls")]

    def count(self) -> dict[str, int]:
        """How often each list was asked for: `{"token": 1, "spaces/bookings": 2}`."""
        found: dict[str, int] = self._send("GET", "/count")
        return found

    def forget_calls(self) -> None:
        """Start counting anew."""
        self._send("DELETE", "/calls")
