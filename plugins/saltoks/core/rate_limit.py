"""How many turns a second an account gets: halved by a throttle, slowly back up, then just below what was too much.

Additive increase, multiplicative decrease, with a memory: the turns of the last second before a throttle tell what the
server allows, so that turns rise to a little less and stay there without another throttle. Only after `PROBE_AFTER`
without one the limit itself rises again, up to the rate that is configured.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SALTO_PER_SECOND: float = 4
SALTO_AT_ONCE = 3
"""How hard Salto KS is asked, unless a site says otherwise: requests a second, and so many at the same time."""

PROBE_AFTER = timedelta(minutes=10)
"""How long after the last throttle more is tried."""

_SECOND = timedelta(seconds=1)
_MARGIN = 0.97
_STEP, _PROBE = 0.03, 0.001
_LEAST = 0.1
_KEPT = 256
_FEW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RateBudget:
    """The budget of one account; `per_second` and `at_most` are None before the first throttle.

    `recent` are the turns of the last second, the newest last; `pauses` counts how often everybody was stopped.
    """

    next_at: datetime
    per_second: float | None = None
    at_most: float | None = None
    slowed_at: datetime | None = None
    recent: tuple[datetime, ...] = ()
    pauses: int = 0


def next_turn(rate: RateBudget, configured: float, now: datetime) -> tuple[RateBudget, datetime]:
    """The next turn, and the budget after it."""
    at = max(now, rate.next_at)
    speed = min(configured, rate.per_second or configured)
    recent = (*(one for one in rate.recent if one > at - _SECOND), at)[-_KEPT:]
    after = replace(rate, next_at=at + timedelta(seconds=1 / speed), recent=recent)
    return _recovered(after, configured, at), at


def throttled(rate: RateBudget, configured: float, now: datetime, pause: timedelta) -> RateBudget:
    """The budget after a throttle: nobody sends for `pause`; what came in at the same time slows it no further."""
    stopped = replace(rate, next_at=max(rate.next_at, now + pause), pauses=rate.pauses + 1)
    if rate.slowed_at and rate.slowed_at <= now < rate.slowed_at + _SECOND:
        return stopped
    speed = min(configured, rate.per_second or configured)
    at_most = max(_MARGIN * _allowed(rate, speed, now), _LEAST * configured)
    return replace(
        stopped, per_second=max(min(speed, at_most) / 2, _LEAST * configured), at_most=at_most, slowed_at=now
    )


def _allowed(rate: RateBudget, speed: float, now: datetime) -> float:
    """What the server took in the second before; our own speed, where that second was full or nearly empty."""
    given = sum(now - _SECOND < one <= now for one in rate.recent)
    return given - 1 if _FEW < given < speed else speed


def _recovered(rate: RateBudget, configured: float, now: datetime) -> RateBudget:
    if rate.per_second is None or rate.at_most is None or rate.slowed_at is None:
        return rate
    at_most = rate.at_most
    if now - rate.slowed_at > PROBE_AFTER:
        at_most = min(configured, at_most + _PROBE * configured)
    return replace(rate, at_most=at_most, per_second=min(at_most, rate.per_second + _STEP * at_most))
