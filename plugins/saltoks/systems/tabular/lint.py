"""What loads but is doubtful about files and queries: statuses, ids that are made of several cells, paths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from saltoks.core.access.statuses import NEVER_OPENING, stated_status
from saltoks.core.model.canonical import BookingStatus
from saltoks.settings import Finding, Site, SiteFile
from saltoks.systems.tabular.settings.tables import TablesSource

_FIRM = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})
_NOT_FIRM = NEVER_OPENING | {BookingStatus.TENTATIVE, BookingStatus.COMPLETED}
_CHANGING = ("status", "payment_status", "approval", "active", "paused_from", "paused_until", "email", "phone")


def findings(source: TablesSource, site: Site, file: SiteFile, base: Path) -> Iterator[Finding]:
    """What is doubtful; `base` is where paths start."""
    yield from _shut(source, site, file)
    yield from _reread(source, file)
    yield from _made_ids(source, file)
    yield from _queries(source, file, base)


def _shut(source: TablesSource, site: Site, file: SiteFile) -> Iterator[Finding]:
    """A status that all bookings have, and that opens nothing."""
    opening = site.rules.booking_statuses - NEVER_OPENING
    for table, part in source.booking_parts() if not site.rules.status_codes else ():
        status = part.columns.get("status")
        if status and status.value and stated_status(status.value) not in opening:
            text = f"every booking is {status.value}, which is in no rule, so none opens a door (F62) — list it under"
            yield file.error(f"source.tables.{table}.columns.status", f"{text} rules.booking_statuses, or correct it")


def _reread(source: TablesSource, file: SiteFile) -> Iterator[Finding]:
    """Words of a table that say one thing and are mapped to another (F63)."""
    for table, part in source.booking_parts():
        status = part.columns.get("status")
        for raw, word in sorted(status.map.items() if status else ()):
            if stated_status(word) in _FIRM and stated_status(raw) in _NOT_FIRM:
                text = f"'{raw}' is read as {word}, so it opens doors (F63) — write {stated_status(raw).value}"
                yield file.warning(f"source.tables.{table}.columns.status.map", text)


def _made_ids(source: TablesSource, file: SiteFile) -> Iterator[Finding]:
    """Parts of an id that change while the row stays the same one: then it ends, and another begins."""
    for _, key, part in source.parts():
        column = part.columns["source_id"]
        for name in _CHANGING:
            other = part.columns.get(name)
            if other is not None and other.header in column.parts:
                text = (
                    f"names '{other.header}', from which {name} is read: when that changes, the row counts as a new one"
                )
                where = f"source.tables.{key}.columns.source_id.parts"
                yield file.warning(where, f"{text} — make the id of what stays, such as day, start and room")


def _queries(source: TablesSource, file: SiteFile, base: Path) -> Iterator[Finding]:
    for _, key, part in source.parts():
        queries = {"sql": part.sql, "loader.loads": part.loader.loads if part.loader else None}
        for name, path in queries.items():
            if path is not None and not (base / path).is_file():
                text = f"the file {path} is not there — paths start at the project root"
                yield file.error(f"source.tables.{key}.{name}", text)
