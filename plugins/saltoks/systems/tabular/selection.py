"""Which rows of a file or query count for its table, and what the loader's columns say (booking-systems §6).

Rows that do not belong here, and rows that the loader marks as deleted, are passed over rather than rejected: a
snapshot without them ends them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from saltoks.core.errors import SourceError
from saltoks.systems.tabular.settings.tables import TableSource
from saltoks.systems.tabular.text.csv_text import Cells
from saltoks.systems.tabular.text.raw_table import RawTable

Line = tuple[int, Cells]
_YES = frozenset({"true", "t", "yes", "y", "1"})
_NO = frozenset({"false", "f", "no", "n", "0", ""})
_AGE_COLUMNS = {"fivetran": "_fivetran_synced", "airbyte": "_airbyte_extracted_at"}
_DELETED, _ACTIVE, _LOAD = "_fivetran_deleted", "_fivetran_active", "_dlt_load_id"


@dataclass(frozen=True, slots=True)
class Loads:
    """The finished loads of dlt: their ids, and when the newest of them was finished."""

    ids: frozenset[str]
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows that count, and rows that say themselves that they are none of the table's (any more).

    `loaded_at` is when the loader wrote last, None where no row tells; `doubts` are why rows may be missing. `gone` are
    those passed over because they are deleted.
    """

    lines: tuple[Line, ...]
    passed: tuple[Line, ...]
    loaded_at: datetime | None
    doubts: tuple[str, ...] = ()
    gone: tuple[Line, ...] = ()


def header_problems(spec: TableSource, raw: RawTable) -> Iterator[str]:
    """Sentences about columns that the configuration needs beside the data and that are not there."""
    for name in spec.only_where:
        if name not in raw.header:
            yield f"{raw.where}:1: the header '{name}' of only_where is missing — add it, or correct only_where"
    for name in _columns(spec, raw):
        if name not in raw.header:
            kind = spec.loader.kind if spec.loader else ""
            text = f"the column '{name}', by which {kind} tells what counts, is missing"
            yield f"{raw.where}:1: {text} — select it too, or take loader out"


def loads_of(raw: RawTable) -> Loads:
    """What `_dlt_loads` says; raises SourceError when it lacks a column. A load of status 0 is finished."""
    missing = [name for name in ("load_id", "status", "inserted_at") if name not in raw.header]
    if missing:
        raise SourceError(f"{raw.where}: {', '.join(missing)} of _dlt_loads is missing — select it in the loads query")
    ids, status, at = (raw.header.index(name) for name in ("load_id", "status", "inserted_at"))
    done = [(line, cells) for line, cells in raw.rows if cells[status] == "0"]
    newest = _newest(done, at, raw.where, "inserted_at")
    return Loads(frozenset(cells[ids] or "" for _, cells in done), newest)


def select(spec: TableSource, raw: RawTable, loads: Loads | None) -> Selection:
    """The rows of a table whose header is sound; raises SourceError for a mark that cannot be read."""
    here, elsewhere = _belonging(spec, raw)
    kind = spec.loader.kind if spec.loader else None
    if kind == "dlt" and loads is not None:
        return _of_finished_loads(here, elsewhere, raw, loads)
    live, gone = _living(spec, raw, here)
    age = _age_column(spec)
    loaded_at = _newest(raw.rows, raw.header.index(age), raw.where, age) if age else None
    return Selection(tuple(live), (*elsewhere, *gone), loaded_at, gone=tuple(gone))


def _age_column(spec: TableSource) -> str | None:
    if spec.loader is None:
        return None
    return _AGE_COLUMNS.get(spec.loader.kind, spec.loader.updated_column)


def _columns(spec: TableSource, raw: RawTable) -> Iterator[str]:
    """The columns that the loader of a table must have; Fivetran's history mode has another mark than its usual one."""
    loader = spec.loader
    if loader is None:
        return
    yield from (name for name in (_age_column(spec), loader.deleted_column) if name)
    if loader.kind == "fivetran" and _ACTIVE not in raw.header:
        yield _DELETED
    if loader.kind == "dlt":
        yield _LOAD


def _belonging(spec: TableSource, raw: RawTable) -> tuple[list[Line], list[Line]]:
    """Rows that meet every condition, and rows that lack a text where one must be present.

    A row that is cut off belongs: nobody knows what stood there, so it must be rejected aloud.
    """
    conditions = [(raw.header.index(name), frozenset(words)) for name, words in spec.only_where.items()]
    here: list[Line] = []
    elsewhere: list[Line] = []
    for line, cells in raw.rows:
        whole = len(cells) >= len(raw.header)
        texts = [((cells[index] or "").strip(), words) for index, words in conditions if whole]
        if any(not text and not words for text, words in texts):
            elsewhere.append((line, cells))
        elif all(not words or text in words for text, words in texts):
            here.append((line, cells))
    return here, elsewhere


def _living(spec: TableSource, raw: RawTable, lines: list[Line]) -> tuple[list[Line], list[Line]]:
    marks = _marks(spec, raw)
    live: list[Line] = []
    gone: list[Line] = []
    for line, cells in lines:
        dead = any(_is_dead(mark, line, cells, raw) for mark in marks)
        (gone if dead else live).append((line, cells))
    return live, gone


@dataclass(frozen=True, slots=True)
class _Mark:
    """A column that tells whether a row is dead; `dead_when` is the truth that says so."""

    name: str
    index: int
    dead_when: bool


def _marks(spec: TableSource, raw: RawTable) -> list[_Mark]:
    loader = spec.loader
    if loader is None:
        return []
    names = {loader.deleted_column: True} if loader.deleted_column else {}
    names |= {_DELETED: True, _ACTIVE: False} if loader.kind == "fivetran" else {}
    return [_Mark(name, raw.header.index(name), dead) for name, dead in names.items() if name in raw.header]


def _is_dead(mark: _Mark, line: int, cells: Cells, raw: RawTable) -> bool:
    """A time in place of a truth is when the row was deleted; a row that is cut off has no mark."""
    if len(cells) < len(raw.header):
        return False
    text = (cells[mark.index] or "").strip().casefold()
    if text in _YES | _NO:
        return (text in _YES) is mark.dead_when
    if mark.dead_when and _instant(text) is not None:
        return True
    reason = f"the column '{mark.name}' holds neither a truth nor a time"
    raise SourceError(f"{raw.where}:{line}: {reason} — write true, false, or when it was deleted")


def _of_finished_loads(here: list[Line], elsewhere: list[Line], raw: RawTable, loads: Loads) -> Selection:
    """A row of a load that is not finished may have replaced one that counted, so the rest is not the whole truth."""
    index = raw.header.index(_LOAD)
    done = [(line, cells) for line, cells in here if cells[index] in loads.ids]
    left = len(here) - len(done)
    text = f"{left} rows are of a load that is not finished, so they do not count — wait for dlt, or run it again"
    return Selection(tuple(done), tuple(elsewhere), loads.newest, (f"{raw.where}: {text}",) if left else ())


def _newest(lines: Iterable[Line], index: int, where: str, name: str) -> datetime | None:
    newest: datetime | None = None
    for line, cells in lines:
        text = (cells[index] or "").strip() if index < len(cells) else ""
        if not text:
            continue
        found = _instant(text)
        if found is None:
            raise SourceError(f"{where}:{line}: '{name}' is not a time written as YYYY-MM-DDTHH:MM — correct it")
        newest = found if newest is None else max(newest, found)
    return newest


def _instant(text: str) -> datetime | None:
    """A time of the loader; without an offset it is UTC, as all of them write it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
