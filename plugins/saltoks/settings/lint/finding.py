"""One finding, and the file of a site that it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from saltoks.settings.models import Settings, Site

Level = Literal["ok", "note", "warning", "error"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that was looked at: its place, and what is so, with the fix behind a dash.

    An `error` keeps people out or does nothing, a `warning` may be meant, a `note` is only good to know.
    """

    level: Level
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class SiteFile:
    """Makes findings of a site that name its file and a key in it."""

    name: str

    @classmethod
    def of(cls, settings: Settings, site: Site) -> SiteFile:
        """The file in which a site was written."""
        return cls(f"{settings.root.name}/sites/{site.name}.yaml")

    def error(self, key: str, message: str) -> Finding:
        """Something that keeps people out, or does nothing."""
        return Finding("error", f"{self.name}: {key}", message)

    def warning(self, key: str, message: str) -> Finding:
        """Something that may be meant."""
        return Finding("warning", f"{self.name}: {key}", message)

    def note(self, key: str, message: str) -> Finding:
        """Something that is good to know."""
        return Finding("note", f"{self.name}: {key}", message)
