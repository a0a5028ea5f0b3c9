"""Seats: who is served when a site is full, and how many will be needed.

A subscribed person takes one seat, a guest too, until suspended or deleted; an expiry frees none (salto-ks §3.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from saltoks.core.access.grants import Grant
from saltoks.core.model.pools import is_managed_group
from saltoks.core.time.windows import ALWAYS, FOREVER

QUARTER = timedelta(minutes=15)
AHEAD = timedelta(hours=48)
Numbers = NDArray[np.int_]
Seconds = NDArray[np.float64]
ALARM, FULL = 0.8, 1.0
"""Shares of the seats at which somebody is told."""


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of a site: how many it has paid for (None is no limit), and how many are taken."""

    allowed: int | None
    used: int

    @property
    def free(self) -> int | None:
        """Seats that nobody has; None without a limit."""
        return None if self.allowed is None else max(0, self.allowed - self.used)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRequest:
    """Somebody who needs a seat: `inside` is checked in by now, `booked_at` is when the booking was made."""

    customer_id: str
    starts_at: datetime
    inside: bool = False
    booked_at: datetime | None = None

    @property
    def place(self) -> tuple[bool, datetime, datetime, str]:
        """The stated order: who is inside, who starts soonest, who booked first, then by id."""
        return (not self.inside, self.starts_at, self.booked_at or FOREVER, self.customer_id)


def allocate_seats(asking: Iterable[SeatRequest], free: int | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Customers that get a seat and customers that are left out, each in the stated order."""
    queue = [one.customer_id for one in sorted(asking, key=lambda one: one.place)]
    return (tuple(queue), ()) if free is None else (tuple(queue[:free]), tuple(queue[free:]))


@dataclass(frozen=True, slots=True)
class SeatForecast:
    """The seats that a quarter of an hour needs; `allowed` None is no limit."""

    at: datetime
    needed: int
    allowed: int | None

    @property
    def share(self) -> float:
        """Needed of allowed; 0 without a limit."""
        return self.needed / self.allowed if self.allowed else (0.0 if self.allowed is None else float("inf"))


def forecast_seats(
    grants: Iterable[Grant],
    seats: Seats,
    seated: Set[str],
    now: datetime,
    *,
    lead: timedelta,
    release: timedelta | None,
    window_lead: timedelta | None = None,
) -> list[SeatForecast]:
    """The seats needed in each quarter of the next 48 hours, from the one that `now` lies in.

    `seated` are customers that have a seat now; the other seats in use stay taken. A customer takes a seat `lead`
    before a grant starts (`window_lead` for window targets) and gives it back `release` after it ends; with None
    nobody ever gives one back.
    """
    first, count = now - (now - ALWAYS) % QUARTER, AHEAD // QUARTER
    held, pooled = release or timedelta(), lead if window_lead is None else window_lead
    since, until = now - held, now + AHEAD + max(lead, pooled)
    near = [grant for grant in grants if grant.window.ends_at > since and grant.window.starts_at < until]
    names = {name: place for place, name in enumerate(seated | {grant.key.customer_id for grant in near})}
    who = np.array([names[name] for name in seated] + [names[grant.key.customer_id] for grant in near], dtype=int)
    leads = [0.0] * len(seated) + [
        (pooled if is_managed_group(grant.key.group) else lead).total_seconds() for grant in near
    ]
    starts = _since(first, [now] * len(seated) + [grant.window.starts_at for grant in near]) - np.array(leads)
    ends = (
        _since(first, [since + QUARTER] * len(seated) + [grant.window.ends_at for grant in near]) + held.total_seconds()
    )
    begin, end = _quarters(np.floor, starts, count), _quarters(np.ceil, ends, count)
    if release is None:
        end = np.full_like(end, count)
    needed = _persons(who, begin, end, count) + seats.used - len(seated)
    return [SeatForecast(first + n * QUARTER, int(needed[n]), seats.allowed) for n in range(count)]


def seat_alarms(found: Iterable[SeatForecast]) -> dict[float, SeatForecast]:
    """The first quarter at which each alarm goes off: 80 % and 100 % of the seats, the second once it is exceeded."""
    first: dict[float, SeatForecast] = {}
    for one in found:
        if one.share >= ALARM:
            first.setdefault(ALARM, one)
        if one.share > FULL:
            first.setdefault(FULL, one)
    return first


def seat_alarm_texts(found: Iterable[SeatForecast], zone: str) -> list[str]:
    """The alarms in words, with the wall clock of the site."""
    first = seat_alarms(found)
    words = {ALARM: "80 % of the {0.allowed} seats", FULL: "more than the {0.allowed} seats"}
    return [
        f"{words[share].format(one)} are needed from {one.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} on, first "
        f"{one.needed}: free seats, or buy more"
        for share, one in first.items()
    ]


def _since(first: datetime, instants: Iterable[datetime]) -> Seconds:
    return np.array([one.timestamp() for one in instants], dtype=float) - first.timestamp()


def _quarters(rounded: np.ufunc, seconds: Seconds, count: int) -> Numbers:
    """The quarter that each instant lies in, or the next one, as it is rounded; none before the first or after all."""
    found: Numbers = np.clip(rounded(seconds / QUARTER.total_seconds()), 0, count).astype(int)
    return found


def _persons(who: Numbers, begin: Numbers, end: Numbers, count: int) -> Numbers:
    """How many persons have any span `[begin, end)` in each quarter: one whose spans overlap counts once."""
    order = np.lexsort((begin, who))
    own = who[order] * (count + 2)  # sets persons apart on one line, on which spans can be joined
    starts, reach = begin[order] + own, np.maximum.accumulate(end[order] + own) if len(order) else end
    fresh = np.ones(len(starts), dtype=bool)
    fresh[1:] = starts[1:] > reach[:-1]
    last = np.append(fresh[1:], True) if len(fresh) else fresh
    steps = np.bincount((starts - own)[fresh], minlength=count + 1) - np.bincount(
        (reach - own)[last], minlength=count + 1
    )
    found: Numbers = np.cumsum(steps[:count])
    return found
