"""What decided access at a site, whenever it changed (T4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from saltoks.warehouse.database import Session, to_json


def latest(session: Session, site: str) -> Mapping[str, object] | None:
    """The configuration that the last run of a site went by; None before the first."""
    row = session.first("configs/latest", site=site)
    return None if row is None else dict(row["body"])


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
