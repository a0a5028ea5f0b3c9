"""One read of an i-Reserve tenant, from sign-in to canonical rows (booking-systems §3, canonical §5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from saltoks.core.errors import SaltoksError
from saltoks.core.model.canonical import TABLES, Booking, CanonicalRow, Completeness, Extract, ExtractScope, TableScope
from saltoks.net.auth import Basic
from saltoks.net.client import Transport
from saltoks.net.pace import Pacer
from saltoks.net.rest import Rest
from saltoks.systems.ireserve import things
from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.listing import first
from saltoks.systems.ireserve.people import People
from saltoks.systems.ireserve.plans import Plans
from saltoks.systems.ireserve.settings import IReserveSource
from saltoks.systems.ireserve.stays import Stays
from saltoks.systems.ireserve.tenant import Tenant
from saltoks.systems.peek import FIRST, Peek
from saltoks.systems.protocol import failed


def read(
    source: IReserveSource,
    *,
    account: IReserveAccount,
    now: datetime,
    full: bool,
    known_bookings: Mapping[str, Booking],
    known_customers: frozenset[str],
    objects: frozenset[str],
    last_good: Mapping[str, int],
    pacer: Pacer | None = None,
    transport: Transport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Extract:
    """What the tenant says now. What a source can cause never raises: it is rejected, incomplete or failed.

    `known_bookings` are the reservations, by id, that have not ended as far as we know; `known_customers` the ids of
    all customers that we hold; `objects` the ids of the mapped objects, without their prefix; `last_good` the number of
    rows by table of the last complete full read, of which the memberships are compared; `pacer` the request budget
    where others share the account. A tenant that refuses us or whose filter cannot be read fails the extract; whatever
    else cannot be read, or contradicts itself, makes it incomplete.

    Reservations are a window that begins now; customers and memberships are a delta, on `full` a snapshot of everybody
    known or named; items are a snapshot on every read.
    """
    days = source.window_days.full if full else source.window_days.tick
    mapped, strange = _numbers(objects)
    try:
        with _rest(source, account, pacer, transport, sleep) as rest:
            tenant = Tenant(rest, source)
            stays = Stays(tenant, source, days, now, known_bookings, mapped, problems=strange)
            stays.read()
            people = People(tenant, source, full, known_customers)
            people.read(stays.found.values())
            return _extract(tenant, stays, people, last_good)
    except SaltoksError as error:
        return failed(source.name, error.message)


def peek(
    source: IReserveSource,
    *,
    account: IReserveAccount,
    now: datetime,
    objects: frozenset[str],
    pacer: Pacer | None = None,
) -> Peek:
    """Signs in and reads the first rows of the filter of a tick; raises what keeps them from being read."""
    mapped, strange = _numbers(objects)
    few, today = source.model_copy(update={"page_length": FIRST}), now.astimezone(ZoneInfo(source.timezone)).date()
    with _rest(source, account, pacer, None, time.sleep) as rest:
        found = first(Tenant(rest, few), few, source.window_days.tick, mapped, today)
    return Peek({"reservations": len(found.rows)}, (*strange, *found.doubts))


def _rest(
    source: IReserveSource,
    account: IReserveAccount,
    pacer: Pacer | None,
    transport: Transport | None,
    sleep: Callable[[float], None],
) -> Rest:
    return Rest(
        source.name,
        account.api,
        auth=Basic(account.username, account.password),
        rate_per_second=source.rate_per_second,
        pacer=pacer,
        transport=transport,
        sleep=sleep,
    )


def _no_rows() -> dict[str, tuple[CanonicalRow, ...]]:
    return {name: () for name in TABLES}


def _extract(tenant: Tenant, stays: Stays, people: People, last_good: Mapping[str, int]) -> Extract:
    source, found = stays.source, stays.found.values()
    items, item_doubts, item_problems = things.items(tenant, stays.objects, found)
    plans = Plans(tenant, source, stays.now)
    with_plans = people.full and source.subscriptions
    if with_plans:
        plans.read(people.numbers, last_good.get("memberships"))
    counts = {"items": len(items), "bookings": len(stays.found), "customers": len(people.numbers)}
    doubts = _once(stays.doubts + people.doubts + item_doubts + plans.doubts)
    customers = tuple(row for _, row in sorted(people.rows.items()))
    rows = _no_rows() | {"locations": things.locations(source, found), "items": items, "bookings": stays.bookings}
    rows |= {"customers": customers, "memberships": tuple(plans.rows.values())}
    return Extract(
        source=source.name,
        completeness=Completeness.INCOMPLETE if doubts else Completeness.COMPLETE,
        rows=rows,
        rejected=tuple(stays.rejected + plans.rejected),
        problems=tuple(doubts + stays.problems + people.problems + item_problems),
        accepted=counts | ({"memberships": len(plans.rows)} if with_plans else {}),
        reach=_reach(stays.reach, full=people.full, with_plans=with_plans),
    )


def _reach(bookings: TableScope, *, full: bool, with_plans: bool) -> dict[str, TableScope]:
    everything, some = TableScope(scope=ExtractScope.SNAPSHOT), TableScope(scope=ExtractScope.DELTA)
    return {
        "locations": some,
        "customers": everything if full else some,
        "items": everything,
        "bookings": bookings,
        "memberships": everything if with_plans else some,
    }


def _numbers(objects: frozenset[str]) -> tuple[frozenset[str], list[str]]:
    numbers = frozenset(name for name in objects if name.isascii() and name.isdigit())
    fix = "is mapped, but the ids of i-Reserve are numbers — write it like object:14"
    return numbers, [f"object {name} {fix}" for name in sorted(objects - numbers)]


def _once(sentences: list[str]) -> list[str]:
    return list(dict.fromkeys(sentences))
