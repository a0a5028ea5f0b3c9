"""When lists that came whole may still not be the truth: they are empty, or have shrunk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from saltoks.core.model.shrinkage import ShrinkGuard

NEVER_EMPTY = ("locations", "items", "customers")
"""What every account of Nexudus that has a booking has too."""

FEW = 2
"""So many rows come and go on any day, whatever share of the table they are."""


def doubts(accepted: Mapping[str, int], last_good: Mapping[str, int], max_shrink_percent: int) -> Iterator[str]:
    """Sentences on tables that were read as a whole, or for a window; `last_good` is of the same kind of read."""
    shrink = ShrinkGuard(max_percent=max_shrink_percent, few=FEW, cure="look at Nexudus")
    for table, rows in accepted.items():
        before = last_good.get(table, 0)
        if table in NEVER_EMPTY and rows == 0:
            yield f"{table}: none came, which cannot be — check the roles of the user, the next run reads again"
        else:
            yield from shrink.fewer(f"{table}: {rows} came", lost=before - rows, before=before)


def vanished(no_bookings: bool, last_good: Mapping[str, int]) -> Iterator[str]:
    """A window without bookings is no wonder; a system without any, which had some, is."""
    if no_bookings and last_good.get("bookings"):
        yield "bookings: there are none of any day, which cannot be — look at Nexudus, the next run reads again"
