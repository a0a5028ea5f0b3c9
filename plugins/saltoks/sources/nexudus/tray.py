"""The rows of one table in the making: those that became something, and those that go to quarantine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from saltoks.core.canonical import CanonicalRow, Rejected
from saltoks.sources.cells import CellError
from saltoks.sources.nexudus.record import Record

R = TypeVar("R", bound=CanonicalRow)


@dataclass(slots=True)
class Tray(Generic[R]):
    """Rows and rejects of a table; `prefix` stands before the id of a rejected record, as in `resource:12`."""

    table: str
    rows: list[R] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    def fill(self, records: Iterable[Record], make: Callable[[Record], R | None], prefix: str = "") -> None:
        """Make a row of each record; None means that the record is none of ours, CellError that it is broken."""
        for record in records:
            try:
                row = make(record)
            except CellError as error:
                self.rejected.append(record.rejected(self.table, f"{prefix}{record.id}", error))
            except OverflowError:
                beyond = CellError("Id", "holds a time outside the calendar — correct it")
                self.rejected.append(record.rejected(self.table, f"{prefix}{record.id}", beyond))
            else:
                if row is not None:
                    self.rows.append(row)
