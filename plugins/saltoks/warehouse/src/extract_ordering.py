"""Which extract may be loaded: each once, and never an older one after a newer one of its source (design §5.6)."""

from __future__ import annotations

from dataclasses import dataclass

from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True)
class ExtractOrder:
    """Whether an extract was judged before, and which run has loaded a newer one."""

    judged: bool
    newer_run: str | None


def next_id(session: Session, run_id: str, source: str) -> str:
    """The id under which a run stages what it reads of a source now.

    What it staged and never judged is replaced; what was judged stays on record, so that a task `extract` that is
    cleared never takes back what rows of this run were loaded before.
    """
    return _named(run_id, source, _of_run(session, run_id, source)[0] + 1)


def latest_id(session: Session, run_id: str, source: str) -> str | None:
    """The id of what a run read last of a source; None if it read nothing."""
    settled, waiting = _of_run(session, run_id, source)
    return _named(run_id, source, settled + waiting) if settled + waiting else None


def order_of(session: Session, extract_id: str) -> ExtractOrder:
    """Waits for whoever loads the same source; what it says holds until the transaction ends."""
    session.rows("extract_ordering/lock_source", extract_id=extract_id)
    row = session.rows("extract_ordering/order_of", extract_id=extract_id)[0]
    return ExtractOrder(row["state"] != "staged", row["newer_run"])


def pass_over(session: Session, extract_id: str) -> None:
    """Settles an extract that came too late: none of its rows are loaded."""
    session.run("extract_ordering/pass_over", extract_id=extract_id)
    session.run("extracts/clear_staged", extract_id=extract_id)


def _of_run(session: Session, run_id: str, source: str) -> tuple[int, int]:
    [row] = session.rows("extract_ordering/of_run", run_id=run_id, source=source)
    return row["settled"], row["waiting"]


def _named(run_id: str, source: str, number: int) -> str:
    return f"{run_id}/{source}" if number == 1 else f"{run_id}/{source}/{number}"
