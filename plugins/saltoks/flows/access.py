"""The access sync: extract >> validate >> plan >> apply, for one site at a time (design §3).

Rows lie in the warehouse between the steps, and a step finds the work of the one before by the run's id: so any task
can be cleared and run again, and always works towards what is true now (design §5.6).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence

from saltoks.core.errors import FixInput
from saltoks.core.model.canonical import Completeness, RejectedRow
from saltoks.core.plan.freezes import frozen_changes
from saltoks.core.plan.plan import ChangeKind
from saltoks.core.retries import SITE_WAIT
from saltoks.core.text import MOST_NAMED
from saltoks.flows.apply.changes import apply_changes
from saltoks.flows.credentials.pins import issue_pins
from saltoks.flows.plan.build import build_plan
from saltoks.flows.plan.config_change import ONLY_PLANNED, detect_config_change, only_plan, waiting_note
from saltoks.flows.plan.current import owner
from saltoks.flows.plan.current.naming import with_last_naming
from saltoks.flows.plan.current.read import read, unread
from saltoks.flows.plan.current.staleness import RowSteps, is_stale, refresh_old_rows
from saltoks.flows.plan.promises import keep_promises
from saltoks.flows.plan.store import store_plan
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.quality.gate import gate
from saltoks.settings import Site
from saltoks.warehouse.access import (
    holds,
    plans,
    seats,
)
from saltoks.warehouse.access.plans import StoredPlan
from saltoks.warehouse.engine.database import Session
from saltoks.warehouse.src import extract_ordering, extracts


def extract(rt: Runtime, site: Site, run_id: str, *, fully: bool = False) -> Outcome:
    """Reads the source and keeps what it gave; a source that cannot be read is a failed extract, not an error."""
    with step(rt, run_id, "extract", site) as outcome:
        source_extract = read(rt, site, fully=fully)
        with rt.warehouse.session() as session:
            extract_id = extract_ordering.next_id(session, run_id, site.source.name)
            extracts.stage(session, extract_id, run_id, source_extract, rt.clock.now())
        outcome.counts |= {name: len(rows) for name, rows in source_extract.rows.items()} | {
            "rejected": len(source_extract.rejected)
        }
        outcome.ids["completeness"] = source_extract.completeness.value
        outcome.urgent = source_extract.completeness is not Completeness.COMPLETE
        outcome.warnings += source_extract.problems
    return outcome


def validate(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Judges the staged rows (Great Expectations), puts broken ones into quarantine and loads the rest."""
    with step(rt, run_id, "validate", site) as outcome:
        extract_id = _extract_id(rt, site, run_id)
        with rt.warehouse.session() as session:
            if _is_superseded(session, extract_id, outcome):
                return outcome
            staged = extracts.staged(session, extract_id)
            known = extracts.known_ids(session, staged.source) if staged.reach else None
        gate_result = gate(staged, mapped_items=frozenset(entry.item for entry in site.mapping), known=known)
        accepted = gate_result.extract
        with rt.warehouse.session() as session:
            if _is_superseded(session, extract_id, outcome):
                return outcome
            missing = extracts.load(
                session, extract_id, accepted, gate_result.checks, rt.clock.now(), missing_runs=site.rules.missing_runs
            )
        outcome.notes += _missing_row_notes(site, missing)
        outcome.counts |= {
            "rows": sum(map(len, accepted.rows.values())),
            "rejected": len(accepted.rejected),
            "checks": len(gate_result.checks),
            "checks_failed": sum(not check.success for check in gate_result.checks),
        }
        outcome.ids["completeness"] = accepted.completeness.value
        outcome.urgent = accepted.completeness is not Completeness.COMPLETE
        outcome.warnings += [*accepted.problems, *_quarantine_warnings(accepted.rejected)]
    return outcome


def fresh_rows(rt: Runtime, site: Site, run_id: str, *, fully: bool = False) -> Iterator[Outcome]:
    """The two steps before a plan, each as it ends: `extract >> validate`."""
    yield extract(rt, site, run_id, fully=fully)
    yield validate(rt, site, run_id)


def plan(rt: Runtime, site: Site, run_id: str, *, fully: bool = False, when_old: RowSteps = fresh_rows) -> Outcome:
    """Looks at Salto, decides what to change, applies the limits and stores the plan; writes nothing to Salto.

    Goes through `when_old` first where the rows are a tick old, as when a task is cleared long after its run.
    Waits while another run plans or writes at this site: what it looks at must not change under its eyes.
    """
    site_lock = plans.site_lock(rt.warehouse, site.name, patience=SITE_WAIT, sleep=rt.clock.sleep)
    with step(rt, run_id, "plan", site) as outcome, site_lock:
        _plan(rt, site, run_id, outcome, when_old, fully=fully)
    return outcome


def _plan(rt: Runtime, site: Site, run_id: str, outcome: Outcome, when_old: RowSteps, *, fully: bool = False) -> None:
    refresh_old_rows(rt, site, run_id, outcome, when_old, fully=fully)
    result = build_plan(rt, site, outcome, fully=fully)
    plan_id = str(uuid.uuid4())
    store_plan(rt, site, run_id, plan_id, result)
    outcome.counts |= {kind.value: result.plan.count(kind) for kind in ChangeKind} | {"held": len(result.plan.held)}
    outcome.counts["late"] = keep_promises(rt, with_last_naming(rt, site))
    outcome.ids |= {"plan_id": plan_id, "fingerprint": result.plan.fingerprint}
    outcome.warnings += result.warnings
    outcome.notes += result.information
    if changed := detect_config_change(rt, site, run_id):
        only_plan(rt, plan_id, changed, outcome)


