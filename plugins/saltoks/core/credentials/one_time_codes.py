"""One-time codes of an IQ, and how sparingly they are tried (salto-ks §3.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

BACK_OFF = timedelta(minutes=25)
"""How long nothing is tried after Salto blocked the codes: it does so for 20 minutes."""
MOST_WRONG = 3
"""After so many wrong codes in a row another one is no use: the secret is another by now."""
_LETTERS = 5


class CodeOutcome(StrEnum):
    """What became of a code: `asked` was sent, and nobody knows; `failed` says nothing about the code itself."""

    ASKED = "asked"
    DONE = "done"
    WRONG = "wrong"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CodeAttempt:
    """One code that was sent for an IQ."""

    at: datetime
    outcome: CodeOutcome


def one_time_code(secret: str, pin: str, at: datetime) -> str:
    """The code of a second; Salto takes it for three minutes (salto-ks §3.7)."""
    text = f"{at.astimezone(UTC):%Y%m%d%H%M%S}{secret}{pin}"
    return hashlib.md5(text.encode("ascii"), usedforsecurity=False).hexdigest()[:_LETTERS]


def blocked_until(tries: Sequence[CodeAttempt], now: datetime) -> datetime | None:
    """When the next code may be tried, if not now: a block that goes on is only prolonged by trying."""
    ends = (attempt.at + BACK_OFF for attempt in tries if attempt.outcome is CodeOutcome.BLOCKED)
    return next((end for end in sorted(ends, reverse=True) if end > now), None)


def is_used_up(tries: Sequence[CodeAttempt], kept_at: datetime) -> bool:
    """Whether the key kept since `kept_at` was wrong too often, with none that was right since; oldest first."""
    wrong = 0
    for one in tries:
        if one.at < kept_at or one.outcome is CodeOutcome.FAILED:
            continue
        wrong = 0 if one.outcome is CodeOutcome.DONE else wrong + 1
    return wrong >= MOST_WRONG
