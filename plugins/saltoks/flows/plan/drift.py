"""Looks for what others changed at a site since the last run.

Schedule and locks of mapped groups are read where they are not known or their number changed, in full runs of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.model.pools import is_slot
from saltoks.core.model.rules import TakeOverPolicy
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.matching import GUEST_ROLE
from saltoks.core.plan import drift as rules
from saltoks.core.plan.drift import Drift, DriftKind, DriftResponse, exemption_for, unmatched_user
from saltoks.core.plan.plan import ChangeKind
from saltoks.core.time.local_window import LocalWindow
from saltoks.flows.plan.comparison import Comparison
from saltoks.flows.plan.current.group_schedules import schedules_of
from saltoks.flows.plan.drift_report import DriftReport, policy
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse.access import drift as table
from saltoks.warehouse.access import group_readings, slots
from saltoks.warehouse.access.drift import DriftHistory, ScheduleReading
from saltoks.warehouse.access.people import BEFORE_US, BY_HAND, KnownPerson
from saltoks.warehouse.access.slots import SlotReading


@dataclass(frozen=True, slots=True)
class _DriftDetector:
    """What a run knows of a site when it looks for drift."""

    comparison: Comparison
    history: DriftHistory
    now: datetime

    def members(self) -> list[Drift]:
        """Extra members of groups that are ours alone, and members of ours that are lost."""
        current, reconciliation = self.comparison.current, self.comparison.reconciliation
        site, groups, wanted = current.site, current.observed.groups, self.comparison.wanted.keys()
        ours_alone = {name for name in groups if name in site.exclusive_groups and name in site.groups}
        recorded, members = self.comparison.memberships, current.observed.members
        unclear, still_open = self.history.unclear, self.history.open
        return [
            *rules.extra_members(ours_alone, reconciliation, wanted, current.protected),
            *rules.lost_members(recorded, reconciliation, members, wanted, unclear, still_open, self.now),
        ]

    def changed_groups(self, before: Mapping[str, SlotReading], read: Mapping[str, ScheduleReading]) -> list[Drift]:
        """Schedules and locks of mapped groups, and of our own as far as a write of ours cannot have changed them."""
        slots = self.comparison.current.slots
        known = {name: one for name, one in self.history.schedules.items() if _is_same_group(read.get(name), one)}
        own = {name: one for name, one in before.items() if self._is_sure(one, slots.get(name))}
        return [
            *rules.changed_schedules(_bodies(known), _bodies(read)),
            *rules.changed_schedules(_hours(own), _hours(slots)),
            *rules.changed_locks(_locks(known) | _locks(own), _locks(read) | _locks(slots), self.history.open),
        ]

    def _is_sure(self, before: SlotReading, slot: SlotReading | None) -> bool:
        """Whether a slot was the same group before, and no write of ours to it went unseen."""
        unsure = {key.group for key in self.history.past.unconfirmed if key.kind is ChangeKind.SET_WINDOW}
        is_same_group = slot is not None and slot.group_id == before.group_id
        return before.verified_at is not None and before.name not in unsure and is_same_group

    def shut_out(self) -> list[Drift]:
        """Customers who were shut out by hand: whom it keeps from a door, and to whom it happened just now."""
        people, untouched = self.comparison.people, self.comparison.current.protected
        suspended = [one for one in people.suspended - untouched if self._is_suspended_by_hand(one)]
        blocked = people.blocked - untouched
        candidates = [
            *(Drift(DriftKind.SUSPENDED, "", customer) for customer in suspended),
            *(Drift(DriftKind.BLOCKED, "", customer) for customer in blocked),
        ]
        due = {key.customer_id for key in self.comparison.wanted}
        return [one for one in candidates if one.subject in due or one in self.history.open or self._is_new(one)]

    def _is_new(self, drift: Drift) -> bool:
        before = self.comparison.current.records.persons.get(drift.subject)
        if before is None:
            return False
        return before.subscribed if drift.kind is DriftKind.SUSPENDED else not before.blocked

    def _is_suspended_by_hand(self, customer: str) -> bool:
        """Whether a suspension is a person's act: not ours, and not for want of a seat."""
        recorded = self._recorded_user(customer)
        if recorded is None:
            return customer not in self.comparison.people.ours
        return recorded.suspended_because in (None, BY_HAND, BEFORE_US)

    def suspended_before_us(self) -> Iterator[str]:
        """Customers who were suspended before our first plan was applied, where the site gives them a seat back."""
        site, people = self.comparison.current.site, self.comparison.people
        if site.people.take_over is not TakeOverPolicy.SUBSCRIBE:
            return
        candidates = people.suspended - people.blocked - self.comparison.current.protected - people.ours
        for customer in candidates & self.touchable():
            recorded = self._recorded_user(customer)
            before_us = recorded.suspended_because == BEFORE_US if recorded else not self.history.has_applied
            if before_us and exemption_for(Drift(DriftKind.SUSPENDED, "", customer), site.exempt, self.now) is None:
                yield customer

    def _recorded_user(self, customer: str) -> KnownPerson | None:
        """What we know of a customer's user; nothing where that is another one by now."""
        recorded = self.comparison.current.records.persons.get(customer)
        is_same = recorded is not None and recorded.ids == self.comparison.people.known[customer]
        return recorded if is_same else None

    def gone_groups(self, known: Set[str]) -> list[Drift]:
        """Groups that are mapped, or that somebody is promised a window in, and are not there any more."""
        current = self.comparison.current
        there = {group.customer_reference for group in current.observed.listed}
        recorded = self.comparison.memberships
        own = {one.key.group for one in recorded if is_slot(one.key.group) and one.window.ends_at > self.now}
        expected = (known & set(current.site.groups)) | own
        return [Drift(DriftKind.GROUP_GONE, name) for name in expected if name not in there]

    def touchable(self) -> set[str]:
        """Subjects that may be taken out: whoever is not an admin of the site, nor protected (design §5.4)."""
        site, customers = self.comparison.current.site, self.comparison.people.customer_of()
        protected = {comparable_email(one) for one in site.people.protected}
        return {
            customers.get(user.ids.user_id, unmatched_user(user.ids.user_id))
            for user in self.comparison.current.observed.users
            if user.roles <= {site.people.role, GUEST_ROLE} and comparable_email(user.email or "-") not in protected
        }


