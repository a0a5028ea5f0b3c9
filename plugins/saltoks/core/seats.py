"""Seats: who is served when a site is full, and how many will be needed (T13, T14, F150).

A subscribed person takes one seat, a guest too, until suspended or deleted; an expiry frees none (contract §3.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from saltoks.core.grants import Grant
from saltoks.core.windows import ALWAYS, FOREVER, Window

QUARTER = timedelta(minutes=15)
AHEAD = timedelta(hours=48)
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
class Asking:
    """Somebody who needs a seat: `inside` is checked in by now, `booked_at` is when the booking was made."""

    customer_id: str
    starts_at: datetime
    inside: bool = False
    booked_at: datetime | None = None

    @property
    def place(self) -> tuple[bool, datetime, datetime, str]:
        """The stated order: who is inside, who starts soonest, who booked first, then by id."""
        return (not self.inside, self.starts_at, self.booked_at or FOREVER, self.customer_id)


def share_out(asking: Iterable[Asking], free: int | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Customers that get a seat and customers that are left out, each in the stated order."""
    queue = [one.customer_id for one in sorted(asking, key=lambda one: one.place)]
    return (tuple(queue), ()) if free is None else (tuple(queue[:free]), tuple(queue[free:]))


@dataclass(frozen=True, slots=True)
class Quarter:
    """The seats that a quarter of an hour needs; `allowed` None is no limit."""

    at: datetime
    needed: int
    allowed: int | None

    @property
    def share(self) -> float:
        """Needed of allowed; 0 without a limit."""
        return self.needed / self.allowed if self.allowed else (0.0 if self.allowed is None else float("inf"))


def forecast(
    grants: Iterable[Grant],
    seats: Seats,
    seated: frozenset[str],
    now: datetime,
    *,
    lead: timedelta,
    release: timedelta | None,
) -> list[Quarter]:
    """The seats needed in each quarter of the next 48 hours, from the one that `now` lies in.

    `seated` are customers that have a seat now; the other seats in use stay taken. A customer takes a seat `lead`
    before a grant starts and gives it back `release` after it ends; with None nobody ever gives one back.
    """
    first = now - (now - ALWAYS) % QUARTER
    count = AHEAD // QUARTER
    others = seats.used - len(seated)
    steps = np.zeros(count + 1, dtype=np.int64)
    for spans in _spans(grants, seated, now, lead, release).values():
        for begin, end in _merged(_quarters(span, first, count) for span in spans):
            steps[begin] += 1
            steps[end] -= 1
    needed = np.cumsum(steps[:count]) + others
    return [Quarter(first + n * QUARTER, int(needed[n]), seats.allowed) for n in range(count)]


def alarms(found: Iterable[Quarter]) -> dict[float, Quarter]:
    """The first quarter at which each alarm goes off: 80 % and 100 % of the seats, the second once it is exceeded."""
    first: dict[float, Quarter] = {}
    for one in found:
        if one.share >= ALARM:
            first.setdefault(ALARM, one)
        if one.share > FULL:
            first.setdefault(FULL, one)
    return first


def _spans(
    grants: Iterable[Grant], seated: frozenset[str], now: datetime, lead: timedelta, release: timedelta | None
) -> Mapping[str, list[Window]]:
    """When each customer has a seat; who has one now keeps it until it is released."""
    spans: dict[str, list[Window]] = {
        one: [Window(now, FOREVER if release is None else now + QUARTER)] for one in seated
    }
    horizon = now + AHEAD
    for grant in grants:
        window = grant.window
        if window.ends_at + _grace(window, release) > now and window.starts_at - _early(window, lead) < horizon:
            ends_at = FOREVER if release is None else window.ends_at + _grace(window, release)
            spans.setdefault(grant.key.customer_id, []).append(Window(window.starts_at - _early(window, lead), ends_at))
    return spans


def _grace(window: Window, release: timedelta | None) -> timedelta:
    return timedelta() if release is None or window.ends_at == FOREVER else release


def _early(window: Window, lead: timedelta) -> timedelta:
    return timedelta() if window.starts_at == ALWAYS else lead


def _quarters(span: Window, first: datetime, count: int) -> tuple[int, int]:
    """The first quarter that a span touches, and the one after the last."""
    begin = (span.starts_at - first) // QUARTER
    end = -((first - span.ends_at) // QUARTER)
    return max(0, min(count, begin)), max(0, min(count, end))


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if runs and begin <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(runs[-1][1], end))
        elif begin < end:
            runs.append((begin, end))
    return runs
