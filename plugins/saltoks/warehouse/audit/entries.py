"""Entries exactly once, watermarks in the same transaction as what they vouch for (design §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import RowMapping

from saltoks.core.devices.entries import Entry, UnreadableEntry
from saltoks.warehouse.engine.database import Session, to_json
from saltoks.warehouse.ops import watermarks
from saltoks.warehouse.ops.watermarks import Watermark

STREAM = "entries"


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as Salto sent it, as JSON text."""

    entry_id: str
    body: str
    ingested_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One row of `audit.entries`; `recorded_at` is when Salto stored it, None if it cannot be told."""

    entry: Entry
    recorded_at: datetime | None
    ingested_at: datetime
    local_time: datetime | None
    access_detail: str | None
    iq_id: str | None


def watermark(session: Session, site: str) -> Watermark | None:
    """The watermark of a site's entries; None before the first pull."""
    return watermarks.of_stream(session, site, STREAM)


def save_watermark(session: Session, site: str, mark: Watermark) -> None:
    """Moves the watermark forward, never back."""
    watermarks.save(session, site, STREAM, mark)


def save_raw(session: Session, site: str, entries: Sequence[RawEntry], at: datetime) -> int:
    """Keeps a page of entries; gives the number of new ones."""
    ids, bodies = [entry.entry_id for entry in entries], [entry.body for entry in entries]
    return session.run("entries/save_raw", site=site, ids=ids, bodies=bodies, at=at)


def not_normalised(session: Session, site: str, *, after: str, most: int) -> list[RawEntry]:
    """The next entries, by id, that are not normalised yet."""
    rows = session.rows("entries/not_normalised", site=site, after=after, most=most)
    return [RawEntry(row["entry_id"], row["body"], row["ingested_at"]) for row in rows]


def save_entries(session: Session, site: str, entries: Sequence[EntryRow]) -> None:
    """Writes normalised entries; what stood in quarantine of them is over."""
    session.write_rows("entries/save_entries", [_row(site, row) for row in entries])
    session.run("entries/release_from_quarantine", site=site, ids=[row.entry.entry_id for row in entries])


def mark_normalised(session: Session, site: str, entries: Iterable[RawEntry]) -> None:
    """Marks raw entries as done, in the caller's transaction."""
    session.run("entries/mark_normalised", site=site, ids=[entry.entry_id for entry in entries])


def quarantine(session: Session, site: str, spoiled: Iterable[UnreadableEntry], at: datetime) -> list[UnreadableEntry]:
    """Keeps entries that cannot be read; gives those that were not there before."""
    spoiled_entries = list(spoiled)
    values = to_json([{"site": site, "at": at, **asdict(entry)} for entry in spoiled_entries])
    rows = session.rows("entries/quarantine", many=values) if spoiled_entries else []
    new = {(row["entry_id"], row["place"]) for row in rows if row["is_new"]}
    return [entry for entry in spoiled_entries if (entry.entry_id, entry.place) in new]


def entries(session: Session, site: str, since: datetime, until: datetime) -> tuple[list[Entry], Mapping[str, str]]:
    """Entries of a span, and which customer each platform user id in them was."""
    return as_entries(session.rows("entries/entries", site=site, since=since, until=until))


def as_entries(rows: Iterable[RowMapping]) -> tuple[list[Entry], Mapping[str, str]]:
    """Rows of `audit.entries` as entries, and which customer each platform user id in them was."""
    rows = list(rows)
    customers = {row["user_id"]: row["customer_id"] for row in rows if row["customer_id"]}
    fields = Entry.__dataclass_fields__
    return [Entry(**{name: value for name, value in row.items() if name in fields}) for row in rows], customers


def oldest_unsearched(session: Session, site: str) -> datetime | None:
    """When the oldest entry occurred that no search for check-ins that ended well can have seen; None without one."""
    occurred_at: datetime | None = session.rows("entries/oldest_unsearched", site=site)[0]["occurred_at"]
    return occurred_at


def _row(site: str, row: EntryRow) -> dict[str, object]:
    entry = row.entry
    return {
        "site": site,
        "entry_id": entry.entry_id,
        "occurred_at": entry.occurred_at,
        "recorded_at": row.recorded_at,
        "ingested_at": row.ingested_at,
        "local_time": row.local_time,
        "category": entry.category,
        "detail": entry.detail,
        "access_by": entry.access_by,
        "access_detail": row.access_detail,
        "exit_requested": entry.exit_requested,
        "lock_id": entry.lock_id,
        "lock_name": entry.lock_name,
        "iq_id": row.iq_id,
        "user_id": entry.user_id,
    }
