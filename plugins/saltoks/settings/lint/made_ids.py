"""Ids that are made of several cells: of what a row is, never of what it is at the moment."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.models import Site
from saltoks.settings.tables import TabularSource

_CHANGING = ("status", "payment_status", "approval", "active", "paused_from", "paused_until", "email", "phone")


def findings(site: Site, file: SiteFile) -> Iterator[Finding]:
    """Parts of an id that change while the row stays the same one: then it ends, and another begins."""
    for _, key, part in site.source.parts() if isinstance(site.source, TabularSource) else ():
        column = part.columns["source_id"]
        for name in _CHANGING:
            other = part.columns.get(name)
            if other is not None and other.header in column.parts:
                text = (
                    f"names '{other.header}', from which {name} is read: when that changes, the row counts as a new one"
                )
                where = f"source.tables.{key}.columns.source_id.parts"
                yield file.warning(where, f"{text} — make the id of what stays, such as day, start and room")
