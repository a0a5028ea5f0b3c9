"""What the builders of one table share: every canonical field of a row, read by what kind of value it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime, time
from enum import StrEnum
from typing import Any, get_args, get_type_hints

from saltoks.core.model.canonical import TABLES, CanonicalRow
from saltoks.core.people.identity import Identity
from saltoks.core.text import lowered
from saltoks.core.time.clock_changes import WallClocks, corrected_window
from saltoks.core.time.windows import Window
from saltoks.systems.tabular.notes import Notes
from saltoks.systems.tabular.places import Calendar
from saltoks.systems.tabular.rows import Row
from saltoks.systems.tabular.settings.fields import MAY_BE_UNKNOWN
from saltoks.systems.tabular.text.moments import Moment
from saltoks.systems.values.errors import CellError

_NEVER_EMPTY_SPANS = (("starts_at", "ends_at"), ("valid_from", "valid_until"))


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom a booking names; `made` says that the customer's id is ours, since the booking has none."""

    customer_id: str
    name: str | None
    email: str | None
    phone: str | None
    made: bool


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of a canonical row: the type of its value, its words, and what stands for an empty cell."""

    name: str
    kind: Any
    needed: bool
    default: Any
    words: Mapping[str, StrEnum]


@dataclass(frozen=True, slots=True)
class RowBuilder:
    """Times, notes, and the contacts of the bookings by booking id.

    `people` are the customers that have a row, `shared` the ids that go with several people.
    """

    times: Calendar
    notes: Notes
    contacts: dict[str, Contact] = field(default_factory=dict)
    people: Mapping[str, Identity] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()

    def row(self, row: Row, *near: str | None, **made: object) -> CanonicalRow:
        """The canonical row: fields in `made` as they are, all others from the row; raises CellError.

        `near` are the locations, the nearest first, in whose zone wall clocks and days are read.
        """
        table = self.times.sheet.table
        values: dict[str, Any] = dict(made)
        for one in _FIELDS[table]:
            if one.name not in values:
                values[one.name] = self._value(row, one, near)
        self._check_spans(row, values, near)
        return TABLES[table](**values)

    def _value(self, row: Row, one: _Field, near: tuple[str | None, ...]) -> object:
        if one.kind is bool:
            return row.flag(one.name, default=one.default)
        if one.name == "status_raw":
            return row.status_raw
        if one.name == "email":
            return self.notes.email(row, "email")
        found = self._read(row, one, near)
        if found is None and one.needed:
            raise CellError(one.name, "is empty — fill it in, or give the column a default")
        return one.default if found is None else found

    def _read(self, row: Row, one: _Field, near: tuple[str | None, ...]) -> object:
        if one.kind is datetime:
            return self.times.instant(row, one.name, *near)
        if one.words:
            return self._word(row, one)
        return row.text(one.name)

    def _check_spans(self, row: Row, values: dict[str, Any], near: tuple[str | None, ...]) -> None:
        """Refuses an end that is not after its start; one that only a change of clocks put there is put right."""
        for start, end in _NEVER_EMPTY_SPANS:
            since, until = values.get(start), values.get(end)
            if not since or not until or since < until:
                continue
            found = corrected_window(Window(since, until), self.times.places.zone(*near), _walls(row, start, end))
            if found is None:
                raise CellError(end, f"is not after {start} — correct one of them")
            values[start], values[end] = found.window.starts_at, found.window.ends_at
            self.notes.clock_changes.append(f"{row.where}: {found.sentence}")

    def _word(self, row: Row, one: _Field) -> StrEnum | None:
        """The word of an enumeration: one that it does not know is `unknown`, where it has such a word."""
        text = row.text(one.name)
        if text is None and not (one.needed and one.name in MAY_BE_UNKNOWN):
            return None
        found = one.words.get(lowered((text or "").strip()).replace(" ", "_").replace("-", "_"))
        if found is not None:
            return found
        if "unknown" not in one.words:
            raise CellError(one.name, f"is none of {', '.join(one.words)} — add the word to the column's map")
        shown = row.status_raw if one.name == "status" else text
        self.notes.unknown_word(one.name, shown or text or "")
        return one.words["unknown"]


def _walls(row: Row, *names: str) -> WallClocks | None:
    """Start and end as the clock times that they are written as; None where one of them has an offset."""
    starts, ends = (_wall(row.moment(name)) for name in names)
    return WallClocks(starts, ends) if starts and ends else None


def _wall(moment: Moment | None) -> datetime | None:
    if isinstance(moment, datetime):
        return None if moment.tzinfo else moment
    return datetime.combine(moment, time()) if moment else None


def _field(name: str, hint: Any, default: Any) -> _Field:
    kind = next(arm for arm in get_args(hint) or (hint,) if arm is not type(None))
    words = {word.value: word for word in kind} if issubclass(kind, StrEnum) else {}
    return _Field(name, kind, default is MISSING, None if default is MISSING else default, words)


def _fields_of(table: str) -> tuple[_Field, ...]:
    hints = get_type_hints(TABLES[table])
    return tuple(_field(one.name, hints[one.name], one.default) for one in fields(TABLES[table]))


_FIELDS: dict[str, tuple[_Field, ...]] = {table: _fields_of(table) for table in TABLES}
