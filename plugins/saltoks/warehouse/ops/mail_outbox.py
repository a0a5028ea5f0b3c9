"""The outbox: every mail has a key and is sent once, at least; nothing in it says to whom, or what (design §5.8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from saltoks.core.credentials.pins import Stay
from saltoks.core.time.windows import Window
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingMail:
    """A mail that is to be sent: the stay whose PIN it carries, and how often that was tried."""

    key: str
    attempts: int
    pin_id: int
    request_number: int
    stay: Stay
    sealed: bytes = field(repr=False)


def queue(session: Session, site: str, now: datetime) -> None:
    """Puts a mail into the outbox for every PIN that nobody was told yet; one that is there already stays alone.

    Mails of stays that are over, and of PINs that another one replaced, are given up.
    """
    session.run("mail_outbox/give_up", site=site, now=now)
    session.run("mail_outbox/queue", site=site, now=now)


def waiting(session: Session, site: str) -> list[PendingMail]:
    """The mails to send, the soonest stay first."""
    return [
        PendingMail(
            key=row["mail_key"],
            attempts=row["attempts"],
            pin_id=row["pin_id"],
            request_number=row["request_number"],
            stay=Stay(row["customer_id"], row["stay"], Window(row["starts_at"], row["ends_at"])),
            sealed=bytes(row["sealed"]),
        )
        for row in session.rows("mail_outbox/waiting", site=site)
    ]


def record_sent(session: Session, mail: PendingMail, at: datetime) -> None:
    """The mail server took it."""
    _settle(session, mail, "sent", None, at, tries=1)


def record_retry(session: Session, mail: PendingMail, reason: str, at: datetime) -> None:
    """It could not be sent, and is tried again."""
    _settle(session, mail, "pending", reason, at, tries=1)


def record_waiting(session: Session, mail: PendingMail, reason: str, at: datetime) -> None:
    """It cannot be tried yet."""
    _settle(session, mail, "pending", reason, at, tries=0)


def record_failed(session: Session, mail: PendingMail, reason: str, at: datetime) -> None:
    """It was refused for good."""
    _settle(session, mail, "failed", reason, at, tries=1)


def _settle(
    session: Session,
    mail: PendingMail,
    state: Literal["pending", "sent", "failed"],
    reason: str | None,
    at: datetime,
    *,
    tries: int,
) -> None:
    session.run("mail_outbox/settle", mail_key=mail.key, state=state, reason=reason, at=at, tries=tries)
