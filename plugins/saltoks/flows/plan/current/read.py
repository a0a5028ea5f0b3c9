"""Reads a site's source, whatever system it is, with what the warehouse knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from saltoks.core.errors import SaltoksError
from saltoks.core.model.canonical import Completeness, Extract
from saltoks.flows.run.connections import connection, database_url
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import as_saltoks_error
from saltoks.net.pace import Pacer
from saltoks.settings import Site
from saltoks.settings.connection import Connection
from saltoks.systems.peek import Peek
from saltoks.systems.protocol import PriorExtracts, ReadRequest, Rows, StandingRows, failed
from saltoks.systems.registry import system_of
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.ops import watermarks
from saltoks.warehouse.ops.rate_limits import SharedPacer
from saltoks.warehouse.source_queries import query
from saltoks.warehouse.src import extracts, source_rows
from saltoks.warehouse.src.extracts import LastExtract

SWEEP = timedelta(hours=24)
"""How often a source that is read by windows and changes is read whole."""


def read(rt: Runtime, site: Site, *, fully: bool = False) -> Extract:
    """What the source says now, all of it if `fully`; what a source can cause is in the extract, never raised.

    An adapter that breaks over what it was handed is a source that cannot be read: doors follow the last good rows.
    """
    try:
        return _read(rt, site, fully=fully)
    except SaltoksError:
        raise
    except Exception as error:
        return failed(site.source.name, as_saltoks_error(error).message)


def unread(extract: LastExtract, what: str) -> list[str]:
    """That a source could not be read and why, and what follows the rows of before."""
    if extract.completeness is not Completeness.FAILED:
        return []
    return [f"the source could not be read, so {what} the last good rows: {'; '.join(extract.problems)}"]


def peek(rt: Runtime, site: Site) -> Peek | None:
    """The first rows of the lists of a booking system, None for one that is read whole; raises what keeps them away."""
    look = system_of(site.source).peek
    return look(site.source, _request(rt, site, PriorExtracts(), full=False)) if look else None


def read_alone(rt: Runtime, site: Site) -> Extract:
    """What the source says now, all of it, beside nothing that was there before."""
    return _asked(site, _request(rt, site, PriorExtracts(), full=True))


def _read(rt: Runtime, site: Site, *, fully: bool) -> Extract:
    full, prior = _prior_extracts(rt, site, whole=fully or not system_of(site.source).by_changes)
    return replace(_asked(site, _request(rt, site, prior, full=full)), full=full)


def _asked(site: Site, request: ReadRequest) -> Extract:
    return system_of(site.source).read(site.source, request)


def _request(rt: Runtime, site: Site, prior: PriorExtracts, *, full: bool) -> ReadRequest:
    services = RunServices(rt, site.source.system)
    return ReadRequest(site=site, now=rt.clock.now(), base=rt.settings.base, services=services, full=full, prior=prior)


def _prior_extracts(rt: Runtime, site: Site, *, whole: bool) -> tuple[bool, PriorExtracts]:
    """Whether everything is to be read, and what earlier extracts left behind."""
    source, now = site.source.name, rt.clock.now()
    with rt.warehouse.session() as session:
        last = extracts.last_full(session, source)
        full = whole or last is None or now - last >= SWEEP
        return full, PriorExtracts(
            last_good=extracts.last_good(session, source, full=full),
            watermarks=watermarks.of_site(session, source),
            customers=extracts.known_ids(session, source)["customers"],
            bookings=extracts.open_bookings(session, source, now),
            standing=lambda since: _standing(rt, source, since),
        )


def _standing(rt: Runtime, source: str, since: datetime) -> StandingRows:
    with rt.warehouse.session() as session:
        held = source_rows.memberships_and_assignments(session, source)
        uids = extracts.booking_uids(session, source, since)
    return StandingRows(
        memberships={one.source_id: one for one in held.memberships},
        assignments={one.source_id: one for one in held.assignments},
        links={one.source_id: one for one in held.links},
        booking_uids=uids,
    )


@dataclass(frozen=True, slots=True)
class RunServices:
    """The world outside of a booking system: Airflow's connections, budgets in the warehouse, and its queries."""

    rt: Runtime
    system: str

    def connection(self, name: str) -> Connection:
        """The Airflow Connection of that id."""
        return connection(name)

    def pacer(self, address: str, login: str, rate_per_second: float) -> Pacer:
        """The request budget of an account, in the warehouse."""
        key = f"{self.system} {address.rstrip('/')} {login}".casefold()
        return SharedPacer(self.rt.warehouse, key, rate_per_second)

    def sleep(self, seconds: float) -> None:
        """Waits by the clock of the run."""
        self.rt.clock.sleep(seconds)

    def query(self, connection_id: str, statement: str, parameters: Mapping[str, str | int]) -> Rows:
        """What a query gives, on our own warehouse or on another one."""
        own = connection_id == self.rt.settings.project.warehouse
        warehouse = self.rt.warehouse if own else Warehouse(database_url(connection(connection_id)))
        try:
            found = query.query(warehouse, statement, parameters)
        finally:
            if not own:
                warehouse.close()
        return Rows(found.header, found.rows)
