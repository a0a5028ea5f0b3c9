"""Canonical rows as pandas frames with the columns that the rules look at; the index counts them from 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from saltoks.core.access.entitlements import VISITORS_ITEM
from saltoks.core.model.canonical import (
    Assignment,
    Booking,
    CanonicalRow,
    Customer,
    CustomerLink,
    Item,
    Location,
    Membership,
    Pass,
    RejectedRow,
)
from saltoks.core.time.zones import is_zone
from saltoks.quality.rules import OUTCOMES

if TYPE_CHECKING:
    import pandas as pd

Rows = dict[str, tuple[CanonicalRow, ...]]


Ids = Mapping[str, Set[str]]


def ids(done: Rows, known: Ids) -> Ids:
    """Ids that references are looked up in: of the tables that were read, and of rows known from before."""
    return {
        name: {row.source_id for row in done.get(name, ())} | known.get(name, set()) for name in ("customers", "items")
    }


def table(rows: Sequence[CanonicalRow], there: Ids) -> pd.DataFrame:
    """One table's rows; references are looked up in `there`."""
    columns: dict[str, Any] = {"source_id": [row.source_id or None for row in rows]}
    for name, values in _columns(rows, there).items():
        columns[name] = _instants(cast("list[datetime | None]", values)) if name.endswith("_at") else values
    return _frame(columns)


def statuses(rows: Sequence[CanonicalRow]) -> pd.DataFrame:
    """The status words of a table that has them."""
    return _frame(
        {"status": [str(row.status) for row in rows if isinstance(row, Booking | Membership | Pass)]},
    )


def _instants(values: Sequence[datetime | None]) -> Any:
    """UTC instants without their zone, which all of them share."""
    plain = [value.astimezone(UTC).replace(tzinfo=None) if value else None for value in values]
    return np.array(plain, dtype="datetime64[us]")


def _columns(rows: Sequence[CanonicalRow], there: Ids) -> dict[str, list[object]]:
    if isinstance(rows[0], Location):
        zones = [row.timezone for row in rows if isinstance(row, Location)]
        return {"found_zone": [zone if is_zone(zone) else None for zone in zones]}
    if isinstance(rows[0], Customer):
        return {"email": [row.email for row in rows if isinstance(row, Customer)]}
    if isinstance(rows[0], Booking | Membership):
        return _uses([row for row in rows if isinstance(row, Booking | Membership)], there)
    if isinstance(rows[0], Pass | Assignment):
        return _holdings([row for row in rows if isinstance(row, Pass | Assignment)], there)
    if isinstance(rows[0], CustomerLink):
        return _links([row for row in rows if isinstance(row, CustomerLink)], there)
    return {}


def _holdings(rows: Sequence[Pass | Assignment], there: Ids) -> dict[str, list[object]]:
    return {
        "starts_at": [row.valid_from if isinstance(row, Pass) else row.starts_at for row in rows],
        "ends_at": [row.valid_until if isinstance(row, Pass) else row.ends_at for row in rows],
        "status": [str(row.status) for row in rows if isinstance(row, Pass)] or [None] * len(rows),
        "found_customer": _found((row.customer_id for row in rows), there["customers"]),
        "found_item": _found((row.item_id for row in rows), there["items"]),
    }


def _links(rows: Sequence[CustomerLink], there: Ids) -> dict[str, list[object]]:
    known = there["customers"]
    return {
        "found_customer": _found((row.customer_id for row in rows), known),
        "found_related": _found((row.related_customer_id for row in rows), known),
    }


def _uses(rows: Sequence[Booking | Membership], there: Ids) -> dict[str, list[object]]:
    columns: dict[str, list[object]] = {
        "starts_at": [row.starts_at for row in rows],
        "ends_at": [row.ends_at for row in rows],
        "status": [str(row.status) for row in rows],
        "found_customer": _found((row.customer_id for row in rows), there["customers"]),
    }
    bookings = [row for row in rows if isinstance(row, Booking)]
    return columns | (_bookings(bookings, there) if bookings else {})


def _bookings(rows: Sequence[Booking], there: Ids) -> dict[str, list[object]]:
    """What bookings have and memberships have not; who checks in early has arrived before the start."""
    return {
        "found_item": _found((row.item_id for row in rows), there["items"]),
        "checked_out_at": [row.checked_out_at for row in rows],
        "arrived_at": [min(row.starts_at, row.checked_in_at or row.starts_at) for row in rows],
    }


def _found(wanted: Iterable[str], known: Set[str]) -> list[object]:
    return [name if name in known else None for name in wanted]


def outcomes(rows: Sequence[CanonicalRow], rejected: Sequence[RejectedRow]) -> pd.DataFrame:
    """One row for each row that was read: accepted or rejected."""
    words = [OUTCOMES[0]] * len(rows) + [OUTCOMES[1]] * len(rejected)
    return _frame({"outcome": words})


def invited(rows: Rows) -> pd.DataFrame:
    """Active customers who hold a booking or membership and become site users, so Salto mails them."""
    uses = [row for name in ("bookings", "memberships") for row in rows[name]]
    holders = {row.customer_id for row in uses if isinstance(row, Booking | Membership)}
    people = [row for row in rows["customers"] if isinstance(row, Customer) and row.source_id in holders]
    emails = [row.email for row in people if row.active and not row.reservation_only]
    return _frame({"email": emails})


def mapped(rows: Rows, items: frozenset[str], known: Ids) -> pd.DataFrame:
    """The mapped items, each found among the items or the plans of memberships, or not; visitors are no source's."""
    there = {row.source_id for row in rows["items"] if isinstance(row, Item)} | known.get("items", set())
    there |= {row.plan_id for row in rows["memberships"] if isinstance(row, Membership)}
    wanted = sorted(items - {VISITORS_ITEM})
    return _frame({"item": wanted, "found_item": _found(wanted, there)})


def _frame(columns: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd  # takes as long as all else that a command needs, and is for those that validate

    return pd.DataFrame(columns)
