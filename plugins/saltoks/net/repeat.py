"""Sends again what is worth it and safe, by the one rule of `core.retries`."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from saltoks.core.errors import Throttled, TryAgain
from saltoks.core.retries import CALL, CALL_LIMIT, CALL_REPEATS, may_repeat
from saltoks.net.transport.answer_limits import TooSlow

T = TypeVar("T")


def repeated(attempt: Callable[[], T], *, adds_up: bool, rest: Callable[[TryAgain, float], None]) -> T:
    """What an attempt gives, after the repeats that it needed; otherwise raises the error of the last one.

    `adds_up` says that doing it twice is not the same as doing it once; `rest` waits those seconds after an error. An
    answer that did not end in time has cost a minute already, and is not asked for again.
    """
    waited = 0.0
    for repeat in range(CALL_REPEATS):
        try:
            return attempt()
        except TryAgain as error:
            delay = _delay(error, repeat)
            waited += delay
            too_slow = isinstance(error.__cause__, TooSlow)
            if waited > CALL_LIMIT or too_slow or not may_repeat(error, adds_up=adds_up):
                raise
            rest(error, delay)
    return attempt()


def _delay(error: TryAgain, repeat: int) -> float:
    """Seconds before the next try: as the server told, else those of the policy, give or take half."""
    if isinstance(error, Throttled) and error.retry_after is not None:
        return error.retry_after
    return CALL.before(repeat) * random.uniform(0.5, 1.5)
