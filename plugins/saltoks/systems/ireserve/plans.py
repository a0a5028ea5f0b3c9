"""Subscriptions of customers that we know, as nothing lists them (booking-systems §3.1, canonical §5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from saltoks.core.model.canonical import Membership, MembershipStatus, RejectedRow
from saltoks.systems.ireserve import values
from saltoks.systems.ireserve.fetch_each import ask_each
from saltoks.systems.ireserve.record import Record
from saltoks.systems.ireserve.sanity_checks import row_guard
from saltoks.systems.ireserve.settings import IReserveSource
from saltoks.systems.ireserve.tenant import Tenant
from saltoks.systems.values.errors import CellError

_FIELDS = ("subscription_id", "subscription_name", "valid_from", "valid_till")
_OPEN_YEAR = 9999


@dataclass(slots=True)
class Plans:
    """Reads memberships; their ids are `customer:subscription:first day`, since the tenant gives none."""

    tenant: Tenant
    source: IReserveSource
    now: datetime
    rows: dict[str, Membership] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def read(self, customers: Iterable[str], last_good: int | None) -> None:
        """The subscriptions of these customers; `last_good` is how many the last complete read gave."""
        answers = ask_each(customers, self.tenant.subscriptions, noun="subscriptions")
        self.doubts += answers.doubts
        if answers.gone:
            text = f"customer/activesubscriptions is not there for {len(answers.gone)} customers"
            self.doubts.append(f"{text} — set subscriptions: false if the tenant has no such module")
        for customer, records in answers.found.items():
            for record in records:
                self._take(customer, record)
        before = last_good or 0
        came = f"{len(self.rows)} subscriptions"
        self.doubts += row_guard(self.source).fewer(came, lost=before - len(self.rows), before=before)

    def _take(self, customer: str, record: Record) -> None:
        try:
            row = _membership(customer, record, self.source.timezone, self.now)
        except CellError as error:
            self.rejected.append(_rejected(customer, record, error))
            return
        self.rows[row.source_id] = row


def _membership(customer: str, record: Record, zone: str, now: datetime) -> Membership:
    plan, first, last = record.needed("subscription_id"), record.day("valid_from"), record.text("valid_till")
    starts_at = values.midnight(first, zone, "valid_from")
    ends_at = _end(record, zone) if last else None
    if ends_at and ends_at <= starts_at:
        raise CellError("valid_till", "is before valid_from — correct one of them")
    return Membership(
        source_id=f"{customer}:{plan}:{first.isoformat()}",
        customer_id=customer,
        plan_id=f"subscription:{plan}",
        status=_status(starts_at, ends_at, now),
        status_raw=f"{first.isoformat()}/{last or ''}",
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _end(record: Record, zone: str) -> datetime | None:
    """The midnight after the last day, which counts; None for the year 9999, with which systems say "for ever"."""
    day = record.day("valid_till")
    return None if day.year == _OPEN_YEAR else values.midnight(day + timedelta(days=1), zone, "valid_till")


def _status(starts_at: datetime, ends_at: datetime | None, now: datetime) -> MembershipStatus:
    if ends_at and ends_at <= now:
        return MembershipStatus.ENDED
    return MembershipStatus.SCHEDULED if starts_at > now else MembershipStatus.ACTIVE


def _rejected(customer: str, record: Record, error: CellError) -> RejectedRow:
    where = f"customer/activesubscriptions of customer {customer}"
    parts = [str(record.fields.get(name) or "") for name in ("subscription_id", "valid_from")]
    return RejectedRow(
        table="memberships",
        source_id=":".join([customer, *parts]),
        field=error.field,
        reason=error.reason,
        where=where,
        payload=record.only(_FIELDS),
    )
