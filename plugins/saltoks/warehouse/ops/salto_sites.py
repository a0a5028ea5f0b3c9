"""Which site at Salto KS is behind a site of the configuration, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class SaltoSite:
    """A site at Salto KS: its UUID, as an account of one environment sees it.

    `account` is None where it was kept before accounts were. `moved_from` is the UUID of the site before, from
    `moved_at` on until a run has told of it.
    """

    site_uid: str
    site_id: str
    account: str | None
    moved_from: str | None = None
    moved_at: datetime | None = None


def load(session: Session, site: str) -> SaltoSite | None:
    """What is kept of a site belongs to this one; None before it was ever looked up."""
    row = session.first("salto_sites/load", site=site)
    return None if row is None else SaltoSite(**row)


def save(session: Session, site: str, site_uid: str, site_id: str, account: str, timezone: str, at: datetime) -> None:
    """Keeps the UUID of a site, so that it is not looked up in every tick.

    Where it is another one than before, all that is kept of that one is put aside under the name `<site> @ <UUID>`, and
    what was put aside of this one before comes back.
    """
    before = load(session, site)
    moved_from, moved_at = (before.moved_from, before.moved_at) if before else (None, None)
    if before and before.site_id != site_id:
        moved_from, moved_at = before.site_id, at
        _rename(session, site, archived_name(site, before.site_id))
        _rename(session, archived_name(site, site_id), site)
    values = {"site_uid": site_uid, "site_id": site_id, "account": account, "timezone": timezone, "at": at}
    session.run("salto_sites/save", site=site, **values, moved_from=moved_from, moved_at=moved_at)


def forget_move(session: Session, site: str) -> None:
    """Notes that a run has told that a site is another one at Salto KS now."""
    session.run("salto_sites/forget_move", site=site)


def archived_name(site: str, site_id: str) -> str:
    """The name under which is kept what belongs to another site at Salto KS."""
    return f"{site} @ {site_id}"


def _rename(session: Session, old: str, new: str) -> None:
    session.run("salto_sites/rename", old_name=old, new_name=new)
