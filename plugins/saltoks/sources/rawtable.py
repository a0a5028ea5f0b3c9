"""A table as a source hands it over: a header and rows of text, each with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from saltoks.core.errors import SaltoksError, SourceError
from saltoks.core.text import clean
from saltoks.settings import TableSource

Cells = tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """`where` is the CSV or SQL file; rows are numbered by their line in a file, or from 1 in a result.

    `digest` is the SHA-256 of a CSV file, in hexadecimal digits.
    """

    where: str
    header: tuple[str, ...]
    rows: Sequence[tuple[int, Cells]]
    modified_at: datetime | None
    digest: str = ""


_ZEROS_OF_WIDE_TEXT = 4
"""Text of two bytes a letter has a zero for most of them, a torn file several in a row; a stray one is cleaned away."""

Query = Callable[[str, str, Mapping[str, str | int]], RawTable]
"""(connection id, SQL text, parameters) → rows; given by the caller, since only `warehouse` talks SQL."""


def open_table(spec: TableSource, base: Path, query: Query) -> RawTable:
    """The rows that a table's configuration points at; raises SourceError for whatever keeps them away."""
    path = spec.path(base)
    where = label(path, base)
    if spec.csv is not None:
        return _csv(path, where, spec.delimiter)
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
    text = _decoded(_content(path, where), where)
    try:
        found = query(spec.connection or "", text, parameters)
    except SaltoksError as error:
        raise SourceError(f"{where}: the query failed: {error.message}") from error
    rows = [(number, _clean(cells)) for number, cells in found.rows]
    header = tuple(clean(name).strip() for name in found.header)
    return RawTable(where=where, header=header, rows=rows, modified_at=found.modified_at)


def _csv(path: Path, where: str, delimiter: str) -> RawTable:
    content = _content(path, where)
    reader = csv.reader(io.StringIO(_decoded(content, where), newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, Cells]] = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, _clean(cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(f"{where}:{line}: a quotation mark is open or misplaced — export the file again") from error
    filled = [(number, cells) for number, cells in rows if any(cell and cell.strip() for cell in cells)]
    if not filled:
        raise SourceError(f"{where}:1: the file is empty — export it again with its header row")
    header = tuple((name or "").strip() for name in filled[0][1])
    digest = sha256(content).hexdigest()
    return RawTable(where=where, header=header, rows=filled[1:], modified_at=_modified(path), digest=digest)


def _clean(cells: Iterable[str | None]) -> Cells:
    return tuple(None if cell is None else clean(cell) for cell in cells)


def _content(path: Path, where: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SourceError(
            f"{where}: the file is not there — export it, or correct the path in the site's file"
        ) from error
    except OSError as error:
        raise SourceError(f"{where}: the file cannot be read — give this user the right to read it") from error


def _decoded(content: bytes, where: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{where}: the file is not UTF-8 text — export it as CSV UTF-8") from error
    if "\0\0" in text or text.count("\0") * _ZEROS_OF_WIDE_TEXT > len(text):
        raise SourceError(f"{where}: the file holds zero bytes, so it is not UTF-8 text — export it as CSV UTF-8")
    return text


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
