"""From rows, books and a look at Salto to a plan: reads only, so that a dry run is the same code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from saltoks.core.access.desired import DesiredAccess
from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.access.name_mapping import NameMapping
from saltoks.core.model.pools import Slot, is_slot
from saltoks.core.model.rules import EdgeRule
from saltoks.core.people.matching import match_customers
from saltoks.core.people.site_users import MatchedPeople, person_kind, primary_customers
from saltoks.core.plan.limits import apply_limits
from saltoks.core.plan.membership_records import MembershipRecord, Reconciliation, reconcile
from saltoks.core.plan.orphans import UnmappedGroup
from saltoks.core.plan.plan import Change, ObservedAccess, Plan, calculate_plan, reachable
from saltoks.core.plan.seat_restore import PersonChanges, restore_seats
from saltoks.core.plan.slots import SlotPlan, still_running
from saltoks.flows.plan.access_paths import AccessPaths, access_paths_of, withdrawn
from saltoks.flows.plan.deprovision_candidates import DeprovisionPlan
from saltoks.flows.plan.desired_state import next_tick, protected, standing_of, wanted_now
from saltoks.flows.plan.drift import DriftReport, Facts, detect_drift
from saltoks.flows.plan.naming import naming_of
from saltoks.flows.plan.observe import ObservedState, observe
from saltoks.flows.plan.orphans import orphaned_groups, unmapped_groups
from saltoks.flows.plan.owner import foreign_installation_notes
from saltoks.flows.plan.records import SiteRecords, records_of
from saltoks.flows.plan.seats import SeatAllocation
from saltoks.flows.plan.user_lifecycle import UserLifecycle
from saltoks.flows.plan.warnings import identity_warnings, plan_information, plan_warnings
from saltoks.flows.plan.windows import observe_slots, slots_of, timing, window_grants
from saltoks.flows.run.garbage_collection import garbage_collection_paused
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse.access.membership_records import RequestedMembership
from saltoks.warehouse.access.people import on_record
from saltoks.warehouse.access.slots import SlotReading
from saltoks.warehouse.src.extracts import LastExtract


@dataclass(frozen=True, slots=True)
class Decision:
    """A plan with everything it was made from; `stays` are people in a slot that has their window already.

    `strays` are people of our making whose customer the source does not have any more. `withdrawn` are memberships that
    nothing asks for, also those that must stay for now.
    """

    plan: Plan
    desired: DesiredAccess
    balance: Reconciliation
    seen: ObservedState
    slots: Mapping[str, SlotReading]
    stays: tuple[RequestedMembership, ...]
    people: MatchedPeople
    strays: MatchedPeople
    leaving: DeprovisionPlan
    seating: SeatAllocation
    extract: LastExtract
    naming: NameMapping
    drift: DriftReport
    told: tuple[str, ...]
    withdrawn: frozenset[MembershipKey]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The notes of the plan that somebody should act upon."""
        return tuple(note for note in self.plan.notes if note not in self.info)

    @property
    def info(self) -> tuple[str, ...]:
        """The notes of the plan that only tell."""
        return (*self.naming.sentences, *self.told)


@dataclass(frozen=True, slots=True)
class Pools:
    """What window targets are served with: grants that are not over, slots, groups to clear, and ways to the locks."""

    ahead: list[Grant]
    slots: list[Slot]
    empty: list[Change]
    ways: AccessPaths


def build_plan(rt: Runtime, site: Site, outcome: Outcome, *, fully: bool = False) -> Decision:
    """The plan of this moment with its reasons, stored nowhere."""
    with rt.salto(site) as client:
        outcome.count_calls(client)
        site_id = rt.site_id(site, client)
        known, moved = records_of(rt, site), rt.moved(site)
        outcome.warnings += [moved] if moved else []
        unsettled = {entry.key.group for entry in known.books if entry.sent}
        listed = client.groups(site_id)
        naming = naming_of(rt, site, listed)
        site = site.named(naming)
        untouched = protected(site, known.rows.people)
        ours = [one for one in known.books if one.key.customer_id not in untouched]
        left = unmapped_groups(site, ours, Counter(one.customer_reference or "" for one in listed))
        site = site.looking_after(one.group for one in left if not one.kept)
        seen = observe(rt, site, client, listed, unsettled, fully=fully)
        found = observe_slots(rt, site, client, seen, fully=fully)
        return _decided(rt, site, client, known, seen, found, naming, left, fully=fully)


