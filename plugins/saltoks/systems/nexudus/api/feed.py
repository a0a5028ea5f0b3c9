"""Reads lists to their end and says when that did not work (booking-systems §2.2).

The order of pages cannot be relied on and totals change while one reads: so rows are kept by id, and a list whose
total changed on the way is read again. A list may also come as a bare array, which tells no total: it ends where a page
brings nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from saltoks.core.errors import FixAccess, NotThere, UnexpectedAnswer
from saltoks.core.retries import LIST_READS
from saltoks.net.rest import Rest
from saltoks.systems.nexudus.api.batch import Batch
from saltoks.systems.nexudus.api.entities import Entity
from saltoks.systems.nexudus.api.record import Record, is_id
from saltoks.systems.values.envelope import response_page

Filters = Mapping[str, str | int]
PAGE_CAP = 10_000
FEW = 20
"""So many records are read one by one; for more, their list is read as a whole."""


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
        """Both; of a record that is in both, the fields of the second replace those of the first."""
        records = {record.id: record for record in self.records}
        records |= {one.id: records[one.id].updated(one) if one.id in records else one for one in other.records}
        return Listing(tuple(records.values()), (*self.problems, *other.problems))


@dataclass(slots=True)
class _Reading:
    """One go through the pages of a list."""

    entity: Entity
    size: int
    records: dict[int, Record] = field(default_factory=dict)
    totals: list[int] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    bare: bool = False

    def take(self, answer: object) -> bool:
        """Keep a page; whether another one follows. After one that brings nothing new, pages go in circles."""
        page = response_page(answer)
        if page is None:
            self.faults.append("a page has no list of records")
            return False
        before = len(self.records)
        self.keep(page.records)
        more = len(self.records) > before
        self.bare = page.bare
        if page.bare:
            self._suspect(len(page.records), more=more)
            return more
        if (total := page.total("TotalItems")) is not None:
            self.totals.append(total)
        follows = page.facts.get("HasNextPage")
        if not isinstance(follows, bool):
            follows = bool(self.totals) and len(self.records) < self.totals[-1]
        return follows and more

    def _suspect(self, rows: int, *, more: bool) -> None:
        """A full page without anything new: what would follow it is never shown."""
        if rows == self.size and not more:
            self.faults.append("the same page comes again")

    def keep(self, rows: Iterable[object]) -> None:
        """Keep records; what has no id is a fault."""
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
        faults = list(self.faults)
        if not self.totals:
            faults += [] if self.bare else ["the total number of records is not told"]
        elif not self.is_steady:
            faults.append(f"the total kept changing, up to {max(self.totals)}, in {LIST_READS} reads")
        elif len(self.records) != self.totals[-1]:
            faults.append(f"{len(self.records)} of {self.totals[-1]} records came")
        return Listing(tuple(self.records.values()), _sentences(self.entity, faults))


def _sentences(entity: Entity, faults: Iterable[str]) -> tuple[str, ...]:
    words = f"{entity.path}: {{}} — the list of {entity.words} may not be whole, the next run reads again"
    return tuple(words.format(fault) for fault in dict.fromkeys(faults))


class Feed:
    """Asks for lists, `page_size` records at a time."""

    def __init__(self, rest: Rest, page_size: int) -> None:
        self._rest = rest
        self._page_size = page_size

    def all(self, entity: Entity, filters: Filters | None = None) -> Listing:
        """Every record that passes the filters; errors of the client go through."""
        reading = _Reading(entity, self._page_size)
        for _ in range(LIST_READS):
            reading = self._read(entity, filters or {})
            if reading.is_steady:
                break
        return reading.listing()

    def by_ids(self, entity: Entity, ids: Iterable[int]) -> Listing:
        """The records of these ids, as far as they are still there; what is null in them may just not be filled."""
        batch = Batch(entity, ids)
        while chunk := batch.due():
            asked: Filters = {"id": f"[{','.join(map(str, chunk))}]", "page": 1, "size": self._page_size}
            try:
                batch.take(self._page(entity, asked))
            except NotThere:
                continue
            except UnexpectedAnswer as error:
                batch.give_up(error.message.removesuffix("."))
        return Listing(tuple(batch.records.values()), _sentences(entity, batch.faults))

    def whole(self, entity: Entity, ids: Iterable[int]) -> Listing:
        """The records of these ids with all their fields.

        One by one, or out of the whole list where they are many or the user may not read single records.
        """
        wanted = set(ids)
        try:
            return self._out_of_list(entity, wanted) if len(wanted) > FEW else self._one_by_one(entity, wanted)
        except FixAccess:
            return self._out_of_list(entity, wanted)

    def _out_of_list(self, entity: Entity, wanted: set[int]) -> Listing:
        found = self.all(entity)
        return Listing(tuple(one for one in found.records if one.id in wanted), found.problems)

    def _one_by_one(self, entity: Entity, wanted: set[int]) -> Listing:
        reading = _Reading(entity, self._page_size)
        for one in sorted(wanted):
            try:
                answer = self._rest.get(f"/api/{entity.path}/{one}", what=f"read one of the {entity.words}")
                reading.keep([answer])
            except NotThere:
                continue
            except UnexpectedAnswer as error:
                reading.faults.append(error.message.removesuffix("."))
        return Listing(tuple(reading.records.values()), _sentences(entity, reading.faults))

    def looked_up(self, entity: Entity, ids: Iterable[int]) -> Listing:
        """The records of these ids; those of which a batch leaves something open are read whole."""
        found = self.by_ids(entity, ids)
        return found + self.whole(entity, (one.id for one in found.records if not one.is_told))

    def first(self, entity: Entity) -> Listing:
        """The first page alone; errors of the client go through."""
        reading = _Reading(entity, self._page_size)
        reading.take(self._page(entity, {"page": 1, "size": self._page_size}))
        return Listing(tuple(reading.records.values()), _sentences(entity, reading.faults))

    def is_empty(self, entity: Entity) -> bool:
        """Whether a list says that it holds nothing at all."""
        page = response_page(self._page(entity, {"page": 1, "size": 1}))
        return page is None or not (page.records or page.total("TotalItems"))

    def _read(self, entity: Entity, filters: Filters) -> _Reading:
        reading = _Reading(entity, self._page_size)
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
