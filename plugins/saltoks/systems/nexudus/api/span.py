"""What a read asks for: which bookings, and since when changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from saltoks.systems.nexudus.settings import NexudusSource

OVERLAP: Final = timedelta(minutes=10)
MARGIN: Final = timedelta(days=1)
"""Added to both ends of a window, since nobody says in which zone filters are read (booking-systems §2.2)."""

SWEEP_BACK: Final = timedelta(days=2)
SWEEP_AHEAD: Final = timedelta(days=30)
CANCELLED_BACK: Final = SWEEP_BACK + 2 * MARGIN
"""Cancellations may be told of bookings that ended this long ago."""

CUSTOMERS: Final = "customers"
MEMBERSHIPS: Final = "memberships"
PASSES: Final = "passes"
VISITORS: Final = "visitors"
VISITS: Final = "visitors.bookings"
CANCELLED: Final = "bookings.cancelled"
"""Names of watermarks; those of tables without a dot."""


@dataclass(frozen=True, slots=True)
class Span:
    """The window of bookings, and the changes to ask for; a sweep asks for everything that is there."""

    since: datetime
    until: datetime
    full: bool
    watermarks: Mapping[str, datetime]

    @classmethod
    def of(cls, source: NexudusSource, now: datetime, *, full: bool, watermarks: Mapping[str, datetime]) -> Span:
        """The span of a sweep, or of a tick by the source's own lookback and horizon."""
        back = SWEEP_BACK if full else timedelta(hours=source.lookback_hours)
        ahead = SWEEP_AHEAD if full else timedelta(hours=source.horizon_hours)
        return cls(now - back, now + ahead, full, watermarks)

    def changed_since(self, table: str) -> datetime | None:
        """From when on the changes of a table are asked for; None when the whole table is."""
        mark = self.watermarks.get(table)
        return None if self.full or mark is None else mark - OVERLAP

    def touches(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether `[starts_at, ends_at)` and the window share an instant."""
        return starts_at < self.until and ends_at > self.since
