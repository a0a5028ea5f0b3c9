"""Which extract may be loaded: each once, and never an older one after a newer one of its source (design §5.6)."""

from __future__ import annotations

from dataclasses import dataclass

from saltoks.warehouse.database import Session


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether an extract was judged before, and which run has loaded a newer one."""

    judged: bool
    newer_run: str | None


def turn(session: Session, extract_id: str) -> Turn:
    """Waits for whoever loads the same source; what it says holds until the transaction ends."""
    session.rows("load/lock_source", extract_id=extract_id)
    row = session.rows("load/turn", extract_id=extract_id)[0]
    return Turn(row["state"] != "staged", row["newer_run"])


def pass_over(session: Session, extract_id: str) -> None:
    """Settles an extract that came too late: none of its rows are loaded."""
    session.run("load/pass_over", extract_id=extract_id)
    session.run("load/clear_staged", extract_id=extract_id)
