"""Whether the times of a table are written as their columns say: judged by column, since one cell fits by chance.

`03/10/2026` is a day with day and month in either order; that another row of its column is one in the other order only
throws doubt on all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from saltoks.systems.tabular.rows import TableRows
from saltoks.systems.tabular.settings.fields import ENDS
from saltoks.systems.tabular.text import moments
from saltoks.systems.tabular.text.cells import NotATime, written
from saltoks.systems.tabular.text.column_readers import ColumnReader
from saltoks.systems.tabular.text.csv_text import Cells
from saltoks.systems.tabular.text.moments import Moment
from saltoks.systems.values.errors import CellError

_FEW, _SHARE = 2, 0.1
"""So many rows, and such a share of them, that do not fit are more than slips."""
_PROOF = 10
"""So many rows that fit in one order only outweigh one that fits in the other only: that one is a slip."""
_FAR, _OLD = 30, 1900
"""Years from now in which nobody books, and a year before which nobody's access ends or begins."""
_LONG = 100
_FOR_EVER = frozenset({(12, 31), (1, 1)})
"""Month and day of ends in a distant year with which systems say "for ever"."""
_BY_HOURS = frozenset({"bookings", "passes", "visitors"})


@dataclass(frozen=True, slots=True)
class _Misfit:
    line: int
    error: NotATime


@dataclass(slots=True)
class TimeColumns:
    """The rows of one file or query whose times do not fit, by field."""

    sheet: TableRows
    _misfits: dict[str, list[_Misfit]] = field(default_factory=lambda: defaultdict(list))

    def note(self, line: int, error: CellError) -> None:
        """Remember what kept a line from becoming a row, if it was a time."""
        if isinstance(error, NotATime):
            self._misfits[error.field].append(_Misfit(line, error))

    def doubts(self) -> Iterator[str]:
        """A sentence for each column whose rows fit in part only, or with day and month swapped only."""
        total = len(self.sheet.lines)
        for name, found in self._misfits.items():
            slot = self.sheet.slot(name)
            turned = [one for one in found if one.error.turned is not None]
            if slot is not None and turned and self._proven(slot) < _PROOF * len(turned):
                yield self._swapped(name, turned, total)
            elif len(found) >= _FEW and len(found) >= _SHARE * total:
                what = found[0].error.reason.partition(" — ")[0]
                text = f"{name} of {len(found)} of {total} rows, this one first, {what}, so the column is in doubt"
                fix = "correct its format, or let its map make empty what is no time"
                yield f"{self.sheet.where(found[0].line)}: {text} and no access ends early — {fix}"

    def _swapped(self, name: str, turned: Sequence[_Misfit], total: int) -> str:
        first, form = turned[0], turned[0].error.turned
        text = f"{name} of {len(turned)} of {total} rows, this one first, is a time only with day and month swapped"
        rest = "so all days of the column are in doubt and no access ends early"
        return f"{self.sheet.where(first.line)}: {text} ({form}), {rest} — correct its format, or export it as before"

    def _proven(self, slot: ColumnReader) -> int:
        """How many rows are times in the configured order of day and month only."""
        forms = slot.column.format
        texts = [text for _, cells in self.sheet.lines if (text := _text(slot, cells))]
        return sum(
            moments.parsed(forms, slot.kind, text) is not None and moments.swapped(forms, slot.kind, text) is None
            for text in texts
        )


def _text(slot: ColumnReader, cells: Cells) -> str | None:
    try:
        return written(slot.column, slot.cell(cells))
    except CellError:
        return None


def check_year(table: str, name: str, at: Moment, now: datetime) -> None:
    """Raises `NotATime` for a year that nobody means: two digits read as a year, another calendar, a slip.

    An end on the last or first day of a distant year is one for ever.
    """
    if name == "created_at" or (name in ENDS and at.year > now.year and (at.month, at.day) in _FOR_EVER):
        return
    ahead = at.year - now.year
    near = table in _BY_HOURS and name != "valid_until"
    if at.year < _OLD or ahead > (_LONG if name in ENDS and not near else _FAR) or (near and ahead < -_FAR):
        side = "ahead" if ahead > 0 else "back"
        raise NotATime(name, f"lies {abs(ahead)} years {side}, where nobody means it to be — correct it")
