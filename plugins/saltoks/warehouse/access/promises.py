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
    found = session.rows("promises/members_since", site=site)
    return {MembershipKey(row["customer_id"], pool_of(row["group_name"])): row["added_at"] for row in found}


def save(session: Session, site: str, source: str, found: Iterable[Promise], at: datetime) -> None:
    """Writes promises; one that is as it was is not touched."""
    session.write_rows("promises/save", [_row(site, source, one, at) for one in found])


def _row(site: str, source: str, one: Promise, at: datetime) -> dict[str, object]:
    return {
        "site": site,
        "source": source,
        "booking_id": one.booking_id,
        "group_name": one.group,
        "promised_from": one.promised.starts_at,
        "promised_until": one.promised.ends_at,
        "effective_from": one.effective_from,
        "late": one.late,
        "at": at,
    }
