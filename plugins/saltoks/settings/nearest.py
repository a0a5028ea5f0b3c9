"""The known word that somebody probably meant, for the end of an error sentence."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from saltoks.core.text import code_point_differences


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like `word`, in whatever case, or None when none is close."""
    folded: dict[str, str] = {}
    for name in sorted(known):
        folded.setdefault(name.casefold(), name)
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The fix as text: the nearest known word, else all of them."""
    names = sorted(known)
    close = nearest(word, names)
    unlike = code_point_differences(word, close) if close else ""
    shown = f" It has {unlike}" if unlike else ""
    return f"did you mean '{close}'?{shown}" if close else "use one of: " + ", ".join(names)
