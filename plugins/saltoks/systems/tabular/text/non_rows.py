"""Lines of a table that are plainly no rows: totals, headings, a header again. They are told and do not count.

Only a line that lacks what every row of its table has is taken for none: a row that merely lost its id is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from saltoks.systems.tabular.settings.fields import MAY_BE_UNKNOWN, REQUIRED, TIME_TYPES
from saltoks.systems.tabular.text.column_readers import ColumnReader
from saltoks.systems.tabular.text.csv_text import Cells
from saltoks.systems.values.errors import CellError

_SUM = re.compile(
    r"\W*(?:(?:grand|sub|general|overall|eind|sub-?|zwischen|gesamt)[\s-]*)?"
    r"(?:totals?|totaal|totalen|totaux|totale|totali|totales|summe|summa|sum|somme|suma|gesamt|aantal|anzahl|count"
    r"|razem|итого|всего|合計|合计|總計|总计)(?!\w).{0,40}",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\W*(?:[A-Z]{3}\W*)?\d[\d.,'’\s]*(?:\W*[^\W\d]{1,10})?\W*")
"""A number, perhaps with a currency or what it counts."""
_ENOUGH = 2
"""Fields whose absence, all together, shows that a line is no row."""


@dataclass(frozen=True, slots=True)
class RowTest:
    """What tells a row of one table from a line that is none: its header, its ids, and what every row has beside."""

    header: Cells
    ids: ColumnReader
    others: tuple[ColumnReader, ...]

    @classmethod
    def of(cls, table: str, slots: Iterable[ColumnReader], header: Cells) -> RowTest:
        """The test for a table with these columns."""
        by_field = {slot.field: slot for slot in slots}
        needed = [by_field[name] for name in REQUIRED[table] if name in by_field and name not in MAY_BE_UNKNOWN]
        others = tuple(slot for slot in needed if slot.field != "source_id" and slot.indexes)
        return cls(header, by_field["source_id"], others)

    def is_none(self, cells: Cells) -> bool:
        """Whether a whole line is plainly no row."""
        if len(cells) < len(self.header):
            return False
        if cells[0] == self.header[0] and cells[: len(self.header)] == self.header:
            return True
        id_texts = self.ids.texts(cells)
        if not id_texts or any(text and not _SUM.fullmatch(text) for text in id_texts):
            return False
        if any(slot.kind in TIME_TYPES and _readable(slot, cells) for slot in self.others):
            return False
        filled = [text for cell in cells if (text := (cell or "").strip())]
        return _only_sums(filled) or (
            len(self.others) >= _ENOUGH and not any(_readable(slot, cells) for slot in self.others)
        )


def _only_sums(filled: list[str]) -> bool:
    """A word such as total with its amounts, or a lone amount."""
    words = [text for text in filled if _SUM.fullmatch(text)]
    amounts = [text for text in filled if _AMOUNT.fullmatch(text)]
    return len(words) + len(amounts) == len(filled) and bool(words or len(filled) == 1)


def _readable(slot: ColumnReader, cells: Cells) -> bool:
    texts = slot.texts(cells)
    if not any(texts) or all(_SUM.fullmatch(text) for text in texts if text):
        return False
    try:
        return slot.value(cells) is not None
    except CellError:
        return False
