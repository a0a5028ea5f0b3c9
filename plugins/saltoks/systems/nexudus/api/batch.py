"""Records asked for by many ids at once (booking-systems §2.1): a bare array or an envelope, and maybe not all."""

from __future__ import annotations

from collections.abc import Iterable

from saltoks.systems.nexudus.api.entities import Entity
from saltoks.systems.nexudus.api.record import Record, is_id
from saltoks.systems.values.envelope import ResponsePage, response_page

CHUNK = 50


class Batch:
    """What came of these ids. Those that are missing from an answer are asked for again until none of them comes."""

    def __init__(self, entity: Entity, ids: Iterable[int]) -> None:
        self._entity = entity
        self._waiting = sorted(set(ids))
        self._chunk: list[int] = []
        self.records: dict[int, Record] = {}
        self.faults: list[str] = []

    def due(self) -> list[int]:
        """The ids to ask for next; empty when there are none."""
        self._chunk, self._waiting = self._waiting[:CHUNK], self._waiting[CHUNK:]
        return self._chunk

    def take(self, answer: object) -> None:
        """Keep the answer to what was due."""
        page = response_page(answer)
        if page is None:
            self.give_up("a batch has no list of records")
            return
        came = self._keep(page)
        missing = [one for one in self._chunk if one not in came]
        if came:
            self._waiting = missing + self._waiting
        elif page.total("TotalItems"):
            self.give_up(f"none of {page.total('TotalItems')} records of a batch came")

    def give_up(self, why: str) -> None:
        """Leave what was due unread."""
        self.faults.append(why)

    def _keep(self, page: ResponsePage) -> set[int]:
        wanted, came = set(self._chunk), set()
        for row in page.records:
            number = row.get("Id") if isinstance(row, dict) else None
            if not is_id(number):
                self.faults.append("a record of a batch has no Id")
            elif number not in wanted:
                self.faults.append("a batch holds records that nobody asked for")
            elif isinstance(row, dict):
                self.records[number] = Record.of(self._entity, row)
                came.add(number)
        return came
