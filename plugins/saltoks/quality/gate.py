"""The gate: broken rows go to quarantine, a broken table makes the extract incomplete, the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace

from saltoks.core.model.canonical import TABLES, CanonicalRow, Completeness, Extract, RejectedRow
from saltoks.core.model.gate_result import ExpectationResult, GateResult
from saltoks.core.text import MOST_NAMED
from saltoks.quality import frames
from saltoks.quality.engine import Outcome, sound, validate
from saltoks.quality.rules import EMAIL_RULE, MAPPED_RULE, OUTCOME_RULE, ROW_RULES, TABLE_RULES


def gate(extract: Extract, *, mapped_items: frozenset[str], known: frames.Ids | None = None) -> GateResult:
    """The extract with the rows that passed, and what was found; a failed extract passes untouched.

    A complete extract may come out incomplete, never the other way round. References are checked in the order of
    the tables, so a booking of a quarantined customer is quarantined too. `known` are ids, by table, that an extract
    of changes may point at without having them.
    """
    if extract.completeness is Completeness.FAILED:
        return GateResult(extract=extract, checks=())
    inspection = _Inspection(extract, known or {})
    tables = [name for name in TABLES if name in extract.rows]
    for name in tables:
        inspection.rows_of(name)
    for name in tables:
        inspection.table(name)
    inspection.warnings(mapped_items)
    return inspection.verdict()


@dataclass(slots=True)
class _Inspection:
    extract: Extract
    known: frames.Ids
    rows: dict[str, tuple[CanonicalRow, ...]] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    checks: list[ExpectationResult] = field(default_factory=list)
    broken: bool = False

    def rows_of(self, name: str) -> None:
        """Quarantine the rows of a table that fail a row-level rule."""
        rows = self.extract.rows[name]
        outcomes: list[Outcome] = []
        if rows:
            frame = frames.table(rows, self._there())
            outcomes = self._note(validate(name, ROW_RULES[name], frame))
        bad = {row: outcome for outcome in reversed(outcomes) for row in outcome.rows}
        self.rows[name] = tuple(row for n, row in enumerate(rows) if n not in bad)
        self.rejected += [_rejected(name, rows[n], bad[n]) for n in sorted(bad)]

    def table(self, name: str) -> None:
        """Judge a table as a whole: how much of it is unknown or rejected."""
        rows = self.rows[name]
        rejected = [row for row in (*self.extract.rejected, *self.rejected) if row.table == name]
        share = [sound(name, OUTCOME_RULE, len(rows))] if rows else []
        if rejected:
            share = validate(name, [OUTCOME_RULE], frames.outcomes(rows, rejected))
        rules = TABLE_RULES.get(name, ())
        known = validate(name, rules, frames.statuses(rows)) if rules else []
        for outcome in self._note(share + known):
            if not outcome.check.success:
                self.broken = True
                self.problems.append(_sentence(outcome))

    def warnings(self, mapped_items: frozenset[str]) -> None:
        """Tell what somebody should look at, without holding anything back."""
        people = validate("customers", [EMAIL_RULE], frames.invited(self.rows))
        mapped = frames.mapped(self.rows, mapped_items, self.known)
        items = validate("items", [MAPPED_RULE], mapped)
        self.problems += [_sentence(outcome) for outcome in self._note(people) if not outcome.check.success]
        for outcome in self._note(items):
            if not outcome.check.success:
                self.problems.append(_sentence(outcome, [str(mapped["item"][n]) for n in sorted(outcome.rows)]))

    def verdict(self) -> GateResult:
        """Everything found, as values."""
        old = self.extract
        lowered = Completeness.INCOMPLETE if self.broken else old.completeness
        extract = replace(
            old,
            completeness=lowered,
            rows=self.rows,
            rejected=(*old.rejected, *self.rejected),
            problems=(*old.problems, *self.problems),
        )
        return GateResult(extract=extract, checks=tuple(self.checks))

    def _there(self) -> frames.Ids:
        return frames.ids(self.rows, self.known)

    def _note(self, outcomes: list[Outcome]) -> list[Outcome]:
        """Keep the checks; one that could not run proves nothing, so the extract is not complete."""
        self.checks += [outcome.check for outcome in outcomes]
        for outcome in outcomes:
            if not outcome.ran:
                self.broken = True
                check = outcome.check
                text = f"the check {check.expectation} of {check.table}.{check.column} could not run — report it"
                self.problems.append(text)
        return [outcome for outcome in outcomes if outcome.ran]


def _rejected(table: str, row: CanonicalRow, outcome: Outcome) -> RejectedRow:
    return RejectedRow(
        table=table,
        source_id=row.source_id,
        field=outcome.rule.column,
        reason=outcome.rule.meaning,
        where=f"{table} {row.source_id}".strip(),
        payload=json.dumps(asdict(row), default=str, ensure_ascii=False),
    )


def _sentence(outcome: Outcome, names: Iterable[str] = ()) -> str:
    check = outcome.check
    named = list(names)
    listed = f" ({', '.join(named[:MOST_NAMED])}{', …' if len(named) > MOST_NAMED else ''})" if named else ""
    return f"{check.table}: {check.column} {outcome.rule.meaning}; {check.unexpected} of {check.total}{listed}"