def detect_drift(rt: Runtime, client: SaltoKs, comparison: Comparison, *, fully: bool) -> DriftReport:
    """Everything that drifted since the last run; reads only."""
    now, site = rt.clock.now(), comparison.current.site
    with rt.warehouse.session() as session:
        history = table.history(session, site.name, now)
        slots_before = slots.load(session, site.name)
        groups_before = group_readings.load(session, site.name).keys()
    read = schedules_of(client, comparison.current.observed, None if fully else history.schedules)
    detector = _DriftDetector(comparison, history, now)
    found = frozenset(
        [
            *detector.members(),
            *detector.changed_groups(slots_before, read),
            *detector.shut_out(),
            *detector.gone_groups(groups_before),
        ]
    )
    revert = {one for one in found if _is_reverted(site, one, now)}
    lost = {one for one in found if one.kind is DriftKind.LOST_MEMBER and not is_slot(one.group)}
    touchable = detector.touchable() if history.has_applied else set()
    extra = {one for one in revert if one.kind is DriftKind.EXTRA_MEMBER and one.subject in touchable}
    return DriftReport(
        site=site,
        now=now,
        found=found,
        taken_out=frozenset(one.key for one in extra),
        left_lost=frozenset(one.key for one in lost - revert),
        unsuspended=frozenset(one.subject for one in revert if one.kind is DriftKind.SUSPENDED),
        suspended_before_us=frozenset(detector.suspended_before_us()),
        known_people=len(comparison.people.known),
        history=history,
        schedules=read,
        fully=fully,
    )


def _is_reverted(site: Site, drift: Drift, now: datetime) -> bool:
    return policy(site, drift) is DriftResponse.REVERT and not exemption_for(drift, site.exempt, now)


def _is_same_group(read: ScheduleReading | None, before: ScheduleReading) -> bool:
    return read is not None and read.group_id == before.group_id


def _bodies(schedules: Mapping[str, ScheduleReading]) -> dict[str, str]:
    return {name: one.body for name, one in schedules.items()}


def _hours(slots_by_name: Mapping[str, SlotReading]) -> dict[str, LocalWindow | None]:
    return {name: one.hours for name, one in slots_by_name.items()}


def _locks(read: Mapping[str, ScheduleReading] | Mapping[str, SlotReading]) -> dict[str, frozenset[str]]:
    return {name: frozenset(one.locks) for name, one in read.items()}
