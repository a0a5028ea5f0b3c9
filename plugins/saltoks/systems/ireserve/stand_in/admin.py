"""A typed client for the admin endpoints of the sandbox tenant."""

from __future__ import annotations

from dataclasses import asdict

from pydantic import BaseModel

from saltoks.sandbox.admin import AdminClient
from saltoks.systems.ireserve.stand_in.faults import Fault
from saltoks.systems.ireserve.stand_in.world import BookingSpec, CustomerSpec, IReserveWorld, ObjectSpec


class IReserveAdmin(AdminClient):
    """Changes records as a person in the back office does, breaks things, and looks at what was asked."""

    def world(self) -> IReserveWorld:
        """Everything that is in the tenant now."""
        return IReserveWorld.model_validate(self._send("GET", "/world"))

    def load(self, world: IReserveWorld) -> None:
        """Replace everything in the tenant; faults and counts stay."""
        self._put("/world", world)

    def put_booking(self, row: BookingSpec) -> None:
        """Make or replace a booking."""
        self._put("/bookings", row)

    def put_customer(self, row: CustomerSpec) -> None:
        """Make or replace a customer."""
        self._put("/customers", row)

    def put_object(self, row: ObjectSpec) -> None:
        """Make or replace an object."""
        self._put("/objects", row)

    def drop_booking(self, number: int) -> None:
        """Delete a booking for good."""
        self._send("DELETE", f"/bookings/{number}")

    def drop_customer(self, number: int) -> None:
        """Delete a customer for good."""
        self._send("DELETE", f"/customers/{number}")

    def drop_object(self, number: int) -> None:
        """Delete an object for good."""
        self._send("DELETE", f"/objects/{number}")

    def options(self, **changes: object) -> None:
        """Change switches of the world's `options` while running."""
        self._send("PATCH", "/options", changes)

    def faults(self, *faults: Fault) -> None:
        """Replace the active faults; none given means nothing is broken."""
        self._send("PUT", "/faults", [asdict(fault) for fault in faults])

    def calls(self) -> list[str]:
        """Paths asked for so far, in order, without `/api/rest/`."""
        found: list[str] = self._send("GET", "/calls")
        return found

    def count(self) -> dict[str, int]:
        """How often each kind of path was asked for: `{"booking/filter": 2, "booking/{id}": 1}`."""
        found: dict[str, int] = self._send("GET", "/count")
        return found

    def forget_calls(self) -> None:
        """Start counting anew."""
        self._send("DELETE", "/calls")

    def _put(self, path: str, row: BaseModel) -> None:
        self._send("PUT", path, row.model_dump(mode="json"))
