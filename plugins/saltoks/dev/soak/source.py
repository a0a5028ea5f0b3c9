"""Hands the rows of a place to the product as files, some of which are broken, and knows what can be read in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from saltoks.dev.soak.rows import Rows, cells, save, text_of
from saltoks.dev.soak.sites import Place

SOURCE_FAULTS = ("file missing", "file torn", "file shrunk", "file stale")


@dataclass(slots=True)
class Files:
    """The files of a place.

    `seen` are the rows as far as any file has told them; `whole` are those of the last files that were all there. A
    broken file can tell of a booking what is new; that a booking is gone or moved away, only a whole one can.
    """

    place: Place
    folder: Path
    seen: Rows = field(default_factory=Rows)
    whole: Rows = field(default_factory=Rows)

    def write(self, rows: Rows, at: datetime, fault: str | None) -> None:
        """Writes all files as of an instant; with a fault the bookings are missing, torn, shrunk, or all is stale."""
        if fault == "file stale":
            return
        if fault == "file missing":
            self._file("bookings").unlink(missing_ok=True)
            return
        for table, lines in cells(self.place, rows).items():
            text = text_of(table, lines)
            left = _broken(text, fault) if table == "bookings" else text
            save(self._file(table), left, at, control=text if self.place.control else None)
        self._learn(rows, fault)

    def _file(self, table: str) -> Path:
        return self.folder / f"{table}.csv"

    def _learn(self, rows: Rows, fault: str | None) -> None:
        if fault is None:
            self.seen = self.whole = rows
            return
        kept = dict(list(rows.bookings.items())[: _left(len(rows.bookings))])
        self.seen = Rows(rows.customers, {**self.seen.bookings, **kept}, rows.memberships)


def _left(count: int) -> int:
    """How many rows of so many are whole in a broken file: too few for any guard."""
    return count // 2


def _broken(text: str, fault: str | None) -> str:
    """Half of the rows; in a torn file the one after them is cut in its middle."""
    if fault is None:
        return text
    lines = text.splitlines(keepends=True)
    rows = len(lines) - 1
    kept = lines[: 1 + _left(rows)]
    torn = [lines[len(kept)][:12]] if fault == "file torn" and len(kept) < len(lines) else []
    return "".join([*kept, *torn])
