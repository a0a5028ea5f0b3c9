"""Whole flows, step after step, for the terminal and for anyone without Airflow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from saltoks.core.plan import Plan
from saltoks.flows import access, audit, devices
from saltoks.flows.decide import decide
from saltoks.flows.runtime import Runtime
from saltoks.flows.steps import Outcome, step
from saltoks.settings import Site

Step = Callable[[Runtime, Site, str], Outcome]

AUDIT: tuple[Step, ...] = (audit.pull, audit.normalise, audit.check_in, audit.report)
STATUS: tuple[Step, ...] = (devices.pull, devices.assess)


def sync(rt: Runtime, site: Site, run_id: str, *, fully: bool = False) -> list[Outcome]:
    """The whole access sync of a site; `fully` reads the members of every group."""
    rt.may_write(site)
    outcomes = [access.extract(rt, site, run_id), access.validate(rt, site, run_id)]
    outcomes.append(access.plan(rt, site, run_id, fully=fully))
    return [*outcomes, access.apply(rt, site, run_id)]


def dry_run(rt: Runtime, site: Site, run_id: str) -> tuple[Plan, list[Outcome]]:
    """What a sync would do now: rows are read and judged as ever, Salto is only looked at, nothing is stored (F165)."""
    outcomes = [access.extract(rt, site, run_id), access.validate(rt, site, run_id)]
    with step(rt, run_id, "dry_run", site) as outcome:
        decision = decide(rt, site, outcome)
        outcome.warnings += decision.warnings
        outcome.notes += decision.info
        outcome.held += [f"{change.sentence} Held: {change.held}." for change in decision.plan.held]
    return decision.plan, [*outcomes, outcome]


def steps(rt: Runtime, site: Site, run_id: str, flow: tuple[Step, ...]) -> list[Outcome]:
    """The steps of a flow in their order."""
    return [work(rt, site, run_id) for work in flow]


def run_name(kind: str, at: datetime) -> str:
    """The id of a run that Airflow did not start."""
    return f"terminal/{kind}/{at:%Y-%m-%dT%H:%M:%S.%fZ}"
