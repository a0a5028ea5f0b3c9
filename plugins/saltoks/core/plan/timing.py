"""The moment of a plan, and what is near or over as seen from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from saltoks.core.time.local_window import LocalWindow
from saltoks.core.time.windows import ALWAYS, FOREVER, Window
from saltoks.core.time.zones import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTiming:
    """The moment of a plan: windows that start by `ready_until` are made ready, and a new schedule needs `settle`.

    A promise that ends before `over_before` is over for the limits.
    """

    now: datetime
    zone: str
    over_before: datetime
    ready_until: datetime
    settle: timedelta

    def over(self, hours: LocalWindow | None, later: timedelta = timedelta()) -> bool:
        """Whether hours are known to be past, for so long."""
        return hours is not None and hours.over(self.now - later, self.zone)

    @property
    def soon(self) -> Window:
        """From now until a schedule that is set now has reached its doors."""
        return Window(self.now, self.now + self.settle)

    def window(self, hours: LocalWindow | None) -> Window | None:
        """The instants that hours can mean; None for none."""
        if hours is None:
            return None
        starts = instant(hours.starts, self.zone, is_end=False) if hours.starts else ALWAYS
        return Window(starts, instant(hours.ends, self.zone, is_end=True) if hours.ends else FOREVER)

    def is_due(self, window: Window) -> bool:
        """Whether a window must be ready by now."""
        return window.starts_at < self.ready_until
