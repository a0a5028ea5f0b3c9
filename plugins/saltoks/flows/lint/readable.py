"""Whether a site's source can be read: files and queries whole, of a booking system a few rows; nothing is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from saltoks.core.errors import SaltoksError
from saltoks.core.model.canonical import Completeness, Extract
from saltoks.core.text import first_few
from saltoks.flows.plan.current.read import peek, read
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Finding, Level, Settings, Site, SiteFile
from saltoks.systems.peek import Peek
from saltoks.systems.protocol import ReadRequest
from saltoks.systems.registry import system_of


@dataclass(frozen=True, slots=True)
class ReadCheck:
    """What a look at a source showed."""

    level: Level
    message: str

    def at(self, where: str) -> Finding:
        """The same as a finding."""
        return Finding(self.level, where, self.message)


def check_readable(rt: Runtime, site: Site) -> ReadCheck:
    """Looks at the first page of each list of a booking system, however large it is; what has none is read as by a run.

    Raises what keeps the warehouse from telling what is known of the source.
    """
    try:
        first_pages = peek(rt, site)
    except SaltoksError as error:
        return ReadCheck("error", f"cannot be read: {error.message}")
    return _check_of_first_pages(first_pages) if first_pages else _check_of(read(rt, site))


def _check_of_first_pages(first_pages: Peek) -> ReadCheck:
    page = "signed in and read the first page of each list"
    if first_pages.problems:
        return ReadCheck("warning", f"{page}, with doubts: {first_few(first_pages.problems, '; ')}")
    return ReadCheck(
        "ok",
        f"{page}: {', '.join(f'{name} {count}' for name, count in first_pages.rows.items() if count) or 'no rows'}",
    )


def in_files(settings: Settings, site: Site, now: datetime) -> list[Finding]:
    """What is amiss with a source that is files alone, without network or warehouse; nothing for any other."""
    source = site.source
    if not source.is_offline():
        return []
    reading = ReadRequest(site=site, now=now, base=settings.base, services=NoServices())
    check = _check_of(system_of(source).read(source, reading))
    file = SiteFile.of(settings, site)
    finding = {"error": file.error, "warning": file.warning}.get(check.level)
    return [finding("source", check.message)] if finding else []


def _check_of(extract: Extract) -> ReadCheck:
    if extract.completeness is Completeness.FAILED:
        return ReadCheck("error", f"cannot be read: {first_few(extract.problems, '; ')}")
    doubts = [*extract.problems, *(f"{one.where}: {one.field} {one.reason}" for one in extract.rejected)]
    if doubts:
        return ReadCheck("warning", f"was read, with doubts: {first_few(doubts, '; ')}")
    counts = ", ".join(f"{name} {len(rows)}" for name, rows in extract.rows.items() if rows)
    return ReadCheck("ok", f"was read: {counts or 'no rows'}")


class NoServices:
    """The world outside of a source that is files alone."""

    def connection(self, name: str) -> NoReturn:
        """There is none."""
        raise LookupError(name)

    def pacer(self, address: str, login: str, rate_per_second: float) -> NoReturn:
        """Nobody is asked."""
        raise LookupError(address, login, rate_per_second)

    def sleep(self, seconds: float) -> NoReturn:
        """Nothing is waited for."""
        raise LookupError(seconds)

    def query(self, connection_id: str, statement: str, parameters: Mapping[str, str | int]) -> NoReturn:
        """There is no warehouse."""
        raise LookupError(connection_id, statement, parameters)
