"""The records of the sandbox and what happens to them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from saltoks.sandbox.clock import ClockState, VirtualClock
from saltoks.systems.nexudus.stand_in.shapes import SHAPES, Shape
from saltoks.systems.nexudus.stand_in.world import NexudusWorld, Options, Value, Values

BOOKINGS = "spaces/bookings"
CANCELLED = "spaces/cancelledbookings"
_NAMES = uuid.UUID("6f2d2a53-0a3e-4d44-9a54-6a8b0c3f1e77")

Rows = dict[int, Values]


class Ledger:
    """Every list by its path, and the clock they go by."""

    def __init__(self, world: NexudusWorld) -> None:
        self._world = world
        self.users = world.users
        self._zones = {number: ZoneInfo(name) for number, name in world.zones.items()}
        self.options = world.options.model_copy()
        self.clock = VirtualClock(ClockState())
        self.lists: dict[str, Rows] = {}
        self.reset()

    def reset(self) -> None:
        """Begin again: records, switches and clock as the world has them."""
        for name in Options.model_fields:
            setattr(self.options, name, getattr(self._world.options, name))
        self.clock.real()
        if self._world.at is not None:
            self.clock.set(self._world.at, frozen=True)
        self.lists |= {path: {} for path in SHAPES}
        for path, rows in self._world.records.items():
            for row in rows:
                self.put(path, row)

    def world(self) -> NexudusWorld:
        """All records as they are now, with users, switches and zones."""
        records = {path: list(rows.values()) for path, rows in self.lists.items() if rows}
        at = self.clock.now() if self.clock.frozen else None
        return self._world.model_copy(update={"options": self.options, "at": at, "records": records})

    def put(self, path: str, values: Mapping[str, Value]) -> None:
        """Make a record, or change the given fields of one; either way it was updated now, unless it says when."""
        number = int(str(values["Id"]))
        now = stamp(self.clock.now())
        shape = SHAPES[path]
        made = {**dict(shape.always), "UniqueId": str(uuid.uuid5(_NAMES, f"{path}:{number}")), "CreatedOn": now}
        known = self.lists[path].get(number, made)
        times = {name: _utc(values[name]) for name in shape.all_times if values.get(name) is not None}
        self.lists[path][number] = {**known, "UpdatedOn": now, **values, **times}  # type: ignore[dict-item]  # plain

    def drop(self, path: str, number: int) -> None:
        """Delete a record for good: nothing tells that it was there."""
        self.lists[path].pop(number, None)

    def cancel(self, number: int) -> None:
        """Cancel a booking: it leaves its list and a copy with another id turns up among the cancelled ones."""
        booking = self.lists[BOOKINGS].pop(number)
        copy = 1 + max(self.lists[CANCELLED], default=900_000)
        original = str(number) if self.options.original_id == "number" else booking["UniqueId"]
        kept = {name: value for name, value in booking.items() if name not in ("UniqueId", "UpdatedOn")}
        now = stamp(self.clock.now())
        self.put(CANCELLED, {**kept, "Id": copy, "CancelledOn": now, "OriginalBookingId": original})

    def shown(self, path: str, row: Values, *, single: bool) -> Values:
        """A record as the API gives it: wall clocks beside some instants, arrays in single records only."""
        shape = SHAPES[path]
        twins = {f"{name}Local": self._wall(shape, row, name) for name in shape.local}
        shown = {**twins, **row} if single else {**twins, **{k: v for k, v in row.items() if k not in shape.arrays}}
        return shown | ({name: shown.get(name) or [] for name in shape.arrays} if single else {})

    def _wall(self, shape: Shape, row: Values, name: str) -> str | None:
        """The wall clock with an offset that means nothing, as the vendor writes it."""
        place = row.get(shape.place)
        if shape.place == "ResourceId":
            place = self.lists["spaces/resources"].get(int(str(place or 0)), {}).get("BusinessId")
        zone = self._zones.get(int(str(place or 0)))
        at = _instant(row.get(name))
        if zone is None or at is None:
            return None
        local = at.astimezone(zone)
        return local.replace(tzinfo=None).isoformat(timespec="seconds") + "+00:00"


def stamp(at: datetime) -> str:
    """An instant as the API writes it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _utc(value: Value) -> Value:
    """A time with an offset becomes UTC; one that is no time, or a bare day, stays as it is."""
    at = _instant(value)
    return stamp(at) if at else value


def _instant(value: Value) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else None
