"""Whether a snapshot can be the whole truth: its age, its floor, and how much it shrank (T1, T2, T3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from saltoks.core.canonical import Rejected
from saltoks.settings import Guards


def doubts(
    guards: Guards, *, where: str, rows: int, last_good: int | None, modified_at: datetime | None, now: datetime
) -> Iterator[str]:
    """Sentences that say why a table may be incomplete; none when it can be trusted. `rows` counts accepted rows."""
    yield from _age(guards, where, modified_at, now)
    if rows < guards.min_rows:
        yield f"{where}: {rows} good rows, fewer than min_rows {guards.min_rows} — export it again, or lower min_rows"
    if last_good and (last_good - rows) * 100 > guards.max_shrink_percent * last_good:
        percent = (last_good - rows) * 100 // last_good
        text = f"{rows} good rows after {last_good} last time, {percent} % fewer (max_shrink_percent"
        yield f"{where}: {text} {guards.max_shrink_percent}) — export it again, or accept the change"


def nameless(where: str, rejected: Sequence[Rejected]) -> Iterator[str]:
    """Say so when rejected rows have no id: then nobody can tell a row that is broken from one that is gone."""
    if rejected:
        first = rejected[0].where
        yield f"{where}: {len(rejected)} rejected rows have no id, the first at {first} — give every row its id"


def _age(guards: Guards, where: str, modified_at: datetime | None, now: datetime) -> Iterator[str]:
    if guards.max_age_minutes is None:
        return
    if modified_at is None:
        yield f"{where}: its age is not known, so max_age_minutes cannot hold — drop that guard"
    elif now - modified_at > timedelta(minutes=guards.max_age_minutes):
        minutes = int((now - modified_at).total_seconds() // 60)
        text = f"last written {minutes} minutes ago, more than max_age_minutes {guards.max_age_minutes}"
        yield f"{where}: {text} — check the export"
