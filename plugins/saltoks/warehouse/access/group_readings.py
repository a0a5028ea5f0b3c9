"""Access groups and their members as Salto showed them last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True)
class GroupReading:
    """A group as we last read it; Salto's own count is `len(members) + uncounted`."""

    name: str
    group_id: str
    uncounted: int
    read_at: datetime
    members: frozenset[str]


def load(session: Session, site: str) -> dict[str, GroupReading]:
    """The groups of a site as we last read them, by name."""
    rows = session.rows("group_readings/load", site=site)
    return {
        row["name"]: GroupReading(
            row["name"], row["group_id"], row["uncounted"], row["read_at"], frozenset(row["members"])
        )
        for row in rows
    }


def save(session: Session, site: str, groups: Iterable[GroupReading]) -> None:
    """Keeps readings of groups."""
    values = [{"site": site, **asdict(group), "members": sorted(group.members)} for group in groups]
    for statement in ("group_readings/save", "group_readings/clear_members", "group_readings/save_members"):
        session.write_rows(statement, values)
