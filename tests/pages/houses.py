"""Sites as the gate may leave them: one of each kind, with every rule of the gate among their checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta

from saltoks.core.model.canonical import Completeness
from saltoks.core.model.gate_result import ExpectationResult
from saltoks.core.model.validation_report import (
    ExtractOutcome,
    ExtractSummary,
    QuarantinedRow,
    QuarantineReason,
    SiteValidation,
    ValidationFindings,
)
from saltoks.pages.validation import validation_page
from saltoks.quality.rules import EMAIL_RULE, MAPPED_RULE, OUTCOME_RULE, ROW_RULES, TABLE_RULES, Rule

NOW = datetime(2026, 11, 22, 2, 31, tzinfo=UTC)
NIGHTLY_AT = time(2, 30, tzinfo=UTC)
HISTORY_DAYS = 14
QUARTER = timedelta(minutes=15)

Key = tuple[str, str, str]
"""Table, column and level of a check."""


def rules() -> Iterator[tuple[str, Rule]]:
    """Every rule of the gate, with its table."""
    for table, found in ROW_RULES.items():
        yield from ((table, rule) for rule in (*found, *TABLE_RULES.get(table, ()), OUTCOME_RULE))
    yield from (("customers", EMAIL_RULE), ("items", MAPPED_RULE))


def checks(bad: Mapping[Key, int] | None = None) -> tuple[ExpectationResult, ...]:
    """Every check that the gate can make; those in `bad` failed for so many rows."""
    return tuple(check(table, rule, (bad or {}).get((table, rule.column, rule.level), 0)) for table, rule in rules())


def check(table: str, rule: Rule, unexpected: int = 0) -> ExpectationResult:
    """One check of a thousand rows and more."""
    return ExpectationResult(
        table=table,
        expectation=rule.expectation,
        column=rule.column,
        level=rule.level,
        success=not unexpected,
        unexpected=unexpected,
        total=1204,
    )


def extract(kind: Completeness, **more: object) -> ExtractSummary:
    """The newest extract of a site, a minute old."""
    values: dict[str, object] = {
        "run_id": "nightly/scheduled__2026-11-22T02:30:00+00:00",
        "completeness": kind,
        "full": True,
        "extracted_at": NOW - timedelta(minutes=1),
        "rows_read": {"customers": 1204, "bookings": 33100},
        "problems": (),
        "checks": checks(),
    }
    return ExtractSummary(**(values | more))  # type: ignore[arg-type]  # the cases say what is different


def history(*bad: tuple[int, int, Completeness]) -> tuple[ExtractOutcome, ...]:
    """A run every quarter of an hour for two weeks; `bad` are hours before now, since and until, and how those were."""
    times = [NOW - QUARTER * n for n in range(HISTORY_DAYS * 96, 0, -1)]
    return tuple(ExtractOutcome(at, _kind((NOW - at) / timedelta(hours=1), bad)) for at in times)


def _kind(age: float, bad: tuple[tuple[int, int, Completeness], ...]) -> Completeness:
    return next((kind for since, until, kind in bad if since >= age > until), Completeness.COMPLETE)


def site(
    name: str, found: ValidationFindings, zone: str = "Europe/Amsterdam", system: str = "i-Reserve"
) -> SiteValidation:
    """A site with these findings."""
    return SiteValidation(site=name, zone=zone, system=system, found=found)


def quarantined(where: str, reason: str = "does not end after it starts — correct it") -> QuarantinedRow:
    """A booking in quarantine since yesterday."""
    return QuarantinedRow(
        table="bookings", where=where, field="ends_at", reason=reason, first_seen=NOW - timedelta(days=1)
    )


KNOWN = {"locations": 1, "customers": 1204, "bookings": 33100}
FINE = site("harbour", ValidationFindings(latest=extract(Completeness.COMPLETE), rows_known=KNOWN, history=history()))
DOUBTFUL = site(
    "wharf",
    ValidationFindings(
        latest=extract(
            Completeness.INCOMPLETE,
            full=False,
            problems=("bookings: status is unknown in 1 % of the rows or more — add the words; 52 of 33100",),
            checks=checks({("bookings", "status", "fail"): 52, ("bookings", "ends_at", "row"): 31}),
        ),
        rows_known=KNOWN,
        reasons=(QuarantineReason(table="bookings", field="ends_at", reason="does not end after it starts", rows=31),),
        quarantined=tuple(quarantined(f"data/wharf/bookings.csv:{n}") for n in range(20)),
        history=history((9, 0, Completeness.INCOMPLETE), (120, 119, Completeness.FAILED)),
    ),
    zone="Europe/London",
    system="Nexudus",
)
LOST = site(
    "loop",
    ValidationFindings(
        latest=extract(
            Completeness.FAILED,
            extracted_at=NOW - timedelta(hours=3),
            rows_read={},
            problems=("data/loop/reservations.csv: the file is not there — export it",),
            checks=(),
        ),
        rows_known=KNOWN,
        history=history((3, 0, Completeness.FAILED)),
    ),
    zone="America/Chicago",
    system="files or tables",
)
NEW = site("attic", ValidationFindings())
ALL = (FINE, DOUBTFUL, LOST, NEW)


def page(*sites: SiteValidation) -> str:
    """The page of validation results about these sites."""
    return validation_page(sites, made_at=NOW, nightly_at=NIGHTLY_AT, history_days=HISTORY_DAYS)
