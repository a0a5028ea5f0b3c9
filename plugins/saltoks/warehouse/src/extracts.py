"""Extracts on their way into the warehouse: staged, judged, loaded (docs/contract/canonical.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from pydantic import TypeAdapter

from saltoks.core.model.canonical import (
    TABLES,
    Booking,
    CanonicalRow,
    Completeness,
    Extract,
    ExtractScope,
    RejectedRow,
    TableScope,
)
from saltoks.core.model.gate_result import ExpectationResult
from saltoks.warehouse.engine.database import Session, to_json
from saltoks.warehouse.ops import watermarks
from saltoks.warehouse.ops.watermarks import Watermark

_ADAPTERS: dict[str, TypeAdapter[Any]] = {name: TypeAdapter(kind) for name, kind in TABLES.items()}
_REACH: TypeAdapter[dict[str, TableScope]] = TypeAdapter(dict[str, TableScope])
_WATERMARKS: TypeAdapter[dict[str, datetime]] = TypeAdapter(dict[str, datetime])
_EVERYTHING = TableScope(scope=ExtractScope.SNAPSHOT)


@dataclass(frozen=True, slots=True)
class LastExtract:
    """How far the rows that are loaded can be trusted."""

    extract_id: str
    completeness: Completeness
    problems: tuple[str, ...]
    rejected: int
    extracted_at: datetime

    @property
    def is_doubtful(self) -> bool:
        """Whether rows may be missing, though those that came are as the source has them."""
        return self.completeness is Completeness.INCOMPLETE


def stage(session: Session, extract_id: str, run_id: str, extract: Extract, at: datetime) -> None:
    """Keeps an extract for the next task; staging the same id again replaces it."""
    session.run(
        "extracts/stage",
        extract_id=extract_id,
        source=extract.source,
        run_id=run_id,
        completeness=extract.completeness.value,
        is_full=extract.full,
        rows_read=to_json(dict(extract.accepted)),
        reach=_REACH.dump_json(dict(extract.reach)).decode(),
        watermarks=_WATERMARKS.dump_json(dict(extract.watermarks)).decode(),
        rejected=len(extract.rejected),
        problems=to_json(list(extract.problems)),
        ended=to_json({name: list(ids) for name, ids in extract.ended.items() if ids}),
        at=at,
    )
    session.run("extracts/clear_staged", extract_id=extract_id)
    bodies = ((extract_id, name, _body(name, row)) for name, rows in extract.rows.items() for row in rows)
    session.copy(("src", "staged"), ("extract_id", "table_name", "body"), bodies)
    _quarantine(session, extract_id, extract, at)


def staged(session: Session, extract_id: str) -> Extract:
    """A staged extract, as it was."""
    head = session.rows("extracts/staged_extract", extract_id=extract_id)[0]
    rows: dict[str, list[CanonicalRow]] = {name: [] for name in TABLES}
    for row in session.rows("extracts/staged", extract_id=extract_id):
        rows[row["table_name"]].append(_ADAPTERS[row["table_name"]].validate_json(row["body"]))
    return Extract(
        source=head["source"],
        completeness=Completeness(head["completeness"]),
        rows={name: tuple(canonical_rows) for name, canonical_rows in rows.items()},
        rejected=rejects(session, extract_id),
        problems=tuple(head["problems"]),
        full=head["is_full"],
        reach=_REACH.validate_python(head["reach"]),
        watermarks=_WATERMARKS.validate_python(head["watermarks"]),
        ended={name: tuple(ids) for name, ids in head["ended"].items()},
    )


def load(
    session: Session,
    extract_id: str,
    extract: Extract,
    checks: Iterable[ExpectationResult],
    at: datetime,
    *,
    missing_runs: int = 1,
) -> dict[str, int]:
    """Loads a judged extract into `src`, by COPY; only a complete one marks missing rows as deleted.

    Whatever says itself that it is deleted is, in an incomplete one too.

    What is missing from a table is told by its reach. A row that went to quarantine is not missing: what we last knew
    of it stays. One that is missing is deleted by the last of `missing_runs` complete extracts in a row that lack it;
    gives how many still count although they are missing, by table. A failed extract changes no row; watermarks
    move only with a complete one, in the same transaction.
    """
    _quarantine(session, extract_id, extract, at)
    session.run("extracts/clear_checks", extract_id=extract_id)
    session.write_rows("extracts/save_checks", [_check(extract_id, check) for check in checks])
    tables = _with_rows(session, extract)
    if extract.completeness is not Completeness.FAILED:
        for name in tables:
            _load_table(session, name, extract_id, extract, at)
        _mark_ended(session, extract, at)
    missing: dict[str, int] = {}
    if extract.completeness is Completeness.COMPLETE:
        missing = {name: _mark_missing(session, name, extract, at, missing_runs) for name in tables}
        _save_watermarks(session, extract, at)
    session.run(
        "extracts/settle",
        extract_id=extract_id,
        completeness=extract.completeness.value,
        rejected=len(extract.rejected),
        problems=to_json(list(extract.problems)),
        at=at,
    )
    session.run("extracts/clear_staged", extract_id=extract_id)
    return {name: count for name, count in missing.items() if count}


def last_good(session: Session, source: str, *, full: bool) -> dict[str, int]:
    """Rows per table in the last complete extract of the same kind: what the shrink guard compares with."""
    return {row["table_name"]: row["rows"] for row in session.rows("extracts/last_good", source=source, full=full)}


def last_extract(session: Session, source: str) -> LastExtract | None:
    """The extract whose rows (or whose failure) a plan has to go by."""
    row = session.first("extracts/last_extract", source=source)
    if row is None:
        return None
    return LastExtract(
        row["extract_id"],
        Completeness(row["completeness"]),
        tuple(row["problems"]),
        row["rejected"],
        row["extracted_at"],
    )


def last_full(session: Session, source: str) -> datetime | None:
    """When everything was read last, completely."""
    row = session.first("extracts/last_full", source=source)
    return None if row is None else row["extracted_at"]


def open_bookings(session: Session, source: str, now: datetime) -> dict[str, Booking]:
    """The bookings that are not over, by id."""
    rows = session.rows("extracts/open_bookings", source=source, now=now)
    adapter = _ADAPTERS["bookings"]
    return {row["source_id"]: adapter.validate_python(dict(row)) for row in rows}


def booking_uids(session: Session, source: str, since: datetime) -> dict[str, str]:
    """The ids by GUID of all bookings that end after `since`, whatever became of them."""
    rows = session.rows("extracts/booking_uids", source=source, since=since)
    return {row["source_uid"]: row["source_id"] for row in rows}


def known_ids(session: Session, source: str) -> dict[str, frozenset[str]]:
    """Ids of the customers, and of the items and plans, that are loaded: what rows of a part may point at."""
    ids: dict[str, set[str]] = {"customers": set(), "items": set()}
    for row in session.rows("extracts/known_ids", source=source):
        ids[row["table_name"]].add(row["source_id"])
    return {name: frozenset(table_ids) for name, table_ids in ids.items()}


def rejects(session: Session, extract_id: str) -> tuple[RejectedRow, ...]:
    """The rows that an extract put into quarantine."""
    return tuple(
        RejectedRow(
            table=row["table_name"],
            source_id=row["source_id"],
            field=row["field"],
            reason=row["reason"],
            where=row["found_in"],
            payload=row["payload"],
        )
        for row in session.rows("extracts/rejects", extract_id=extract_id)
    )


def _quarantine(session: Session, extract_id: str, extract: Extract, at: datetime) -> None:
    session.write_rows(
        "extracts/quarantine",
        [
            {
                "source": extract.source,
                "table_name": rejected.table,
                "source_id": rejected.source_id,
                "field": rejected.field,
                "reason": rejected.reason,
                "found_in": rejected.where,
                "payload": rejected.payload,
                "at": at,
                "extract_id": extract_id,
            }
            for rejected in extract.rejected
        ],
    )


def _with_rows(session: Session, extract: Extract) -> tuple[str, ...]:
    """The tables of which the extract or the warehouse has rows: nothing changes in any other."""
    held = {row["table_name"] for row in session.rows("extracts/held_tables", source=extract.source)}
    return tuple(name for name in TABLES if extract.rows.get(name) or name in held)


def _load_table(session: Session, name: str, extract_id: str, extract: Extract, at: datetime) -> None:
    business = [field.name for field in fields(TABLES[name])]
    columns = ["source", *business, "row_hash", "extract_id", "extracted_at"]
    values = attrgetter(*business)  # astuple would copy every value deeply
    session.twin(f"incoming_{name}", of=("src", name))
    session.copy(
        (f"incoming_{name}",),
        columns,
        ((extract.source, *values(row), _hash(name, row), extract_id, at) for row in extract.rows.get(name, ())),
    )
    session.run(f"extracts/load_{name}")


def _mark_ended(session: Session, extract: Extract, at: datetime) -> None:
    """Deletes what says itself that it is deleted."""
    deleted = [{"table_name": name, "source_id": source_id} for name, ids in extract.ended.items() for source_id in ids]
    if deleted:
        session.run("extracts/mark_deleted", source=extract.source, ended=to_json(deleted), at=at)


def _mark_missing(session: Session, name: str, extract: Extract, at: datetime, missing_runs: int) -> int:
    """Counts a miss for each row that a complete extract should have; gives how many are not deleted by it yet.

    A row in quarantine is there, so its count starts anew.
    """
    kept = [rejected.source_id for rejected in extract.rejected if rejected.table == name]
    if kept:
        session.run(f"extracts/reset_missing_{name}", source=extract.source, kept=kept)
    reach = extract.reach.get(name, _EVERYTHING)
    if reach.scope is ExtractScope.DELTA:
        return 0
    span = {"since": reach.since, "until": reach.until} if name == "bookings" else {}
    missing = session.rows(
        f"extracts/count_missing_{name}", source=extract.source, kept=kept, at=at, missing_runs=missing_runs, **span
    )
    return sum(not row["is_deleted"] for row in missing)


def _save_watermarks(session: Session, extract: Extract, at: datetime) -> None:
    for name, seen in extract.watermarks.items():
        watermarks.save(session, extract.source, name, Watermark(seen, at))


def _check(extract_id: str, check: ExpectationResult) -> dict[str, object]:
    return {
        "extract_id": extract_id,
        "table_name": check.table,
        "expectation": check.expectation,
        "column_name": check.column,
        "level": check.level,
        "success": check.success,
        "unexpected": check.unexpected,
        "total": check.total,
    }


def _body(name: str, row: CanonicalRow) -> str:
    return _ADAPTERS[name].dump_json(row).decode()


def _hash(name: str, row: CanonicalRow) -> str:
    return hashlib.sha256(_ADAPTERS[name].dump_json(row)).hexdigest()
