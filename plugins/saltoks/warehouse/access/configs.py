"""What decided access at a site, whenever it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.warehouse.engine.database import Session, to_json


def latest(session: Session, site: str) -> Mapping[str, object] | None:
    """The configuration that the last run of a site went by; None before the first."""
    row = session.first("configs/latest", site=site)
    return None if row is None else dict(row["body"])


@dataclass(frozen=True, slots=True)
class OnlyPlanned:
    """A run that noticed a changed configuration, and how many changes of its plan wait for the next one."""

    run_id: str
    changes: int


def waiting(session: Session, site: str) -> OnlyPlanned | None:
    """The newest run of a site, if it only planned."""
    row = session.first("configs/waiting", site=site)
    return None if row is None else OnlyPlanned(row["run_id"], row["changes"])


def save(
    session: Session,
    site: str,
    body: Mapping[str, object],
    at: datetime,
    *,
    run_id: str | None = None,
    by: str | None = None,
    because: str | None = None,
) -> None:
    """Keeps a configuration: noticed by a run, or accepted beforehand by a person."""
    session.run("configs/save", site=site, body=to_json(body), at=at, run_id=run_id, by=by, because=because)
