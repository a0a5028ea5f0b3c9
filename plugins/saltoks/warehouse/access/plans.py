"""Plans and the state of every change: `planned → sent → confirmed | failed | held` (design §5.5)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.errors import TryAgain
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.rules import PersonKind
from saltoks.core.plan.plan import Change, ChangeCause, ChangeKind, Plan
from saltoks.core.time.windows import Window
from saltoks.warehouse.engine.database import Session, Warehouse, to_json
from saltoks.warehouse.src.extracts import LastExtract


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan as it was stored, with the place of each change in it."""

    plan_id: str
    run_id: str
    source: str
    as_of: datetime
    planned_at: datetime
    extract: Completeness
    extract_id: str | None
    state: str
    plan: Plan

    def positions(self) -> dict[Change, int]:
        """The number under which each change is stored."""
        return {change: position for position, change in enumerate(self.plan.changes)}


def save(session: Session, plan_id: str, run_id: str, source: str, extract: LastExtract, plan: Plan) -> None:
    """Stores a plan with all its changes, and the extract whose rows it was made on."""
    session.run(
        "plans/save",
        plan_id=plan_id,
        run_id=run_id,
        site=plan.site,
        source=source,
        as_of=plan.at,
        fingerprint=plan.fingerprint,
        extract=extract.completeness.value,
        extract_id=extract.extract_id,
        notes=to_json(list(plan.notes)),
    )
    session.write_rows("plans/save_changes", [_change(plan_id, at, change) for at, change in enumerate(plan.changes)])


def stored(session: Session, plan_id: str) -> StoredPlan:
    """A stored plan; raises `LookupError` when there is none of that id."""
    row = session.first("plans/stored", plan_id=plan_id)
    if row is None:
        raise LookupError(plan_id)
    changes = tuple(_read(dict(change_row)) for change_row in session.rows("plans/changes", plan_id=plan_id))
    plan = Plan(site=row["site"], at=row["as_of"], changes=changes, notes=tuple(row["notes"]))
    return StoredPlan(
        plan_id,
        row["run_id"],
        row["source"],
        row["as_of"],
        row["planned_at"],
        Completeness(row["extract"]),
        row["extract_id"],
        row["state"],
        plan,
    )


def latest(session: Session, run_id: str, site: str) -> StoredPlan | None:
    """The newest plan of a run for a site, if it made one."""
    row = session.first("plans/latest", run_id=run_id, site=site)
    return None if row is None else stored(session, row["plan_id"])


def overtaken_by(session: Session, plan_id: str) -> str | None:
    """The run whose plan for the same site is newer, if there is one (design §5.6)."""
    row = session.first("plans/overtaken_by", plan_id=plan_id)
    return None if row is None else str(row["run_id"])


def set_state(session: Session, plan_id: str, state: str) -> None:
    """Moves a plan to `applying`, `applied` or `overtaken`."""
    session.run("plans/set_state", plan_id=plan_id, state=state)


def settle(
    session: Session, plan_id: str, positions: Iterable[int], state: str, at: datetime, reason: str | None = None
) -> None:
    """Moves changes to `sent`, `confirmed` or `failed`."""
    places = list(positions)
    session.run("plans/settle", plan_id=plan_id, positions=places, state=state, at=at, reason=reason)


@contextmanager
def site_lock(
    warehouse: Warehouse, site: str, *, patience: int = 0, sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Holds the site for one run, and waits `patience` seconds for another run that has it.

    Raises `TryAgain` when the other one has not ended by then.
    """
    with warehouse.outside_transactions() as session:
        while not _taken(session, site):
            if patience <= 0:
                raise TryAgain(f"another run is writing to site {site} now: wait until it ends")
            sleep(1)
            patience -= 1
        try:
            yield
        finally:
            session.run("plans/unlock_site", site=site)


def _taken(session: Session, site: str) -> bool:
    row = session.first("plans/lock_site", site=site)
    return row is not None and bool(row["taken"])


def _change(plan_id: str, position: int, change: Change) -> dict[str, object]:
    return {
        "plan_id": plan_id,
        "position": position,
        "kind": change.kind.value,
        "customer_id": change.customer_id,
        "group_name": change.group,
        "starts_at": change.window.starts_at,
        "ends_at": change.window.ends_at,
        "cause": change.cause.value,
        "person": change.person.value if change.person else None,
        "sentence": change.sentence,
        "reasons": list(change.reasons),
        "state": "held" if change.held else "planned",
        "reason": change.held,
    }


def _read(row: dict[str, object]) -> Change:
    starts_at, ends_at = row["starts_at"], row["ends_at"]
    assert isinstance(starts_at, datetime) and isinstance(ends_at, datetime)  # noqa: S101, PT018 - column types
    return Change(
        kind=ChangeKind(str(row["kind"])),
        customer_id=str(row["customer_id"]),
        group=str(row["group_name"]),
        window=Window(starts_at, ends_at),
        cause=ChangeCause(str(row["cause"])),
        sentence=str(row["sentence"]),
        reasons=_texts(row["reasons"]),
        person=PersonKind(str(row["person"])) if row["person"] else None,
        held=str(row["reason"]) if row["state"] == "held" else None,
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