def _decided(
    rt: Runtime,
    site: Site,
    client: SaltoKs,
    known: SiteRecords,
    seen: ObservedState,
    found: Mapping[str, SlotReading],
    naming: NameMapping,
    left: list[UnmappedGroup],
    *,
    fully: bool,
) -> Decision:
    want, standing = wanted_now(rt, site, known.rows), standing_of(known.rows)
    untouched, twins = protected(site, known.rows.people), primary_customers(known.rows.people)
    people = match_customers(site.source.name, standing, seen.users, on_record(known.persons), twins, untouched)
    served = {key: grant for key, grant in want.wanted.items() if _is_ours(seen, key, untouched)}
    entries = [entry for entry in known.books if _is_ours(seen, entry.key, untouched)]
    books = reconcile(_adopted_in_shared_only(site, entries), seen.members, served, people)
    facts = Facts(seen, found, books, entries, served, people, known.persons, untouched)
    drift = detect_drift(rt, site, client, facts, fully=fully)
    ahead, served = window_grants(site, want.grants, rt.clock.now(), untouched), drift.asked(served)
    pools = _pools(rt, site, ahead, known, facts, drift)
    census = UserLifecycle(rt, site, client, seen, people, known.persons, fully=fully)
    persons, leaving, said = census.persons(want.grants, known.books, standing, untouched, next_tick(rt))
    persons = drift.returning(persons)
    what, arranged = _plan(rt, site, served, pools, books, known, persons, drift)
    seating = census.seating(what, known.rows, want.grants, next_tick(rt))
    if seating.left_out:
        persons = replace(persons, left_out=persons.left_out.union(one.asking.customer_id for one in seating.left_out))
        what, arranged = _plan(rt, site, served, pools, books, known, persons, drift)
    told = plan_information(site, known.rows, twins, arranged.waiting, rt.clock.now())
    warned = plan_warnings(site, want, books, seen, people, persons, known.extract)
    notes = (*what.notes, *arranged.notes, *warned, *said)
    notes = (*notes, *identity_warnings(known.rows, want, people, twins), *seating.notes(site.timezone), *drift.notes)
    others = foreign_installation_notes(rt, seen.listed)
    notes = (*notes, *(one.sentence for one in left), *others, *naming.sentences, *told)
    stays, what = _stays(arranged, entries, people), replace(what, notes=notes)
    parts = (stays, people, census.strays(known.rows), leaving, seating, known.extract, naming, drift, told)
    return Decision(what, want, books, seen, found, *parts, withdrawn(what, arranged.waiting))


def _pools(rt: Runtime, site: Site, ahead: list[Grant], known: SiteRecords, facts: Facts, drift: DriftReport) -> Pools:
    empty = orphaned_groups(rt, site, facts.seen, facts.slots, known.books) if drift.fully else []
    settled = rt.clock.now() - site.rules.window_settle
    entries, books = facts.entries, facts.books
    there = slots_of(site, facts.slots, books, entries, facts.untouched, settled)
    return Pools(ahead, there, empty, access_paths_of(site, drift.locks_read, books, entries, settled))


def _stays(plan: SlotPlan, entries: list[MembershipRecord], people: MatchedPeople) -> tuple[RequestedMembership, ...]:
    users = {entry.key.customer_id: entry.user_id for entry in entries}
    users |= {customer: ids.user_id for customer, ids in people.known.items()}
    kept = plan.kept.items()
    return tuple(RequestedMembership(key, users[key.customer_id], one.window, one.reasons) for key, one in kept)


def _is_ours(seen: ObservedState, key: MembershipKey, untouched: frozenset[str]) -> bool:
    """A group of our own that is gone is ours as well: who was in it is out."""
    return (key.group in seen.groups or is_slot(key.group)) and key.customer_id not in untouched


def _adopted_in_shared_only(site: Site, entries: list[MembershipRecord]) -> list[MembershipRecord]:
    """In an exclusive group every customer's membership is ours, also one that was there before us."""
    return [replace(one, adopted=one.adopted and one.key.group not in site.exclusive_groups) for one in entries]


@garbage_collection_paused()
def _plan(
    rt: Runtime,
    site: Site,
    wanted: dict[MembershipKey, Grant],
    pools: Pools,
    books: Reconciliation,
    known: SiteRecords,
    persons: PersonChanges,
    drift: DriftReport,
) -> tuple[Plan, SlotPlan]:
    """The plan with its limits, and how it serves window targets; for whom is left out nothing is planned anew.

    A slot out of which somebody may not be taken now keeps its window, so the plan is made again around it.
    """
    observed, now = drift.observed(books.observed), timing(rt, site)
    kinds = {one.source_id: person_kind(one) for one in known.rows.people}
    over = max(now.over_before, next_tick(rt)) if site.rules.edge is EdgeRule.NEVER_EARLY else now.over_before
    wanted, ahead = _without(persons, wanted, pools, observed)
    windows = [one for one in ahead if reachable(one, observed, kinds)]
    nobody = [one for one in ahead if not reachable(one, observed, kinds) and now.is_due(one.window)]
    needed = [*wanted.values(), *(one for one in windows if now.is_due(one.window))]
    back = restore_seats(needed, persons.away - persons.left_out)
    planned = partial(calculate_plan, site.name, now.now, wanted, observed, kinds, zone=site.timezone, over_before=over)
    stuck: frozenset[str] = frozenset()
    while True:
        arranged = pools.ways.arranged(windows, pools.slots, now, stuck, wanted, observed)
        rest = [*arranged.changes, *persons.changes, *back, *pools.empty]
        what = planned(ahead=[*arranged.let_in, *nobody], slots=rest, waiting=arranged.waiting)
        counted = still_running(observed, now.now)
        how, by_hand = known.extract.completeness, site.freezes
        what = apply_limits(drift.worded(what), counted, site.limits, how, by_hand, known.accepted, known.ended)
        blocked = stuck | {one.group for one in what.held if one.takes_away and is_slot(one.group)}
        if blocked == stuck:
            return drift.held(what, known.accepted), arranged
        stuck = blocked


def _without(
    persons: PersonChanges, wanted: dict[MembershipKey, Grant], pools: Pools, observed: ObservedAccess
) -> tuple[dict[MembershipKey, Grant], list[Grant]]:
    """What is wanted, and the windows, without those who get no seat; what they are in already they keep."""
    inside = {customer for slot in pools.slots for customer in slot.members}
    out = persons.left_out
    kept = {key: one for key, one in wanted.items() if key.customer_id not in out or key in observed.members}
    return kept, [one for one in pools.ahead if one.key.customer_id not in out - inside]
