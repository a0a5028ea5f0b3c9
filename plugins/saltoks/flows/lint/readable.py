"""Whether a site's source can be read: files and queries whole, of a booking system a few rows; nothing is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from saltoks.core.errors import SaltoksError
from saltoks.core.model.canonical import Completeness, Extract
from saltoks.flows.plan.read import peek, read
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Finding, Level, Settings, Site, SiteFile, TabularSource
from saltoks.systems.peek import Peek
from saltoks.systems.tabular import reading

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a source showed."""

    level: Level
    message: str

    def at(self, where: str) -> Finding:
        """The same as a finding."""
        return Finding(self.level, where, self.message)


def readable(rt: Runtime, site: Site) -> Look:
    """Reads tables as a run would, and of a booking system the first page of each list, however large it is.

    Raises what keeps the warehouse from telling what is known of the source.
    """
    if isinstance(site.source, TabularSource):
        return _look(read(rt, site))
    try:
        return _glance(peek(rt, site, site.source))
    except SaltoksError as error:
        return Look("error", f"cannot be read: {error.message}")


def _glance(found: Peek) -> Look:
    page = "signed in and read the first page of each list"
    if found.problems:
        return Look("warning", f"{page}, with doubts: {_some(found.problems)}")
    return Look(
        "ok", f"{page}: {', '.join(f'{name} {count}' for name, count in found.rows.items() if count) or 'no rows'}"
    )


def in_files(settings: Settings, site: Site, now: datetime) -> list[Finding]:
    """What is amiss with a source that is files alone, without network or warehouse; nothing for any other."""
    source = site.source
    if not isinstance(source, TabularSource) or not all(part.csv for _, _, part in source.parts()):
        return []
    found = reading.read(source, site_zone=site.timezone, base=settings.base, query=_no_query, now=now, last_good={})
    look = _look(found)
    file = SiteFile.of(settings, site)
    said = {"error": file.error, "warning": file.warning}.get(look.level)
    return [said("source", look.message)] if said else []


def _look(found: Extract) -> Look:
    if found.completeness is Completeness.FAILED:
        return Look("error", f"cannot be read: {_some(found.problems)}")
    doubts = [*found.problems, *(f"{one.where}: {one.field} {one.reason}" for one in found.rejected)]
    if doubts:
        return Look("warning", f"was read, with doubts: {_some(doubts)}")
    counts = ", ".join(f"{name} {len(rows)}" for name, rows in found.rows.items() if rows)
    return Look("ok", f"was read: {counts or 'no rows'}")


def _some(texts: list[str] | tuple[str, ...]) -> str:
    more = len(texts) - _NAMED
    return "; ".join(texts[:_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _no_query(*asked: object) -> NoReturn:
    raise LookupError(asked)
