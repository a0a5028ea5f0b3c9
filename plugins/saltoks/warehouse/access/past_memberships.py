"""Who was in which group at an instant of the past, and what they were promised then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from saltoks.core.access.grants import MembershipKey
from saltoks.core.time.windows import Window
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMembership:
    """A customer in a group, or in the pool of a window target, or to be let in then, by the last name known.

    `withdrawn`: by then the source gave no reason for it any more.
    """

    key: MembershipKey
    full_name: str | None
    window: Window
    reasons: tuple[str, ...]
    in_group: bool
    withdrawn: bool


def last_planned_at(session: Session, site: str) -> datetime | None:
    """The instant of a site's last plan: from then on rows and records say what was right; None before the first."""
    row = session.first("past_memberships/last_planned_at", site=site)
    return row["as_of"] if row else None


def at(session: Session, site: str, source: str, instant: datetime) -> list[PastMembership]:
    """Everybody who was in a group of the site at an instant, or was to be by the last plan before it."""
    return [
        PastMembership(
            key=MembershipKey(row["customer_id"], row["target"]),
            full_name=row["full_name"],
            window=Window(row["promised_from"], row["promised_until"]),
            reasons=tuple(row["reasons"]),
            in_group=row["in_group"],
            withdrawn=row["withdrawn"],
        )
        for row in session.rows("past_memberships/at", site=site, source=source, at=instant)
    ]
