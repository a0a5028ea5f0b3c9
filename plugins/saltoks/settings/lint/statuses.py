"""Statuses that open nothing although they look as if they should, and those that nothing ever means (F61, F62)."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.canonical import BookingStatus
from saltoks.settings.ireserve import DEFAULT_STATUSES, IReserveSource
from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.lint.items import has_bookings
from saltoks.settings.models import Site
from saltoks.settings.tables import TabularSource

_LOCKED_OUT = "the first opening checks a guest in and so locks them out of the next one"


def findings(site: Site, file: SiteFile) -> Iterator[Finding]:
    """What is doubtful about the statuses of bookings."""
    rules, source = site.rules, site.source
    if rules.status_codes and isinstance(source, IReserveSource):
        yield from _codes(site, source, file)
    elif not rules.status_codes and has_bookings(site):
        yield from _words(site, file)
        if isinstance(source, IReserveSource):
            yield from _without_code(site, source, file)


def _codes(site: Site, source: IReserveSource, file: SiteFile) -> Iterator[Finding]:
    """A site that goes by codes: its rule, and what its own map says they mean."""
    opening = site.rules.status_codes
    meaning = {str(code): word for code, word in source.status_map.items()}
    for code, word in sorted(meaning.items()):
        if code in opening:
            continue
        if word is BookingStatus.CHECKED_IN:
            yield file.error("rules.status_codes", f"{_LOCKED_OUT} — add '{code}'")
        elif word in site.rules.booking_statuses and DEFAULT_STATUSES.get(int(code)) is not word:
            text = f"{code} means {word.value}, but it is in no rule, so it opens no door (F62) — add '{code}' to "
            yield file.warning(f"source.status_map.{code}", f"{text}rules.status_codes, or give it another meaning")
    for code in sorted(opening - meaning.keys()):
        text = f"'{code}' opens doors, but nothing says what it means, so its bookings count as unknown — add '{code}: "
        yield file.warning("rules.status_codes", f"{text}confirmed' to source.status_map")


def _words(site: Site, file: SiteFile) -> Iterator[Finding]:
    """A site that goes by what statuses mean; the status that a first opening sets must open the door too."""
    opening = site.rules.booking_statuses
    if not opening:
        yield file.error("rules.booking_statuses", "lists no status, so no booking opens a door (F62) — add confirmed")
    elif BookingStatus.CHECKED_IN not in opening:
        yield file.error("rules.booking_statuses", f"{_LOCKED_OUT} — add checked_in")
    for table, key, part in site.source.parts() if isinstance(site.source, TabularSource) else ():
        status = part.columns.get("status") if table == "bookings" else None
        if status and status.value and status.value.casefold() not in opening:
            text = f"every booking is {status.value}, which is in no rule, so none opens a door (F62) — list it under"
            yield file.error(f"source.tables.{key}.columns.status", f"{text} rules.booking_statuses, or correct it")


def _without_code(site: Site, source: IReserveSource, file: SiteFile) -> Iterator[Finding]:
    for word in sorted(site.rules.booking_statuses - set(source.status_map.values())):
        text = f"{word.value} opens doors, but no code means it, so no booking ever has it — name the tenant's code in"
        yield file.warning("rules.booking_statuses", f"{text} source.status_map, as '77: {word.value}'")
