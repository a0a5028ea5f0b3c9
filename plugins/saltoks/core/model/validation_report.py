"""What the gate found at a site, as values for people: the newest extract, its checks, the quarantine, the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from saltoks.core.model.canonical import Completeness
from saltoks.core.model.gate_result import ExpectationResult


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractSummary:
    """The newest extract that was judged; `rows_read` counts what the source itself handed over, by table."""

    run_id: str
    completeness: Completeness
    full: bool
    extracted_at: datetime
    rows_read: Mapping[str, int]
    problems: tuple[str, ...]
    checks: tuple[ExpectationResult, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineReason:
    """Why rows are in quarantine, and how many of them."""

    table: str
    field: str
    reason: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedRow:
    """One row in quarantine: its place and what is wrong with it, never the row itself."""

    table: str
    where: str
    field: str
    reason: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class ExtractOutcome:
    """How one extract of the past came out."""

    at: datetime
    completeness: Completeness


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationFindings:
    """Everything about one source; `rows_known` counts what is loaded now, `quarantined` are the first rows only."""

    latest: ExtractSummary | None = None
    rows_known: Mapping[str, int] = field(default_factory=dict)
    reasons: tuple[QuarantineReason, ...] = ()
    quarantined: tuple[QuarantinedRow, ...] = ()
    history: tuple[ExtractOutcome, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteValidation:
    """The findings of a site's source; `zone` is the site's IANA time zone, `system` the word of its source."""

    site: str
    zone: str
    system: str
    found: ValidationFindings
