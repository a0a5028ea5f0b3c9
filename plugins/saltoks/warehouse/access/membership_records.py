"""Rows that a plan is made of, and the books of who is in which group (design §5.4, §5.5)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from saltoks.core.access.grants import Grant, Key
from saltoks.core.model.canonical import Assignment, Booking, Customer, CustomerLink, Membership, Pass, Visitor
from saltoks.core.model.rows import SourceRows
from saltoks.core.people.people import People, PersonIds
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.time.windows import ALWAYS, FOREVER, Window
from saltoks.warehouse.engine.database import Session

Row = TypeVar("Row", Booking, Membership, Customer, Pass, Assignment, Visitor, CustomerLink)
_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {
    kind: TypeAdapter(tuple[kind, ...])  # type: ignore[valid-type]
    for kind in (Booking, Membership, Customer, Pass, Assignment, Visitor, CustomerLink)
}


@dataclass(frozen=True, slots=True)
class GroupKnown:
    """A group as we last read it; Salto's own count is `len(members) + uncounted`."""

    name: str
    group_id: str
    uncounted: int
    read_at: datetime
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sent:
    """A membership that is about to be asked for, by platform user id."""

    key: Key
    user_id: str
    window: Window
    reasons: tuple[str, ...]


def everybody(session: Session, source: str) -> dict[str, Customer]:
    """Everybody of one source who may become somebody at Salto, by customer id: customers, and visitors as guests."""
    seen = SourceRows(
        customers=_read(Customer, session.rows("access/customers", source=source)),
        visitors=_read(Visitor, session.rows("access/visitors", source=source, since=ALWAYS, until=FOREVER)),
    )
    return {one.source_id: one for one in seen.people}


def rows(session: Session, source: str, since: datetime, until: datetime) -> SourceRows:
    """Customers and their links, and everything else that overlaps `[since, until)`."""
    span = {"source": source, "since": since, "until": until}
    return SourceRows(
        customers=_read(Customer, session.rows("access/customers", source=source)),
        bookings=_read(Booking, session.rows("access/bookings", **span)),
        memberships=_read(Membership, session.rows("access/memberships", **span)),
        passes=_read(Pass, session.rows("access/passes", **span)),
        assignments=_read(Assignment, session.rows("access/assignments", **span)),
        visitors=_read(Visitor, session.rows("access/visitors", **span)),
        links=_read(CustomerLink, session.rows("access/customer_links", source=source)),
    )


def held(session: Session, source: str) -> SourceRows:
    """Everything that customers hold, of any time, and to whom they belong; without bookings and the people."""
    span = {"source": source, "since": ALWAYS, "until": FOREVER}
    return SourceRows(
        customers=(),
        memberships=_read(Membership, session.rows("access/memberships", **span)),
        assignments=_read(Assignment, session.rows("access/assignments", **span)),
        links=_read(CustomerLink, session.rows("access/customer_links", source=source)),
    )


def customers(session: Session, source: str) -> tuple[Customer, ...]:
    """The customers of a source."""
    return _read(Customer, session.rows("access/customers", source=source))


def people(session: Session, site: str) -> dict[str, PersonIds]:
    """Both ids of every customer we know at a site."""
    found = session.rows("access/people", site=site)
    return {row["customer_id"]: PersonIds(row["user_id"], row["site_user_id"]) for row in found}


def save_people(session: Session, site: str, seen: People, at: datetime) -> None:
    """Keeps both ids of the people found at a site, whether they are shut out, and whether we made them.

    Whom a `create_person` was sent for and never settled was made by us too: a stop kept the ids from us (F163).
    """
    session.write_rows(
        "access/save_person",
        [
            {
                "site": site,
                "customer_id": customer,
                "user_id": ids.user_id,
                "site_user_id": ids.site_user_id,
                "subscribed": customer not in seen.suspended,
                "blocked": customer in seen.blocked,
                "made_by_us": customer in seen.ours,
                "at": at,
            }
            for customer, ids in seen.known.items()
        ],
    )


def groups(session: Session, site: str) -> dict[str, GroupKnown]:
    """The groups of a site as we last read them, by name."""
    found = session.rows("access/groups", site=site)
    return {
        row["name"]: GroupKnown(
            row["name"], row["group_id"], row["uncounted"], row["read_at"], frozenset(row["members"])
        )
        for row in found
    }


