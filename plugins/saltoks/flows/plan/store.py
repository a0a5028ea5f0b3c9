"""Keeps what a plan found and decided: noun by noun, each in its repository, all in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from saltoks.core.model.canonical import Completeness
from saltoks.core.plan.freezes import frozen_changes
from saltoks.core.plan.plan import Change
from saltoks.flows.plan import windows
from saltoks.flows.plan.build import PlanResult
from saltoks.flows.plan.current import owner
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.access import (
    group_readings,
    holds,
    membership_records,
    name_mapped_items,
    people,
    person_ids,
    plans,
    seats,
)
from saltoks.warehouse.engine.database import Session
from saltoks.warehouse.ops import salto_sites


def store_plan(rt: Runtime, site: Site, run_id: str, plan_id: str, result: PlanResult) -> None:
    """Stores a plan under its id, with all that it was made from; a stop on the way leaves nothing of it."""
    now = rt.clock.now()
    held_by_limits = _held_by_limits(site, result, now)
    with rt.warehouse.session() as session:
        group_readings.save(session, site.name, result.current.observed.read)
        _store_people(session, site, result, now)
        _store_seats(session, site, result)
        _store_membership_records(session, site, plan_id, result, now)
        plans.save(session, plan_id, run_id, site.source.name, result.current.records.extract, result.plan)
        seats.save_left_out(session, plan_id, result.seats.left_out)
        salto_sites.forget_move(session, site.name)
        name_mapped_items.save(session, site.name, result.current.naming.entries, now)
        windows.save_slots(session, site, plan_id, result.current.slots, result.unchanged_slot_members, now)
        result.drift.save(session, result.plan)
        owner.save_markers(rt, session, site, result.current.observed.listed)
        holds.save(session, site.name, plan_id, held_by_limits, now)


def _store_people(session: Session, site: Site, result: PlanResult, now: datetime) -> None:
    """Former users first: their rows free the names under which the users of now are kept."""
    users, orphaned_users = result.comparison.people, result.orphaned_users
    people.rename_former(session, site.name, users.former, users.known)
    person_ids.save(session, site.name, users, now)
    people.save_source_identities(session, site.name, users.told)
    person_ids.save(session, site.name, orphaned_users, now)
    people.save_other_access(session, site.name, result.deprovision.other_access)


def _store_seats(session: Session, site: Site, result: PlanResult) -> None:
    """The reading of the seats, where there was one, and the forecast."""
    seats_read, forecast = result.seats.read, result.seats.quarters
    if seats_read:
        seats.save(session, site.name, seats_read)
    seats.save_forecast(session, site.name, forecast)


def _store_membership_records(session: Session, site: Site, plan_id: str, result: PlanResult, now: datetime) -> None:
    """Brings the records to what Salto shows, and to what is promised and withdrawn as of this plan."""
    reconciliation = result.comparison.reconciliation
    gone = result.drift.reasons_gone(reconciliation.gone)
    is_complete = result.current.records.extract.completeness is Completeness.COMPLETE
    membership_records.record_gone(session, site.name, gone, now)
    membership_records.record_renamed(session, site.name, reconciliation.renamed)
    membership_records.record_in(session, site.name, reconciliation.arrived, now)
    membership_records.record_adopted(session, site.name, plan_id, reconciliation.found, now)
    membership_records.record_promises(session, site.name, reconciliation.kept, now)
    membership_records.record_withdrawn(session, site.name, result.withdrawn, now, complete=is_complete)


def _held_by_limits(site: Site, result: PlanResult, now: datetime) -> Sequence[Change]:
    """The held changes that wait for a person; what somebody froze does not."""
    held = result.plan.held
    frozen_by_hand = frozen_changes(held, site.freezes, now)
    return [change for change in held if change not in frozen_by_hand]
