"""What a booking system is to this product: the parts that a package hands over by its entry point `saltoks.systems`.

`BookingSystem` has the parts. A flow gives `read` and `peek` a `ReadRequest`: what they may know, and what they may use
of the world outside. `docs/add-a-booking-system.md` is a walk through all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar, cast

from saltoks.core.model.canonical import (
    TABLES,
    Assignment,
    Booking,
    CanonicalRow,
    Completeness,
    CustomerLink,
    Extract,
    Membership,
)
from saltoks.net.pace import Pacer
from saltoks.settings import Finding, Site, SiteFile, Source
from saltoks.settings.connection import Connection
from saltoks.systems.peek import Peek

S = TypeVar("S", bound=Source)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRows:
    """Rows of earlier reads that still count, by id; `booking_uids` are the bookings by GUID, also cancelled ones."""

    memberships: Mapping[str, Membership] = field(default_factory=dict)
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    links: Mapping[str, CustomerLink] = field(default_factory=dict)
    booking_uids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriorExtracts:
    """What earlier extracts of a source left in the warehouse; empty where there was none.

    `last_good` counts the rows of the last complete extract of the same kind, as `Extract.accepted` has them.
    `customers` are the ids of all customers that are known, `bookings` those, by id, that have not ended. `standing` is
    asked for only by those who need it: bookings by GUID as far back as the instant that it is given.
    """

    last_good: Mapping[str, int] = field(default_factory=dict)
    watermarks: Mapping[str, datetime] = field(default_factory=dict)
    customers: frozenset[str] = frozenset()
    bookings: Mapping[str, Booking] = field(default_factory=dict)
    standing: Callable[[datetime], StandingRows] = field(default=lambda _since: StandingRows())


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query gave: column names, and rows with every cell as text (None for null)."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


class Services(Protocol):
    """What a system may use of the world outside."""

    def connection(self, name: str) -> Connection:
        """The Airflow Connection of that id; raises ConfigError when there is none or it cannot be read."""

    def pacer(self, address: str, login: str, rate_per_second: float) -> Pacer:
        """The request budget of an account, which all sites, tasks and terminals that use it share."""

    def sleep(self, seconds: float) -> None:
        """Waits between two tries of a request."""

    def query(self, connection_id: str, statement: str, parameters: Mapping[str, str | int]) -> Rows:
        """What a read-only query on a `postgres` connection gives; raises SourceError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRequest:
    """One read of a site's source: the site, the instant, where relative paths start, and what is known.

    `full` asks for all that there is; else a system that reads `by_changes` may ask for less.
    """

    site: Site
    now: datetime
    base: Path
    services: Services
    full: bool = True
    prior: PriorExtracts = PriorExtracts()


def failed(source: str, *problems: str) -> Extract:
    """The extract of a source that could not be read at all, with the reasons: doors follow the last good rows."""
    rows: dict[str, tuple[CanonicalRow, ...]] = {name: () for name in TABLES}
    return Extract(source=source, completeness=Completeness.FAILED, rows=rows, problems=problems)


class WriteBack(Protocol):
    """Tells a booking system who came; no flow asks for it so far."""

    def __call__(self, source: Source, asked: ReadRequest, arrivals: Mapping[str, datetime]) -> None:
        """Write down when the door of each booking opened for it first, by the id of the booking."""


Say = Callable[[Sequence[str]], None]
"""Prints lines."""


class Serve(Protocol):
    """Plays a system in the foreground."""

    def __call__(self, world: str, *, port: int, state: Path | None, say: Say) -> None:
        """Serve a shipped world or a file on loopback until interrupted, and say as soon as its port is taken how."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How often a system was asked, or how many files it handed over."""

    number: int
    noun: str


class House(Protocol):
    """A house of the demo, whose rooms are booked in a system around the present moment."""

    def fill(self, now: datetime) -> None:
        """Bring its bookings up to `now`, and count what is asked from here on."""

    def asked(self) -> Asked:
        """What was asked since then."""

    def to_try(self, booking: str) -> str:
        """What somebody may type to change this booking of it."""

    def close(self) -> None:
        """Close its connections."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """What plays a system: a server on loopback where it has an API, and a house of the demo.

    `connection` is the one to the server, given a world and its address. `house` is the one that is the demo's `site`,
    given that address, empty where nothing is served, and the folder for its files.
    """

    serve: Serve | None = None
    connection: Callable[[str, str], Mapping[str, str]] | None = None
    site: str | None = None
    house: Callable[[str, Path], House] | None = None


def _no_findings(*_of: object) -> Iterator[Finding]:
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSystem(Generic[S]):
    """A booking system; only the first three parts are needed.

    `label` is what its users call it, `source` the model of `source` in a site's file, whose `system` is the name of
    the entry point. `read` translates what the system says into canonical rows; it never raises what the system or its
    account can cause: that is an extract that is incomplete or failed, with the reason among its problems. Presets are
    YAML files in `presets/` beside the module of the entry point.

    `peek` is a short look, for `saltoks check`: the first rows of each list; it raises what keeps one from being read.
    A system without it is read whole instead. With `by_changes` a tick may read less than all, and once a day, and at
    night, everything is read. `lint` says what loads but is doubtful, given source, site, its file and project root.

    A system with an account has an Airflow connection type of its own: `test` signs in and says what it saw, or raises
    SaltoksError, and `connection_type.json` beside the module of the entry point is its form, in Airflow's own words.
    `stand_in` is where its `StandIn` is, as `package.module:name`; sandbox command and demo alone import it.
    """

    label: str
    source: type[S]
    read: Callable[[S, ReadRequest], Extract]
    peek: Callable[[S, ReadRequest], Peek] | None = None
    by_changes: bool = False
    lint: Callable[[S, Site, SiteFile, Path], Iterator[Finding]] = _no_findings
    test: Callable[[Connection], str] | None = None
    write_back: WriteBack | None = None
    stand_in: str | None = None

    def findings(self, site: Site, file: SiteFile, base: Path) -> Iterator[Finding]:
        """What `lint` says of a site of this system."""
        return self.lint(cast("S", site.source), site, file, base)
