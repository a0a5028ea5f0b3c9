"""Bookings that count as firm, and that nobody says are paid or definitely confirmed (F63)."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.access.statuses import NEVER_OPENING
from saltoks.core.model.canonical import BookingStatus
from saltoks.settings.ireserve import DEFAULT_STATUSES, IReserveSource
from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.lint.meanings import booking_parts, said
from saltoks.settings.models import Site

_FIRM = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})
_NOT_FIRM = NEVER_OPENING | {BookingStatus.TENTATIVE, BookingStatus.COMPLETED}


def findings(site: Site, file: SiteFile) -> Iterator[Finding]:
    """Statuses that are read as firm although they say otherwise, and codes that open unpaid."""
    yield from _reread(site, file)
    if isinstance(site.source, IReserveSource):
        opening = [code for code in sorted(site.source.status_map) if _opens(site, site.source, code)]
        for code in opening:
            yield from _of_code(site, site.source, code, file)
        if not site.rules.status_codes:
            yield from _without_code(site, site.source, file)


def _reread(site: Site, file: SiteFile) -> Iterator[Finding]:
    """Words of a table that say one thing and are mapped to another."""
    for table, part in booking_parts(site.source):
        status = part.columns.get("status")
        for raw, word in sorted(status.map.items() if status else ()):
            if said(word) in _FIRM and said(raw) in _NOT_FIRM:
                text = f"'{raw}' is read as {word}, so it opens doors (F63) — write {said(raw).value}"
                yield file.warning(f"source.tables.{table}.columns.status.map", text)


def _opens(site: Site, source: IReserveSource, code: int) -> bool:
    codes, word = site.rules.status_codes, source.status_map[code]
    listed = str(code) in codes if codes else word in site.rules.booking_statuses
    return listed and word in _FIRM


def _of_code(site: Site, source: IReserveSource, code: int, file: SiteFile) -> Iterator[Finding]:
    """A code that opens: its meaning with the vendor, and whether it is paid; unpaid is shut where payment is asked."""
    key = "rules.status_codes" if site.rules.status_codes else "rules.booking_statuses"
    fix = f"take '{code}' out" if site.rules.status_codes else "name the codes that may open, in status_codes"
    usual = DEFAULT_STATUSES.get(code)
    if usual and usual not in _FIRM:
        text = f"{code} is {usual.value} with the vendor, and counts as {source.status_map[code].value} here (F63)"
        yield file.warning(f"source.status_map.{code}", f"{text} — take it out, unless you renamed the code")
    elif code in source.unpaid_codes and not site.rules.require_paid:
        text = f"{code} opens doors, and its bookings are not paid (F63) — {fix}, or set require_paid: true"
        yield file.warning(key, text)
    elif usual is source.status_map[code] and code not in source.paid_codes | source.unpaid_codes:
        text = f"{code} opens doors, and nothing says whether its bookings are paid (F63) — {fix}, or list it under"
        yield file.note(key, f"{text} source.paid_codes")


def _without_code(site: Site, source: IReserveSource, file: SiteFile) -> Iterator[Finding]:
    for word in sorted(
        site.rules.booking_statuses - NEVER_OPENING - {BookingStatus.UNKNOWN} - set(source.status_map.values())
    ):
        text = f"{word.value} opens doors, but no code means it, so no booking ever has it — name the tenant's code in"
        yield file.warning("rules.booking_statuses", f"{text} source.status_map, as '77: {word.value}'")
