"""A short look at a booking system: whether it lets us in, and whether its lists can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FIRST: Final = 5
"""So many rows of a list are asked for: enough to see that there are any, however large the list is."""


@dataclass(frozen=True, slots=True)
class Peek:
    """How many rows the first page of each list held, at most `FIRST`, by what people call the list; and doubts."""

    rows: Mapping[str, int]
    problems: tuple[str, ...] = ()
