"""One column of a table in a site's file: which cells give the value of a canonical field, and how they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import time as clock
from typing import Annotated

from pydantic import BeforeValidator, Field

from saltoks.settings.frozen import Frozen
from saltoks.settings.nearest import did_you_mean
from saltoks.settings.problems import Loc, refuse
from saltoks.systems.tabular.settings import formats
from saltoks.systems.tabular.settings.fields import BOOL_WORDS, FIELDS, TIME_TYPES, ColumnType

Findings = Iterator[tuple[Loc, str]]
_WALL = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _hour(value: object) -> clock | None:
    """The wall clock that days are given."""
    if value is None or isinstance(value, clock):
        return value
    if not _WALL.fullmatch(str(value)):
        refuse([((), f"'{value}' is no wall clock — write it like 15:00")])
    return clock.fromisoformat(str(value))


class Column(Frozen):
    """Where the value of one canonical field comes from: a header of the source (`from`) or a constant (`value`).

    Cells are stripped, lower-cased if `lower`, looked up in `map`, then prefixed. `default` stands for an empty cell,
    also for one that `map` makes empty; `default` and `value` are canonical already. `type` is that of the canonical
    field when omitted; a `datetime` with an offset is that instant, one without is a wall clock of the row's location,
    else of the site.
    `inclusive` says that access lasts until the end of that day; by default it does for an end (`ends_at`,
    `valid_until`, `paused_until`) of type `date`. `at` gives a `date` the hour that it lacks, such as check-in from
    "15:00"; then it is a wall clock like any other, and no longer a whole day.

    Some exports need more than one header: `time` names that of the time of day, where `from` is that of the day (an
    end at midnight, or before a start on the same day, is then on the next one); `parts` are headers whose cells
    together are the id of a row without one. An end of type `minutes` or `hours` is the duration since the start.
    """

    header: str | None = Field(default=None, alias="from", min_length=1)
    time: str | None = Field(default=None, min_length=1)
    parts: tuple[str, ...] = ()
    value: str | None = None
    type: ColumnType | None = None
    format: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    default: str | None = None
    map: dict[str, str] = Field(default_factory=dict)
    required: bool = False
    strip: bool = True
    lower: bool = False
    prefix: str = ""
    inclusive: bool | None = None
    at: Annotated[clock | None, BeforeValidator(_hour)] = None

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers whose cells the column reads."""
        return self.parts or tuple(name for name in (self.header, self.time) if name is not None)

    @property
    def may_be_yes(self) -> bool:
        """Whether a column of yes and no can say yes: outright, by a word of its map, or by its cells without one."""
        words = {self.value, self.default, *self.map.values()} - {None}
        said = {BOOL_WORDS[word.casefold()] for word in words if word}
        return True in said or (self.header is not None and not self.map)


def _short_form(value: object) -> object:
    return {"from": value} if isinstance(value, str | int) else value


AnyColumn = Annotated[Column, BeforeValidator(_short_form)]


def column_findings(table: str, name: str, column: Column) -> Findings:
    """What is wrong with the column of one field, each at its key."""
    known = FIELDS[table].get(name)
    if known is None:
        yield (name,), f"is not a field of {table} — {did_you_mean(name, FIELDS[table])}"
        return
    if (column.header is not None) + (column.value is not None) + bool(column.parts) != 1:
        parts = ", or parts" if name == "source_id" else ""
        yield (name,), f"needs exactly one of from and value{parts} — keep one of them"
    kind = column.type or known.default_type
    if kind not in known.types:
        yield (name, "type"), f"'{kind}' does not suit {name} — use one of: {', '.join(sorted(known.types))}"
    yield from _word_findings(name, column, known.words or (tuple(BOOL_WORDS) if kind == "bool" else ()))
    yield from _format_findings(name, column, kind)
    yield from _header_findings(name, column, kind)
    if column.at and kind != "date":
        yield (name, "at"), f"gives days their hour, and {name} is a {kind} — take it out, or write type: date"
    if column.at and column.inclusive is not None:
        yield (name, "inclusive"), "says nothing about a day that has its hour — take it out, or at"


def _word_findings(name: str, column: Column, words: tuple[str, ...]) -> Findings:
    if not words:
        return
    written: dict[Loc, str | None] = {("default",): column.default, ("value",): column.value}
    written |= {("map", key): word for key, word in column.map.items()}
    for loc, word in written.items():
        if word is not None and word.casefold() not in words:
            yield (name, *loc), f"'{word}' is not a word of {name} — use one of: {', '.join(words)}"


def _format_findings(name: str, column: Column, kind: ColumnType) -> Findings:
    if kind in TIME_TYPES:
        yield from (((name, "format", n), text) for n, text in formats.findings(column.format, kind))
        return
    for n in range(len(column.format)):
        yield (name, "format", n), f"a {kind} column has no format — take it out"


def _header_findings(name: str, column: Column, kind: ColumnType) -> Findings:
    if column.parts and name != "source_id":
        yield (name, "parts"), "makes ids of source_id only — name one header by from"
    if len(set(column.parts)) < len(column.parts):
        yield (name, "parts"), "names a header twice — keep one"
    if column.time is not None and (kind not in TIME_TYPES or kind == "date" or column.header is None):
        yield (name, "time"), f"is the time of day beside the day in from, and {name} has none — take it out"
