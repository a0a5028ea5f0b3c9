"""The people of a site behind one plan: who is away, whose data changed, who leaves, and who gets a seat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta

from saltoks.core.access.grants import Grant
from saltoks.core.model.canonical import Customer
from saltoks.core.model.rows import SourceRows
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.site_users import MatchedPeople, ObservedUser, orphaned_users
from saltoks.core.plan.deprovision import PeopleWithAccess, people_with_access
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.plan.plan import Change, Plan
from saltoks.core.plan.profile_updates import ProfileStyle, profile_updates
from saltoks.core.plan.seat_restore import PersonChanges
from saltoks.flows.plan.deprovision_candidates import DeprovisionCandidates, DeprovisionPlan
from saltoks.flows.plan.observe import ObservedState
from saltoks.flows.plan.seats import SeatAllocation, SeatAllocator
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse.access.people import BEFORE_US, BY_HAND, KnownPerson

SOON = timedelta(days=7)
"""Whoever needs a door within this time does not leave; with `just_in_time` the next tick is what counts."""


def style_of(site: Site) -> ProfileStyle:
    """How a site names people at Salto."""
    return ProfileStyle(source=site.source.name, alias=site.people.alias, mobile=site.credentials.mobile)


class UserLifecycle:
    """Looks at the people of a site for one plan; writes nothing."""

    def __init__(
        self,
        rt: Runtime,
        site: Site,
        client: SaltoKs,
        observed: ObservedState,
        people: MatchedPeople,
        known: Mapping[str, KnownPerson],
        *,
        fully: bool,
    ) -> None:
        self._site = site
        self._now = rt.clock.now()
        self._observed = observed
        self._people = people
        self._known = known
        self._candidates = DeprovisionCandidates(rt, site, client, observed, fully=fully)
        self._seat_allocator = SeatAllocator(rt, site, client, observed, fully=fully)

    def persons(
        self,
        grants: Sequence[Grant],
        books: Iterable[MembershipRecord],
        standing: Iterable[Customer],
        untouched: Set[str],
        next_tick: datetime,
    ) -> tuple[PersonChanges, DeprovisionPlan, list[str]]:
        """Changes of people, with what was looked at for those who leave, and notes."""
        leaving = self._candidates.leaving(self._known, self._busy(grants, books, next_tick), untouched)
        going = {one.customer_id for one in leaving.changes}
        staying = [one for one in standing if one.source_id not in untouched | going]
        changed, notes = self._edits(staying, grants)
        away = frozenset(self._away()) - untouched
        persons = PersonChanges(
            away=away, changes=(*leaving.changes, *changed), left_out=frozenset(self._people.barred)
        )
        return persons, leaving, [*leaving.notes, *notes]

    def seating(self, what: Plan, rows: SourceRows, grants: Sequence[Grant], next_tick: datetime) -> SeatAllocation:
        """Who gets a seat."""
        return self._seat_allocator.seat(what, rows.bookings, grants, self._known, next_tick - self._now)

    def strays(self, rows: SourceRows) -> MatchedPeople:
        """People of our making whose customer is gone from the source."""
        customers = {one.source_id for one in rows.people}
        return orphaned_users(self._site.source.name, customers | self._known.keys(), self._observed.users)

    def _away(self) -> Iterable[str]:
        """Those whom we suspended, or who never got a seat: a person's act by hand is not undone here."""
        for customer in self._people.suspended - self._people.blocked:
            one = self._known.get(customer)
            is_same = one is not None and one.ids == self._people.known[customer]
            because = one.suspended_because if one and is_same else None
            if because not in (None, BY_HAND, BEFORE_US) or (not is_same and customer in self._people.ours):
                yield customer

    def _busy(
        self, grants: Iterable[Grant], books: Iterable[MembershipRecord], next_tick: datetime
    ) -> PeopleWithAccess:
        now, rules = self._now, self._site.rules
        soon = next_tick if self._site.no_access.just_in_time else now + SOON
        ready = max(soon, now + rules.window_lead)
        return people_with_access(grants, books, self._observed.members, now, soon=soon, ready=ready)

    def _edits(self, customers: Iterable[Customer], grants: Iterable[Grant]) -> tuple[list[Change], list[str]]:
        customers = list(customers)
        users = {user.ids.user_id: user for user in self._observed.users}
        ends: dict[str, datetime] = {}
        for grant in grants:
            if self._now < grant.window.ends_at and grant.window.starts_at < self._now + SOON:
                who = grant.key.customer_id
                ends[who] = max(ends.get(who, self._now), grant.window.ends_at)
        return profile_updates(
            customers,
            self._ours(users),
            ends,
            style_of(self._site),
            taken=self._taken(customers),
            now=self._now,
            zone=self._site.timezone,
        )

    def _taken(self, customers: Iterable[Customer]) -> dict[str, str]:
        """E-mails that are a user's, by platform user id; one that two people of the source have is nobody's."""
        found = {comparable_email(user.email): user.ids.user_id for user in self._observed.users if user.email}
        told = Counter(comparable_email(one.email) for one in customers if not one.reservation_only)
        return found | {email: "" for email, count in told.items() if count > 1}

    def _ours(self, users: Mapping[str, ObservedUser]) -> dict[str, ObservedUser]:
        """The users of our making, by customer id."""
        made = {customer for customer, one in self._known.items() if one.made_by_us} | self._people.ours
        return {customer: users[ids.user_id] for customer, ids in self._people.known.items() if customer in made}
