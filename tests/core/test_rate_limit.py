"""The rate of an account finds what a server allows, and stays there (T36), in virtual time."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from saltoks.core.rate_limit import PROBE_AFTER, RateBudget, next_turn, throttled
from saltoks.sandbox.limiter import Limiter

START = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass
class Server:
    """The sandbox's limiter, and everybody who asks it; requests arrive a little late, as they do."""

    allowed: int
    configured: float
    retry_after: timedelta = SECOND
    lateness: float = 0.02
    now: datetime = START
    rate: RateBudget = field(default_factory=lambda: RateBudget(next_at=START))
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        self.limiter = Limiter(lambda: (self.arrives - START).total_seconds())

    def run(self, seconds: float) -> tuple[int, int]:
        """Works without a break; gives how many requests were answered and how many refused."""
        answered, refused, end = 0, 0, self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.rate, at = next_turn(self.rate, self.configured, self.now)
            self.now = at
            self.arrives = at + timedelta(seconds=self.chance.uniform(0, self.lateness))
            if self.limiter.admits("one", self.allowed):
                answered += 1
            else:
                refused += 1
                self.rate = throttled(self.rate, self.configured, self.now, self.retry_after)
        return answered, refused


@pytest.mark.parametrize("allowed", [4, 8, 20, 100])
@pytest.mark.parametrize("factor", [1.0, 1.5, 4.0], ids=["as configured", "half more", "four times as much"])
def test_a_rate_beyond_the_servers_settles_just_below_it(allowed: int, factor: float) -> None:
    """T36: within half a minute; then 95 % of what is allowed is used and nothing is refused."""
    server = Server(allowed, allowed * factor)
    server.run(30)
    answered, refused = server.run(300)
    assert refused == 0
    assert answered >= 0.95 * allowed * 300


def test_a_rate_below_the_servers_is_used_up() -> None:
    """T36: nobody is slowed who is not throttled."""
    answered, refused = Server(8, 4).run(60)
    assert answered >= 240
    assert refused == 0


def test_a_throttle_halves_the_rate_and_holds_everybody_as_told() -> None:
    """T36: `Retry-After` is kept to; the rate comes back step by step."""
    rate = RateBudget(next_at=START)
    for _ in range(9):
        rate, at = next_turn(rate, 8, rate.next_at)
    rate = throttled(rate, 8, at, timedelta(seconds=30))
    first, at_first = next_turn(rate, 8, at)
    assert at_first == at + timedelta(seconds=30)
    assert (first.next_at - at_first).total_seconds() == pytest.approx(2 / 8, rel=0.1)
    gaps = []
    for _ in range(40):
        first, at = next_turn(first, 8, first.next_at)
        gaps.append(first.next_at - at)
    assert gaps == sorted(gaps, reverse=True)
    assert 1 / 8 < gaps[-1].total_seconds() < 1.1 / 8


def test_throttles_that_come_together_count_once() -> None:
    """T36: three requests at once, three refusals, one lesson."""
    rate = RateBudget(next_at=START)
    for _ in range(9):
        rate, at = next_turn(rate, 8, rate.next_at)
    once = throttled(rate, 8, at, SECOND)
    twice = throttled(once, 8, at + timedelta(milliseconds=20), SECOND)
    assert (twice.per_second, twice.at_most) == (once.per_second, once.at_most)
    assert twice.pauses == 2


def test_when_little_was_sent_a_throttle_says_little() -> None:
    """T36: somebody else used the account up; we do not come to a halt for that."""
    rate, at = next_turn(RateBudget(next_at=START), 8, START)
    for n in range(50):
        rate = throttled(rate, 8, at + timedelta(seconds=10 * n), SECOND)
    assert rate.per_second is not None
    assert rate.per_second >= 0.8


def test_after_a_while_more_is_tried() -> None:
    """T36: a limit that was raised is found."""
    server = Server(4, 16)
    server.run(60)
    server.allowed = 16
    server.run(PROBE_AFTER.total_seconds() + 300)
    answered, _ = server.run(60)
    assert answered >= 0.95 * 16 * 60
