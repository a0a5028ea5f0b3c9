"""Lines of a table that are plainly no rows: totals, headings, a header again. They are told and do not count.

Only a line that lacks what every row of its table has is taken for none: a row that merely lost its id is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from saltoks.settings.fields import MAY_BE_UNKNOWN, REQUIRED, TIME_TYPES
from saltoks.sources.cells import CellError
from saltoks.sources.csvtext import Cells
from saltoks.sources.slots import Slot

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


def is_none(table: str, slots: Iterable[Slot], header: Cells, cells: Cells) -> bool:
    """Whether a whole line is plainly no row of the table."""
    if len(cells) < len(header):
        return False
    texts = [(cell or "").strip() for cell in cells]
    if tuple(texts[: len(header)]) == header:
        return True
    by_field = {slot.field: slot for slot in slots}
    id_texts = by_field["source_id"].texts(cells)
    if any(text and not _SUM.fullmatch(text) for text in id_texts) or not id_texts:
        return False
    needed = [by_field[name] for name in REQUIRED[table] if name in by_field and name not in MAY_BE_UNKNOWN]
    others = [slot for slot in needed if slot.field != "source_id" and slot.indexes]
    if any(slot.kind in TIME_TYPES and _readable(slot, cells) for slot in others):
        return False
    return _only_sums([text for text in texts if text]) or (
        len(others) >= _ENOUGH and not any(_readable(slot, cells) for slot in others)
    )


def _only_sums(filled: list[str]) -> bool:
    """A word such as total with its amounts, or a lone amount."""
    words = [text for text in filled if _SUM.fullmatch(text)]
    amounts = [text for text in filled if _AMOUNT.fullmatch(text)]
    return len(words) + len(amounts) == len(filled) and bool(words or len(filled) == 1)


def _readable(slot: Slot, cells: Cells) -> bool:
    texts = slot.texts(cells)
    if not any(texts) or all(_SUM.fullmatch(text) for text in texts if text):
        return False
    try:
        return slot.value(cells) is not None
    except CellError:
        return False
