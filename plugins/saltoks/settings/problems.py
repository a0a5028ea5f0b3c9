"""What is wrong in a config file, as values: found by our own checks or by pydantic, written as one line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from saltoks.settings.known_keys import known_keys
from saltoks.settings.nearest import did_you_mean

Loc = tuple[str | int, ...]

_UNKNOWN_KEY = frozenset({"extra_forbidden", "unexpected_keyword_argument"})
_MISSING = frozenset({"missing", "missing_keyword_only_argument", "missing_argument"})
_LIST = "must be a list — write one '- value' a line, or [a, b]"
BLOCK: Final = "must be a block of keys — indent 'key: value' lines under it"
_PHRASES = {
    "string_type": "must be text — put it in quotes",
    "int_type": "must be a whole number — write digits only",
    "int_parsing": "must be a whole number — write digits only",
    "int_from_float": "must be a whole number — write digits only",
    "float_type": "must be a number — write digits only",
    "float_parsing": "must be a number — write digits only",
    "bool_type": "must be true or false — write one of them",
    "bool_parsing": "must be true or false — write one of them",
    "tuple_type": _LIST,
    "list_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": BLOCK,
    "model_type": BLOCK,
    "model_attributes_type": BLOCK,
    "dataclass_type": BLOCK,
}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to fix, with the file and the line at which it is."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}: {key}{self.message}"


def dotted(loc: Loc) -> str:
    """A place inside a file as an admin reads it: `mapping.0.groups`."""
    return ".".join(str(part) for part in loc)


def refuse(found: Iterable[tuple[Loc, str]]) -> None:
    """Raise what a validator found, each at its own place below the validated value; nothing when it is empty.

    A message carries its fix after a dash.
    """
    if errors := list(found):
        raise refusal(errors)


def refusal(found: Iterable[tuple[Loc, str]]) -> ValidationError:
    """The error of a validator that found at least one problem, each at its own place."""
    errors = [
        InitErrorDetails(type=PydanticCustomError("config", "{text}", {"text": text}), loc=loc, input=None)
        for loc, text in found
    ]
    return ValidationError.from_exception_data("config", errors)


def explained(error: ValidationError, model: type) -> Iterator[tuple[Loc, str]]:
    """Each error of pydantic as its place and a sentence with the fix; `model` tells which keys are known."""
    for details in error.errors(include_url=False):
        loc = tuple(part for part in details["loc"] if part != "[key]")  # a mark of pydantic's own
        yield loc, _sentence(details, loc, model)


def choice(word: str, allowed: list[str]) -> str:
    """The fix for a word that is none of those allowed."""
    meant = did_you_mean(word, allowed)
    return meant if meant.startswith("use") else f"{meant} (allowed: {', '.join(allowed)})"


def _sentence(details: ErrorDetails, loc: Loc, model: type) -> str:
    kind = details["type"]
    if kind in _UNKNOWN_KEY:
        return f"is not a known key — {did_you_mean(str(loc[-1]), known_keys(model, loc[:-1]))}"
    if kind in _MISSING:
        return "is missing — add it"
    if kind in ("enum", "literal_error"):
        allowed = str(details["ctx"]["expected"]).replace(" or ", ", ").replace("'", "").split(", ")
        return f"'{details['input']}' is not allowed — {choice(str(details['input']), allowed)}"
    if kind == "config":
        return details["msg"]
    if details["input"] is None:
        return "has no value — write one or take the line out"
    return _PHRASES.get(kind, f"{details['msg'].replace('Input should', 'must')} — correct the value")
