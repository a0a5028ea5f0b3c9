"""What the status of a booking means for a door, whatever a rule lists (booking-systems §3.3, §4.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from saltoks.core.model.canonical import BookingStatus
from saltoks.core.model.rules import Rules

NEVER_OPENING = frozenset({BookingStatus.CANCELLED, BookingStatus.REJECTED, BookingStatus.BLOCKED})
"""Statuses of bookings that nobody may come for: no rule makes one of them open a door."""

_OUTRIGHT = {
    **dict.fromkeys(("cancelled", "canceled", "deleted", "geannuleerd", "verwijderd"), BookingStatus.CANCELLED),
    **dict.fromkeys(("rejected", "declined", "refused", "afgewezen"), BookingStatus.REJECTED),
    **dict.fromkeys(("blocked", "dummy", "geblokkeerd"), BookingStatus.BLOCKED),
    **dict.fromkeys(("tentative", "pending", "requested", "option", "optie"), BookingStatus.TENTATIVE),
}
"""Words that booking systems write for bookings that nobody may come for, or that nobody confirmed."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The status of a booking: what the source was told that it means, and as the source writes it."""

    word: BookingStatus
    raw: str

    @property
    def meaning(self) -> BookingStatus:
        """What it means; where nobody gave it a meaning, what its own words say outright."""
        return meaning_of_words(self.raw) if self.word is BookingStatus.UNKNOWN else self.word

    @property
    def is_dead(self) -> bool:
        """Whether it opens nothing, whatever a rule lists."""
        return self.meaning in NEVER_OPENING

    def opens(self, rules: Rules) -> bool:
        """Whether it opens doors: by the vendor's code where codes are listed, else by meaning; a dead one never."""
        if self.is_dead:
            return False
        if rules.status_codes:
            return self.raw.partition(" ")[0] in rules.status_codes
        return self.word in rules.booking_statuses


def meaning_of_words(status_raw: str) -> BookingStatus:
    """What the words of a status say outright, such as `70 CANCELLED`; unknown where they do not."""
    words = _WORD.findall(status_raw.casefold())
    return next((_OUTRIGHT[word] for word in words if word in _OUTRIGHT), BookingStatus.UNKNOWN)


def stated_status(text: str) -> BookingStatus:
    """What a status means by itself: a word of ours, or one of the words that say it outright."""
    word = text.strip().casefold().replace(" ", "_").replace("-", "_")
    return BookingStatus(word) if word in set(BookingStatus) else meaning_of_words(text)
