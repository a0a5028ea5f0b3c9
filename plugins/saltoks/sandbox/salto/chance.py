"""Seeded chance: equal seeds and equal requests give equal ids, PINs and delays, over restarts too."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

from saltoks.sandbox.salto.state import State
from saltoks.sandbox.salto.world import Span

NAMES = uuid.UUID("6f1c1b5e-5a0f-4c8e-9d57-3c2a9b7e4d10")


def named_id(*names: str) -> str:
    """The id of something that a world file names."""
    return str(uuid.uuid5(NAMES, "/".join(names)))


class Chance:
    """Draws numbered by the state's counter."""

    def __init__(self, seed: int, state: State) -> None:
        self._seed = seed
        self._state = state

    def _next(self) -> random.Random:
        self._state.draws += 1
        return random.Random(f"{self._seed}/{self._state.draws}")

    def uuid(self) -> str:
        """A fresh version-4 id."""
        return str(uuid.UUID(int=self._next().getrandbits(128), version=4))

    def text(self) -> str:
        """A fresh opaque text for codes and tokens."""
        return f"{self._next().getrandbits(256):064x}"

    def pin(self) -> str:
        """Six digits, leading zeros included."""
        return f"{self._next().randrange(1_000_000):06d}"

    def happens(self, share: float) -> bool:
        """True in this share of cases."""
        return share > 0 and self._next().random() < share

    def delay(self, span: Span) -> timedelta:
        """A delay spread evenly over the span."""
        low, high = span
        return timedelta(seconds=low if low == high else self._next().uniform(low, high))

    def lag(self, span: Span) -> timedelta:
        """A storage lag: mostly near the low end with a long tail, as measured (salto-ks §2.8)."""
        low, high = span
        if low <= 0 or low == high:
            return self.delay(span)
        return timedelta(seconds=low * (high / low) ** (self._next().random() ** 2))
