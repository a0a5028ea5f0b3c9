"""Pages of our own: the newest of each name, built by the nightly run and shown in Airflow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it was built."""

    made_at: datetime
    html: str


def save(session: Session, name: str, run_id: str, page: StoredPage) -> None:
    """Keeps a page; the one of that name before it is gone."""
    session.run("pages/save", name=name, run_id=run_id, made_at=page.made_at, html=page.html)


def load(session: Session, name: str) -> StoredPage | None:
    """The newest page of that name; None before it was built for the first time."""
    row = session.first("pages/load", name=name)
    return None if row is None else StoredPage(row["made_at"], row["html"])
