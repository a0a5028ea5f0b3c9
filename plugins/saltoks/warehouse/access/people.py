"""What we know of people beyond their ids: who made them, why they have no seat, what they would lose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.people.identity import Identity
from saltoks.core.people.matching import PersonRecords
from saltoks.core.people.site_users import PersonIds
from saltoks.warehouse.engine.database import Session

NO_ACCESS, NO_SEAT, BY_HAND, BEFORE_US = "no_access", "no_seat", "by_hand", "before_us"
"""Why somebody is suspended; what a person did by hand in Salto KS is theirs to undo.

`before_us`: it was so before our first plan was applied, by a person or another integration.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAccess:
    """What Salto said of somebody who may have to leave: whether they have another group, and what they would lose."""

    has_other_access: bool
    would_lose: tuple[str, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody at Salto as we knew them last; `left_at` is the end of their last access, or when they were made.

    `source_identity` is what the source said of them when they were matched last.
    """

    ids: PersonIds
    subscribed: bool
    blocked: bool
    made_by_us: bool
    suspended_because: str | None
    left_at: datetime
    other_access: OtherAccess | None
    source_identity: Identity | None = None


def load(session: Session, site: str) -> dict[str, KnownPerson]:
    """Everybody of a site who is not gone, by customer id."""
    return {
        row["customer_id"]: KnownPerson(
            ids=PersonIds(row["user_id"], row["site_user_id"]),
            subscribed=row["subscribed"],
            blocked=row["blocked"],
            made_by_us=row["made_by_us"],
            suspended_because=row["suspended_because"],
            left_at=row["left_at"],
            other_access=OtherAccess(
                has_other_access=row["has_other_access"],
                would_lose=tuple(row["would_lose"]),
                read_at=row["other_access_read_at"],
            )
            if row["other_access_read_at"]
            else None,
            source_identity=None if row["source_name"] is None else Identity(row["source_name"], row["source_email"]),
        )
        for row in session.rows("people/load", site=site)
    }


def on_record(known: Mapping[str, KnownPerson]) -> PersonRecords:
    """Both ids of everybody we know, and what the source said of them."""
    source_identities = {
        customer: person.source_identity for customer, person in known.items() if person.source_identity
    }
    return PersonRecords(ids={customer: person.ids for customer, person in known.items()}, told=source_identities)


def save_source_identities(session: Session, site: str, identities: Mapping[str, Identity]) -> None:
    """Keeps what the source says of people who are known at Salto, by customer id."""
    session.write_rows(
        "people/save_source_identities",
        (
            {"site": site, "customer_id": customer, "name": identity.name, "email": identity.email}
            for customer, identity in identities.items()
        ),
    )


def rename_former(session: Session, site: str, former: Mapping[str, str], ids: Mapping[str, PersonIds]) -> None:
    """Keeps users whose customer has another one now, or none, under names of their own."""
    session.write_rows(
        "people/rename_former",
        (
            {"site": site, "customer_id": customer, "former": name, "user_id": ids[name].user_id}
            for customer, name in former.items()
        ),
    )


def save_other_access(session: Session, site: str, other_access: Mapping[str, OtherAccess]) -> None:
    """Keeps what Salto said of people, by site user id, so that it is not asked again at once."""
    values = [
        {
            "site": site,
            "site_user_id": user,
            "has_other_access": access.has_other_access,
            "would_lose": list(access.would_lose),
            "at": access.read_at,
        }
        for user, access in other_access.items()
    ]
    session.write_rows("people/save_other_access", values)


def record_suspending(session: Session, site: str, site_user_id: str) -> None:
    """Writes down that we are about to suspend somebody, so that a stop does not make it look like a person's act."""
    session.run("people/record_suspending", site=site, site_user_id=site_user_id)


def save_seat(
    session: Session, site: str, site_user_id: str, at: datetime, *, subscribed: bool, because: str | None = None
) -> None:
    """Keeps whether somebody has a seat, as read back; without `because` the reason on record stays."""
    session.run("people/save_seat", site=site, site_user_id=site_user_id, subscribed=subscribed, because=because, at=at)


def record_gone(session: Session, site: str, site_user_ids: Iterable[str], at: datetime) -> None:
    """Writes down that people are not at the site any more."""
    session.write_rows(
        "people/record_gone", [{"site": site, "site_user_id": site_user_id, "at": at} for site_user_id in site_user_ids]
    )
