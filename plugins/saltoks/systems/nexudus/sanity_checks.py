"""When lists that came whole may still not be the truth: they are empty, or have shrunk (T1, T2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

NEVER_EMPTY = ("locations", "items", "customers")
"""What every account of Nexudus that has a booking has too."""

FEW = 3
"""Fewer rows than this come and go on any day, whatever share of the table they are."""


def doubts(accepted: Mapping[str, int], last_good: Mapping[str, int], max_shrink_percent: int) -> Iterator[str]:
    """Sentences on tables that were read as a whole, or for a window; `last_good` is of the same kind of read."""
    for table, rows in accepted.items():
        before = last_good.get(table, 0)
        if table in NEVER_EMPTY and rows == 0:
            yield f"{table}: none came, which cannot be — check the roles of the user, the next run reads again"
        elif _shrank(rows, before, max_shrink_percent):
            percent = (before - rows) * 100 // before
            text = f"{table}: {rows} came after {before} last time, {percent} % fewer (max_shrink_percent"
            yield f"{text} {max_shrink_percent}) — look at Nexudus, or accept the change"


def vanished(no_bookings: bool, last_good: Mapping[str, int]) -> Iterator[str]:
    """A window without bookings is no wonder; a system without any, which had some, is (T1)."""
    if no_bookings and last_good.get("bookings"):
        yield "bookings: there are none of any day, which cannot be — look at Nexudus, the next run reads again"


def _shrank(rows: int, before: int, max_percent: int) -> bool:
    lost = before - rows
    return lost >= FEW and lost * 100 > max_percent * before
