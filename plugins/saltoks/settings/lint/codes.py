"""The codes by which a site lets in: what they mean, and which one is missing (F63)."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.access.statuses import NEVER_OPENING
from saltoks.core.model.canonical import BookingStatus
from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.lint.meanings import DOUBTFUL
from saltoks.settings.models import Site

LOCKED_OUT = "whoever the booking system marks as checked in is locked out from then on (F116)"


def findings(site: Site, file: SiteFile) -> Iterator[Finding]:
    """What is doubtful about `status_codes`."""
    known, opening, key = site.source.meanings(), site.rules.status_codes, "rules.status_codes"
    for code in sorted(opening):
        for word in sorted(known.get(code, ())):
            if word in NEVER_OPENING:
                yield file.warning(key, f"'{code}' means {word.value}, which never opens (F63) — take '{code}' out")
            elif word in DOUBTFUL:
                yield file.warning(key, f"'{code}' means {word.value}: {DOUBTFUL[word]} (F63) — take '{code}' out")
        if code not in known:
            text = f"'{code}' opens doors, but nothing says what it means, so its bookings count as unknown (F63)"
            yield file.warning(key, f"{text} — {site.source.how_to_explain(code)}")
    if site.source.has_codes:
        for code in sorted(one for one in known.keys() - opening if BookingStatus.CHECKED_IN in known[one]):
            yield file.error(key, f"{LOCKED_OUT} — add '{code}'")
