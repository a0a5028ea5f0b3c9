"""The rows of one table in the making: those that became something, and those that go to quarantine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from saltoks.core.model.canonical import CanonicalRow, RejectedRow
from saltoks.systems.nexudus.api.record import Record
from saltoks.systems.values.errors import CellError

Make = Callable[[Record], CanonicalRow | None]


@dataclass(slots=True)
class Tray:
    """Rows and rejects of one canonical table, and what was put right in rows."""

    table: str
    rows: list[CanonicalRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def fill(self, records: Iterable[Record], make: Make, prefix: str = "") -> None:
        """Make a row of each record; None means that the record is none of ours, CellError that it is broken.

        `prefix` stands before the id of a rejected record, as in `resource:12`.
        """
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

    def doubt(self, records: Iterable[Record], *names: str) -> None:
        """Note the records of which one of these lists of ids cannot be read."""
        self.notes += [
            f"{record.entity.path} {record.id}: {' or '.join(names)} cannot be read as ids, so what it said before "
            "counts — report it to the vendor"
            for record in records
            if record.told_ids(*names) is None
        ]
