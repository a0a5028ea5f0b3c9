"""A client of a booking system that gets scripted answers."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from net.rig import Answerer, Dial, Line, Naps
from saltoks.net.answers.throttle import Throttle, by_status_429
from saltoks.net.auth import Auth
from saltoks.net.rest import Rest


@pytest.fixture(autouse=True)
def _same_jitter_every_time() -> None:
    random.seed(7)


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def dial(naps: Naps) -> Iterator[Dial]:
    """Makes clients of `booking` at an address that only the script answers."""
    opened: list[Rest] = []

    def make(
        answer: Answerer,
        url: str = "https://booking.example/api",
        rate: float = float("inf"),
        auth: Auth | None = None,
        throttle: Throttle = by_status_429,
    ) -> tuple[Rest, Line]:
        line = Line(answer)
        rest = Rest(
            "booking",
            url,
            auth=auth,
            rate_per_second=rate,
            throttle=throttle,
            sleep=naps,
            monotonic=naps.monotonic,
            transport=line.transport,
        )
        opened.append(rest)
        return rest, line

    yield make
    for rest in opened:
        rest.__exit__(None, None, None)
