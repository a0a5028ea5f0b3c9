"""A table as a source hands it over: a header and rows of text, each with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from saltoks.core.errors import SaltoksError, SourceError
from saltoks.core.text import clean
from saltoks.systems.tabular.settings.tables import TableSource
from saltoks.systems.tabular.text.csv_text import Cells, read_csv
from saltoks.systems.tabular.text.encodings import decoded, misnamed

LARGEST = 256_000_000
"""Bytes of a file: some millions of rows. More than that is no export of a booking system."""
_TORN = (
    "a row over several lines has too few or too many cells, so it may have swallowed others — export the file again"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """`where` is the CSV or SQL file; rows are numbered by their line in a file, or from 1 in a result.

    `digest` is the SHA-256 of a CSV file, in hexadecimal digits. `swallowed` are lines inside of cells that would be
    rows; `doubts` say why rows may be missing, `notes` what else was seen.
    """

    where: str
    header: tuple[str, ...]
    rows: Sequence[tuple[int, Cells]]
    modified_at: datetime | None
    digest: str = ""
    swallowed: Sequence[tuple[int, Cells]] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


Query = Callable[[str, str, Mapping[str, str | int]], RawTable]
"""(connection id, SQL text, parameters) → rows; given by the caller, since only `warehouse` talks SQL."""


def open_table(spec: TableSource, base: Path, query: Query) -> RawTable:
    """The rows that a table's configuration points at; raises SourceError for whatever keeps them away."""
    path = spec.path(base)
    where = label(path, base)
    if spec.csv is not None:
        return _csv(spec, path, where)
    return _queried(spec, path, where, query, spec.parameters)


def open_loads(spec: TableSource, base: Path, query: Query) -> RawTable | None:
    """What the query of a dlt table's loads gives, None for a table of no such loader; raises SourceError."""
    if spec.loader is None or spec.loader.loads is None:
        return None
    path = base / spec.loader.loads
    return _queried(spec, path, label(path, base), query, {})


def label(path: Path, base: Path) -> str:
    """A file as messages name it: below the project root where it lies there."""
    return str(path.relative_to(base) if path.is_relative_to(base) else path)


def _queried(spec: TableSource, path: Path, where: str, query: Query, parameters: Mapping[str, str | int]) -> RawTable:
    text = _query_text(_content(path, where), where)
    try:
        found = query(spec.connection or "", text, parameters)
    except SaltoksError as error:
        raise SourceError(f"{where}: the query failed: {error.message}") from error
    rows = [(number, _clean(cells)) for number, cells in found.rows]
    header = tuple(clean(name).strip() for name in found.header)
    return RawTable(where=where, header=header, rows=rows, modified_at=found.modified_at)


def _query_text(content: bytes, where: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{where}:{line}: the query is not UTF-8 text — save it as UTF-8") from error
    if "\0" in text:
        raise SourceError(f"{where}: the query holds zero bytes, so it is not UTF-8 text — save it as UTF-8")
    return text


def _csv(spec: TableSource, path: Path, where: str) -> RawTable:
    content = _content(path, where)
    found = read_csv(decoded(content, where, spec.encoding), where, spec.delimiter, spec.headers)
    doubts = [f"{where}:{line}: {_TORN}" for line in found.torn]
    if misnamed(content, spec.encoding):
        text = f"is sound UTF-8, so read as {spec.encoding} its names and ids would be others"
        doubts.append(f"{where}: {text} — take encoding out, or export the file in it")
    return RawTable(
        where=where,
        header=found.header,
        rows=found.rows,
        modified_at=_modified(path),
        digest=sha256(content).hexdigest(),
        swallowed=found.swallowed,
        doubts=tuple(doubts),
        notes=found.notes,
    )


def _clean(cells: Iterable[str | None]) -> Cells:
    return tuple(None if cell is None else clean(cell) for cell in cells)


def _content(path: Path, where: str) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise SourceError(f"{where}: the file cannot be read, as it is no plain file — put the export itself there")
        with path.open("rb") as file:
            found = file.read(LARGEST + 1) if path.stat().st_size <= LARGEST else None
        if found is None or len(found) > LARGEST:
            raise SourceError(f"{where}: the file is larger than {LARGEST // 1_000_000} MB — export a shorter time")
        return found
    except FileNotFoundError as error:
        raise SourceError(
            f"{where}: the file is not there — export it, or correct the path in the site's file"
        ) from error
    except OSError as error:
        raise SourceError(f"{where}: the file cannot be read — give this user the right to read it") from error


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
