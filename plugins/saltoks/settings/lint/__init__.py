"""What loads but is doubtful: found offline, from the settings alone, site by site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from saltoks.settings import installed
from saltoks.settings.lint import credentials, mapping, names, rules, statuses
from saltoks.settings.lint.finding import Finding, Level, SiteFile
from saltoks.settings.models import Settings, Site, UnreadableSite

__all__ = ["Finding", "Level", "SiteFile", "lint", "of_file"]


@runtime_checkable
class Linted(Protocol):
    """A booking system that has findings of its own."""

    def findings(self, site: Site, file: SiteFile, base: Path) -> Iterator[Finding]:
        """What is doubtful about the source and the rules of a site; `base` is the project root."""


def of_file(site: UnreadableSite) -> Iterator[Finding]:
    """What keeps the file of a site from being read."""
    for one in site.problems:
        yield Finding("error", f"{one.file}:{one.line}: {one.key}".removesuffix(": "), one.message)


def lint(settings: Settings, sites: Iterable[Site] | None = None) -> list[Finding]:
    """All findings of all sites, or of those given, in the order of the sites."""
    asked = settings.sites if sites is None else sites
    return [finding for site in asked for finding in _of_site(settings, site)]


def _of_site(settings: Settings, site: Site) -> Iterator[Finding]:
    file = SiteFile.of(settings, site)
    yield from rules.findings(settings.project, site, file)
    yield from statuses.findings(site, file)
    yield from mapping.findings(site, file)
    yield from names.findings(settings, site, file)
    yield from credentials.findings(site, file)
    system = installed.system(site.source.system)
    if isinstance(system, Linted):
        yield from system.findings(site, file, settings.base)
