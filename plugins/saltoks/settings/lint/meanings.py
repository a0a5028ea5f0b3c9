"""What the codes of a site's booking system mean, as far as its file and its vendor tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from saltoks.core.access.statuses import meaning_of_words
from saltoks.core.model.canonical import BookingStatus
from saltoks.settings.ireserve import IReserveSource
from saltoks.settings.models import Site, Source
from saltoks.settings.nexudus import NexudusSource
from saltoks.settings.tables import TableSource, TabularSource

Meanings = Mapping[str, frozenset[BookingStatus]]
"""By the first word of a raw status, which is what `status_codes` names."""

DOUBTFUL: Final = {
    BookingStatus.TENTATIVE: "a booking that nobody confirmed opens doors",
    BookingStatus.COMPLETED: "a booking that is done opens doors until its end",
    BookingStatus.UNKNOWN: "a booking whose status nobody gave a meaning opens doors",
}
"""Meanings that may open where a rule says so, and rarely should."""

_NEXUDUS: dict[str, BookingStatus] = {
    "tentative=0;checkedin=0": BookingStatus.CONFIRMED,
    "tentative=0;checkedin=1": BookingStatus.CHECKED_IN,
    "tentative=1;checkedin=0": BookingStatus.TENTATIVE,
    "tentative=1;checkedin=1": BookingStatus.TENTATIVE,
    "cancelled": BookingStatus.CANCELLED,
}


def meanings(site: Site) -> Meanings:
    """What each code means; one that is not in here is one that nobody explained."""
    source = site.source
    if isinstance(source, IReserveSource):
        return {str(code): frozenset({word}) for code, word in source.status_map.items()}
    if isinstance(source, NexudusSource):
        return {code: frozenset({word}) for code, word in _NEXUDUS.items()}
    return _of_tables(source)


def said(text: str) -> BookingStatus:
    """What a status means by itself: a word of ours, or one of the words that say it outright."""
    word = text.strip().casefold().replace(" ", "_").replace("-", "_")
    return BookingStatus(word) if word in set(BookingStatus) else meaning_of_words(text)


def booking_parts(source: Source) -> list[tuple[str, TableSource]]:
    """The files and queries with bookings, each with its key under `tables`."""
    parts = source.parts() if isinstance(source, TabularSource) else ()
    return [(key, part) for table, key, part in parts if table == "bookings"]


def _of_tables(source: TabularSource) -> Meanings:
    """The words of ours, and over them what the maps say."""
    mapped: dict[str, set[BookingStatus]] = defaultdict(set)
    for _, part in booking_parts(source):
        status = part.columns.get("status")
        for raw, word in (status.map if status else {}).items():
            mapped[raw.partition(" ")[0]].add(said(word))
    ours = {word.value: frozenset({word}) for word in BookingStatus}
    return ours | {code: frozenset(words) for code, words in mapped.items()}
