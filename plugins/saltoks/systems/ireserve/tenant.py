"""The requests that are made to a tenant, and the shape that its answers must have (booking-systems §3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from saltoks.core.errors import UnexpectedAnswer
from saltoks.net.rest import Rest
from saltoks.systems.ireserve.record import Record
from saltoks.systems.ireserve.settings import Days, IReserveSource
from saltoks.systems.values.envelope import response_page


class Tenant:
    """Asks one tenant; errors are those of `core.errors`."""

    def __init__(self, rest: Rest, source: IReserveSource) -> None:
        self._rest = rest
        self._source = source

    def page(self, days: Days, objects: Iterable[str], start: int) -> list[Record]:
        """Rows of the booking filter from `start` on."""
        search = self._source.search.format(first=days.first, last=days.last, objects=",".join(objects))
        query = {"search": search, "columns": ",".join(self._source.columns.names)}
        what = "list the reservations"
        answer = self._rest.get("booking/filter", query | self._slice(start), what=what)
        return self._records(answer, what)

    def booking(self, number: str) -> Record:
        """One reservation."""
        what = f"read reservation {number}"
        return self._record(self._rest.get(f"booking/{number}", what=what), what)

    def customer(self, number: str) -> Record:
        """One customer, with the fields of the tenant's form."""
        what = f"read customer {number}"
        return self._record(self._rest.get(f"customer/{number}", {"admin": 1, "raw": 1}, what=what), what)

    def subscriptions(self, customer: str) -> list[Record]:
        """What a customer subscribes to now."""
        what = f"read the subscriptions of customer {customer}"
        answer = self._rest.get("customer/activesubscriptions", {"customer_id": customer}, what=what)
        return self._records(answer, what)

    def product(self, number: str) -> Record:
        """One object."""
        what = f"read object {number}"
        return self._record(self._rest.get(f"object/{number}", what=what), what)

    def _slice(self, start: int) -> dict[str, str]:
        return {"start": str(start), "length": str(self._source.page_length)}

    def _records(self, answer: object, what: str) -> list[Record]:
        page = response_page(answer)
        if page is None:
            raise self._odd(what, "a list")
        return [self._record(one, what) for one in page.records]

    def _record(self, answer: object, what: str) -> Record:
        if not isinstance(answer, Mapping) or not answer:
            raise self._odd(what, "a record")
        return Record({str(key): value for key, value in answer.items()})

    def _odd(self, what: str, expected: str) -> UnexpectedAnswer:
        fix = "check the base address, or tell the vendor"
        return UnexpectedAnswer(f"{self._rest.about(what)}: it is not {expected}; {fix}.")
