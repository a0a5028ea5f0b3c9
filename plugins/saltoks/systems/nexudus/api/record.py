"""One record of a list, read field by field; a field of another kind than agreed is a CellError."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeGuard, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from saltoks.core.model.canonical import RejectedRow
from saltoks.systems.nexudus.api.entities import Entity
from saltoks.systems.values.errors import CellError

Raw = dict[str, object]
T = TypeVar("T")
_YEARS = range(1900, 9999)
_MOST_DIGITS = 18
_ID_BREAK = re.compile(r"[,;\s]+")


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a list with nothing but the fields of its entity; a missing field is an empty one."""

    entity: Entity
    raw: Raw

    @classmethod
    def of(cls, entity: Entity, raw: Raw) -> Record:
        """The record without the fields that nobody reads."""
        return cls(entity, {name: raw[name] for name in entity.fields if name in raw})

    def updated(self, later: Record) -> Record:
        """The same record with the fields of a later reading of it; what that does not name stays."""
        return Record(self.entity, {**self.raw, **later.raw})

    def is_since(self, moment: datetime) -> bool:
        """Whether it says that it changed at that moment or later."""
        changed = self.peek_instant("UpdatedOn")
        return changed is not None and changed >= moment

    @property
    def is_told(self) -> bool:
        """Whether no field is empty that a batch may leave empty and that matters."""
        return all(self.raw.get(name) is not None for name in self.entity.matters)

    @property
    def id(self) -> int:
        """The number that the list gave it."""
        return self.needed_id("Id")

    def text(self, name: str) -> str | None:
        """Text without spaces around it; None when nothing is left."""
        value = self.raw.get(name)
        if value is not None and not isinstance(value, str):
            raise CellError(name, "is not text — report it to the vendor")
        return (value or "").strip() or None

    def word(self, name: str) -> str | None:
        """Text of which nothing depends, so a number will do as well."""
        value = self.raw.get(name)
        return str(value).strip() or None if isinstance(value, str | int) else None

    def needed_text(self, name: str) -> str:
        """Text that has to be there."""
        found = self.text(name)
        if found is None:
            raise CellError(name, "is empty — fill it in")
        return found

    def id_or_none(self, name: str) -> int | None:
        """The id of another record; 0 points at nothing."""
        value = self.raw.get(name)
        value = _number(value) or value if isinstance(value, str) else value
        if value is not None and not is_id(value) and value != 0:
            raise CellError(name, "is not an id — report it to the vendor")
        return value if is_id(value) else None

    def needed_id(self, name: str) -> int:
        """The id of a record that has to be there."""
        found = self.id_or_none(name)
        if found is None:
            raise CellError(name, "is empty — fill it in")
        return found

    def flag(self, name: str) -> bool | None:
        """True, false, or None when nothing is said."""
        value = self.raw.get(name)
        if value is not None and not isinstance(value, bool):
            raise CellError(name, "is neither true nor false — report it to the vendor")
        return value

    def instant(self, name: str) -> datetime | None:
        """An instant; one without offset is UTC, as all of the API's are."""
        found = self._time(name)
        if found is None:
            return None
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)

    def needed_instant(self, name: str) -> datetime:
        """An instant that has to be there."""
        found = self.instant(name)
        if found is None:
            raise CellError(name, "is empty — fill it in")
        return found

    def wall(self, name: str) -> datetime | None:
        """The wall clock of the location: what a `…Local` twin says, whose offset means nothing."""
        found = self._time(f"{name}Local")
        return found.replace(tzinfo=None) if found else None

    def local(self, name: str, zone: str) -> datetime | None:
        """The wall clock of a time: its twin, else its instant in the location's zone."""
        found = self.wall(name)
        at = self.instant(name) if found is None else None
        return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if at else found

    def day(self, name: str, zone: str) -> date | None:
        """The calendar day of a time at its location."""
        found = self.local(name, zone)
        return found.date() if found else None

    def ids(self, name: str) -> tuple[int, ...]:
        """A list of ids as text with commas; what is not an id is passed over."""
        return tuple(dict.fromkeys(_ids(self.text(name) or "")))

    def told_ids(self, *names: str) -> frozenset[int] | None:
        """The ids in all of these fields, as text or as an array of ids or records; None when one cannot be read."""
        found: set[int] = set()
        for value in (self.raw.get(name) for name in names):
            if isinstance(value, list):
                ids = [one.get("Id") if isinstance(one, dict) else one for one in value]
                if not all(map(is_id, ids)):
                    return None
                found.update(filter(is_id, ids))
            elif value is not None and not isinstance(value, str):
                return None
            else:
                parts = [part for part in _ID_BREAK.split(value or "") if part]
                if not all(map(_number, parts)):
                    return None
                found.update(_ids(value or ""))
        return frozenset(found)

    def guid(self, name: str) -> str | None:
        """A GUID in lower case with its dashes and without braces, or whatever other text stands there."""
        value = self.raw.get(name)
        text = value.strip().strip("{}()").strip().lower() if isinstance(value, str) else ""
        try:
            return str(UUID(text))
        except ValueError:
            return text or None

    def peek_id(self, name: str) -> int | None:
        """The id of another record, None also when it cannot be read: that is told where the row is made."""
        return self._peek(lambda: self.id_or_none(name), None)

    def peek_ids(self, name: str) -> tuple[int, ...]:
        """A list of ids, empty also when it cannot be read."""
        return self._peek(lambda: self.ids(name), ())

    def peek_instant(self, name: str) -> datetime | None:
        """An instant, None also when it cannot be read."""
        return self._peek(lambda: self.instant(name), None)

    def _peek(self, read: Callable[[], T], otherwise: T) -> T:
        try:
            return read()
        except CellError:
            return otherwise

    def rejected(self, table: str, source_id: str, error: CellError) -> RejectedRow:
        """This record on its way to quarantine, with what kept it from becoming a row."""
        return RejectedRow(
            table=table,
            source_id=source_id,
            field=error.field,
            reason=error.reason,
            where=f"{self.entity.path} {self.raw.get('Id')}",
            payload=json.dumps(self.raw, ensure_ascii=False, default=str),
        )

    def _time(self, name: str) -> datetime | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise CellError(name, "is not a time written as YYYY-MM-DDTHH:MM:SSZ — report it to the vendor") from None
        return found if found.year in _YEARS else None


def _ids(text: str) -> list[int]:
    return [number for part in _ID_BREAK.split(text) if (number := _number(part))]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.strip().isdecimal() and len(text) <= _MOST_DIGITS else None


def is_id(value: object) -> TypeGuard[int]:
    """Whether a value is the number of a record."""
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
