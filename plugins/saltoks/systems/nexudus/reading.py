"""One read of Nexudus, from the first call to the extract."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from saltoks.core.errors import SaltoksError
from saltoks.core.model.canonical import Booking, CanonicalRow, Completeness, Extract, ExtractScope
from saltoks.net.client import Transport
from saltoks.net.pace import Pacer
from saltoks.systems.nexudus import bookings, contracts, inventory, people, visitors
from saltoks.systems.nexudus.api import entities
from saltoks.systems.nexudus.api.account import NexudusAccount, connect
from saltoks.systems.nexudus.api.feed import Feed
from saltoks.systems.nexudus.api.known import Known
from saltoks.systems.nexudus.api.span import Span
from saltoks.systems.nexudus.fetch import Fetch, Fetched
from saltoks.systems.nexudus.passes import passes
from saltoks.systems.nexudus.places import places
from saltoks.systems.nexudus.sanity_checks import doubts, vanished
from saltoks.systems.nexudus.seats import Asking
from saltoks.systems.nexudus.settings import NexudusSource
from saltoks.systems.peek import FIRST, Peek
from saltoks.systems.protocol import failed


def read(
    source: NexudusSource,
    *,
    account: NexudusAccount,
    now: datetime,
    full: bool,
    watermarks: Mapping[str, datetime],
    last_good: Mapping[str, int],
    known_customers: frozenset[str],
    known: Known | None = None,
    pacer: Pacer | None = None,
    transport: Transport | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Extract:
    """What Nexudus says now: with `full` everything (a sweep), otherwise the window and the changes (a tick).

    Never raises what the source or its account causes: a list that cannot be read fails the extract, one that may not
    be whole makes it incomplete, a broken record is rejected. `last_good` counts the rows of the last complete read of
    the same kind, `known_customers` are ids that need no lookup, `known` the rows that still count. `pacer` is the
    request budget where others share the account. The watermarks of the extract replace those given; a failed one has
    none.
    """
    asked, before = Span.of(source, now, full=full, watermarks=watermarks), known or Known()
    try:
        rate = source.rate_per_second
        with connect(account, now=now, rate_per_second=rate, pacer=pacer, sleep=sleep, transport=transport) as rest:
            feed, asking = Feed(rest, source.page_size), Asking(now, source.businesses)
            fetched = Fetch(feed, asked, known_customers, before, asking).everything()
    except SaltoksError as error:
        return failed(source.name, error.message)
    return _extract(source, fetched, now, last_good, before)


def peek(source: NexudusSource, *, account: NexudusAccount, now: datetime, pacer: Pacer | None = None) -> Peek:
    """Signs in and reads the first rows of each list; raises what keeps one from being read."""
    rate = source.rate_per_second
    with connect(account, now=now, rate_per_second=rate, pacer=pacer, sleep=time.sleep, transport=None) as rest:
        feed = Feed(rest, FIRST)
        found = {entity.words: feed.first(entity) for entity in entities.ALL}
    problems = tuple(problem for one in found.values() for problem in one.problems)
    return Peek({words: len(one.records) for words, one in found.items()}, problems)


def _extract(
    source: NexudusSource, fetched: Fetched, now: datetime, last_good: Mapping[str, int], known: Known
) -> Extract:
    where, locations = places(source, fetched.businesses.records, fetched.time_zones.records)
    held = contracts.memberships(source, fetched, where, now)
    trays = (
        locations,
        people.customers(fetched),
        inventory.items(fetched, where),
        bookings.bookings(fetched, where, known),
        held,
        passes(fetched, where, now),
        contracts.assignments(fetched, held, known),
        visitors.visitors(fetched, where),
        people.links(fetched, known),
    )
    accepted = {
        tray.table: len(tray.rows) for tray in trays if fetched.reach[tray.table].scope is not ExtractScope.DELTA
    }
    found = [
        *fetched.problems,
        *bookings.zone_doubts(fetched, where),
        *vanished(fetched.no_bookings, last_good),
        *doubts(accepted, last_good, source.max_shrink_percent),
    ]
    return Extract(
        source=source.name,
        completeness=Completeness.INCOMPLETE if found else Completeness.COMPLETE,
        rows=_with_calendar({tray.table: tuple(tray.rows) for tray in trays}),
        rejected=tuple(one for tray in trays for one in tray.rejected),
        problems=(*found, *(note for tray in trays for note in tray.notes)),
        accepted=accepted,
        reach=fetched.reach,
        watermarks=fetched.watermarks,
    )


def _with_calendar(rows: dict[str, tuple[CanonicalRow, ...]]) -> dict[str, tuple[CanonicalRow, ...]]:
    """The rows, with a stand-in for the customer whom the blocks of a calendar do not have."""
    blocks = any(isinstance(row, Booking) and row.customer_id == people.CALENDAR.source_id for row in rows["bookings"])
    return rows | {"customers": (*rows["customers"], people.CALENDAR)} if blocks else rows
