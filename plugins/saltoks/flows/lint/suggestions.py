"""Which known name was probably meant by one that is wrong."""

from __future__ import annotations

from collections.abc import Collection

from saltoks.settings import nearest


def suggested_name(name: str, known: Collection[str], used: Collection[str], otherwise: str) -> str:
    """The fix for a wrong name: the known one that looks most like it, first of all one that nothing else uses."""
    close = nearest(name, set(known) - set(used)) or nearest(name, known)
    return f"did you mean '{close}'?" if close else otherwise
