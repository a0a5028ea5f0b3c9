"""Which lists a tick and a sweep ask for (booking-systems §2.9).

A tick asks for the bookings of a window, for what was cancelled or changed since the last read, and for the small
lists as a whole. What these rows point at and nobody has yet is then asked for by id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from saltoks.core.model.canonical import ExtractScope, TableScope
from saltoks.systems.nexudus.api import entities, span
from saltoks.systems.nexudus.api.entities import Entity
from saltoks.systems.nexudus.api.feed import FEW, Feed, Listing
from saltoks.systems.nexudus.api.known import Known
from saltoks.systems.nexudus.api.record import Record
from saltoks.systems.nexudus.api.span import MARGIN, Span
from saltoks.systems.nexudus.seats import Asking, Desks, asked
from saltoks.systems.values.errors import CellError

_WHOLE = ("locations", "items", "assignments", "customer_links")
FEW_VISITORS = 20
"""So many changed visitors are looked up one by one; for more, the list of their bookings is read as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The lists of one read; `no_bookings` says that there is no booking of any day, not just none in the window.

    `confirmed` are desks of contracts that were asked for and have them as before.
    """

    businesses: Listing
    time_zones: Listing
    resources: Listing
    time_passes: Listing
    tariffs: Listing
    desks: Listing
    teams: Listing
    bookings: Listing
    cancelled: Listing
    customers: Listing
    contracts: Listing
    passes: Listing
    visitors: Listing
    visits: Listing
    confirmed: Desks
    no_bookings: bool
    reach: Mapping[str, TableScope]
    watermarks: Mapping[str, datetime]

    @property
    def problems(self) -> tuple[str, ...]:
        """Why a list may not be whole, in the order of the lists."""
        lists = [value for value in (getattr(self, name) for name in self.__slots__) if isinstance(value, Listing)]
        return tuple(dict.fromkeys(problem for one in lists for problem in one.problems))


class Fetch:
    """One read of an account; errors of the client go through."""

    def __init__(self, feed: Feed, asked: Span, known_customers: frozenset[str], known: Known, asking: Asking) -> None:
        self._feed = feed
        self._span = asked
        self._customers = known_customers
        self._known = known
        self._asking = asking
        self._marks: dict[str, datetime] = dict(asked.watermarks)

    def everything(self) -> Fetched:
        """Every list; bookings come before cancelled ones, so that one cancelled meanwhile is in either."""
        desks = self._feed.all(entities.DESKS)
        bookings = self._bookings()
        cancelled = self._cancelled()
        contracts, confirmed = self._contracts(desks)
        passes = self._changed(entities.HELD_PASSES, span.PASSES)
        visitors, visits = self._visitors()
        customers = self._changed(entities.COWORKERS, span.CUSTOMERS)
        teams = self._teams()
        customers = customers + self._who_left(teams, customers)
        named = _named("CoworkerId", bookings, cancelled, contracts, passes, visitors) | _named("PayingMemberId", teams)
        named |= {one for team in teams.records for one in team.told_ids("TeamMembers") or ()}
        return Fetched(
            businesses=self._feed.all(entities.BUSINESSES),
            time_zones=self._feed.all(entities.TIME_ZONES),
            resources=self._feed.all(entities.RESOURCES),
            time_passes=self._feed.all(entities.TIME_PASSES),
            tariffs=self._feed.all(entities.TARIFFS),
            desks=desks,
            teams=teams,
            bookings=bookings,
            cancelled=cancelled,
            customers=customers + self._missing(customers, named),
            contracts=contracts,
            passes=passes,
            visitors=visitors,
            visits=visits,
            confirmed=confirmed,
            no_bookings=bookings.is_whole and not bookings.records and self._feed.is_empty(entities.BOOKINGS),
            reach=self._reach(),
            watermarks=self._marks,
        )

    def _reach(self) -> dict[str, TableScope]:
        """A table without a watermark was read as a whole.

        Teams and desks always are, so what they join is known whole as well, though only changes of those whom they
        join are read.
        """
        follows = {"customers": span.CUSTOMERS, "memberships": span.MEMBERSHIPS}
        follows |= {"passes": span.PASSES, "visitors": span.VISITORS}
        changed = {table: self._span.changed_since(mark) is not None for table, mark in follows.items()}
        found = {
            table: TableScope(scope=ExtractScope.DELTA if delta else ExtractScope.SNAPSHOT)
            for table, delta in changed.items()
        }
        found |= {table: TableScope(scope=ExtractScope.SNAPSHOT) for table in _WHOLE}
        return found | {
            "bookings": TableScope(scope=ExtractScope.WINDOW, since=self._span.since, until=self._span.until)
        }

    def _bookings(self) -> Listing:
        """The window with its margin, cut to the window here; a row whose times cannot be read stays in."""
        since, until = self._span.since - MARGIN, self._span.until + MARGIN
        found = self._feed.all(
            entities.BOOKINGS, {"from_Booking_ToTime": _minute(since), "to_Booking_FromTime": _minute(until)}
        )
        return Listing(tuple(record for record in found.records if self._is_near(record)), found.problems)

    def _is_near(self, record: Record) -> bool:
        try:
            return self._span.touches(record.needed_instant("FromTime"), record.needed_instant("ToTime"))
        except CellError:
            return True

    def _cancelled(self) -> Listing:
        since = self._span.changed_since(span.CANCELLED)
        filters = {"from_CancelledBooking_ToTime": _minute(self._span.since - MARGIN)}
        if since is not None:
            filters = {"from_CancelledBooking_CancelledOn": _minute(since)}
        found = self._feed.all(entities.CANCELLED, filters)
        self._mark(span.CANCELLED, "CancelledOn", found)
        return found

    def _changed(self, entity: Entity, table: str) -> Listing:
        since = self._span.changed_since(table)
        found = self._feed.all(entity, {f"from_{entity.name}_UpdatedOn": _minute(since)} if since else None)
        self._mark(table, "UpdatedOn", found)
        return found

    def _mark(self, table: str, field: str, found: Listing) -> None:
        """The latest change that was seen; never the present, and not from a list that is not whole."""
        times = [at for record in found.records if (at := record.peek_instant(field))]
        if found.is_whole and times:
            latest = max(times)
            self._marks[table] = max(latest, self._marks.get(table, latest))

    def _contracts(self, desks: Listing) -> tuple[Listing, Desks]:
        """Changed ones, and those that desks bring up, since a desk may not change them (booking-systems §2.9)."""
        found = self._changed(entities.CONTRACTS, span.MEMBERSHIPS)
        if self._span.changed_since(span.MEMBERSHIPS) is None:
            return found, {}
        more = asked(self._feed, desks, found, self._known, self._asking)
        return found + more.contracts, more.confirmed

    def _teams(self) -> Listing:
        """All teams; those that changed of late, or that another customer pays for, with their members."""
        found, since = self._feed.all(entities.TEAMS), self._span.changed_since(span.CUSTOMERS)
        if since is None:
            return found
        payers = self._known.payers()
        changed = [one.id for one in found.records if one.is_since(since) or _has_new_payer(one, payers)]
        return found + self._feed.whole(entities.TEAMS, changed[:FEW])

    def _who_left(self, teams: Listing, customers: Listing) -> Listing:
        """Customers whom a team does not name any more and who did not change: whether they name it still is asked."""
        before, seen = self._known.teams(), {record.id for record in customers.records}
        shown = [team for team in teams.records if team.raw.get("TeamMembers") is not None]
        told = {team.id: team.told_ids("TeamMembers") for team in shown}
        left = {one for team, its in told.items() if its is not None for one in before.get(team, set()) - set(its)}
        return self._feed.whole(entities.COWORKERS, left - seen)

    def _visitors(self) -> tuple[Listing, Listing]:
        """Changed visitors, those of changed links, and all links of both."""
        visitors = self._changed(entities.VISITORS, span.VISITORS)
        visits = self._changed(entities.VISITS, span.VISITS)
        seen = {record.id for record in visitors.records}
        linked = {one for record in visits.records if (one := record.peek_id("VisitorId"))}
        if self._span.changed_since(span.VISITORS) is not None:
            visitors = visitors + self._feed.looked_up(entities.VISITORS, linked - seen)
        if self._span.changed_since(span.VISITS) is None:
            return visitors, visits
        return visitors, visits + self._links_of(seen - linked)

    def _links_of(self, visitors: Iterable[int]) -> Listing:
        wanted = sorted(visitors)
        if len(wanted) > FEW_VISITORS:
            return self._feed.all(entities.VISITS)
        found = Listing()
        for one in wanted:
            found = found + self._feed.all(entities.VISITS, {"BookingVisitor_Visitor": one})
        return found

    def _missing(self, customers: Listing, named: Iterable[int]) -> Listing:
        """Customers whom rows name and nobody has yet."""
        seen = {record.id for record in customers.records}
        return self._feed.looked_up(
            entities.COWORKERS, (one for one in named if one not in seen and str(one) not in self._customers)
        )


def _has_new_payer(team: Record, payers: Mapping[int, str]) -> bool:
    return team.id in payers and payers[team.id] != str(team.peek_id("PayingMemberId"))


def _named(field: str, *lists: Listing) -> set[int]:
    return {one for found in lists for record in found.records if (one := record.peek_id(field))}


def _minute(at: datetime) -> str:
    """A time as filters take it: whole minutes."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")
