"""The demo's three houses for tests: real sandboxes and files, read by the product's own sources and configuration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Protocol

from saltoks.core.access.entitlements import booking_entitlement
from saltoks.core.model.canonical import Booking, Extract
from saltoks.sandbox.bookings import Diary
from saltoks.settings import Site, load
from saltoks.systems.deskworks.stand_in import house as deskworks_house
from saltoks.systems.ireserve import reading as ireserve
from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.settings import IReserveSource
from saltoks.systems.ireserve.stand_in import house as ireserve_house
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.nexudus import reading as nexudus
from saltoks.systems.nexudus.api.account import NexudusAccount
from saltoks.systems.nexudus.settings import NexudusSource
from saltoks.systems.nexudus.stand_in import NexudusSandbox
from saltoks.systems.nexudus.stand_in import house as nexudus_house
from saltoks.systems.tabular import reading
from saltoks.systems.tabular.settings.tables import TabularSource
from saltoks.systems.tabular.text.raw_table import RawTable

PROJECT = Path(__file__).resolve().parents[3]
LOGIN = {"username": "pipeline@saltoks.example", "password": "demo-password"}


class House(Protocol):
    """One house: `write` brings it up to an instant, `read` is what an extract makes of it then."""

    name: str
    diary: Diary

    def write(self, now: datetime) -> None: ...

    def read(self, now: datetime) -> Extract: ...


@dataclass
class Harbour:
    """The tenant of i-Reserve."""

    server: IReserveSandbox
    name: str = ireserve_house.NAME
    diary: Diary = field(default_factory=lambda: ireserve_house.DIARY)

    def write(self, now: datetime) -> None:
        ireserve_house.write(self.server.admin, now)

    def read(self, now: datetime) -> Extract:
        source = site(self.name).source
        assert isinstance(source, IReserveSource)
        self.server.admin.options(now=now.isoformat())
        return ireserve.read(
            source,
            account=IReserveAccount("tenant", self.server.url, **LOGIN),
            now=now,
            full=True,
            known_bookings={},
            known_customers=frozenset(),
            objects=frozenset({"1", "2", "3"}),
            last_good={},
        )


@dataclass
class Wharf:
    """The account of Nexudus."""

    server: NexudusSandbox
    name: str = nexudus_house.NAME
    diary: Diary = field(default_factory=lambda: nexudus_house.DIARY)

    def write(self, now: datetime) -> None:
        self.server.admin.set_clock(now)
        nexudus_house.write(self.server.admin, now)

    def read(self, now: datetime) -> Extract:
        source = site(self.name).source
        assert isinstance(source, NexudusSource)
        self.server.admin.set_clock(now)
        return nexudus.read(
            source,
            account=NexudusAccount(name="spaces", base_url=self.server.url, **LOGIN),
            now=now,
            full=True,
            watermarks={},
            last_good={},
            known_customers=frozenset(),
        )


@dataclass
class Loop:
    """The export of Deskworks; `data` is the folder above it."""

    data: Path
    name: str = deskworks_house.NAME
    diary: Diary = field(default_factory=lambda: deskworks_house.DIARY)

    @property
    def reservations(self) -> Path:
        """The file that people edit."""
        return self.data / "loop" / "reservations.csv"

    def write(self, now: datetime) -> None:
        deskworks_house.write(self.data / "loop", now)

    def read(self, now: datetime) -> Extract:
        source = site(self.name, self.data).source
        assert isinstance(source, TabularSource)
        return reading.read(
            source, site_zone=deskworks_house.ZONE, base=self.data, query=_no_query, now=now, last_good={}
        )


@contextmanager
def houses(data: Path) -> Iterator[tuple[Harbour, Wharf, Loop]]:
    """All three, as new."""
    with IReserveSandbox("demo") as tenant, NexudusSandbox("demo") as spaces:
        yield Harbour(tenant), Wharf(spaces), Loop(data)


@cache
def site(name: str, data: Path = PROJECT) -> Site:
    """A site of the project's own configuration."""
    return load(PROJECT / "config", {"SALTOKS_DATA": str(data)}).site(name)


def bookings(extract: Extract) -> list[Booking]:
    """The bookings of an extract."""
    return [row for row in extract.rows["bookings"] if isinstance(row, Booking)]


def inside(house: House, at: datetime) -> set[str]:
    """The bookings that open a door at an instant."""
    found = (booking_entitlement(site(house.name).rules, one) for one in bookings(house.read(at)))
    return {one.reason for one in found if one and one.window.covers(at)}


def _no_query(*_: object) -> RawTable:
    """The demo's files are files."""
    raise AssertionError
