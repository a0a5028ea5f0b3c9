"""Who may have to leave a site: what we know of its people, and what Salto says of those whose grace is over.

Reads only. A candidate costs one read, two where a deletion would take keys from them; what was said is remembered, so
that somebody who is not ours alone costs nothing until the next full run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta

from saltoks.core.errors import MaybeGone, NotPermitted, NotThere
from saltoks.core.model.pools import is_slot
from saltoks.core.model.rules import NoAccessPolicy
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.matching import GUEST_ROLE
from saltoks.core.people.site_users import ObservedUser
from saltoks.core.plan.deprovision import DeprovisionCandidate, PeopleWithAccess, deprovision, due_candidates
from saltoks.core.plan.plan import Change
from saltoks.flows.plan.current.observe import ObservedState
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import UserKey
from saltoks.settings import Site
from saltoks.warehouse.access.people import BEFORE_US, BY_HAND, KnownPerson, OtherAccess

_VALID_FOR = timedelta(hours=1)
_KEYS = {"tag": "a tag", "mkey": "a mobile key", "pin": "a PIN", "wallet": "a wallet key"}


@dataclass(frozen=True, slots=True)
class DeprovisionPlan:
    """The changes for people with no access left, notes, and what Salto said of them by site user id."""

    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    other_access: Mapping[str, OtherAccess] = field(default_factory=dict)


class DeprovisionCandidates:
    """The people of a site in the eyes of its policy; `untouched` are customers that are never to be touched."""

    def __init__(self, rt: Runtime, site: Site, client: SaltoKs, observed: ObservedState, *, fully: bool) -> None:
        self._rt = rt
        self._site = site
        self._client = client
        self._observed = observed
        self._fully = fully
        self._other_access: dict[str, OtherAccess] = {}
        self._notes: list[str] = []

    def deprovision(
        self, known: Mapping[str, KnownPerson], busy: PeopleWithAccess, untouched: Set[str]
    ) -> DeprovisionPlan:
        """Everybody who leaves in this run: suspensions in every run with `just_in_time`, the rest in full runs."""
        rules, now = self._site.no_access, self._rt.clock.now()
        if not self._fully and not rules.just_in_time:
            return DeprovisionPlan()
        people = {one.customer_id: (one, user) for one, user in self._without_groups(known, busy, untouched)}
        due = due_candidates(rules, [one for one, _ in people.values()], busy.customers, now)
        asked = [self._with_other_access(one, people[one.customer_id][1], known[one.customer_id]) for one in due]
        changes = deprovision(rules, asked, busy.customers, now, self._site.timezone)
        return DeprovisionPlan(tuple(changes), tuple(self._notes), self._other_access)

    def _without_groups(
        self, known: Mapping[str, KnownPerson], busy: PeopleWithAccess, untouched: Set[str]
    ) -> Iterable[tuple[DeprovisionCandidate, ObservedUser]]:
        """People of our making who are in no group that we see, one for each user: two customers may be one person."""
        customers: dict[str, list[str]] = {}
        for customer in sorted(known):
            customers.setdefault(known[customer].ids.user_id, []).append(customer)
        for user in self._observed.users:
            theirs = customers.get(user.ids.user_id, [])
            rows = [known[one] for one in theirs]
            if not any(one.made_by_us for one in rows) or user.ids.user_id in busy.users:
                continue
            if busy.customers.isdisjoint(theirs) and untouched.isdisjoint(theirs) and self._may_leave(user, rows):
                left_at = max(one.left_at for one in rows)
                yield DeprovisionCandidate(customer_id=theirs[0], subscribed=user.subscribed, left_at=left_at), user

    def _may_leave(self, user: ObservedUser, rows: Iterable[KnownPerson]) -> bool:
        """Not an admin, nobody the site protects by e-mail, and nobody whom a person shut out by hand."""
        protected = {comparable_email(one) for one in self._site.people.protected}
        by_hand = not user.subscribed and any(one.suspended_because in (BY_HAND, BEFORE_US) for one in rows)
        return (
            user.roles <= {self._site.people.role, GUEST_ROLE}
            and comparable_email(user.email or "-") not in protected
            and not by_hand
            and not user.blocked
        )

    def _with_other_access(
        self, candidate: DeprovisionCandidate, user: ObservedUser, known: KnownPerson
    ) -> DeprovisionCandidate:
        site_user_id = user.ids.site_user_id
        before = known.other_access
        access = before if self._is_current(before) else self._read_other_access(candidate.customer_id, site_user_id)
        if access is None:
            return replace(candidate, elsewhere=True)
        return replace(candidate, elsewhere=access.has_other_access, loses=access.would_lose)

    def _is_current(self, before: OtherAccess | None) -> bool:
        """A refusal holds until the next full run, leave to go for an hour alone."""
        if before is None or self._fully:
            return False
        hours = timedelta(hours=self._rt.settings.project.verify_groups_hours)
        return self._rt.clock.now() - before.read_at < (hours if before.has_other_access else _VALID_FOR)

    def _read_other_access(self, customer_id: str, site_user_id: str) -> OtherAccess | None:
        """What Salto says of somebody; None, with a note, where it does not."""
        try:
            groups = self._client.user_groups(self._observed.site_id, site_user_id)
            elsewhere = any(not is_slot(one.customer_reference or "") for one in groups)
            deletes = self._site.no_access.policy is NoAccessPolicy.DELETE
            keys = self._client.keys(self._observed.site_id, site_user_id) if deletes and not elsewhere else []
        except MaybeGone:
            raise
        except NotThere:
            return None
        except NotPermitted as error:
            self._notes.append(f"customer {customer_id} may have to leave, but cannot be looked up: {error.message}")
            return None
        access = OtherAccess(has_other_access=elsewhere, would_lose=_key_names(keys), read_at=self._rt.clock.now())
        self._other_access[site_user_id] = access
        return access


def _key_names(keys: Iterable[UserKey]) -> tuple[str, ...]:
    return tuple(sorted({_KEYS.get(one.type or "", "a key") for one in keys}))
