"""Canonical rows as a plan is made of them: what a source has now, by span of time."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from saltoks.core.model.canonical import Assignment, Booking, Customer, CustomerLink, Membership, Pass, Visitor
from saltoks.core.model.rows import SourceRows
from saltoks.core.time.windows import ALWAYS, FOREVER
from saltoks.warehouse.engine.database import Session

Row = TypeVar("Row", Booking, Membership, Customer, Pass, Assignment, Visitor, CustomerLink)
_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {
    kind: TypeAdapter(tuple[kind, ...])  # type: ignore[valid-type]
    for kind in (Booking, Membership, Customer, Pass, Assignment, Visitor, CustomerLink)
}


def possible_users(session: Session, source: str) -> dict[str, Customer]:
    """Everybody of one source who may become somebody at Salto, by customer id: customers, and visitors as guests."""
    rows = SourceRows(
        customers=_read(Customer, session.rows("source_rows/customers", source=source)),
        visitors=_read(Visitor, session.rows("source_rows/visitors", source=source, since=ALWAYS, until=FOREVER)),
    )
    return {person.source_id: person for person in rows.people}


def overlapping(session: Session, source: str, since: datetime, until: datetime) -> SourceRows:
    """Customers and their links, and everything else that overlaps `[since, until)`."""
    span = {"source": source, "since": since, "until": until}
    return SourceRows(
        customers=_read(Customer, session.rows("source_rows/customers", source=source)),
        bookings=_read(Booking, session.rows("source_rows/bookings", **span)),
        memberships=_read(Membership, session.rows("source_rows/memberships", **span)),
        passes=_read(Pass, session.rows("source_rows/passes", **span)),
        assignments=_read(Assignment, session.rows("source_rows/assignments", **span)),
        visitors=_read(Visitor, session.rows("source_rows/visitors", **span)),
        links=_read(CustomerLink, session.rows("source_rows/customer_links", source=source)),
    )


def memberships_and_assignments(session: Session, source: str) -> SourceRows:
    """Everything that customers hold, of any time, and to whom they belong; without bookings and the people."""
    span = {"source": source, "since": ALWAYS, "until": FOREVER}
    return SourceRows(
        customers=(),
        memberships=_read(Membership, session.rows("source_rows/memberships", **span)),
        assignments=_read(Assignment, session.rows("source_rows/assignments", **span)),
        links=_read(CustomerLink, session.rows("source_rows/customer_links", source=source)),
    )


def customers(session: Session, source: str) -> tuple[Customer, ...]:
    """The customers of a source."""
    return _read(Customer, session.rows("source_rows/customers", source=source))


def _read(kind: type[Row], fetched: list[RowMapping]) -> tuple[Row, ...]:
    """Rows of a canonical table; their words become those of its enumerations."""
    rows: tuple[Row, ...] = _ADAPTERS[kind].validate_python([dict(row) for row in fetched])
    return rows
