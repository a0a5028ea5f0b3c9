"""Codes of a tenant that open although nobody paid or confirmed, and those that open nothing (F62, F63)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from saltoks.core.access.statuses import NEVER_OPENING
from saltoks.core.model.canonical import BookingStatus
from saltoks.settings import Finding, Site, SiteFile
from saltoks.systems.ireserve.settings import DEFAULT_STATUSES, IReserveSource

_FIRM = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})
_NOT_FIRM = NEVER_OPENING | {BookingStatus.TENTATIVE, BookingStatus.COMPLETED}


def findings(source: IReserveSource, site: Site, file: SiteFile, base: Path) -> Iterator[Finding]:  # noqa: ARG001
    """What is doubtful about the codes of a site; no file of it is looked at."""
    if site.rules.status_codes:
        yield from _left_out(site, source, file)
    for code in [code for code in sorted(source.status_map) if _opens(site, source, code)]:
        yield from _of_code(site, source, code, file)
    if not site.rules.status_codes:
        yield from _without_code(site, source, file)


def _left_out(site: Site, source: IReserveSource, file: SiteFile) -> Iterator[Finding]:
    """Codes that the site itself gave a meaning that opens, and that the rule does not list."""
    for code, word in sorted(source.status_map.items()):
        is_own = DEFAULT_STATUSES.get(code) is not word and word is not BookingStatus.CHECKED_IN
        if is_own and word in site.rules.booking_statuses - NEVER_OPENING and str(code) not in site.rules.status_codes:
            text = f"{code} means {word.value}, but it is in no rule, so it opens no door (F62) — add '{code}' to "
            yield file.warning(f"source.status_map.{code}", f"{text}rules.status_codes, or give it another meaning")


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
