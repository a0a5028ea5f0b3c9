"""The customers of the reservations, and those that we know already (canonical §5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from saltoks.core.model.canonical import Customer
from saltoks.systems.ireserve import values
from saltoks.systems.ireserve.fetch_each import ask_each
from saltoks.systems.ireserve.record import Record
from saltoks.systems.ireserve.reservations import Reservation
from saltoks.systems.ireserve.sanity_checks import record_guard
from saltoks.systems.ireserve.settings import IReserveSource
from saltoks.systems.ireserve.tenant import Tenant
from saltoks.systems.values.errors import CellError


@dataclass(slots=True)
class People:
    """Reads customers; `known` are the ids that we hold. All of them on `full`, otherwise those never seen before."""

    tenant: Tenant
    source: IReserveSource
    full: bool
    known: frozenset[str]
    rows: dict[str, Customer] = field(default_factory=dict)
    numbers: list[str] = field(default_factory=list)
    """Those whose record was read."""
    doubts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def read(self, found: Iterable[Reservation]) -> None:
        """Everybody whom these reservations name; one without a record is known by the reservation only."""
        named = _newest(found)
        known = {name for name in self.known if name.isascii() and name.isdigit()}
        asked = {one.customer_number for one in named.values() if one.customer_number}
        asked = asked | known if self.full else asked - known
        answers = ask_each(sorted(asked, key=int), self.tenant.customer, noun="customers")
        self.doubts += answers.doubts
        for number, record in answers.found.items():
            self._take(number, record, named.get(number))
        gone = {number for number in answers.gone if number in named}
        self._stand_in({number: named[number] for number in gone}, active=False)
        unread = {*answers.unread, *(answers.found.keys() - self.rows.keys())}
        new = {number for number in unread if number in named} - known
        nobody = {name for name, one in named.items() if one.customer_number is None}
        self._stand_in({name: named[name] for name in new | nobody}, active=True)
        lost = len(known.intersection(answers.gone))
        self.doubts += record_guard(self.source).gone("customers", lost=lost, before=len(known))
        self._tell_bad_addresses()

    def _take(self, number: str, record: Record, named: Reservation | None) -> None:
        try:
            self.rows[number] = _customer(number, record, named, self.source)
        except CellError as error:
            self.doubts.append(f"customer/{number}: {error.field} {error.reason}")
            return
        self.numbers.append(number)

    def _stand_in(self, named: dict[str, Reservation], *, active: bool) -> None:
        for name, one in named.items():
            self.rows[name] = Customer(
                source_id=name,
                full_name=one.customer_name or f"Reservation {one.number}",
                email=one.email,
                active=active,
                reservation_only=one.customer_number is None,
            )

    def _tell_bad_addresses(self) -> None:
        bad = sorted(name for name in self.numbers if self.rows[name].email is None)
        if bad:
            text = f"{len(bad)} of {len(self.numbers)} customers hold no valid e-mail, such as customer {bad[0]}"
            self.problems.append(f"{text} — correct it, as nobody can be invited without one")


def _newest(found: Iterable[Reservation]) -> dict[str, Reservation]:
    """The newest reservation of each customer, one with an e-mail before one without."""
    ordered = sorted(found, key=lambda one: (one.email is not None, int(one.number)))
    return {one.customer_id: one for one in ordered}


def _customer(number: str, record: Record, named: Reservation | None, source: IReserveSource) -> Customer:
    fields = source.customer_fields
    first, last = record.text(fields.first_name), record.text(fields.last_name)
    whole = " ".join(part for part in (first or record.text(fields.initials), last) if part)
    display = named.customer_name if named else None
    return Customer(
        source_id=number,
        full_name=display or whole or f"Customer {number}",
        first_name=first,
        last_name=last,
        email=(named.email if named else None) or values.email(record.text(fields.email)),
        phone=values.phone(record.text(fields.phone), source.country_code),
    )
