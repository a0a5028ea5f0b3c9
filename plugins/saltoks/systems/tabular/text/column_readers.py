"""One configured column of a table: which cells it reads, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from saltoks.systems.tabular.settings.columns import Column
from saltoks.systems.tabular.settings.fields import ColumnType
from saltoks.systems.tabular.text.cells import Value, written
from saltoks.systems.tabular.text.csv_text import Cells
from saltoks.systems.values.errors import CellError

_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class ColumnReader:
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
        """This column's cell of a row: a day and its time of day joined, or the parts of an id; raises CellError."""
        if len(self.indexes) < _SEVERAL:
            return cells[self.indexes[0]] if self.indexes else None
        texts = self.texts(cells)
        if not any(texts):
            return None
        empty = [name for name, text in zip(self.column.headers, texts, strict=True) if not text]
        if empty:
            raise CellError(
                self.field, f"is made of {', '.join(self.column.headers)}, and {empty[0]} is empty — fill it in"
            )
        return _id_of(texts) if self.column.parts else " ".join(texts)

    def value(self, cells: Cells) -> Value:
        """This column's value of a row; raises CellError."""
        cell = self.cell(cells)
        found = self.read(cell)
        if found is None and self.needed:
            if written(self.column, cell):
                raise CellError(self.field, "stands for no time at all, and one is needed — write the time")
            raise CellError(self.field, "is empty — fill it in, or give the column a default")
        return found


def _id_of(texts: tuple[str, ...]) -> str:
    """One id of several texts; two rows have the same one only if all their texts are the same."""
    return "|".join(text.replace("\\", "\\\\").replace("|", "\\|") for text in texts)
