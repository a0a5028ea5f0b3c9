"""A list in an answer: bare, or in an envelope beside what else there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_USUAL = ("records", "data", "items", "rows", "results")
_ASIDE = frozenset({"errors", "messages", "warnings", "links"})


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """One page of a list: its records, and the envelope's other fields; a bare list has no envelope."""

    records: Sequence[object]
    facts: Mapping[str, object]
    bare: bool = False

    def total(self, *names: str) -> int | None:
        """How many records the whole list has, by the first of these fields that says so."""
        told = (self.facts.get(name) for name in names)
        return next((one for one in told if isinstance(one, int) and not isinstance(one, bool)), None)


def response_page(answer: object) -> ResponsePage | None:
    """The page in an answer; None when there is no list in it, or nobody can tell which of several is meant."""
    if isinstance(answer, list):
        return ResponsePage(answer, {}, bare=True)
    if not isinstance(answer, Mapping):
        return None
    lists = {str(name): value for name, value in answer.items() if isinstance(value, list)}
    by_word = {name.casefold(): name for name in lists}
    usual = [by_word[word] for word in _USUAL if word in by_word]
    named = usual[:1] or [name for name in lists if name.casefold() not in _ASIDE]
    if len(named) != 1:
        return None
    return ResponsePage(lists[named[0]], {str(name): value for name, value in answer.items() if name != named[0]})
