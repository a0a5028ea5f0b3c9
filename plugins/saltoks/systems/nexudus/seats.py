"""Which desks and offices are on which contract: what either side says counts, what both deny is gone.

Desks are read whole every time; contracts by their changes, and giving a contract another desk need not change it
(booking-systems §2.9). So a contract is asked where its desks of before do not name it any more, or where desks name
one that nobody knows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.systems.nexudus.api import entities
from saltoks.systems.nexudus.api.feed import Feed, Listing
from saltoks.systems.nexudus.api.known import Known
from saltoks.systems.nexudus.api.record import Record

Desks = Mapping[int, frozenset[int]]
"""The desks of each contract."""
_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """Contracts that were asked for because of their desks; `confirmed` are desks of those that need no new record."""

    contracts: Listing
    confirmed: Desks


@dataclass(frozen=True, slots=True)
class Asking:
    """When is asked, and for which locations; for all when none is named."""

    now: datetime
    businesses: frozenset[int]

    def reads(self, desk: Record) -> bool:
        """Whether a desk is of a location that is read."""
        place = desk.peek_id("FloorPlanBusinessId")
        return not self.businesses or place is None or place in self.businesses


def asked(feed: Feed, desks: Listing, changed: Listing, known: Known, asking: Asking) -> Asked:
    """Asks for the contracts that neither changed nor are beyond doubt."""
    seen, before = {record.id for record in changed.records}, known.desks()
    named, silent = _named(desks.records), _silent(desks.records)
    running = {one: its for one, its in known.desks(asking.now).items() if one not in seen}
    doubtful = {one: its - named.get(one, _NONE) - silent for one, its in running.items()}
    denied = {one: its for one, its in doubtful.items() if its}
    ours = _named(desk for desk in desks.records if asking.reads(desk))
    unknown = {one for one in ours if one not in seen and str(one) not in known.memberships}
    told = feed.by_ids(entities.CONTRACTS, denied.keys() | unknown)
    sure = {one.id for one in told.records if denied.get(one.id, _NONE) <= set(one.peek_ids("FloorPlanDeskIds"))}
    whole = feed.whole(entities.CONTRACTS, unknown | (denied.keys() - sure))
    read = {record.id for record in whole.records}
    unread = {one.id for one in told.records if one.id in denied and one.id not in read}
    over = before.keys() - running.keys() - seen
    new = Listing(tuple(one for one in told.records if one.id in unknown), told.problems)
    return Asked(new + whole, {one: frozenset(before[one]) for one in unread | over})


def together(contracts: Iterable[Record], desks: Listing, known: Known, confirmed: Desks) -> dict[int, set[int]]:
    """The desks of every contract, by both sides; a side that cannot be read says what it said before."""
    before, found = known.desks(), defaultdict[int, set[int]](set)
    for contract, its in (*_named(desks.records).items(), *confirmed.items()):
        found[contract] |= its
    for desk in _silent(desks.records):
        for contract in (one for one, its in before.items() if desk in its):
            found[contract].add(desk)
    for record in contracts:
        told = record.told_ids("FloorPlanDeskIds", "Desks")
        found[record.id] |= before.get(record.id, set()) if told is None else told
    return found


def _named(desks: Iterable[Record]) -> dict[int, frozenset[int]]:
    """The desks that name each contract."""
    found: dict[int, set[int]] = defaultdict(set)
    for desk in desks:
        for contract in desk.told_ids("CoworkerContractIds") or ():
            found[contract].add(desk.id)
    return {contract: frozenset(its) for contract, its in found.items()}


def _silent(desks: Iterable[Record]) -> frozenset[int]:
    """Desks of which nobody can read whose they are."""
    return frozenset(desk.id for desk in desks if desk.told_ids("CoworkerContractIds") is None)
