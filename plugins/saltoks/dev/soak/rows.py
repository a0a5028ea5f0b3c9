"""What the booking systems of the soak know: plain rows, and how they are written as CSV files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from saltoks.dev.soak.sites import Place

HEADERS = {
    "customers": ("source_id", "full_name", "email", "reservation_only"),
    "bookings": ("source_id", "item_id", "customer_id", "starts_at", "ends_at", "status"),
    "memberships": ("source_id", "customer_id", "plan_id", "starts_at", "ends_at", "status"),
}
OPEN_WORDS = frozenset({"on", "active"})
"""The states in which a booking or a membership opens doors."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who books; a guest has no e-mail."""

    id: str
    email: str

    @property
    def guest(self) -> bool:
        """Whether they come for a booking only."""
        return not self.email


@dataclass(frozen=True, slots=True)
class Booking:
    """A room for `[starts, ends)`; `state` is on, off or maybe."""

    id: str
    item: str
    customer: str
    starts: datetime
    ends: datetime
    state: str = "on"


@dataclass(frozen=True, slots=True)
class Membership:
    """A plan from the first day until the end of the last one; `state` is active, paused or cancelled."""

    id: str
    item: str
    customer: str
    first: date
    last: date | None
    state: str = "active"


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a place at one moment, by table and id."""

    customers: Mapping[str, Customer] = field(default_factory=dict)
    bookings: Mapping[str, Booking] = field(default_factory=dict)
    memberships: Mapping[str, Membership] = field(default_factory=dict)


def cells(place: Place, rows: Rows) -> dict[str, list[tuple[str, ...]]]:
    """The rows of every file, in the order of their ids."""
    return {
        "customers": [
            (one.id, f"Customer {one.id}", one.email, "yes" if one.guest else "no") for one in rows.customers.values()
        ],
        "bookings": [
            (
                one.id,
                one.item,
                one.customer,
                _clock(place, one.starts),
                _clock(place, one.ends),
                place.words[one.state],
            )
            for one in rows.bookings.values()
        ],
        "memberships": [
            (one.id, one.customer, one.item, str(one.first), str(one.last or ""), one.state)
            for one in rows.memberships.values()
        ],
    }


def text_of(table: str, lines: Iterable[tuple[str, ...]]) -> str:
    """A whole CSV file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEADERS[table], *lines])
    return text.getvalue()


def save(file: Path, text: str, at: datetime, *, control: str | None = None) -> None:
    """Writes a file as of an instant; `control` is the whole text that its control file vouches for."""
    file.write_text(text, encoding="utf-8")
    os.utime(file, (at.timestamp(), at.timestamp()))
    if control is not None:
        said = {"rows": control.count("\n") - 1, "sha256": hashlib.sha256(control.encode()).hexdigest()}
        file.with_suffix(".ctl").write_text(json.dumps(said), encoding="utf-8")


def _clock(place: Place, at: datetime) -> str:
    """Amsterdam writes offsets, the others the wall clock of the place."""
    local = at.astimezone(ZoneInfo(place.zone))
    return local.isoformat() if place.name == "harbour" else local.replace(tzinfo=None).isoformat()
