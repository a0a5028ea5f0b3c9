"""One cell to one value: text, truth, status word or time, or CellError with what to correct.

A reason never repeats the cell: it may hold a name or an e-mail. The quarantined row itself is kept as payload.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from saltoks.core.text import lowered
from saltoks.core.time import zones
from saltoks.systems.tabular.settings.columns import Column
from saltoks.systems.tabular.settings.fields import BOOL_WORDS, ENDS, SPAN_TYPES, TIME_TYPES, ColumnType
from saltoks.systems.tabular.text import moments
from saltoks.systems.tabular.text.moments import Moment
from saltoks.systems.tabular.text.spans import duration
from saltoks.systems.values.errors import CellError

Value = str | bool | Moment | timedelta | None

_OPEN_YEAR: Final = 9999
_WHOLE = re.compile(r"([0-9]+)(?:[.,]0{0,2})?")
"""Digits; a system that keeps numbers as fractions writes up to two zeros behind its decimal sign."""
_COUNTED = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?|[0-9]{10}(?:[.,][0-9]+)?|[0-9]{13}")
"""Days since 1900, as spreadsheets count them, and seconds or their thousandths since 1970."""


class NotATime(CellError):
    """A cell that is no time in any of its column's formats; `turned` is the one that fits with day and month swapped.

    Whether it is a slip of one cell, or the column is written otherwise than its formats say, only all rows tell.
    """

    def __init__(self, field: str, reason: str, turned: str | None = None) -> None:
        super().__init__(field, reason)
        self.turned = turned


def raw_text(column: Column, cell: str | None) -> str | None:
    """The cell's text after strip and lower; None when nothing is left."""
    text = cell if cell is not None else ""
    text = text.strip() if column.strip else text
    return (lowered(text) if column.lower else text) or None


def written(column: Column, cell: str | None) -> str | None:
    """The cell's text as its column's map has it; None when nothing is left."""
    text = raw_text(column, cell)
    return column.map.get(text, text) or None if text else None


def reader_of(field: str, column: Column, kind: ColumnType) -> Callable[[str | None], Value]:
    """A function that turns a cell of this column into a value of `kind`, or raises CellError."""
    convert = _converter(field, column, kind)
    constant = column.default if column.value is None else column.value
    fallback = convert(constant) if constant is not None else None

    def read(cell: str | None) -> Value:
        mapped = written(column, cell)
        if not mapped:
            return fallback
        return convert(column.prefix + _number(field, mapped) if kind == "int" else column.prefix + mapped)

    return read


def _converter(field: str, column: Column, kind: ColumnType) -> Callable[[str], Value]:
    if kind == "bool":
        return lambda text: _truth(field, text)
    if kind in TIME_TYPES:
        return lambda text: _moment(field, column, kind, text)
    if kind in SPAN_TYPES:
        return lambda text: _span(field, kind, text)
    return lambda text: text


def _number(field: str, text: str) -> str:
    """The digits without zeros in front. `1.000` may be a thousand, and a sign, a mark or a script would be lost."""
    found = _WHOLE.fullmatch(text)
    if found is None:
        raise CellError(field, "is not a whole number — write digits only (0 to 9)")
    return found[1].lstrip("0") or "0"


def _truth(field: str, text: str) -> bool:
    found = BOOL_WORDS.get(lowered(text))
    if found is None:
        raise CellError(field, f"is none of {', '.join(BOOL_WORDS)} — add the word to the column's map")
    return found


def _moment(field: str, column: Column, kind: ColumnType, text: str) -> Moment | None:
    """The time in a cell; infinity and the year 9999, with which systems say "for ever", are None for an end."""
    if moments.is_late(text) or moments.is_early(text):
        _check_open(field, late=moments.is_late(text))
        return None
    found = moments.parsed(column.format, kind, text)
    if found is None:
        expected = " or ".join(column.format) or _iso(kind)
        reason = f"is not a {'date' if kind == 'date' else 'time'} written as {expected} — {_correction(text)}"
        raise NotATime(field, reason, moments.swapped(column.format, kind, text))
    if found.year == _OPEN_YEAR:
        _check_open(field, late=True)
        return None
    if not isinstance(found, datetime):
        return datetime.combine(found, column.at) if column.at else found
    if found.tzinfo and kind == "datetime_local":
        raise CellError(field, "has an offset where local time was agreed — set the column's type to datetime")
    return found.replace(tzinfo=UTC) if kind == "datetime_utc" and not found.tzinfo else found


def _correction(text: str) -> str:
    if _COUNTED.fullmatch(text):
        return "it is a bare number, as spreadsheets count days and computers seconds: export it as a date and time"
    return "correct it"


def _span(field: str, kind: ColumnType, text: str) -> timedelta:
    found = duration(kind, text)
    if found is None:
        examples = "1.5, 1:30 or PT1H30M" if kind == "hours" else "90, 1:30:00 or PT1H30M"
        raise CellError(field, f"is not a duration in {kind} — write it like {examples}")
    return found


def _check_open(field: str, *, late: bool) -> None:
    """An end for ever and a start since ever are open; a start for ever would be one that never comes."""
    if late is not (field in ENDS):
        text = "lies at the end of all time, so it never begins" if late else "lies before all time, so it has ended"
        raise CellError(field, f"{text} — correct it, or leave it empty if it is open")


def _iso(kind: ColumnType) -> str:
    return "YYYY-MM-DD" if kind == "date" else "YYYY-MM-DDTHH:MM"


def resolved(moment: Moment, zone: str, *, is_end: bool, inclusive: bool) -> datetime:
    """The UTC instant of a time read from a cell; an inclusive day ends at the midnight after it.

    Raises OverflowError outside the calendar.
    """
    if not isinstance(moment, datetime):
        return zones.midnight(moment + timedelta(days=1) if inclusive else moment, zone)
    if moment.tzinfo is None:
        return zones.instant(moment, zone, is_end=is_end)
    return moment.astimezone(UTC)
