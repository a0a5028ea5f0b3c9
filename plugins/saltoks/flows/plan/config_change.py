"""After a change of the configuration the next run only plans, so that a slip of the pen moves nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saltoks.core.model.config_diff import config_differences
from saltoks.core.text import first_few
from saltoks.flows.run.attribution import attributed
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.settings import Site
from saltoks.warehouse.access import configs, plans
from saltoks.warehouse.access.plans import StoredPlan

ONLY_PLANNED = "only_planned"
"""The state of a plan that waits for the next run."""
_DECIDES = {
    "timezone",
    "source",
    "rules",
    "mapping",
    "map_by_name",
    "unmanaged",
    "exclusive_groups",
    "people",
    "no_access",
    "limits",
    "drift",
}
"""Keys of a site's file that decide who may open what; exceptions, freezes and exemptions carry a name and a reason."""


def detect_config_change(rt: Runtime, site: Site, run_id: str) -> list[str]:
    """What differs from what the last run went by, and keeps it; nothing at the first run of a site."""
    now, body = rt.clock.now(), _deciding(rt.settings.site(site.name))
    with rt.warehouse.session() as session:
        before = configs.latest(session, site.name)
        found = [] if before is None else config_differences(before, body)
        if before is None or found:
            configs.save(session, site.name, body, now, run_id=run_id)
    return found if rt.settings.project.plan_only_after_change else []


def accept_config(rt: Runtime, site: Site, *, by: str, because: str) -> list[str]:
    """Takes the configuration as it is now for seen; gives what that lets through.

    That is what differs from what the last run went by, or the changes that a run has planned on it and not made.
    """
    author = attributed(by, because, "a changed configuration is accepted by somebody, for a reason")
    now, body = rt.clock.now(), _deciding(site)
    with rt.warehouse.session() as session:
        differences = config_differences(configs.latest(session, site.name) or {}, body)
        planned = configs.waiting(session, site.name)
        if differences or planned:
            configs.save(session, site.name, body, now, by=author.by, because=author.because)
    next_run = f"the next run makes them, or now: `saltoks sync --site {site.name}`"
    waiting = [f"run {planned.run_id} has planned {planned.changes} change(s) on it: {next_run}"] if planned else []
    return [*differences, *waiting]


def only_plan(rt: Runtime, plan_id: str, changed: Sequence[str], outcome: Outcome) -> None:
    """The configuration is another than that of the run before: a person may look before it counts."""
    with rt.warehouse.session() as session:
        plans.set_state(session, plan_id, ONLY_PLANNED)
    differences = first_few(changed, "; ")
    outcome.warnings.append(
        f"the configuration has changed, so this run only plans, and the next one applies: {differences}"
    )


def waiting_note(stored: StoredPlan) -> list[str]:
    """What a run that only plans leaves to the next one; nothing where it has nothing to change."""
    due = len(stored.plan.due)
    text = f"the configuration has changed: {due} change(s) wait for the next run. Look at them now: `saltoks plan`"
    return [text] if due else []


def _deciding(site: Site) -> Mapping[str, object]:
    body: Mapping[str, object] = site.model_dump(mode="json", include=_DECIDES, by_alias=True)
    return body
