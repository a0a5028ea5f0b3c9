"""What the gate found in the extracts of a source, read back for people (canonical §7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping

from saltoks.core.model.canonical import Completeness
from saltoks.core.model.gate_result import ExpectationResult
from saltoks.core.model.validation_report import (
    ExtractOutcome,
    ExtractSummary,
    QuarantinedRow,
    QuarantineReason,
    ValidationFindings,
)
from saltoks.warehouse.engine.database import Session


def findings(session: Session, source: str, *, since: datetime, first: int) -> ValidationFindings:
    """Everything about a source: its history since an instant, and the `first` rows of its quarantine.

    A row that went to quarantine is never read back whole: it may hold a name or an e-mail.
    """
    return ValidationFindings(
        latest=_latest(session, source),
        rows_known={row["table_name"]: row["rows"] for row in session.rows("validation/known", source=source)},
        reasons=tuple(_reason(row) for row in session.rows("validation/reasons", source=source)),
        quarantined=tuple(
            _quarantined(row) for row in session.rows("validation/quarantined", source=source, first=first)
        ),
        history=tuple(
            ExtractOutcome(row["extracted_at"], Completeness(row["completeness"]))
            for row in session.rows("validation/history", source=source, since=since)
        ),
    )


def _latest(session: Session, source: str) -> ExtractSummary | None:
    row = session.first("validation/latest", source=source)
    if row is None:
        return None
    return ExtractSummary(
        run_id=row["run_id"],
        completeness=Completeness(row["completeness"]),
        full=row["is_full"],
        extracted_at=row["extracted_at"],
        rows_read=row["rows_read"],
        problems=tuple(row["problems"]),
        checks=tuple(_check(one) for one in session.rows("validation/checks", extract_id=row["extract_id"])),
    )


def _check(row: RowMapping) -> ExpectationResult:
    return ExpectationResult(
        table=row["table_name"],
        expectation=row["expectation"],
        column=row["column_name"],
        level=row["level"],
        success=row["success"],
        unexpected=row["unexpected"],
        total=row["total"],
    )


def _reason(row: RowMapping) -> QuarantineReason:
    return QuarantineReason(table=row["table_name"], field=row["field"], reason=row["reason"], rows=row["rows"])


def _quarantined(row: RowMapping) -> QuarantinedRow:
    return QuarantinedRow(
        table=row["table_name"],
        where=row["found_in"],
        field=row["field"],
        reason=row["reason"],
        first_seen=row["first_seen"],
    )
