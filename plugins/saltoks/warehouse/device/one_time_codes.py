"""What an account opens doors of an IQ with, sealed, and every one-time code that was tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from saltoks.core.credentials.one_time_codes import CodeAttempt, CodeOutcome
from saltoks.warehouse.engine.database import Session

CodePurpose = Literal["activate", "check", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IqKey:
    """The sealed secret and PIN of an account at an IQ; without a PIN its activation was begun and not confirmed."""

    iq_id: str
    account: str
    iq_name: str
    secret: bytes = field(repr=False)
    pin: bytes | None = field(repr=False)
    kept_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequest:
    """Who wants a code tried, for what, and why."""

    purpose: CodePurpose
    author: str
    reason: str
    lock_name: str | None = None


def keys(session: Session, site: str) -> list[IqKey]:
    """Everything that is kept for a site, of whatever account."""
    return [
        IqKey(
            iq_id=row["iq_id"],
            account=row["account"],
            iq_name=row["iq_name"],
            secret=bytes(row["secret"]),
            pin=None if row["pin"] is None else bytes(row["pin"]),
            kept_at=row["kept_at"],
        )
        for row in session.rows("one_time_codes/keys", site=site)
    ]


def save_key(session: Session, site: str, key: IqKey) -> None:
    """Keeps a key in place of the one before."""
    session.run(
        "one_time_codes/save_key",
        site=site,
        iq_id=key.iq_id,
        account=key.account,
        iq_name=key.iq_name,
        secret=key.secret,
        pin=key.pin,
        at=key.kept_at,
    )


def attempts(session: Session, site: str, key: IqKey, since: datetime) -> list[CodeAttempt]:
    """The codes that were tried with a key's account at its IQ, oldest first."""
    rows = session.rows("one_time_codes/attempts", site=site, iq_id=key.iq_id, account=key.account, since=since)
    return [CodeAttempt(row["tried_at"], CodeOutcome(row["outcome"])) for row in rows]


def begin(session: Session, site: str, key: IqKey, request: CodeRequest, at: datetime) -> int:
    """Writes down that a code is about to be sent; gives its number."""
    row = session.first(
        "one_time_codes/begin",
        site=site,
        iq_id=key.iq_id,
        account=key.account,
        purpose=request.purpose,
        lock_name=request.lock_name,
        author=request.author,
        reason=request.reason,
        at=at,
    )
    if row is None:
        raise LookupError("an insert gave no row back")
    return int(row["code_id"])


def settle(session: Session, code_id: int, outcome: CodeOutcome) -> None:
    """Writes down what Salto said to a code."""
    session.run("one_time_codes/settle", code_id=code_id, outcome=outcome.value)
