"""Windows that only a change of clocks makes empty or turns round: they err towards letting in (canonical §2).

::

    in spring   02:00–03:00 is missing: what begins there begins as much later, so it ends as much later too
    in autumn   02:00–03:00 comes twice: a start that was read as the second and an end that was read as the first are
                read the other way round

Either way nobody is let in for more than an hour beyond what was meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.time.windows import Window, window_text
from saltoks.core.time.zones import instant

_NONE = timedelta()
_LOOK_BACK = timedelta(hours=3)
"""Longer than any clock is moved in one night."""


@dataclass(frozen=True, slots=True)
class WallClocks:
    """Two clock times as a source writes them, without offset."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class CorrectedWindow:
    """A window as it was meant, and the zone whose change of clocks had spoilt it."""

    window: Window
    zone: str

    @property
    def sentence(self) -> str:
        """What was done, and why."""
        night = f"{self.window.starts_at.astimezone(ZoneInfo(self.zone)):%Y-%m-%d}"
        text = f"the change of clocks on {night} leaves it no time at all"
        return f"{text}, so it counts {window_text(self.window, self.zone)}: an hour more than meant, at most"


def corrected_window(window: Window, zone: str, wall_clocks: WallClocks | None = None) -> CorrectedWindow | None:
    """What an empty or turned window was meant to be; None where no change of clocks is to blame.

    Without `wall_clocks` the instants are all there is: then a start within the first hour after the missing one may
    have been written inside it, since that is what booking systems make of such a start.
    """
    if window.is_real or (wall_clocks and wall_clocks.ends < wall_clocks.starts):
        return None
    gap = _missing_before(window.starts_at, zone)
    if gap and wall_clocks and wall_clocks.starts == wall_clocks.ends:
        return None
    meant = Window(window.starts_at, window.ends_at + gap) if gap else _read_again(window, zone)
    return CorrectedWindow(meant, zone) if meant.is_real else None


def _missing_before(at: datetime, zone: str) -> timedelta:
    """How much clock time is missing shortly before an instant, if a clock time within it would be read as this one."""
    there = ZoneInfo(zone)
    now, before = (one.astimezone(there).utcoffset() or _NONE for one in (at, at - _LOOK_BACK))
    gap = now - before
    return gap if gap > _NONE and (at - gap).astimezone(there).utcoffset() == before else _NONE


def _read_again(window: Window, zone: str) -> Window:
    """The window by the rule for clock times that come twice; the same for all others."""
    starts, ends = (at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for at in (window.starts_at, window.ends_at))
    if ends < starts:
        return window
    return Window(instant(starts, zone, is_end=False), instant(ends, zone, is_end=True))
