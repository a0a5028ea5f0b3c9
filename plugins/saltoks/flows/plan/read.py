"""Reads a site's source, whatever system it is, with what the warehouse knows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from saltoks.core.errors import ConfigError, SaltoksError
from saltoks.core.model.canonical import TABLES, Booking, CanonicalRow, Completeness, Extract
from saltoks.flows.run.connection_fields import Connection
from saltoks.flows.run.connections import connection, database_url
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import as_saltoks_error
from saltoks.net.address import address_of
from saltoks.settings import IReserveSource, NexudusSource, Site, TabularSource
from saltoks.systems import ireserve, nexudus
from saltoks.systems.ireserve import IReserveAccount
from saltoks.systems.nexudus.account import BASE_URL, NexudusAccount
from saltoks.systems.nexudus.known import Known
from saltoks.systems.nexudus.span import CANCELLED_BACK
from saltoks.systems.peek import Peek
from saltoks.systems.tabular import reading
from saltoks.systems.tabular.raw_table import RawTable
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.ops import watermarks
from saltoks.warehouse.ops.rate_limits import SharedPacer
from saltoks.warehouse.source_queries import query
from saltoks.warehouse.src import extracts, source_rows
from saltoks.warehouse.src.extracts import LastExtract

SWEEP = timedelta(hours=24)
"""How often a source that is read by windows and changes is read whole."""


@dataclass(frozen=True, slots=True)
class Before:
    """What earlier extracts of a source left behind."""

    full: bool
    last_good: Mapping[str, int]
    watermarks: Mapping[str, datetime]
    customers: frozenset[str]
    bookings: Mapping[str, Booking]


def read(rt: Runtime, site: Site, *, fully: bool = False) -> Extract:
    """What the source says now, all of it if `fully`; what a source can cause is in the extract, never raised.

    An adapter that breaks over what it was handed is a source that cannot be read: doors follow the last good rows.
    """
    try:
        return _read(rt, site, fully=fully)
    except SaltoksError:
        raise
    except Exception as error:
        return _unread(site.source.name, as_saltoks_error(error))


def unread(extract: LastExtract, what: str) -> list[str]:
    """That a source could not be read and why, and what follows the rows of before."""
    if extract.completeness is not Completeness.FAILED:
        return []
    return [f"the source could not be read, so {what} the last good rows: {'; '.join(extract.problems)}"]


def _read(rt: Runtime, site: Site, *, fully: bool) -> Extract:
    source, now = site.source, rt.clock.now()
    before = _before(rt, source.name, now, whole=fully or isinstance(source, TabularSource))
    if isinstance(source, TabularSource):
        return read_tables(rt, site, source, before.last_good)
    try:
        if isinstance(source, NexudusSource):
            found = _from_nexudus(rt, source, before, now)
        else:
            found = _ireserve(rt, site, source, before, now)
    except ConfigError as error:  # a connection that cannot be used is no reason to forget the last good rows
        found = _unread(source.name, error)
    return replace(found, full=before.full)


def peek(rt: Runtime, site: Site, source: NexudusSource | IReserveSource) -> Peek:
    """The first rows of the lists of a booking system; raises what keeps them from being read."""
    now = rt.clock.now()
    if isinstance(source, NexudusSource):
        account = _nexudus(connection(source.connection))
        return nexudus.peek(source, account=account, now=now, pacer=_nexudus_pacer(rt, source, account))
    tenant = _ireserve_account(connection(source.connection))
    pacer = _ireserve_pacer(rt, source, tenant)
    return ireserve.peek(source, account=tenant, now=now, objects=_objects(site), pacer=pacer)


def _unread(source: str, error: SaltoksError) -> Extract:
    rows: dict[str, tuple[CanonicalRow, ...]] = {name: () for name in TABLES}
    return Extract(source=source, completeness=Completeness.FAILED, rows=rows, problems=(error.message,))


def _before(rt: Runtime, source: str, now: datetime, *, whole: bool) -> Before:
    with rt.warehouse.session() as session:
        last = extracts.last_full(session, source)
        full = whole or last is None or now - last >= SWEEP
        return Before(
            full=full,
            last_good=extracts.last_good(session, source, full=full),
            watermarks=watermarks.of_site(session, source),
            customers=extracts.known_ids(session, source)["customers"],
            bookings=extracts.open_bookings(session, source, now),
        )


def _known(rt: Runtime, source: str, now: datetime) -> Known:
    with rt.warehouse.session() as session:
        held = source_rows.memberships_and_assignments(session, source)
        uids = extracts.booking_uids(session, source, now - CANCELLED_BACK)
    return Known(
        memberships={one.source_id: one for one in held.memberships},
        assignments={one.source_id: one for one in held.assignments},
        links={one.source_id: one for one in held.links},
        booking_uids=uids,
    )


def read_tables(rt: Runtime, site: Site, source: TabularSource, last_good: Mapping[str, int]) -> Extract:
    """The files and queries of a source as they are now, beside the counts of the last good read."""
    return reading.read(
        source,
        site_zone=site.timezone,
        base=rt.settings.base,
        query=lambda name, text, values: _query(rt, name, text, values),
        now=rt.clock.now(),
        last_good=last_good,
    )


def _pacer(rt: Runtime, system: str, address: str, login: str, rate_per_second: float) -> SharedPacer:
    """The request budget of an account, which all sites and sweeps that use it share."""
    return SharedPacer(rt.warehouse, f"{system} {address.rstrip('/')} {login}".casefold(), rate_per_second)


def _nexudus_pacer(rt: Runtime, source: NexudusSource, account: NexudusAccount) -> SharedPacer:
    return _pacer(rt, "nexudus", account.base_url, account.username, source.rate_per_second)


def _ireserve_pacer(rt: Runtime, source: IReserveSource, account: IReserveAccount) -> SharedPacer:
    return _pacer(rt, "ireserve", account.api, account.username, source.rate_per_second)


def _objects(site: Site) -> frozenset[str]:
    """The ids of the mapped objects, without their prefix."""
    prefix = "object:"
    return frozenset(entry.item.removeprefix(prefix) for entry in site.mapping if entry.item.startswith(prefix))


def _from_nexudus(rt: Runtime, source: NexudusSource, before: Before, now: datetime) -> Extract:
    account = _nexudus(connection(source.connection))
    return nexudus.read(
        source,
        account=account,
        now=now,
        full=before.full,
        watermarks=before.watermarks,
        last_good=before.last_good,
        known_customers=before.customers,
        known=_known(rt, source.name, now),
        pacer=_nexudus_pacer(rt, source, account),
    )


def _ireserve(rt: Runtime, site: Site, source: IReserveSource, before: Before, now: datetime) -> Extract:
    account = _ireserve_account(connection(source.connection))
    return ireserve.read(
        source,
        account=account,
        pacer=_ireserve_pacer(rt, source, account),
        now=now,
        full=before.full,
        known_bookings=before.bookings,
        known_customers=before.customers,
        objects=_objects(site),
        last_good=before.last_good,
    )


def _nexudus(found: Connection) -> NexudusAccount:
    found.only(("totp_secret", "auth"))
    auth = found.extra.get("auth") or "token"
    if auth not in ("token", "basic"):
        raise found.wrong("extra.auth", f"is {auth!r}: write token or basic")
    return NexudusAccount(
        name=found.name,
        base_url=_address(found) or BASE_URL,
        username=found.login or "",
        password=found.password or "",
        totp_secret=found.extra.get("totp_secret"),
        auth="basic" if auth == "basic" else "token",
    )


def _ireserve_account(found: Connection) -> IReserveAccount:
    found.only(())
    return IReserveAccount(found.name, _address(found), found.login or "", found.password or "")


def _address(found: Connection) -> str:
    return address_of(found.name, found.host, found.port, found.schema)


def _query(rt: Runtime, name: str, text: str, values: Mapping[str, str | int]) -> RawTable:
    own = name == rt.settings.project.warehouse
    warehouse = rt.warehouse if own else Warehouse(database_url(connection(name)))
    try:
        found = query.query(warehouse, text, values)
    finally:
        if not own:
            warehouse.close()
    return RawTable(where="", header=found.header, rows=list(enumerate(found.rows, start=1)), modified_at=None)
