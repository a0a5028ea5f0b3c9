"""Promised and effective windows of bookings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from saltoks.core.access.grants import MembershipKey
from saltoks.core.access.promises import Promise
from saltoks.core.model.pools import pool_of
from saltoks.warehouse.engine.database import Session


def members_since(session: Session, site: str) -> dict[MembershipKey, datetime]:
    """Since when who is in which group, or in which pool of a window target."""
    rows = session.rows("promises/members_since", site=site)
    return {MembershipKey(row["customer_id"], pool_of(row["group_name"])): row["added_at"] for row in rows}


def save(session: Session, site: str, source: str, promises: Iterable[Promise], at: datetime) -> None:
    """Writes promises; one that is as it was is not touched."""
    session.write_rows("promises/save", [_row(site, source, promise, at) for promise in promises])


def _row(site: str, source: str, promise: Promise, at: datetime) -> dict[str, object]:
    return {
        "site": site,
        "source": source,
        "booking_id": promise.booking_id,
        "group_name": promise.group,
        "promised_from": promise.promised.starts_at,
        "promised_until": promise.promised.ends_at,
        "effective_from": promise.effective_from,
        "late": promise.late,
        "at": at,
    }
