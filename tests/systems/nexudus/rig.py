"""The shipped house behind a running sandbox, and the source that reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from saltoks.core.model.canonical import CanonicalRow, Extract
from saltoks.systems.nexudus.api.account import NexudusAccount
from saltoks.systems.nexudus.api.known import Known
from saltoks.systems.nexudus.reading import read
from saltoks.systems.nexudus.settings import NexudusSource
from saltoks.systems.nexudus.stand_in import NexudusAdmin

NOON = datetime(2031, 3, 27, 9, 0, tzinfo=UTC)
"""The present of the house: Thursday, 10:00 in Amsterdam and 02:00 in Los Angeles."""

BOOKINGS = "spaces/bookings"
CUSTOMERS = "spaces/coworkers"
CONTRACTS = "billing/coworkercontracts"
PASSES = "billing/coworkertimepasses"
DESKS = "sys/floorplandesks"


def utc(day: int, hour: int = 0, minute: int = 0, month: int = 3) -> datetime:
    """An instant of 2031."""
    return datetime(2031, month, day, hour, minute, tzinfo=UTC)


class Naps(list[float]):
    """A `sleep` that takes no time."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@dataclass(slots=True)
class House:
    """Reads a sandbox again and again, with the memory that a flow would keep."""

    url: str
    admin: NexudusAdmin
    settings: dict[str, Any] = field(default_factory=dict)
    login: dict[str, Any] = field(default_factory=dict)
    watermarks: Mapping[str, datetime] = field(default_factory=dict)
    last_good: Mapping[str, int] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    rows: Known = field(default_factory=Known)
    naps: Naps = field(default_factory=Naps)

    def source(self) -> NexudusSource:
        """The settings of a site."""
        plain = {"system": "nexudus", "name": "house", "connection": "nexudus_house", "rate_per_second": 100_000}
        return NexudusSource.model_validate(plain | self.settings)

    def account(self) -> NexudusAccount:
        """The user of the connection."""
        plain = {"name": "nexudus_house", "username": "pipeline@house.example", "password": "house-password"}
        return NexudusAccount(**(plain | {"base_url": self.url} | self.login))

    def read(self, *, full: bool = False, at: datetime = NOON) -> Extract:
        """One read at a time of the house, without taking anything over from it."""
        return read(
            self.source(),
            account=self.account(),
            now=at,
            full=full,
            watermarks=self.watermarks,
            last_good=self.last_good,
            known_customers=self.known,
            known=self.rows,
            sleep=self.naps,
        )

    def remember(self, extract: Extract) -> Extract:
        """Keep what the next read gets of this one."""
        self.watermarks = extract.watermarks
        self.last_good = extract.accepted
        self.known |= {row.source_id for row in extract.rows["customers"]}
        self.rows = Known(
            memberships={**self.rows.memberships, **by_id(extract, "memberships")},
            assignments=by_id(extract, "assignments"),
            links=by_id(extract, "customer_links"),
            booking_uids={row.source_uid: row.source_id for row in by_id(extract, "bookings").values()},
        )
        return extract

    def sweep(self) -> Extract:
        """A whole read that is remembered, so that the next one is a tick; nothing was asked before it."""
        extract = self.remember(self.read(full=True))
        self.admin.forget_calls()
        return extract


def by_id(extract: Extract, table: str) -> dict[str, Any]:
    """The rows of a table by id."""
    rows: tuple[CanonicalRow, ...] = extract.rows[table]
    assert len({row.source_id for row in rows}) == len(rows), f"{table} has an id twice"
    return {row.source_id: row for row in rows}
