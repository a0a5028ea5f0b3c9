"""How findings name many things at once."""

from __future__ import annotations

from collections.abc import Sequence

_NAMED = 5


def some(names: Sequence[str]) -> str:
    """The first few of some names, and how many more there are."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
