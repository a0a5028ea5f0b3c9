"""Whether a snapshot can be the whole truth: its age, its floor, and how much it shrank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from saltoks.core.model.canonical import RejectedRow
from saltoks.core.model.shrinkage import ShrinkGuard
from saltoks.systems.tabular.settings.loaders import Guards

_PASSED = " passed over"


@dataclass(frozen=True, slots=True)
class RowCount:
    """The rows of one file or query: accepted, and passed over because they say themselves that they do not count."""

    rows: int
    passed: int

    def under(self, key: str) -> dict[str, int]:
        """How it is kept for the next read."""
        return {key: self.rows} | ({f"{key}{_PASSED}": self.passed} if self.passed else {})

    def lost(self, last_good: Mapping[str, int], key: str) -> int:
        """Rows that were there last time and are not now, without those that have said why."""
        explained = max(0, self.passed - last_good.get(f"{key}{_PASSED}", 0))
        return last_good.get(key, 0) - self.rows - explained


@dataclass(frozen=True, slots=True)
class TableAge:
    """When a table was written last; `loader` says that its own rows tell so, else its file does."""

    at: datetime | None
    loader: bool = False


def sanity_checks(
    guards: Guards, *, where: str, key: str, count: RowCount, last_good: Mapping[str, int], age: TableAge, now: datetime
) -> Iterator[str]:
    """Sentences that say why a table may be incomplete; none when it can be trusted.

    `last_good` are the counts of the last good snapshot, this table's under `key`.
    """
    yield from _age(guards, where, age, now)
    if count.rows < guards.min_rows:
        text = f"{count.rows} good rows, fewer than min_rows {guards.min_rows}"
        yield f"{where}: {text} — export it again, or lower min_rows"
    shrink = ShrinkGuard(max_percent=guards.max_shrink_percent, cure="export it again")
    came = f"{where}: {count.rows} good rows"
    yield from shrink.fewer(came, lost=count.lost(last_good, key), before=last_good.get(key, 0))


def nameless(where: str, rejected: Sequence[RejectedRow], header: str | None) -> Iterator[str]:
    """Say so when rejected rows have no id: then nobody can tell a row that is broken from one that is gone.

    `header` is that of the ids.
    """
    if rejected:
        first = rejected[0].where
        text = f"{len(rejected)} rejected rows have no id, the first at {first}, so no access ends early"
        cure = f", or leave out what is no row by only_where: {{{header}: present}}" if header else ""
        yield f"{where}: {text} — give every row its id{cure}"


def _age(guards: Guards, where: str, age: TableAge, now: datetime) -> Iterator[str]:
    limit = guards.max_age_minutes
    if limit is None:
        return
    if age.at is None:
        fix = "check the loader" if age.loader else "name its loader, or drop that guard"
        yield f"{where}: its age is not known, so max_age_minutes {limit} cannot hold — {fix}"
    elif now - age.at > timedelta(minutes=limit):
        minutes = int((now - age.at).total_seconds() // 60)
        verb, what = ("loaded", "loader") if age.loader else ("written", "export")
        yield f"{where}: last {verb} {minutes} minutes ago, more than max_age_minutes {limit} — check the {what}"
