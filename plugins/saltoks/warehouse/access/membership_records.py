"""The membership records: who is in which group, since when and why; a record is made before Salto is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.time.windows import Window
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True)
class RequestedMembership:
    """A membership that is about to be asked for, by platform user id."""

    key: MembershipKey
    user_id: str
    window: Window
    reasons: tuple[str, ...]


def current(session: Session, site: str) -> list[MembershipRecord]:
    """Every current membership record of a site."""
    return [
        MembershipRecord(
            MembershipKey(row["customer_id"], row["group_name"]),
            row["user_id"],
            row["adopted"],
            Window(row["promised_from"], row["promised_until"]),
            row["state"] == "sent",
            row["shown_at"],
        )
        for row in session.rows("membership_records/current", site=site)
    ]


def ended_by_source(session: Session, site: str, source: str, now: datetime) -> frozenset[MembershipKey]:
    """Memberships of which the source itself has ended every reason: cancelled, over, deleted, or its customer left.

    With them those for which a complete extract had no reason any more.
    """
    rows = session.rows("membership_records/ended_by_source", site=site, source=source, now=now)
    return frozenset(MembershipKey(row["customer_id"], row["group_name"]) for row in rows)


def record_sent(session: Session, site: str, plan_id: str, sent: Iterable[RequestedMembership], at: datetime) -> None:
    """Writes down what is about to be asked for, so that a stop in the middle leaves no orphan."""
    session.write_rows(
        "membership_records/record_sent",
        [_entry(site, plan_id, membership) | {"user_id": membership.user_id, "at": at} for membership in sent],
    )


def record_adopted(session: Session, site: str, plan_id: str, adopted: Mapping[Grant, str], at: datetime) -> None:
    """Writes down memberships that are wanted and were there before us."""
    session.write_rows(
        "membership_records/record_adopted",
        [_entry(site, plan_id, grant) | {"user_id": user_id, "at": at} for grant, user_id in adopted.items()],
    )


def record_promises(session: Session, site: str, promised: Iterable[Grant], at: datetime) -> None:
    """Updates what we promise to people who are in already: a longer stay, another reason.

    What was promised until now is kept beside it.
    """
    session.write_rows(
        "membership_records/record_promises", [_entry(site, "", grant) | {"at": at} for grant in promised]
    )


def record_withdrawn(
    session: Session, site: str, withdrawn: Iterable[MembershipKey], at: datetime, *, complete: bool
) -> None:
    """Keeps since when nothing gives a reason for memberships; an extract that is not `complete` only takes it back."""
    values = [{"group_name": key.group, "customer_id": key.customer_id} for key in withdrawn]
    session.run(
        "membership_records/record_withdrawn", site=site, withdrawn=json.dumps(values), at=at, complete=complete
    )


def record_renamed(session: Session, site: str, renamed: Mapping[MembershipKey, MembershipKey]) -> None:
    """Moves rows to the customer who stands for the person now."""
    values = [_key(site, old) | {"new_customer_id": new.customer_id} for old, new in renamed.items()]
    session.write_rows("membership_records/record_renamed", values)


def record_in(session: Session, site: str, keys: Iterable[MembershipKey], at: datetime) -> None:
    """Confirms memberships that Salto shows."""
    session.write_rows("membership_records/record_in", [_key(site, key) | {"at": at} for key in keys])


def record_gone(session: Session, site: str, gone: Mapping[MembershipKey, str], at: datetime) -> None:
    """Closes memberships that Salto no longer shows, each with the reason."""
    values = [_key(site, key) | {"at": at, "because": because} for key, because in gone.items()]
    session.write_rows("membership_records/record_gone", values)


def _key(site: str, key: MembershipKey) -> dict[str, object]:
    return {"site": site, "group_name": key.group, "customer_id": key.customer_id}


def _entry(site: str, plan_id: str, grant: Grant | RequestedMembership) -> dict[str, object]:
    return _key(site, grant.key) | {
        "plan_id": plan_id,
        "reasons": list(grant.reasons),
        "promised_from": grant.window.starts_at,
        "promised_until": grant.window.ends_at,
    }
