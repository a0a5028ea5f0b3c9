"""The files and queries of a tabular source, read as they are now: what a run would doubt, before it runs."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.model.canonical import Completeness
from saltoks.flows.plan.read import read_tables
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import as_saltoks_error
from saltoks.settings import Finding, Level, Site, TabularSource

_KEY = "source.tables"


def findings(rt: Runtime, site: Site) -> Iterator[Finding]:
    """Why the tables cannot be read, or not be believed; nothing where they can. Other systems are not asked.

    What was there before is not compared: how much has gone since, a run tells.
    """
    if not isinstance(site.source, TabularSource):
        return
    try:
        extract = read_tables(rt, site, site.source, last_good={})
    except Exception as error:
        yield Finding("error", _KEY, as_saltoks_error(error).message)
        return
    if extract.completeness is not Completeness.COMPLETE:
        level: Level = "error" if extract.completeness is Completeness.FAILED else "warning"
        yield from (Finding(level, _KEY, text) for text in extract.problems)
