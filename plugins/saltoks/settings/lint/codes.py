"""The codes by which a site lets in: what they mean, and which one is missing (F62, F63)."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.access.statuses import NEVER_OPENING
from saltoks.core.model.canonical import BookingStatus
from saltoks.settings.ireserve import DEFAULT_STATUSES, IReserveSource
from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.lint.meanings import DOUBTFUL, meanings
from saltoks.settings.models import Site
from saltoks.settings.tables import TabularSource

LOCKED_OUT = "whoever the booking system marks as checked in is locked out from then on (F116)"


def findings(site: Site, file: SiteFile) -> Iterator[Finding]:
    """What is doubtful about `status_codes`."""
    known, opening, key = meanings(site), site.rules.status_codes, "rules.status_codes"
    for code in sorted(opening):
        for word in sorted(known.get(code, ())):
            if word in NEVER_OPENING:
                yield file.warning(key, f"'{code}' means {word.value}, which never opens (F63) — take '{code}' out")
            elif word in DOUBTFUL:
                yield file.warning(key, f"'{code}' means {word.value}: {DOUBTFUL[word]} (F63) — take '{code}' out")
        if code not in known:
            text = f"'{code}' opens doors, but nothing says what it means, so its bookings count as unknown (F63)"
            yield file.warning(key, f"{text} — {_explain(site, code)}")
    if not isinstance(site.source, TabularSource):
        for code in sorted(one for one in known.keys() - opening if BookingStatus.CHECKED_IN in known[one]):
            yield file.error(key, f"{LOCKED_OUT} — add '{code}'")
    if isinstance(site.source, IReserveSource):
        yield from _left_out(site, site.source, file)


def _explain(site: Site, code: str) -> str:
    if isinstance(site.source, IReserveSource):
        return f"add '{code}: confirmed' to source.status_map"
    if isinstance(site.source, TabularSource):
        return "add its word to the map of the status column"
    return "take it out: Nexudus has no codes, so write booking_statuses instead"


def _left_out(site: Site, source: IReserveSource, file: SiteFile) -> Iterator[Finding]:
    """Codes that the site itself gave a meaning that opens, and that the rule does not list."""
    for code, word in sorted(source.status_map.items()):
        is_own = DEFAULT_STATUSES.get(code) is not word and word is not BookingStatus.CHECKED_IN
        if is_own and word in site.rules.booking_statuses - NEVER_OPENING and str(code) not in site.rules.status_codes:
            text = f"{code} means {word.value}, but it is in no rule, so it opens no door (F62) — add '{code}' to "
            yield file.warning(f"source.status_map.{code}", f"{text}rules.status_codes, or give it another meaning")
