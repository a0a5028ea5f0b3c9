"""By which groups people open which locks: nobody loses a lock kept through a move (`core.plan.access_paths`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import Slot, is_slot
from saltoks.core.plan.access_paths import AccessPath, paths_to_keep
from saltoks.core.plan.plan import ChangeKind, ObservedAccess, Plan, removable_memberships
from saltoks.core.plan.slots import SlotPlan, plan_slots
from saltoks.core.plan.timing import PlanTiming
from saltoks.core.time.windows import Window
from saltoks.flows.plan.comparison import Comparison
from saltoks.flows.plan.current.slot_readings import locks_of


@dataclass(frozen=True, slots=True)
class AccessPaths:
    """The locks of mapped groups as they were last read, and those of each pool, all by name.

    `settled` are memberships of which the doors have heard.
    """

    locks: Mapping[str, frozenset[str]]
    pools: Mapping[str, frozenset[str]]
    settled: frozenset[MembershipKey]

    def plan_slots(
        self,
        windows: Iterable[Grant],
        slots: Iterable[Slot],
        timing: PlanTiming,
        stuck: Set[str],
        wanted: Mapping[MembershipKey, Grant],
        observed: ObservedAccess,
    ) -> SlotPlan:
        """How windows are served, with everybody who must stay in a slot or a mapped group for now as `waiting`."""
        arranged = plan_slots(windows, slots, timing, stuck, locks=self.pools, elsewhere=self.wanted_paths(wanted))
        waiting = self._waiting(observed, wanted, arranged.taken, timing.soon)
        return replace(arranged, waiting=arranged.waiting | waiting)

    def wanted_paths(self, wanted: Mapping[MembershipKey, Grant]) -> list[AccessPath]:
        """The paths that are wanted through mapped groups."""
        return [
            AccessPath(key, self.locks[key.group], grant.window, key in self.settled)
            for key, grant in wanted.items()
            if key.group in self.locks
        ]

    def _waiting(
        self, observed: ObservedAccess, wanted: Mapping[MembershipKey, Grant], slots: Iterable[AccessPath], soon: Window
    ) -> frozenset[MembershipKey]:
        """Memberships of mapped groups that nothing asks for, and that must stay until another path has settled."""
        left = [
            AccessPath(key, self.locks[key.group], observed.records[key].window, settled=True)
            for key in removable_memberships(observed) - wanted.keys()
            if key.group in self.locks and not is_slot(key.group)
        ]
        return paths_to_keep(left, [*self.wanted_paths(wanted), *slots], soon) if left else frozenset()


def access_paths_of(comparison: Comparison, locks_read: Mapping[str, Iterable[str]], settled: datetime) -> AccessPaths:
    """The paths of a site, given the locks of its mapped groups; what was shown before `settled` has settled."""
    renamed = comparison.reconciliation.renamed
    return AccessPaths(
        locks={group: frozenset(locks) for group, locks in locks_read.items()},
        pools={pool: frozenset(locks) for pool, locks in locks_of(comparison.current.site).items()},
        settled=frozenset(renamed.get(one.key, one.key) for one in comparison.memberships if one.settled(settled)),
    )


def withdrawn(plan: Plan, waiting: Iterable[MembershipKey]) -> frozenset[MembershipKey]:
    """Memberships for which there is no reason now: those to end, held or not, and those who wait for another path."""
    ending = (one for one in plan.changes if one.kind is ChangeKind.REMOVE_MEMBER)
    return frozenset(MembershipKey(one.customer_id, one.group) for one in ending).union(waiting)


def waiting_notes(waiting: Iterable[MembershipKey], settle: float) -> list[str]:
    """Why people stay where they are no longer meant to be, for a person."""
    return [
        f"customer {key.customer_id} stays in “{key.group}” until the doors have heard of where they move to "
        f"({settle:g} minutes): they keep a lock of it"
        for key in sorted(waiting)
    ]
