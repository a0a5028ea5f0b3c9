"""Check-ins: which opening was the first of which booking, stated anew as bookings and entries change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from saltoks.core.devices.entries import CheckIn, Entry
from saltoks.core.model.canonical import Booking
from saltoks.warehouse.audit.entries import as_entries
from saltoks.warehouse.engine.database import Session

_BOOKINGS = TypeAdapter(list[Booking])


@dataclass(frozen=True, slots=True)
class CheckInRow:
    """One row of the view `report.check_ins`, as far as a summary needs it."""

    booking_id: str
    customer_id: str
    item_id: str | None
    lock_name: str | None
    checked_in_at: datetime
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckInSearch:
    """Bookings whose check-ins are looked for; which of them have one, and the entries that these are.

    A booking that is gone from the source is told as it was until then.
    """

    bookings: tuple[Booking, ...]
    known: frozenset[str]
    entries: tuple[Entry, ...]
    customer_of: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Restatement:
    """How many check-ins are new or other than before, and how many are none any more."""

    new: int
    withdrawn: int


def search(session: Session, site: str, source: str, since: datetime, until: datetime) -> CheckInSearch:
    """Bookings that overlap a span, or that were checked in within it."""
    span = {"site": site, "source": source, "since": since, "until": until}
    rows = session.rows("check_ins/bookings", **span)
    bookings = _BOOKINGS.validate_python([dict(row) for row in rows])
    before = session.rows("check_ins/known", site=site, source=source, ids=[booking.source_id for booking in bookings])
    entries, customer_of = as_entries(before)
    return CheckInSearch(tuple(bookings), frozenset(row["booking_id"] for row in before), tuple(entries), customer_of)


def restate(
    session: Session, site: str, source: str, judged: Iterable[Booking], first_openings: Sequence[CheckIn], at: datetime
) -> Restatement:
    """Makes the check-ins of the judged bookings those that were found; an entry is the check-in of one booking."""
    named = {"site": site, "source": source}
    pairs = {
        "bookings": [one.booking_id for one in first_openings],
        "entries": [one.entry_id for one in first_openings],
    }
    more = {
        "customers": [one.customer_id for one in first_openings],
        "instants": [one.checked_in_at for one in first_openings],
    }
    ids = [one.source_id for one in judged]
    withdrawn = session.run("check_ins/withdraw", **named, **pairs, judged=ids)
    return Restatement(new=session.run("check_ins/save", **named, **pairs, **more, at=at), withdrawn=withdrawn)


def check_ins(session: Session, site: str, since: datetime) -> list[CheckInRow]:
    """Check-ins since an instant, oldest first."""
    return [CheckInRow(**row) for row in session.rows("check_ins/check_ins", site=site, since=since)]
