"""What is doubtful about a site's mapping and rules, next to its Salto KS site and its booking system.

Reads only. At Salto KS each list is read once, and locks and schedules of each mapped group; what the booking system
says comes from the warehouse, as the last extract left it. Files and queries are read as they are now as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from saltoks.flows.lint import credentials, groups, hours, locks, members, readiness, source, tables
from saltoks.flows.lint.readable import check_readable
from saltoks.flows.lint.subject import Subject, examine
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import as_saltoks_error
from saltoks.settings import Finding, Site, SiteFile
from saltoks.settings import lint as from_settings
from saltoks.systems.registry import system_of

__all__ = ["lint", "mapping_findings"]


def lint(rt: Runtime, site: Site) -> list[Finding]:
    """Everything that is doubtful at a site: what its file tells by itself, then what a look at both sides shows."""
    found, file = from_settings(rt.settings, [site]), SiteFile.of(rt.settings, site)
    found += [replace(one, where=f"{file.name}: {one.where}") for one in tables.findings(rt, site)]
    try:
        with rt.salto(site) as client:
            subject = examine(rt, site, client)
        found += [replace(one, where=f"{file.name}: {one.where}") for one in readiness.findings(subject)]
        found += mapping_findings(subject)
    except Exception as error:
        found.append(file.error("salto.connection", as_saltoks_error(error).message))
    return found + _unreadable(rt, site, file) if system_of(site.source).peek else found


def _unreadable(rt: Runtime, site: Site, file: SiteFile) -> list[Finding]:
    try:
        check = check_readable(rt, site)
    except Exception as error:
        return [file.error("source", as_saltoks_error(error).message)]
    finding = {"error": file.error, "warning": file.warning}.get(check.level)
    return [finding("source", check.message)] if finding else []


def mapping_findings(subject: Subject) -> Iterator[Finding]:
    """What a look at both sides shows."""
    for part in (source, groups, hours, members, locks, credentials):
        yield from part.findings(subject)
