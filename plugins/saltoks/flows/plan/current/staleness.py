"""Nothing is planned on rows that are a tick old, and no plan is applied that is (design §5.6).

A task can be cleared long after its run: it works towards what is true now.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from saltoks.flows.plan.config_change import ONLY_PLANNED
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.settings import Site
from saltoks.warehouse.access.plans import StoredPlan
from saltoks.warehouse.src import extracts


class RowSteps(Protocol):
    """Steps that bring the rows of a source up to now, each as it ends; all of them if `fully`."""

    def __call__(self, rt: Runtime, site: Site, run_id: str, *, fully: bool = False) -> Iterator[Outcome]:
        """Goes through them."""


def refresh_old_rows(
    rt: Runtime, site: Site, run_id: str, outcome: Outcome, when_old: RowSteps, *, fully: bool
) -> None:
    """Goes through the steps where the rows of a site are a tick old, and tells what they warned of."""
    with rt.warehouse.session() as session:
        last = extracts.last_extract(session, site.source.name)
    if last is None or not _is_old(rt, last.extracted_at):
        return
    read_at = f"{last.extracted_at:%Y-%m-%d %H:%M} UTC"
    outcome.notes.append(f"the rows of the source were of {read_at}: they were read again")
    for done in when_old(rt, site, run_id, fully=fully):
        outcome.warnings += done.warnings
        outcome.urgent = outcome.urgent or done.urgent


def is_stale(rt: Runtime, stored: StoredPlan) -> bool:
    """Whether a plan was used, lay for a tick, or was made on rows that newer ones have replaced since.

    One that only plans waits for the next run, which is due after a tick.
    """
    if _is_old(rt, stored.as_of):
        return True
    with rt.warehouse.session() as session:
        last = extracts.last_extract(session, stored.source)
    replaced = last is not None and stored.extract_id not in (None, last.extract_id)
    return stored.state != ONLY_PLANNED and (stored.state != "planned" or replaced)


def _is_old(rt: Runtime, at: datetime) -> bool:
    return rt.clock.now() - at >= timedelta(minutes=rt.settings.project.tick_minutes)
