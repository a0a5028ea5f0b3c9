"""Statuses that open although they should not, and those that open nothing (F62, F63)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from saltoks.core.access.statuses import NEVER_OPENING
from saltoks.core.model.canonical import Approval, BookingStatus, MembershipStatus, PassStatus
from saltoks.settings.lint import codes
from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.lint.items import has_bookings
from saltoks.settings.lint.meanings import DOUBTFUL
from saltoks.settings.models import Site

_GONE: Final = {
    "memberships": (MembershipStatus.CANCELLED, MembershipStatus.ENDED, MembershipStatus.INACTIVE),
    "passes": (PassStatus.EXHAUSTED, PassStatus.EXPIRED),
    "visitors": (Approval.PENDING, Approval.REJECTED, Approval.HOLD),
}
"""Statuses of what is held that say themselves that it is over, or not granted, by table."""


def findings(site: Site, file: SiteFile) -> Iterator[Finding]:
    """What is doubtful about the statuses of bookings, and of what people hold."""
    if has_bookings(site):
        yield from codes.findings(site, file) if site.rules.status_codes else _words(site, file)
    yield from _held(site, file)


def _words(site: Site, file: SiteFile) -> Iterator[Finding]:
    """A site that goes by what statuses mean; whoever is checked in must still get in."""
    opening, key = site.rules.booking_statuses, "rules.booking_statuses"
    if not opening - NEVER_OPENING:
        yield file.error(key, "lists no status that opens, so no booking opens a door (F62) — add confirmed")
    elif BookingStatus.CHECKED_IN not in opening:
        yield file.error(key, f"{codes.LOCKED_OUT} — add checked_in")
    for word in sorted(opening & NEVER_OPENING):
        yield file.warning(key, f"{word.value} never opens, whatever stands here (F63) — take {word.value} out")
    for word in sorted(opening & DOUBTFUL.keys()):
        yield file.warning(key, f"{DOUBTFUL[word]} (F63) — take {word.value} out")


def _held(site: Site, file: SiteFile) -> Iterator[Finding]:
    """Memberships, passes and visits that a rule lets in although they are over, not granted, or not understood."""
    rules = site.rules
    listed: dict[str, tuple[str, frozenset[str]]] = {
        "memberships": ("membership_statuses", frozenset(rules.membership_statuses)),
        "passes": ("pass_statuses", frozenset(rules.pass_statuses)),
        "visitors": ("approvals", frozenset(rules.approvals)),
    }
    for table, (rule, words) in listed.items():
        for word in sorted(words & {*_GONE[table], "unknown"}) if table in site.source.opens_by else ():
            text = f"{table} that are {word} open doors (F63) — take {word} out"
            yield file.warning(f"rules.{rule}", text)
