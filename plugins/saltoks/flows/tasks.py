"""What an Airflow task does: one step for a chunk of sites; only ids and counts go to XCom (design §3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from saltoks.core.errors import AskPerson, FixInput
from saltoks.flows.run.from_airflow import run_name
from saltoks.flows.run.runtime import Runtime, config_root, runtime
from saltoks.flows.run.steps import Outcome, SiteError, for_each, log_outcome, unreadable_sites
from saltoks.flows.sync import Step
from saltoks.settings import load_each
from saltoks.warehouse.ops import runs

Counts = dict[str, dict[str, int | str]]


def chunks() -> list[list[str]]:
    """The names of all sites, in chunks of `sites_per_task`; a task says itself which of them it cannot read."""
    settings = load_each(config_root())
    names, size = list(settings.names), settings.project.sites_per_task
    return [names[start : start + size] for start in range(0, len(names), size)]


def run(work: Step, names: list[str], *, after: Sequence[str] = ()) -> Counts:
    """Does a step for every site of the chunk; a site that fails does not stop the others.

    Raises what went wrong at the end, and `AskPerson` when a limit held something back: a run that needs a person must
    not look green. Airflow colours a run by its last task: when that one goes on although an earlier one failed, it
    names the steps that it comes `after`, and raises `FixInput` if one of them did not end well.
    """
    run_id = run_name()
    with runtime() as rt:
        done = each(rt, names, work, run_id)
        missing = _missing(rt, run_id, names, after)
    counts = report_outcomes(done)
    if missing:
        raise FixInput(f"steps before this one did not end well ({missing}), so it had the rows of before: see them")
    return counts


def each(rt: Runtime, names: Sequence[str], work: Step, run_id: str) -> list[Outcome]:
    """Does a step for every site of a chunk, then raises what went wrong at some.

    The file of one may be gone by now, as a run of any age may be cleared: that stops no other either.
    """
    there = [name for name in names if name in rt.settings.names]
    text = "there is no file of that name in config/sites any more, so nothing is done for this site"
    wrong = [SiteError(name, FixInput(text)) for name in names if name not in there]
    wrong += unreadable_sites(rt, there, run_id) if there else []
    return for_each(rt.sites(there) if there else (), lambda site: work(rt, site, run_id), wrong)


def report_outcomes(done: Sequence[Outcome]) -> Counts:
    """What steps did, by site; raises `AskPerson` when something is held."""
    held = [f"{one.site}: {len(one.held)}" for one in done if one.held]
    if held:
        raise AskPerson(f"changes are held back ({', '.join(held)}), the rest is done: look at them in the plan")
    return {outcome.site: _brief(outcome) for outcome in done}


def once(work: Callable[[Runtime, str], Outcome]) -> dict[str, int | str]:
    """Does a step that is about all sites at once."""
    with runtime() as rt:
        outcome = work(rt, run_name())
    log_outcome(outcome)
    return _brief(outcome)


def _missing(rt: Runtime, run_id: str, names: Sequence[str], after: Sequence[str]) -> str:
    """The steps of this run that are not on record as done, with their sites."""
    with rt.warehouse.session() as session:
        well = {(one.site, one.step) for one in runs.steps(session, run_id) if one.state in ("done", "warned")}
    return ", ".join(f"{site}: {step}" for site in names for step in after if (site, step) not in well)


def _brief(outcome: Outcome) -> dict[str, int | str]:
    return {**outcome.counts, **outcome.ids, "state": outcome.state}
