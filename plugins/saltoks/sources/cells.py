"""One cell to one value: text, truth, status word or time, or CellError with what to correct.

A reason never repeats the cell: it may hold a name or an e-mail. The quarantined row itself is kept as payload.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from saltoks.core import zones
from saltoks.core.text import lowered
from saltoks.settings import Column
from saltoks.settings.fields import BOOL_WORDS, TIME_TYPES, ColumnType

Moment = datetime | date
"""A time before its zone is known: an instant (with offset), a wall clock, or a day."""

Value = str | bool | Moment | None

_OPEN_YEAR: Final = 9999


class CellError(Exception):
    """A cell that cannot be read: the field, and a reason that carries its fix."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def raw_text(column: Column, cell: str | None) -> str | None:
    """The cell's text after strip and lower; None when nothing is left."""
    text = cell if cell is not None else ""
    text = text.strip() if column.strip else text
    return (lowered(text) if column.lower else text) or None


def reader_of(field: str, column: Column, kind: ColumnType) -> Callable[[str | None], Value]:
    """A function that turns a cell of this column into a value of `kind`, or raises CellError."""
    convert = _converter(field, column, kind)
    constant = column.default if column.value is None else column.value
    fallback = convert(constant) if constant is not None else None

    def read(cell: str | None) -> Value:
        text = raw_text(column, cell)
        mapped = text and column.map.get(text, text)
        if not mapped:
            return fallback
        return convert(column.prefix + _number(field, mapped) if kind == "int" else column.prefix + mapped)

    return read


def _converter(field: str, column: Column, kind: ColumnType) -> Callable[[str], Value]:
    if kind == "bool":
        return lambda text: _truth(field, text)
    if kind in TIME_TYPES:
        return lambda text: _moment(field, column, kind, text)
    return lambda text: text


def _number(field: str, text: str) -> str:
    whole, dot, rest = text.partition(".")
    try:
        number = int(whole)
    except ValueError:
        raise CellError(field, "is not a whole number — write digits only") from None
    if dot and rest.strip("0"):
        raise CellError(field, "is not a whole number — write digits only")
    return str(number)


def _truth(field: str, text: str) -> bool:
    found = BOOL_WORDS.get(lowered(text))
    if found is None:
        raise CellError(field, f"is none of {', '.join(BOOL_WORDS)} — add the word to the column's map")
    return found


def _moment(field: str, column: Column, kind: ColumnType, text: str) -> Moment | None:
    """The time in a cell; the year 9999, with which many systems say "for ever", is None."""
    found = _parsed(column, kind, text)
    if found is None:
        expected = " or ".join(column.format) or _iso(kind)
        raise CellError(field, f"is not a {'date' if kind == 'date' else 'time'} written as {expected} — correct it")
    if found.year == _OPEN_YEAR:
        return None
    if not isinstance(found, datetime):
        return found
    if found.tzinfo and kind == "datetime_local":
        raise CellError(field, "has an offset where local time was agreed — set the column's type to datetime")
    return found.replace(tzinfo=UTC) if kind == "datetime_utc" and not found.tzinfo else found


def _iso(kind: ColumnType) -> str:
    return "YYYY-MM-DD" if kind == "date" else "YYYY-MM-DDTHH:MM"


def _parsed(column: Column, kind: ColumnType, text: str) -> Moment | None:
    for form in column.format or ("",):
        try:
            found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 - zoned later
        except ValueError:
            continue
        if kind == "date":
            return found.date() if found.time() == time() and not found.tzinfo else None
        return found if form or len(text) > len("YYYY-MM-DD") else None
    return None


def resolved(moment: Moment, zone: str, *, is_end: bool, inclusive: bool) -> datetime:
    """The UTC instant of a time read from a cell; an inclusive day ends at the midnight after it.

    Raises OverflowError outside the calendar.
    """
    if not isinstance(moment, datetime):
        return zones.midnight(moment + timedelta(days=1) if inclusive else moment, zone)
    if moment.tzinfo is None:
        return zones.instant(moment, zone, is_end=is_end)
    return moment.astimezone(UTC)
