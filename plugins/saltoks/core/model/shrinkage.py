"""Whether a table that came whole has lost more than it may: then it is doubted, not believed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

MAX_PERCENT = 30
"""What may be gone at once, unless a site says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrinkGuard:
    """How much may be gone since the last good read.

    `max_percent` is a share of what was there before; `few` rows are no alarm, whatever share they are. `cure` is where
    to look first.
    """

    max_percent: int
    few: int = 0
    cure: str

    def allows(self, *, lost: int, before: int) -> bool:
        """Whether so many of those before may be gone."""
        return lost <= self.few or lost * 100 <= self.max_percent * before

    def fewer(self, came: str, *, lost: int, before: int) -> Iterator[str]:
        """A sentence when fewer rows came than may; `came` says how many of what did."""
        if not self.allows(lost=lost, before=before):
            yield self._doubt(f"{came} after {before} last time, {lost * 100 // before} % fewer")

    def gone(self, noun: str, *, lost: int, before: int) -> Iterator[str]:
        """A sentence when more of the rows that we know are gone than may be."""
        if not self.allows(lost=lost, before=before):
            yield self._doubt(f"{lost} of {before} known {noun} are gone")

    def _doubt(self, text: str) -> str:
        return f"{text} (max_shrink_percent {self.max_percent}) — {self.cure}, or accept the change"
