"""Reads lists to their end and says when that did not work (contract §2.2, T2).

The order of pages cannot be relied on and totals change while one reads: so rows are kept by id, and a list whose
total changed on the way is read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from saltoks.core.errors import UnexpectedAnswer
from saltoks.net.rest import Rest
from saltoks.sources.nexudus.entities import Entity
from saltoks.sources.nexudus.record import Record, is_id

Filters = Mapping[str, str | int]
READS = 3
PAGE_CAP = 10_000
CHUNK = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list gave: each record once, and a sentence for each reason why some may be missing."""

    records: tuple[Record, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether everything that was asked for came."""
        return not self.problems

    def __add__(self, other: Listing) -> Listing:
        """Both, where a record of the second replaces one of the first."""
        records = {record.id: record for record in (*self.records, *other.records)}
        return Listing(tuple(records.values()), (*self.problems, *other.problems))


@dataclass(slots=True)
class _Reading:
    """One go through the pages of a list."""

    entity: Entity
    records: dict[int, Record] = field(default_factory=dict)
    totals: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def take(self, page: object) -> bool:
        """Keep a page; whether another one follows. After one that brings nothing new, pages go in circles."""
        if not isinstance(page, dict) or not isinstance(page.get("Records"), list):
            self.faults.append("a page has no list of records")
            return False
        before = len(self.records)
        self._keep(page["Records"])
        total = page.get("TotalItems")
        if isinstance(total, int):
            self.totals.append(total)
        follows = page.get("HasNextPage")
        if not isinstance(follows, bool):
            follows = bool(self.totals) and len(self.records) < self.totals[-1]
        return follows and len(self.records) > before

    def _keep(self, rows: list[object]) -> None:
        for row in rows:
            if isinstance(row, dict) and is_id(row.get("Id")):
                record = Record.of(self.entity, row)
                self.records[record.id] = record
            else:
                self.faults.append("a record has no Id")

    @property
    def is_steady(self) -> bool:
        """Whether the total stayed the same from the first page to the last."""
        return len(set(self.totals)) <= 1

    def listing(self) -> Listing:
        """What came, with the reasons to doubt it."""
        faults = list(dict.fromkeys(self.faults))
        if not self.totals:
            faults.append("the total number of records is not told")
        elif not self.is_steady:
            faults.append(f"the total kept changing, up to {max(self.totals)}, in {READS} reads")
        elif len(self.records) != self.totals[-1]:
            faults.append(f"{len(self.records)} of {self.totals[-1]} records came")
        words = f"{self.entity.path}: {{}} — the list of {self.entity.words} may not be whole, the next run reads again"
        return Listing(tuple(self.records.values()), tuple(words.format(fault) for fault in faults))


class Feed:
    """Asks for lists, `page_size` records at a time."""

    def __init__(self, rest: Rest, page_size: int) -> None:
        self._rest = rest
        self._page_size = page_size

    def all(self, entity: Entity, filters: Filters | None = None) -> Listing:
        """Every record that passes the filters; errors of the client go through."""
        reading = _Reading(entity)
        for _ in range(READS):
            reading = self._read(entity, filters or {})
            if reading.is_steady:
                break
        return reading.listing()

    def by_ids(self, entity: Entity, ids: Iterable[int]) -> Listing:
        """The records of these ids, as far as they are still there."""
        wanted = sorted(set(ids))
        found = Listing()
        for start in range(0, len(wanted), CHUNK):
            chunk = wanted[start : start + CHUNK]
            found = found + self.all(entity, {"id": f"[{','.join(map(str, chunk))}]"})
        return found

    def is_empty(self, entity: Entity) -> bool:
        """Whether a list says that it holds nothing at all."""
        page = self._page(entity, {"page": 1, "size": 1})
        return not isinstance(page, dict) or not page.get("TotalItems")

    def _read(self, entity: Entity, filters: Filters) -> _Reading:
        reading = _Reading(entity)
        try:
            for page in self._pages(entity, filters):
                if not reading.take(page):
                    return reading
            reading.faults.append(f"more than {PAGE_CAP} pages came")
        except UnexpectedAnswer as error:
            reading.faults.append(error.message.removesuffix("."))
        return reading

    def _pages(self, entity: Entity, filters: Filters) -> Iterator[object]:
        for page in range(1, PAGE_CAP + 1):
            yield self._page(entity, {**filters, "page": page, "size": self._page_size, "orderBy": "Id", "dir": 1})

    def _page(self, entity: Entity, params: Filters) -> object:
        return self._rest.get(f"/api/{entity.path}", params, what=f"read the list of {entity.words}")
