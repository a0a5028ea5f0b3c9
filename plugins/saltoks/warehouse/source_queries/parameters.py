"""Where the parameters of an admin's query stand: a colon in a text, a comment or a cast is none of ours."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""--[^\n]*
    |(?P<comment>/\*)
    |(?<![\w$])[eE]'(?:[^'\\]|''|\\.)*'
    |'(?:[^']|'')*'
    |"(?:[^"]|"")*"
    |(?<![\w$])\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$
    |(?<![:\w]):(?P<name>\w+)""",
    re.DOTALL | re.VERBOSE,
)
"""Everything of PostgreSQL's SQL in which a colon is only text, and what may be a parameter."""
_COMMENT_MARK = re.compile(r"/\*|\*/")


@dataclass(frozen=True, slots=True)
class NumberedQuery:
    """A query with `$1`, `$2`, … where parameters stood, and their names in that order; lines stay where they were.

    `unknown_names` are the words behind a colon that are no parameter, though they stand where one could.
    """

    text: str
    names: tuple[str, ...]
    unknown_names: tuple[str, ...]


def numbered(text: str, names: Collection[str]) -> NumberedQuery:
    """Puts `$n` in place of `:name` wherever it is a parameter of that name."""
    used: list[str] = []
    unknown_names: list[str] = []
    parts: list[str] = []
    done = at = 0
    while found := _TOKEN.search(text, at):
        at = _comment_end(text, found.end()) if found["comment"] else found.end()
        name = found["name"]
        if name in names:
            if name not in used:
                used.append(name)
            parts += [text[done : found.start()], f"${used.index(name) + 1}"]
            done = at
        elif name:
            unknown_names.append(name)
    return NumberedQuery("".join([*parts, text[done:]]), tuple(used), tuple(unknown_names))


def _comment_end(text: str, at: int) -> int:
    """Where a comment ends whose beginning lies before `at`; comments nest."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(text, at):
        depth += 1 if mark[0] == "/*" else -1
        if not depth:
            return mark.end()
    return len(text)
