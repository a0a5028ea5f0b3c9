"""The rate budget of one account: when the next request may go out (salto-ks §2.6)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol


class Pacer(Protocol):
    """Shared by everything that asks on behalf of one account."""

    def wait(self) -> None:
        """Return when a request may go out."""

    def pause(self, seconds: float) -> None:
        """Let nobody send for this long."""


class LocalPacer:
    """Evenly spaced requests within this process; thread safe."""

    def __init__(
        self,
        rate_per_second: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = 1.0 / rate_per_second
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next_slot = float("-inf")
        self._pauses = 0

    def wait(self) -> None:
        """Take the next slot and sleep until it comes; a pause made meanwhile means queueing again."""
        while True:
            delay, pauses = self._reserve()
            if delay > 0:
                self._sleep(delay)
            if pauses == self._pauses:
                return

    def pause(self, seconds: float) -> None:
        """Move every slot behind the pause, also those already taken but not yet used."""
        with self._lock:
            self._next_slot = max(self._next_slot, self._monotonic() + seconds)
            self._pauses += 1

    def _reserve(self) -> tuple[float, int]:
        with self._lock:
            now = self._monotonic()
            slot = max(now, self._next_slot)
            self._next_slot = slot + self._interval
            return slot - now, self._pauses
