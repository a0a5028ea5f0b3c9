"""PINs on record: one row a stay, `asked → issued → delivered`, sealed while the stay lasts (design §5.8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import RowMapping

from saltoks.core.credentials.pins import PinDue, PinRecord, PinState, Stay
from saltoks.core.people.site_users import PersonIds
from saltoks.core.time.windows import Window
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PinDelivery:
    """The last PIN of a customer, and what became of the mail with it; `mail` is None where there is none."""

    known: PinRecord
    mail: str | None
    attempts: int
    reason: str | None
    mailed_at: datetime | None


def eligible_users(session: Session, site: str) -> dict[str, PersonIds]:
    """Customers who are somebody at Salto and not shut out, as last seen."""
    rows = session.rows("pins/eligible_users", site=site)
    return {row["customer_id"]: PersonIds(row["user_id"], row["site_user_id"]) for row in rows}


def load(session: Session, site: str, since: datetime) -> list[PinRecord]:
    """PINs of stays that end after `since`, in the order in which they were asked for."""
    return [_known(row) for row in session.rows("pins/load", site=site, since=since)]


def latest(session: Session, site: str) -> dict[str, PinDelivery]:
    """The last PIN of every customer, by customer id."""
    return {
        row["customer_id"]: PinDelivery(
            known=_known(row),
            mail=row["mail_state"],
            attempts=row["mail_attempts"] or 0,
            reason=row["mail_reason"],
            mailed_at=row["mailed_at"],
        )
        for row in session.rows("pins/latest", site=site)
    }


def asked_before(session: Session, site: str, site_user_ids: Iterable[str]) -> frozenset[str]:
    """Those site users for whom we have asked a PIN before."""
    rows = session.rows("pins/asked_before", site=site, site_user_ids=list(site_user_ids))
    return frozenset(row["site_user_id"] for row in rows)


def rename(session: Session, site: str, renamed: Mapping[Stay, str]) -> None:
    """Moves stays to the customer who stands for the person now."""
    session.write_rows("pins/rename", [_key(site, stay) | {"new_customer_id": to} for stay, to in renamed.items()])


def move(session: Session, site: str, stays: Iterable[Stay]) -> None:
    """Keeps the windows that stays have by now."""
    session.write_rows("pins/move", [_key(site, stay) | _window(stay) for stay in stays])


def forget_ended(session: Session, site: str, now: datetime) -> None:
    """Deletes the PINs of stays that are over; that there was one stays on record."""
    session.run("pins/forget_ended", site=site, now=now)


def record_asked(session: Session, site: str, due: PinDue, at: datetime) -> None:
    """Writes down that a PIN is about to be asked for: from now on the one before is void."""
    session.run(
        "pins/record_asked", **_key(site, due.stay), **_window(due.stay), site_user_id=due.ids.site_user_id, at=at
    )


def record_adopted(session: Session, site: str, due: PinDue) -> None:
    """Writes down that the person had a PIN before us, which stays."""
    session.run("pins/record_adopted", **_key(site, due.stay), **_window(due.stay), site_user_id=due.ids.site_user_id)


def record_issued(session: Session, site: str, stay: Stay, sealed: bytes, at: datetime) -> None:
    """Keeps the PIN that Salto gave."""
    session.run("pins/record_issued", **_key(site, stay), sealed=sealed, at=at)


def record_delivered(session: Session, pin_id: int, request_number: int, at: datetime) -> None:
    """Writes down that the person has the PIN."""
    session.run("pins/record_delivered", pin_id=pin_id, request_number=request_number, at=at)


def sealed_pin(session: Session, site: str, customer_id: str) -> tuple[str, bytes] | None:
    """The key of the stay, and the sealed PIN, that a customer got last, unless its stay is over."""
    row = session.first("pins/sealed_pin", site=site, customer_id=customer_id)
    return None if row is None else (row["stay"], bytes(row["sealed"]))


def record_action(
    session: Session,
    site: str,
    customer_id: str,
    stay: str,
    action: Literal["reissue", "show"],
    author: str,
    reason: str,
    at: datetime,
) -> None:
    """Writes down what a person did with a PIN by hand, and why."""
    key = {"site": site, "customer_id": customer_id, "stay": stay}
    session.run("pins/record_action", **key, act=action, author=author, reason=reason, at=at)


def _known(row: RowMapping) -> PinRecord:
    stay = Stay(row["customer_id"], row["stay"], Window(row["starts_at"], row["ends_at"]))
    return PinRecord(
        stay=stay, site_user_id=row["site_user_id"], state=PinState(row["state"]), request_number=row["request_number"]
    )


def _key(site: str, stay: Stay) -> dict[str, object]:
    return {"site": site, "customer_id": stay.customer_id, "stay": stay.key}


def _window(stay: Stay) -> dict[str, object]:
    return {"starts_at": stay.window.starts_at, "ends_at": stay.window.ends_at}
