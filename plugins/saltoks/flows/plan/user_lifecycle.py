"""The people of a site behind one plan: who is away, whose data changed, who leaves, and who gets a seat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from saltoks.core.access.grants import Grant
from saltoks.core.model.canonical import Customer
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.site_users import MatchedPeople, ObservedUser, orphaned_users
from saltoks.core.plan.deprovision import PeopleWithAccess, people_with_access
from saltoks.core.plan.plan import Change, Plan
from saltoks.core.plan.profile_updates import ProfileStyle, profile_updates
from saltoks.core.plan.seat_restore import PersonChanges
from saltoks.flows.plan.comparison import Comparison
from saltoks.flows.plan.deprovision_candidates import DeprovisionCandidates, DeprovisionPlan
from saltoks.flows.plan.seats import SeatAllocation, SeatAllocator
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse.access.people import BEFORE_US, BY_HAND

SOON = timedelta(days=7)
"""Whoever needs a door within this time does not leave; with `just_in_time` the next tick is what counts."""


def style_of(site: Site) -> ProfileStyle:
    """How a site names people at Salto."""
    return ProfileStyle(source=site.source.name, alias=site.people.alias, mobile=site.credentials.mobile)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanges:
    """What is to happen to people, with what was looked at for those who leave."""

    persons: PersonChanges
    deprovision: DeprovisionPlan
    notes: tuple[str, ...]


class UserLifecycle:
    """Looks at the people of a site for one plan; writes nothing."""

    def __init__(self, rt: Runtime, client: SaltoKs, comparison: Comparison, *, fully: bool) -> None:
        current = comparison.current
        self._site = current.site
        self._now = rt.clock.now()
        self._current = current
        self._desired = comparison.desired
        self._observed = current.observed
        self._people = comparison.people
        self._known = current.records.persons
        self._candidates = DeprovisionCandidates(rt, current.site, client, current.observed, fully=fully)
        self._seat_allocator = SeatAllocator(rt, current.site, client, current.observed, fully=fully)

    def changes(self) -> UserChanges:
        """Who leaves, whose data changed, and who has no seat or is to be left out."""
        untouched, grants = self._current.protected, self._desired.grants
        deprovision = self._candidates.deprovision(self._known, self._busy(), untouched)
        leaving = {change.customer_id for change in deprovision.changes}
        staying = [one for one in self._desired.customers if one.source_id not in untouched | leaving]
        edited, notes = self._edits(staying, grants)
        persons = PersonChanges(
            away=frozenset(self._away()) - untouched,
            changes=(*deprovision.changes, *edited),
            left_out=frozenset(self._people.barred),
        )
        return UserChanges(persons=persons, deprovision=deprovision, notes=(*deprovision.notes, *notes))

    def seats(self, drafted: Plan) -> SeatAllocation:
        """Who gets a seat that this plan needs."""
        bookings, lead = self._current.records.rows.bookings, self._desired.next_tick - self._now
        return self._seat_allocator.allocate(drafted, bookings, self._desired.grants, self._known, lead)

    def orphaned_users(self) -> MatchedPeople:
        """People of our making whose customer is gone from the source."""
        customers = {one.source_id for one in self._current.records.rows.people}
        return orphaned_users(self._site.source.name, customers | self._known.keys(), self._observed.users)

    def _away(self) -> Iterable[str]:
        """Those whom we suspended, or who never got a seat: a person's act by hand is not undone here."""
        for customer in self._people.suspended - self._people.blocked:
            one = self._known.get(customer)
            is_same = one is not None and one.ids == self._people.known[customer]
            because = one.suspended_because if one and is_same else None
            if because not in (None, BY_HAND, BEFORE_US) or (not is_same and customer in self._people.ours):
                yield customer

    def _busy(self) -> PeopleWithAccess:
        """Who needs a door soon, or is in a group: nobody of them leaves."""
        next_tick, now, rules = self._desired.next_tick, self._now, self._site.rules
        soon = next_tick if self._site.no_access.just_in_time else now + SOON
        ready = max(soon, now + rules.window_lead)
        grants, memberships = self._desired.grants, self._current.records.memberships
        return people_with_access(grants, memberships, self._observed.members, now, soon=soon, ready=ready)

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
        owners = {comparable_email(user.email): user.ids.user_id for user in self._observed.users if user.email}
        count_of = Counter(comparable_email(one.email) for one in customers if not one.reservation_only)
        return owners | {email: "" for email, count in count_of.items() if count > 1}

    def _ours(self, users: Mapping[str, ObservedUser]) -> dict[str, ObservedUser]:
        """The users of our making, by customer id."""
        made = {customer for customer, one in self._known.items() if one.made_by_us} | self._people.ours
        return {customer: users[ids.user_id] for customer, ids in self._people.known.items() if customer in made}
