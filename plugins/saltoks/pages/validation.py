"""The page "validation results": what the gate found at every site (design §5.1, §5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from saltoks.core.model.canonical import TABLES, Completeness
from saltoks.core.model.gate_result import ExpectationResult
from saltoks.core.model.validation_report import ExtractSummary, QuarantinedRow, QuarantineReason, SiteValidation
from saltoks.pages.render import number, render
from saltoks.pages.timeline import Day, days
from saltoks.pages.words import COMPLETENESS, LEVELS, NEVER, Meaning, expected

_TABLES = tuple(TABLES)


@dataclass(frozen=True, slots=True)
class TableRow:
    """One canonical table: rows that the newest extract brought, and rows that are known now."""

    table: str
    read: int
    known: int


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check, in words."""

    check: ExpectationResult
    expects: str
    level: Meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A site as the template shows it; `kind` is the name of its state in the style sheet."""

    place: str
    site: SiteValidation
    kind: str
    state: Meaning
    age: str
    latest: ExtractSummary | None
    tables: tuple[TableRow, ...]
    not_passed: tuple[CheckRow, ...]
    passed: tuple[CheckRow, ...]
    reasons: tuple[QuarantineReason, ...]
    quarantined: tuple[QuarantinedRow, ...]
    days: tuple[Day, ...]

    @property
    def facts(self) -> list[str]:
        """The site in a line."""
        if self.latest is None:
            return ["nothing was ever read"]
        told = [f"{number(sum(row.known for row in self.tables))} rows known"]
        made, bad = len(self.latest.checks), len(self.not_passed)
        if made:
            told.append(f"{bad} of {made} checks not passed" if bad else f"all {made} checks passed")
        return [*told, f"{number(self.set_aside)} in quarantine"] if self.set_aside else told

    @property
    def set_aside(self) -> int:
        """How many rows are in quarantine."""
        return sum(one.rows for one in self.reasons)


def validation_page(sites: Sequence[SiteValidation], *, made_at: datetime, nightly_at: time, history_days: int) -> str:
    """One page about all sites; it names tables, fields and places, never what a row says."""
    views = [_view(f"site-{n}", one, made_at, history_days) for n, one in enumerate(sites, start=1)]
    counts = {kind: sum(view.kind == kind for view in views) for kind in [*map(str, Completeness), "never"]}
    return render(
        "validation.html",
        made_at=made_at,
        nightly_at=nightly_at,
        sites=views,
        counts={kind: count for kind, count in counts.items() if count},
        meanings={kind.value: COMPLETENESS[kind] for kind in Completeness} | {"never": NEVER},
        levels=LEVELS,
        history_days=history_days,
    )


def age(gone_by: timedelta) -> str:
    """A span of time as a person says it: days from two on, then hours, then minutes."""
    minutes = int(gone_by.total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    size, unit = (1440, "day") if minutes >= 2880 else (60, "hour") if minutes >= 60 else (1, "minute")
    return f"{minutes // size} {unit}{'' if minutes // size == 1 else 's'}"


def _view(place: str, site: SiteValidation, made_at: datetime, history_days: int) -> SiteView:
    found, latest = site.found, site.found.latest
    checks = [_check(one) for one in sorted(latest.checks, key=_order)] if latest else []
    return SiteView(
        place=place,
        site=site,
        kind=latest.completeness.value if latest else "never",
        state=COMPLETENESS[latest.completeness] if latest else NEVER,
        age=age(made_at - latest.extracted_at) if latest else "",
        latest=latest,
        tables=_tables(site),
        not_passed=tuple(one for one in checks if not one.check.success),
        passed=tuple(one for one in checks if one.check.success),
        reasons=found.reasons,
        quarantined=found.quarantined,
        days=days(found.history, site.zone, made_at, history_days),
    )


def _tables(site: SiteValidation) -> tuple[TableRow, ...]:
    read = site.found.latest.rows_read if site.found.latest else {}
    rows = (TableRow(name, read.get(name, 0), site.found.rows_known.get(name, 0)) for name in _TABLES)
    return tuple(row for row in rows if row.read or row.known)


def _check(check: ExpectationResult) -> CheckRow:
    return CheckRow(check, expected(check), LEVELS[check.level])


def _order(check: ExpectationResult) -> tuple[int, int, str]:
    """What makes an extract incomplete first, then by table as they are loaded."""
    table = _TABLES.index(check.table) if check.table in _TABLES else len(_TABLES)
    return (("fail", "row", "warn").index(check.level), table, check.column)
