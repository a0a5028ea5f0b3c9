"""What goes wrong with a delivery, file by file, from the next write on and until it is repaired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from saltoks.systems.deskworks.stand_in.files import FILES, Sheet


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is written in place of a file: its bytes, and the sheet that its control file describes."""

    content: bytes
    told: Sheet


_Fault = Callable[[Sheet, Sheet | None], Delivery | None]
"""(the sheet, the sheet at the write before) → what is written, None for nothing."""


class Faults:
    """At most one fault a file; `repair` ends them all."""

    def __init__(self) -> None:
        self._of: dict[str, _Fault] = {}

    def stale(self, name: str) -> None:
        """The file is not written any more: it stays as it is and grows old."""
        self._of[_known(name)] = lambda _sheet, _before: None

    def late(self, name: str) -> None:
        """The file is new but holds what was true at the write before, so the others point at rows it lacks."""
        self._of[_known(name)] = lambda _sheet, before: None if before is None else _whole(before)

    def torn(self, name: str) -> None:
        """The copy stops in the middle of a line; the control file describes the whole."""
        self._of[_known(name)] = lambda sheet, _before: Delivery(_torn(sheet.content), sheet)

    def empty(self, name: str) -> None:
        """The file has no byte at all; the control file describes the whole."""
        self._of[_known(name)] = lambda sheet, _before: Delivery(b"", sheet)

    def shrunk(self, name: str, keep: int) -> None:
        """The export itself found the first `keep` rows only, and its control file agrees with them."""
        self._of[_known(name)] = lambda sheet, _before: _whole(replace(sheet, lines=sheet.lines[:keep]))

    def missing(self, name: str, column: str) -> None:
        """A column is not in the export any more."""
        header = tuple(one for one in FILES[name] if one != column)
        self._of[_known(name)] = lambda sheet, _before: _whole(replace(sheet, header=header))

    def doubled(self, name: str, row_id: str, /, **changes: str) -> None:
        """A row is there twice, the second time with other values."""
        self._of[_known(name)] = lambda sheet, _before: _whole(_doubled(sheet, row_id, changes))

    def repair(self) -> None:
        """From the next write on all files are in order."""
        self._of.clear()

    def delivery(self, name: str, sheet: Sheet, before: Sheet | None) -> Delivery | None:
        """What is written for a sheet; None leaves the file alone."""
        fault = self._of.get(name)
        return fault(sheet, before) if fault else _whole(sheet)


def _known(name: str) -> str:
    if name not in FILES:
        raise ValueError(f"{name} is no file of the export; there are {', '.join(FILES)}")
    return name


def _whole(sheet: Sheet) -> Delivery:
    return Delivery(sheet.content, sheet)


def _torn(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    middle = len(lines) // 2
    return b"".join(lines[:middle]) + lines[middle][: len(lines[middle]) // 2]


def _doubled(sheet: Sheet, row_id: str, changes: dict[str, str]) -> Sheet:
    twins = tuple({**line, **changes} for line in sheet.lines if line[sheet.header[0]] == row_id)
    return replace(sheet, lines=sheet.lines + twins)