def save_groups(session: Session, site: str, groups: Iterable[GroupKnown]) -> None:
    """Keeps readings of groups."""
    values = [{"site": site, **asdict(one), "members": sorted(one.members)} for one in groups]
    for statement in ("access/save_group", "access/clear_members", "access/save_members"):
        session.write_rows(statement, values)


def books(session: Session, site: str) -> list[MembershipRecord]:
    """Every current row of the books of a site."""
    return [
        MembershipRecord(
            Key(row["customer_id"], row["group_name"]),
            row["user_id"],
            row["adopted"],
            Window(row["promised_from"], row["promised_until"]),
            row["state"] == "sent",
            row["shown_at"],
        )
        for row in session.rows("access/books", site=site)
    ]


def ended(session: Session, site: str, source: str, now: datetime) -> frozenset[Key]:
    """Memberships of which the source itself has ended every reason: cancelled, over, deleted, or its customer left.

    With them those for which a complete extract had no reason any more.
    """
    found = session.rows("access/ended", site=site, source=source, now=now)
    return frozenset(Key(row["customer_id"], row["group_name"]) for row in found)


def book_sent(session: Session, site: str, plan_id: str, sent: Iterable[Sent], at: datetime) -> None:
    """Writes down what is about to be asked for, so that a stop in the middle leaves no orphan."""
    session.write_rows(
        "access/book_sent", [_entry(site, plan_id, one) | {"user_id": one.user_id, "at": at} for one in sent]
    )


def book_adopted(session: Session, site: str, plan_id: str, found: Mapping[Grant, str], at: datetime) -> None:
    """Writes down memberships that are wanted and were there before us (F162)."""
    session.write_rows(
        "access/book_adopted",
        [_entry(site, plan_id, grant) | {"user_id": user_id, "at": at} for grant, user_id in found.items()],
    )


def book_promises(session: Session, site: str, promised: Iterable[Grant], at: datetime) -> None:
    """Updates what we promise to people who are in already: a longer stay, another reason (T11).

    What was promised until now is kept beside it.
    """
    session.write_rows("access/book_promise", [_entry(site, "", grant) | {"at": at} for grant in promised])


def book_withdrawn(session: Session, site: str, withdrawn: Iterable[Key], at: datetime, *, complete: bool) -> None:
    """Keeps since when nothing gives a reason for memberships; an extract that is not `complete` only takes it back."""
    told = [{"group_name": key.group, "customer_id": key.customer_id} for key in withdrawn]
    session.run("access/book_withdrawn", site=site, withdrawn=json.dumps(told), at=at, complete=complete)


def book_renamed(session: Session, site: str, renamed: Mapping[Key, Key]) -> None:
    """Moves rows to the customer who stands for the person now."""
    values = [_key(site, old) | {"new_customer_id": new.customer_id} for old, new in renamed.items()]
    session.write_rows("access/book_rename", values)


def book_in(session: Session, site: str, keys: Iterable[Key], at: datetime) -> None:
    """Confirms memberships that Salto shows."""
    session.write_rows("access/book_in", [_key(site, key) | {"at": at} for key in keys])


def book_gone(session: Session, site: str, gone: Mapping[Key, str], at: datetime) -> None:
    """Closes memberships that Salto no longer shows, each with the reason."""
    values = [_key(site, key) | {"at": at, "because": because} for key, because in gone.items()]
    session.write_rows("access/book_gone", values)


def _key(site: str, key: Key) -> dict[str, object]:
    return {"site": site, "group_name": key.group, "customer_id": key.customer_id}


def _entry(site: str, plan_id: str, grant: Grant | Sent) -> dict[str, object]:
    return _key(site, grant.key) | {
        "plan_id": plan_id,
        "reasons": list(grant.reasons),
        "promised_from": grant.window.starts_at,
        "promised_until": grant.window.ends_at,
    }


def _read(kind: type[Row], found: list[RowMapping]) -> tuple[Row, ...]:
    """Rows of a canonical table; their words become those of its enumerations."""
    rows: tuple[Row, ...] = _ADAPTERS[kind].validate_python([dict(row) for row in found])
    return rows
