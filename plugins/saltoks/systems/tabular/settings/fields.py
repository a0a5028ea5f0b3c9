"""The canonical fields that a column may fill, table by table, and what each may hold (canonical §3).

The fields are those of the dataclasses in `saltoks.core.model.canonical`. A booking also takes `customer_name` and
`customer_email` (and `customer_phone`), from which a customer is made when the source has none.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Literal, get_args, get_type_hints

from saltoks.core.model.canonical import TABLES

ColumnType = Literal["text", "int", "bool", "date", "datetime_local", "datetime_utc", "datetime", "minutes", "hours"]
TableName = Literal[
    "locations",
    "customers",
    "items",
    "bookings",
    "memberships",
    "passes",
    "assignments",
    "visitors",
    "customer_links",
]

TEXT_TYPES: frozenset[ColumnType] = frozenset({"text", "int"})
TIME_TYPES: frozenset[ColumnType] = frozenset({"date", "datetime_local", "datetime_utc", "datetime"})

SPAN_TYPES: frozenset[ColumnType] = frozenset({"minutes", "hours"})
"""Durations: an end that is so much later than its start."""
STARTS: dict[str, str] = {"ends_at": "starts_at", "valid_until": "valid_from"}
"""Ends that may be given as a duration, and the start from which it counts."""

ENDS: frozenset[str] = frozenset({"ends_at", "valid_until", "paused_until"})
"""Fields that say until when: a day there counts whole, and an hour that happens twice is the later one."""

BOOL_WORDS: dict[str, bool] = {"true": True, "yes": True, "1": True, "active": True} | {
    "false": False, "no": False, "0": False, "inactive": False
}  # fmt: skip
"""The words of a `bool` column, in any case; every other word needs the column's `map`."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "locations": ("source_id", "timezone"),
    "customers": ("source_id",),
    "items": ("source_id",),
    "bookings": ("source_id", "item_id", "starts_at", "ends_at"),
    "memberships": ("source_id", "customer_id", "plan_id", "status"),
    "passes": ("source_id", "customer_id", "item_id", "valid_from", "status"),
    "assignments": ("source_id", "membership_id", "customer_id", "item_id"),
    "visitors": ("source_id", "full_name", "expected_at", "approval"),
    "customer_links": ("source_id", "customer_id", "related_customer_id", "relation"),
}
"""Fields that need a column; a row without a value in one of them is rejected (see `MAY_BE_UNKNOWN`)."""

MAY_BE_UNKNOWN = frozenset({"status", "approval"})
"""Required words that are `unknown`, which opens nothing, where a cell is empty."""

ONE_OF: dict[str, tuple[str, ...]] = {
    "customers": ("full_name", "first_name", "last_name"),
    "bookings": ("customer_id", "customer_email", "customer_name"),
}
"""Fields of which at least one needs a column."""

_EXTRA: dict[str, tuple[str, ...]] = {"bookings": ("customer_name", "customer_email", "customer_phone")}
_MADE_BY_US = frozenset({"status_raw", "source_uid"})
_BY_DAYS = frozenset({"memberships", "assignments"})
"""Tables whose times are days unless a column says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CanonicalField:
    """What one canonical field may be read as; `words` are the only values of a status field."""

    default_type: ColumnType
    types: frozenset[ColumnType]
    words: tuple[str, ...] = ()


def _field(table: str, name: str, hint: object) -> CanonicalField:
    kinds = get_args(hint) or (hint,)
    if datetime in kinds:
        types = TIME_TYPES | SPAN_TYPES if name in STARTS else TIME_TYPES
        return CanonicalField(default_type="date" if table in _BY_DAYS else "datetime", types=types)
    if bool in kinds:
        return CanonicalField(default_type="bool", types=frozenset({"bool"}))
    words = tuple(word.value for kind in kinds if _is_words(kind) for word in kind)
    return CanonicalField(default_type="text", types=TEXT_TYPES, words=words)


def _is_words(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, StrEnum)


def _fields_of(table: str) -> dict[str, CanonicalField]:
    hints = get_type_hints(TABLES[table])
    names = [field.name for field in fields(TABLES[table]) if field.name not in _MADE_BY_US]
    found = {name: _field(table, name, hints[name]) for name in names}
    return found | {name: _field(table, name, str) for name in _EXTRA.get(table, ())}


FIELDS: dict[str, dict[str, CanonicalField]] = {table: _fields_of(table) for table in TABLES}
"""Per canonical table: the fields that columns may fill."""
