"""A plan in four steps, as in any control loop: current state, desired state, calculate; then `flows.apply`.

Reads only, so that a dry run is the same code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from saltoks.core.access.grants import MembershipKey
from saltoks.core.people.site_users import MatchedPeople
from saltoks.core.plan.plan import Plan
from saltoks.core.plan.slots import SlotPlan
from saltoks.flows.plan.access_paths import withdrawn
from saltoks.flows.plan.comparison import Comparison, compare
from saltoks.flows.plan.current.owner import foreign_installation_notes
from saltoks.flows.plan.current.state import CurrentState, current_state
from saltoks.flows.plan.deprovision_candidates import DeprovisionPlan
from saltoks.flows.plan.desired_state import DesiredState, desired_state
from saltoks.flows.plan.drift import detect_drift
from saltoks.flows.plan.drift_report import DriftReport
from saltoks.flows.plan.planner import planner_of
from saltoks.flows.plan.seats import SeatAllocation
from saltoks.flows.plan.user_lifecycle import UserLifecycle
from saltoks.flows.plan.warnings import identity_warnings, plan_information, plan_warnings
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse.access.membership_records import RequestedMembership


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanResult:
    """A plan with everything it was made from.

    `orphaned_users` are people of our making whose customer the source does not have any more. `information` are those
    notes of the plan that only tell.
    """

    comparison: Comparison
    drift: DriftReport
    deprovision: DeprovisionPlan
    seats: SeatAllocation
    orphaned_users: MatchedPeople
    arrangement: SlotPlan
    plan: Plan
    information: tuple[str, ...]

    @property
    def current(self) -> CurrentState:
        """The site as it is."""
        return self.comparison.current

    @property
    def warnings(self) -> tuple[str, ...]:
        """The notes of the plan that somebody should act upon."""
        return tuple(note for note in self.plan.notes if note not in self.information)

    @property
    def withdrawn(self) -> frozenset[MembershipKey]:
        """Memberships that nothing asks for, also those that must stay for now."""
        return withdrawn(self.plan, self.arrangement.waiting)

    @property
    def unchanged_slot_members(self) -> tuple[RequestedMembership, ...]:
        """People in a slot that has their window already."""
        users = {record.key.customer_id: record.user_id for record in self.comparison.memberships}
        users |= {customer: ids.user_id for customer, ids in self.comparison.people.known.items()}
        kept = self.arrangement.kept.items()
        return tuple(RequestedMembership(key, users[key.customer_id], one.window, one.reasons) for key, one in kept)


def build_plan(rt: Runtime, site: Site, outcome: Outcome, *, fully: bool = False) -> PlanResult:
    """The plan of this moment with its reasons, stored nowhere; `fully` reads again whatever may have changed."""
    with rt.salto(site) as client:
        outcome.count_calls(client)
        site_id = rt.site_id(site, client)
        outcome.warnings += [moved] if (moved := rt.move_warning(site)) else []
        current = current_state(rt, site, client, site_id, fully=fully)
        desired = desired_state(rt, current.site, current.records.rows)
        return calculate(rt, client, current, desired, fully=fully)


def calculate(rt: Runtime, client: SaltoKs, current: CurrentState, desired: DesiredState, *, fully: bool) -> PlanResult:
    """What leads from the current to the desired state; asks Salto only for what drift, people and seats need."""
    comparison = compare(current, desired)
    drift = detect_drift(rt, client, comparison, fully=fully)
    planner = planner_of(rt, comparison, drift)
    lifecycle = UserLifecycle(rt, client, comparison, fully=fully)
    users = lifecycle.changes()
    everybody = drift.with_restored_seats(users.persons)
    draft = planner.plan(everybody)
    seats = lifecycle.seats(draft.plan)
    seated = seats.without_left_out(everybody)
    final = planner.plan(seated) if seats.left_out else draft
    information = plan_information(comparison, final.arrangement.waiting, rt.clock.now())
    notes = (
        *final.plan.notes,
        *final.arrangement.notes,
        *plan_warnings(comparison, seated),
        *users.notes,
        *identity_warnings(comparison),
        *seats.notes(current.site.timezone),
        *drift.notes,
        *(group.sentence for group in current.unmapped),
        *foreign_installation_notes(rt, current.observed.listed),
        *current.naming.sentences,
        *information,
    )
    return PlanResult(
        comparison=comparison,
        drift=drift,
        deprovision=users.deprovision,
        seats=seats,
        orphaned_users=lifecycle.orphaned_users(),
        arrangement=final.arrangement,
        plan=replace(final.plan, notes=notes),
        information=(*current.naming.sentences, *information),
    )
