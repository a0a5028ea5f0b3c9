"""A source that is read whole, as it is now: what a run would doubt, before it runs."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.model.canonical import Completeness
from saltoks.flows.plan.current.read import read_alone
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import as_saltoks_error
from saltoks.settings import Finding, Level, Site
from saltoks.systems.registry import system_of


def findings(rt: Runtime, site: Site) -> Iterator[Finding]:
    """Why it cannot be read, or not be believed; nothing where it can. A system with a short look is not asked.

    What was there before is not compared: how much has gone since, a run tells.
    """
    if system_of(site.source).peek:
        return
    key = site.source.rows_key
    try:
        extract = read_alone(rt, site)
    except Exception as error:
        yield Finding("error", key, as_saltoks_error(error).message)
        return
    if extract.completeness is not Completeness.COMPLETE:
        level: Level = "error" if extract.completeness is Completeness.FAILED else "warning"
        yield from (Finding(level, key, text) for text in extract.problems)