def apply(rt: Runtime, site: Site, run_id: str, *, when_old: RowSteps = fresh_rows) -> Outcome:
    """Makes the changes of this run's plan, unless a newer run has planned since.

    A stale plan is made anew first, as by `plan`, on fresh rows where those are old as well.

    What the extract or Salto refused is said at the end, once everything else is done.
    """
    with step(rt, run_id, "apply", site) as outcome:
        rt.require_known_place(site)
        if _is_overtaken(rt, site, run_id, outcome):
            return outcome
        with plans.site_lock(rt.warehouse, site.name):
            if not _is_overtaken(rt, site, run_id, outcome):
                _apply(rt, site, run_id, outcome, when_old)
    return outcome


def _apply(rt: Runtime, site: Site, run_id: str, outcome: Outcome, when_old: RowSteps) -> None:
    stored, _ = _plan_of(rt, site, run_id)
    if is_stale(rt, stored):
        with step(rt, run_id, "plan", site) as anew:
            _plan(rt, site, run_id, anew, when_old)
        stored, _ = _plan_of(rt, site, run_id)
    outcome.ids["plan_id"] = stored.plan_id
    if stored.state == ONLY_PLANNED:
        outcome.held += waiting_note(stored)
        return
    owner.require_only_ours(rt, site)
    apply_changes(rt, site, stored, outcome)
    _close_holds(rt, site, stored)
    _report_held(site, stored, outcome)
    with rt.warehouse.session() as session:
        outcome.failures += seats.left_out(session, stored.plan_id)
    outcome.failures += _failed_extract(rt, site, stored)
    issue_pins(rt, site, stored, outcome)


def _is_superseded(session: Session, extract_id: str, outcome: Outcome) -> bool:
    """Whether the rows of an extract must stay out: they are in already, or newer ones are."""
    order = extract_ordering.order_of(session, extract_id)
    if order.judged:
        outcome.warnings.append("this run's extract was judged before: clear `extract` as well to read the source anew")
    elif order.newer_run:
        extract_ordering.pass_over(session, extract_id)
        outcome.warnings.append(f"run {order.newer_run} has read the source since: its rows stay")
    return order.judged or order.newer_run is not None


def _missing_row_notes(site: Site, missing: Mapping[str, int]) -> list[str]:
    """Rows that still count although the source has them no more."""
    runs = site.rules.missing_runs
    return [
        f"{table}: {count} row(s) are missing from the source and count until {runs} complete runs in a row lack them"
        for table, count in missing.items()
    ]


def _quarantine_warnings(rejected: Sequence[RejectedRow]) -> list[str]:
    """The first rows that went to quarantine, each with its place, its field and what to do."""
    sentences = [f"{one.where}: {one.field} {one.reason}" for one in rejected[:MOST_NAMED]]
    more = len(rejected) - len(sentences)
    return [*sentences, f"{more} more row(s) went to quarantine: see the table src.quarantine"] if more else sentences


def _plan_of(rt: Runtime, site: Site, run_id: str) -> tuple[StoredPlan, str | None]:
    with rt.warehouse.session() as session:
        stored = plans.latest(session, run_id, site.name)
        if stored is None:
            raise FixInput(f"site {site.name} has no plan in run {run_id}: see why its task `plan` failed")
        return stored, plans.overtaken_by(session, stored.plan_id)


def _is_overtaken(rt: Runtime, site: Site, run_id: str, outcome: Outcome) -> bool:
    stored, newer = _plan_of(rt, site, run_id)
    if newer:
        with rt.warehouse.session() as session:
            plans.set_state(session, stored.plan_id, "overtaken")
        outcome.ids |= {"plan_id": stored.plan_id, "overtaken_by": newer}
        outcome.warnings.append(f"run {newer} has planned since: this run writes nothing")
    return newer is not None


def _report_held(site: Site, stored: StoredPlan, outcome: Outcome) -> None:
    """What a limit holds needs a person; what a person froze is only told."""
    by_hand = frozen_changes(stored.plan.held, site.freezes, stored.as_of)
    for change in stored.plan.held:
        sentences = outcome.warnings if change in by_hand else outcome.held
        sentences.append(f"{change.sentence} Held: {change.held}.")


def _close_holds(rt: Runtime, site: Site, stored: StoredPlan) -> None:
    with rt.warehouse.session() as session:
        holds.close_done(session, site.name, stored.plan_id, rt.clock.now())


def _failed_extract(rt: Runtime, site: Site, stored: StoredPlan) -> list[str]:
    if stored.extract is not Completeness.FAILED:
        return []
    with rt.warehouse.session() as session:
        last = extracts.last_extract(session, site.source.name)
    return unread(last, "doors follow") if last else []


def _extract_id(rt: Runtime, site: Site, run_id: str) -> str:
    with rt.warehouse.session() as session:
        extract_id = extract_ordering.latest_id(session, run_id, site.source.name)
    if extract_id is None:
        raise FixInput(f"run {run_id} has read nothing for site {site.name}: clear its task `extract`")
    return extract_id
