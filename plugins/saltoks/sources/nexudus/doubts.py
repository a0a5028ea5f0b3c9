"""When lists that came whole may still not be the truth: they are empty, or have shrunk (T1, T2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from saltoks.core.canonical import Reach, Scope

NEVER_EMPTY = ("locations", "items", "customers")
"""What every account of Nexudus that has a booking has too."""

FEW = 3
"""Fewer rows than this come and go on any day, whatever share of the table they are."""


def doubts(
    accepted: Mapping[str, int], last_good: Mapping[str, int], reach: Mapping[str, Reach], max_shrink_percent: int
) -> Iterator[str]:
    """Sentences on tables that were read as a whole; of one that holds changes only, nothing can be said.

    Windows are only ever compared with windows, so `last_good` has to be of the same kind of read.
    """
    for table, rows in accepted.items():
        whole = reach[table].scope is not Scope.DELTA
        if whole and table in NEVER_EMPTY and rows == 0:
            yield f"{table}: none came, which cannot be — check the roles of the user, the next run reads again"
        elif whole and _shrank(rows, last_good.get(table, 0), max_shrink_percent):
            before = last_good[table]
            percent = (before - rows) * 100 // before
            text = f"{table}: {rows} came after {before} last time, {percent} % fewer (max_shrink_percent"
            yield f"{text} {max_shrink_percent}) — look at Nexudus, or accept the change"


def _shrank(rows: int, before: int, max_percent: int) -> bool:
    lost = before - rows
    return lost >= FEW and lost * 100 > max_percent * before
