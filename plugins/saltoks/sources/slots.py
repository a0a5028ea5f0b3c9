"""One configured column of a table: which cells it reads, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from saltoks.settings import Column
from saltoks.settings.fields import ColumnType
from saltoks.sources.cells import CellError, Value
from saltoks.sources.csvtext import Cells


@dataclass(frozen=True, slots=True)
class Slot:
    """A column and the places of its cells in a row: none for a constant."""

    field: str
    column: Column
    kind: ColumnType
    indexes: tuple[int, ...]
    needed: bool
    read: Callable[[str | None], Value]

    def texts(self, cells: Cells) -> tuple[str, ...]:
        """This column's cells of a row without spaces around them; a cell that is cut off is empty."""
        return tuple((cells[index] or "").strip() if index < len(cells) else "" for index in self.indexes)

    def cell(self, cells: Cells) -> str | None:
        """This column's cell of a row."""
        return cells[self.indexes[0]] if self.indexes else None

    def value(self, cells: Cells) -> Value:
        """This column's value of a row; raises CellError."""
        found = self.read(self.cell(cells))
        if found is None and self.needed:
            raise CellError(self.field, "is empty — fill it in, or give the column a default")
        return found
