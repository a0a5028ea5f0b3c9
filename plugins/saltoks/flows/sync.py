"""Whole flows, step after step, for the terminal and for anyone without Airflow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.plan.plan import Plan
from saltoks.flows import access, audit, devices
from saltoks.flows.plan.build import build_plan
from saltoks.flows.plan.current.read import unread
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.settings import Site

Step = Callable[[Runtime, Site, str], Outcome]

AUDIT: tuple[Step, ...] = (audit.pull, audit.normalise, audit.check_in, audit.report)
STATUS: tuple[Step, ...] = (devices.pull, devices.assess)


def sync(rt: Runtime, site: Site, run_id: str, *, fully: bool = False) -> list[Outcome]:
    """The whole access sync of a site; `fully` reads the whole source and the members of every group."""
    return list(synced(rt, site, run_id, fully=fully))


def synced(rt: Runtime, site: Site, run_id: str, *, fully: bool = False) -> Iterator[Outcome]:
    """The same, each step as it ends: what was done before one that breaks is told all the same."""
    rt.may_write(site)
    yield from access.fresh_rows(rt, site, run_id, fully=fully)
    yield access.plan(rt, site, run_id, fully=fully)
    yield access.apply(rt, site, run_id)


@dataclass(frozen=True, slots=True)
class DryRun:
    """The plan of a site that nobody carries out, and how the steps to it went."""

    site: Site
    plan: Plan
    outcomes: list[Outcome]


def dry_run(rt: Runtime, site: Site, run_id: str) -> DryRun:
    """What a sync would do now: rows are read and judged as ever, Salto is only looked at, nothing is stored."""
    outcomes = list(access.fresh_rows(rt, site, run_id))
    with step(rt, run_id, "dry_run", site) as outcome:
        result = build_plan(rt, site, outcome)
        outcome.warnings += result.warnings
        outcome.notes += result.information
        outcome.held += [f"{change.sentence} Held: {change.held}." for change in result.plan.held]
        outcome.failures += unread(result.current.records.extract, "the plan follows")
    return DryRun(site, result.plan, [*outcomes, outcome])


def steps(rt: Runtime, site: Site, run_id: str, flow: tuple[Step, ...]) -> list[Outcome]:
    """The steps of a flow in their order."""
    return list(stepped(rt, site, run_id, flow))


def stepped(rt: Runtime, site: Site, run_id: str, flow: tuple[Step, ...]) -> Iterator[Outcome]:
    """The same, each step as it ends."""
    return (work(rt, site, run_id) for work in flow)


def run_name(kind: str, at: datetime) -> str:
    """The id of a run that Airflow did not start."""
    return f"terminal/{kind}/{at:%Y-%m-%dT%H:%M:%S.%fZ}"
