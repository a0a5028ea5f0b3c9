"""Which installation this is, and whose marker each site has."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.plan.owner_marker import short_owner
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteOwner:
    """A site's marker as last seen: `asked_at` and `made_at` of ours, and another installation's, if there is one."""

    asked_at: datetime | None = None
    made_at: datetime | None = None
    foreign_id: str | None = None
    foreign_since: datetime | None = None


def installation(session: Session, at: datetime) -> str:
    """The short id of this installation, made when it is first asked for."""
    session.run("owners/make_installation", installation_id=str(uuid.uuid4()), at=at)
    return short_owner(session.rows("owners/installation")[0]["installation_id"])


def load(session: Session, site: str) -> SiteOwner:
    """What is known of a site's marker; nothing before its first run."""
    row = session.first("owners/load", site=site)
    return SiteOwner(**row) if row else SiteOwner()


def record_asked(session: Session, site: str, at: datetime) -> None:
    """Writes down that our marker is about to be made."""
    session.run("owners/record_asked", site=site, at=at)


def save(session: Session, site: str, at: datetime, *, ours: bool, foreign_id: str | None) -> None:
    """Keeps whose markers a site has."""
    session.run("owners/save", site=site, ours=ours, foreign_id=foreign_id, at=at)


def record_takeover(session: Session, site: str, taken_from: str, *, by: str, because: str, at: datetime) -> None:
    """Keeps that somebody made a site ours."""
    session.run("owners/record_takeover", site=site, taken_from=taken_from, author=by, reason=because, at=at)
