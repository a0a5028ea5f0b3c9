"""The text of a CSV file as a header and rows: what stands above the header, other delimiters, and swallowed rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from saltoks.core.errors import SourceError
from saltoks.core.text import clean

Cells = tuple[str | None, ...]

_DELIMITERS = (",", ";", "\t", "|")
_RARE_DELIMITERS = ("^", "~", ":", " ")
_SEP = re.compile(r'"?sep=(.)"?[,;|\s]*', re.IGNORECASE)
_ABOVE = 20
"""Rows from the top among which a header is looked for."""
_FEWEST = 2
"""Columns of a table in which a line of text can be told from a row."""
_FORMULA = re.compile(r'\s*="([^"]*)"\s*')
"""How exports make Excel keep a text such as 001 as it is."""
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class CsvRecord:
    """One row of the file: where it begins, its lines if there are several, and its cells, `raw` and clean."""

    line: int
    lines: tuple[str, ...]
    raw: tuple[str, ...]
    cells: Cells

    @property
    def names(self) -> tuple[str, ...]:
        """The cells as headers."""
        return tuple((name or "").strip() for name in self.cells)


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A CSV file below its header.

    `swallowed` are lines inside a cell that would be rows, `torn` the first lines of rows over several lines that have
    too few or too many cells. `notes` tell what stands above the header.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, Cells], ...]
    swallowed: tuple[tuple[int, Cells], ...]
    torn: tuple[int, ...]
    notes: tuple[str, ...]


def read_csv(text: str, where: str, delimiter: str | None, wanted: frozenset[str]) -> CsvTable:
    """The table in a text; raises SourceError, with the delimiter that fits where another one does.

    `wanted` are the headers that must be there; without them the first row counts as the header.
    """
    first = _LINE_END.split(text[:20], maxsplit=1)[0]
    sep = _SEP.fullmatch(first)
    used = delimiter or (sep[1] if sep else ",")
    try:
        records = list(_records(text, used, where, skipped=1 if sep else 0))
    except SourceError as error:
        raise _of_other(text, where, used, wanted) or error from error
    if not records:
        raise SourceError(f"{where}:1: the file is empty — export it again with its header row")
    at = _header(records, wanted)
    if at is None and (other := _of_other(text, where, used, wanted)):
        raise other
    notes = [f"{where}:1: is Excel's sep=, not a row; the delimiter is {used!r}"] if sep else []
    if at:
        text = f"the header is in line {records[at].line}, and what stands above it is no row"
        notes.append(f"{where}:{records[0].line}: {text}")
    return _table(records, at or 0, used, tuple(notes))


def _records(text: str, delimiter: str, where: str, skipped: int) -> Iterator[CsvRecord]:
    """Every row that holds text; raises SourceError for a quotation mark that is open or misplaced."""
    lines = _Lines(text, skipped)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1 + skipped
    try:
        for raw in reader:
            cells = tuple(clean(_text(cell)) for cell in raw)
            if any(cell.strip() for cell in cells):
                yield CsvRecord(line, tuple(lines.taken) if len(lines.taken) > 1 else (), tuple(raw), cells)
            lines.taken.clear()
            line = 1 + skipped + reader.line_num
    except csv.Error as error:
        raise SourceError(f"{where}:{line}: {_broken(str(error))} — export the file again") from error


def _text(cell: str) -> str:
    found = _FORMULA.fullmatch(cell) if '="' in cell else None
    return found[1] if found else cell


class _Lines:
    """The lines of a text one by one, remembering those that the current row has taken."""

    def __init__(self, text: str, skipped: int) -> None:
        self._lines = islice(io.StringIO(text, newline=""), skipped, None)
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.taken.append(line)
            yield line


def _broken(said: str) -> str:
    if said.startswith("field larger"):
        return f"a cell is longer than {csv.field_size_limit()} letters"
    if "end of data" in said:
        return "a quotation mark is open: one that begins a cell here has no partner"
    return "a quotation mark is misplaced: text follows the one that should end its cell"


def _header(records: list[CsvRecord], wanted: frozenset[str]) -> int | None:
    """Which of the first rows has every header that is wanted."""
    if not wanted:
        return 0
    return next((n for n, record in enumerate(records[:_ABOVE]) if wanted <= set(record.names)), None)


def _of_other(text: str, where: str, used: str, wanted: frozenset[str]) -> SourceError | None:
    """That another delimiter gives every header, where exactly one does."""
    usual, rare = (
        [one for one in ones if one != used and _fits(text, one, wanted)] for ones in (_DELIMITERS, _RARE_DELIMITERS)
    )
    found = usual or rare
    if not wanted or len(found) != 1:
        return None
    written = "\\t" if found[0] == "\t" else found[0]
    told = f"the header '{sorted(wanted)[0]}' is missing, as the delimiter is another one"
    return SourceError(f'{where}:1: {told}: every header is there with it — write delimiter: "{written}"')


def _fits(text: str, delimiter: str, wanted: frozenset[str]) -> bool:
    head = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _ABOVE)
    try:
        return any(wanted <= {clean(cell).strip() for cell in cells} for cells in head)
    except csv.Error:
        return False


def _table(records: list[CsvRecord], at: int, delimiter: str, notes: tuple[str, ...]) -> CsvTable:
    header = records[at].names
    below = records[at + 1 :]
    torn: list[int] = []
    swallowed: list[tuple[int, Cells]] = []
    for record in below:
        if record.lines and (len(record.cells) < len(header) or any(record.cells[len(header) :])):
            torn.append(record.line)
        elif record.lines:
            swallowed += _inside(record, len(header), delimiter)
    rows = tuple((record.line, record.cells) for record in below)
    return CsvTable(header, rows, tuple(swallowed), tuple(torn), notes)


def _inside(record: CsvRecord, columns: int, delimiter: str) -> Iterator[tuple[int, Cells]]:
    """Lines of a row that would be whole rows themselves, where one of its cells has the delimiters of a row."""
    long = [cell for cell in record.raw if _LINE_END.search(cell)]
    if columns < _FEWEST or all(cell.count(delimiter) < columns - 1 for cell in long):
        return
    for n, line in enumerate(record.lines[1:], start=1):
        whole = next((cells for cells in _ways(line, delimiter) if len(cells) == columns), ())
        if whole:
            yield record.line + n, tuple(clean(cell).strip().strip('"') for cell in whole)


def _ways(line: str, delimiter: str) -> Iterator[list[str]]:
    """The cells of a line by itself, whose quotation marks may count or not."""
    with suppress(csv.Error):
        yield from csv.reader([line], delimiter=delimiter)
    yield line.split(delimiter)
