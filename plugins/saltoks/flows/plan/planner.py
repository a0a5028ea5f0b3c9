"""Calculates the changes from the current to the desired state, under all limits; asks nobody, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import Slot, is_slot
from saltoks.core.model.rules import EdgeRule, PersonKind
from saltoks.core.people.site_users import person_kind
from saltoks.core.plan.limits import apply_limits
from saltoks.core.plan.plan import Change, ObservedAccess, Plan, calculate_plan, reachable
from saltoks.core.plan.seat_restore import PersonChanges, restore_seats
from saltoks.core.plan.slots import SlotPlan, still_running
from saltoks.core.plan.timing import PlanTiming
from saltoks.flows.plan.access_paths import AccessPaths, access_paths_of
from saltoks.flows.plan.comparison import Comparison
from saltoks.flows.plan.drift_report import DriftReport
from saltoks.flows.plan.orphans import orphaned_groups
from saltoks.flows.plan.windows import slots_of, timing, window_grants
from saltoks.flows.run.garbage_collection import garbage_collection_paused
from saltoks.flows.run.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan with its limits, and how it serves window targets."""

    plan: Plan
    arrangement: SlotPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What is to be served now: memberships, windows, and those windows that are due of people nobody can make users.

    `restored` are the people who get a seat back for it.
    """

    memberships: Mapping[MembershipKey, Grant]
    windows: list[Grant]
    unreachable: list[Grant]
    restored: list[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Makes the plan of a site, as often as another set of people is to be planned for.

    `wanted` are memberships, without those that drift leaves lost; `windows` the grants of window targets that are not
    over. `kinds` is by customer id what somebody can become at Salto; `deletions` are of empty groups nobody needs.
    """

    comparison: Comparison
    drift: DriftReport
    observed: ObservedAccess
    wanted: Mapping[MembershipKey, Grant]
    windows: list[Grant]
    slots: list[Slot]
    kinds: Mapping[str, PersonKind | None]
    deletions: list[Change]
    paths: AccessPaths
    timing: PlanTiming

    @garbage_collection_paused()
    def plan(self, persons: PersonChanges) -> Draft:
        """The plan for these people; for whom is left out nothing is planned anew.

        A slot out of which somebody may not be taken now keeps its window, so the plan is made again around it.
        """
        demand, stuck = self._demand(persons), frozenset[str]()
        while True:
            draft = self._draft(demand, persons, stuck)
            blocked = stuck | _held_slots(draft.plan)
            if blocked == stuck:
                accepted = self.comparison.current.records.accepted
                return replace(draft, plan=self.drift.hold_conflicts(draft.plan, accepted))
            stuck = blocked

    def _demand(self, persons: PersonChanges) -> Demand:
        memberships, ahead = self._memberships_without(persons.left_out), self._windows_without(persons.left_out)
        windows = [grant for grant in ahead if self._is_reachable(grant)]
        due = [grant for grant in windows if self.timing.is_due(grant.window)]
        return Demand(
            memberships=memberships,
            windows=windows,
            unreachable=[one for one in ahead if not self._is_reachable(one) and self.timing.is_due(one.window)],
            restored=restore_seats([*memberships.values(), *due], persons.away - persons.left_out),
        )

    def _is_reachable(self, grant: Grant) -> bool:
        return reachable(grant, self.observed, self.kinds)

    def _draft(self, demand: Demand, persons: PersonChanges, stuck: Set[str]) -> Draft:
        """One plan around the slots that are stuck."""
        site, wanted = self.comparison.current.site, demand.memberships
        arranged = self.paths.plan_slots(demand.windows, self.slots, self.timing, stuck, wanted, self.observed)
        drafted = calculate_plan(
            site.name,
            self.timing.now,
            wanted,
            self.observed,
            self.kinds,
            zone=site.timezone,
            over_before=self._over_before(),
            ahead=[*arranged.let_in, *demand.unreachable],
            slots=[*arranged.changes, *persons.changes, *demand.restored, *self.deletions],
            waiting=arranged.waiting,
        )
        return Draft(self._limited(drafted), arranged)

    def _limited(self, drafted: Plan) -> Plan:
        """The plan with what limits, freezes and a doubtful extract hold."""
        site, records = self.comparison.current.site, self.comparison.current.records
        running, completeness = still_running(self.observed, self.timing.now), records.extract.completeness
        worded = self.drift.name_extra_removals(drafted)
        return apply_limits(worded, running, site.limits, completeness, site.freezes, records.accepted, records.ended)

    def _memberships_without(self, left_out: Set[str]) -> dict[MembershipKey, Grant]:
        """What is wanted without those who get no seat; what they are in already they keep."""
        members = self.observed.members
        return {key: one for key, one in self.wanted.items() if key.customer_id not in left_out or key in members}

    def _windows_without(self, left_out: Set[str]) -> list[Grant]:
        """The windows without those of whom gets no seat, unless they are in a slot already."""
        inside = {customer for slot in self.slots for customer in slot.members}
        outside = left_out - inside
        return [grant for grant in self.windows if grant.key.customer_id not in outside]

    def _over_before(self) -> datetime:
        """Before when a window that ends is no surprise: up to the next tick where nobody may come early."""
        never_early = self.comparison.current.site.rules.edge is EdgeRule.NEVER_EARLY
        over, next_tick = self.timing.over_before, self.comparison.desired.next_tick
        return max(over, next_tick) if never_early else over


def planner_of(rt: Runtime, comparison: Comparison, drift: DriftReport) -> Planner:
    """The planner of a site, with the slots and paths that there are."""
    current, desired = comparison.current, comparison.desired
    site, memberships, now = current.site, current.records.memberships, rt.clock.now()
    heard_before = now - site.rules.window_settle
    return Planner(
        comparison=comparison,
        drift=drift,
        observed=drift.with_extra_members(comparison.reconciliation.observed),
        wanted=drift.without_lost(comparison.wanted),
        windows=window_grants(site, desired.grants, now, current.protected),
        slots=slots_of(comparison, heard_before),
        kinds={customer.source_id: person_kind(customer) for customer in current.records.rows.people},
        deletions=orphaned_groups(rt, site, current.observed, current.slots, memberships) if drift.fully else [],
        paths=access_paths_of(comparison, drift.locks_read, heard_before),
        timing=timing(rt, site),
    )


def _held_slots(drafted: Plan) -> frozenset[str]:
    """The slots out of which a limit lets somebody not be taken."""
    return frozenset(one.group for one in drafted.held if one.takes_away and is_slot(one.group))
