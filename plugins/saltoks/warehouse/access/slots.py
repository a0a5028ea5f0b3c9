"""Our own access groups as they were last seen, and the records of who has which window in them (design §4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.time.local_window import LocalWindow
from saltoks.warehouse.access import membership_records
from saltoks.warehouse.access.membership_records import RequestedMembership
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotReading:
    """A slot at Salto: `hours` are None where it has no schedule, or none that we would make.

    `locks` are names, sorted. `verified_at` is None when a write was about to be sent and has not been read back.
    `changed_at`: when locks and hours were first seen to be these; None where that is long ago.
    """

    name: str
    group_id: str
    locks: tuple[str, ...]
    hours: LocalWindow | None
    verified_at: datetime | None
    changed_at: datetime | None

    def settled(self, before: datetime) -> bool:
        """Whether it has been as it is since before an instant."""
        return self.changed_at is None or self.changed_at <= before


def load(session: Session, site: str) -> dict[str, SlotReading]:
    """The slots of a site as we last saw them, by name."""
    return {
        row["name"]: SlotReading(
            name=row["name"],
            group_id=row["group_id"],
            locks=tuple(row["locks"]),
            hours=LocalWindow(row["starts_at"], row["ends_at"]) if row["scheduled"] else None,
            verified_at=row["verified_at"],
            changed_at=row["changed_at"],
        )
        for row in session.rows("slots/load", site=site)
    }


def our_group_names(session: Session, site: str) -> frozenset[str]:
    """The names of the groups that we made at a site ourselves, also those that are gone by now."""
    return frozenset(row["group_name"] for row in session.rows("slots/our_group_names", site=site))


def save(session: Session, site: str, readings: Iterable[SlotReading]) -> None:
    """Keeps what was seen of slots."""
    session.write_rows(
        "slots/save",
        [
            {
                "site": site,
                "name": slot.name,
                "group_id": slot.group_id,
                "locks": list(slot.locks),
                "scheduled": slot.hours is not None,
                "starts_at": slot.hours.starts if slot.hours else None,
                "ends_at": slot.hours.ends if slot.hours else None,
                "at": slot.verified_at,
                "changed_at": slot.changed_at,
            }
            for slot in readings
        ],
    )


def mark_unverified(session: Session, site: str, name: str) -> None:
    """Notes that a slot is about to be written, so that whatever comes of it is looked at again."""
    session.run("slots/mark_unverified", site=site, name=name)


def record_windows(
    session: Session, site: str, plan_id: str, sent: Iterable[RequestedMembership], at: datetime
) -> None:
    """Updates what slots promise to people who are in them.

    Where an edge that moves was or will now be in the past, the stay is closed as `moved` and another one begins, so
    that the records go on saying who could open when.
    """
    memberships = list(sent)
    values = [
        {
            "site": site,
            "group_name": membership.key.group,
            "customer_id": membership.key.customer_id,
            "promised_from": membership.window.starts_at,
            "promised_until": membership.window.ends_at,
            "at": at,
        }
        for membership in memberships
    ]
    session.write_rows("slots/close_moved", values)
    membership_records.record_sent(session, site, plan_id, memberships, at)
    membership_records.record_in(session, site, [membership.key for membership in memberships], at)
