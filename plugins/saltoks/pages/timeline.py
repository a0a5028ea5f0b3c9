"""The last days of a source as bars: when extracts ran, and how they came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.model.canonical import Completeness
from saltoks.core.model.validation_report import ExtractOutcome
from saltoks.core.time.zones import midnight

WIDTH = 96.0
"""How wide a day is drawn: one unit is a quarter of an hour of a day that has 24 hours."""

_JOINED = 2.0
"""Extracts of one kind that lie no farther apart make one bar."""

_BAD_FIRST = (Completeness.FAILED, Completeness.INCOMPLETE, Completeness.COMPLETE)


@dataclass(frozen=True, slots=True)
class Bar:
    """Extracts of one kind, one after another; `x` and `width` in units of the day."""

    x: float
    width: float
    kind: Completeness


@dataclass(frozen=True, slots=True)
class Day:
    """One calendar day of the site: its bars, and how many extracts came out in which way."""

    day: date
    bars: tuple[Bar, ...]
    counts: Counter[Completeness]

    @property
    def worst(self) -> Completeness | None:
        """The worst that happened on that day; None when nothing ran."""
        return next((kind for kind in _BAD_FIRST if self.counts[kind]), None)


def days(runs: Iterable[ExtractOutcome], zone: str, until: datetime, count: int) -> tuple[Day, ...]:
    """The last `count` calendar days of a zone up to an instant, the newest first."""
    by_day: dict[date, list[ExtractOutcome]] = {}
    for run in runs:
        by_day.setdefault(run.at.astimezone(ZoneInfo(zone)).date(), []).append(run)
    last = until.astimezone(ZoneInfo(zone)).date()
    return tuple(_day(day, zone, by_day.get(day, ())) for day in (last - timedelta(days=n) for n in range(count)))


def _day(day: date, zone: str, runs: Sequence[ExtractOutcome]) -> Day:
    starts, ends = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    bars: list[Bar] = []
    for run in sorted(runs, key=lambda one: one.at):
        x = min(WIDTH * ((run.at - starts) / (ends - starts)), WIDTH - 1)
        last = bars[-1] if bars else None
        if last and last.kind is run.completeness and x - (last.x + last.width) <= _JOINED:
            bars[-1] = Bar(last.x, round(x + 1 - last.x, 2), last.kind)
        else:
            bars.append(Bar(round(x, 2), 1.0, run.completeness))
    return Day(day, tuple(bars), Counter(run.completeness for run in runs))
