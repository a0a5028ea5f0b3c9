"""Waits out what Salto says, for a while, of what it has just made or deleted (salto-ks §2.8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from saltoks.core.errors import NotPermitted, NotThere
from saltoks.core.retries import CONSISTENCY, CONSISTENCY_LIMIT, DELETION_PAUSES
from saltoks.flows.run.clock import Clock

SETTLING = timedelta(seconds=CONSISTENCY_LIMIT)
_NOT_READY = {"2202", "2203"}
"""Codes with which Salto may deny somebody it has just made."""

Answer = TypeVar("Answer")
Seen = TypeVar("Seen")


def seen_after_deletion(clock: Clock, look: Callable[[], Seen], is_gone: Callable[[Seen], bool]) -> Seen:
    """What is seen last: once what was deleted is gone, or when it has been shown for longer than it may."""
    seen = look()
    for pause in DELETION_PAUSES:
        if is_gone(seen):
            break
        clock.sleep(pause)
        seen = look()
    return seen


class ConsistencyWait:
    """Asks again while Salto denies somebody whom it has just made; all waits together last `limit` at most."""

    def __init__(self, clock: Clock, limit: timedelta) -> None:
        self._clock = clock
        self._left = limit

    def wait_for(self, ask: Callable[[], Answer]) -> Answer:
        """The answer; raises what Salto said last once the wait is over, and at once what waiting cannot cure."""
        repeat = 0
        while True:
            try:
                return ask()
            except (NotThere, NotPermitted) as error:
                if error.code not in _NOT_READY or self._left <= timedelta():
                    raise
                pause = CONSISTENCY.before(repeat)
                self._left -= timedelta(seconds=pause)
                self._clock.sleep(pause)
                repeat += 1
