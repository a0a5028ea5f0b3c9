"""Changes that a limit held: from the first run that held one until a person accepts it or nobody asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from saltoks.core.plan.plan import Change, ChangeKey, ChangeKind
from saltoks.core.time.windows import Window
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True)
class Hold:
    """One held change; `accepted_until` is when a person's word for it runs out.

    `full_name`, `window` and `reasons` (why they were let in) are for whoever decides, and never go to a log.
    """

    hold_id: int
    key: ChangeKey = field(metadata={"json": "ask"})
    sentence: str
    because: str
    state: str
    first_held_at: datetime
    last_held_at: datetime
    accepted_by: str | None
    accepted_because: str | None
    accepted_until: datetime | None
    full_name: str | None
    window: Window | None
    reasons: tuple[str, ...]


def save(session: Session, site: str, plan_id: str, held: Iterable[Change], at: datetime) -> None:
    """Keeps what the newest plan of a site holds, and closes what it no longer asks for."""
    session.write_rows("holds/save", [_values(site, plan_id, change, at) for change in held])
    session.run("holds/close", site=site, plan_id=plan_id, at=at)


def open_holds(session: Session, site: str, source: str) -> list[Hold]:
    """What waits for a person, or was accepted and is not done yet, oldest first."""
    return [
        Hold(
            row["hold_id"],
            ChangeKey(ChangeKind(row["kind"]), row["customer_id"], row["group_name"]),
            row["sentence"],
            row["because"],
            row["state"],
            row["first_held_at"],
            row["last_held_at"],
            row["accepted_by"],
            row["accepted_because"],
            row["accepted_until"],
            row["full_name"],
            Window(row["starts_at"], row["ends_at"]) if row["starts_at"] else None,
            tuple(row["reasons"]),
        )
        for row in session.rows("holds/open_holds", site=site, source=source)
    ]


def accepted(session: Session, site: str, at: datetime) -> frozenset[ChangeKey]:
    """What a person has accepted, while their word holds."""
    rows = session.rows("holds/accepted", site=site, at=at)
    return frozenset(ChangeKey(ChangeKind(row["kind"]), row["customer_id"], row["group_name"]) for row in rows)


def accept(
    session: Session, site: str, ids: Sequence[int], *, by: str, because: str, at: datetime, until: datetime
) -> int:
    """Writes down that a person accepts these; gives how many were still open."""
    return session.run("holds/accept", site=site, ids=list(ids), by=by, because=because, at=at, until=until)


def close_done(session: Session, site: str, plan_id: str, at: datetime) -> None:
    """Closes what was accepted and is made: a person's word counts once."""
    session.run("holds/close_done", site=site, plan_id=plan_id, at=at)


def _values(site: str, plan_id: str, change: Change, at: datetime) -> dict[str, object]:
    return {
        "site": site,
        "plan_id": plan_id,
        "kind": change.kind.value,
        "customer_id": change.customer_id,
        "group_name": change.group,
        "sentence": change.sentence,
        "because": change.held,
        "at": at,
    }
