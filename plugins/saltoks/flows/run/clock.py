"""The one place where time comes from: every flow asks its runtime's clock, nothing else (design §4)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from saltoks.core.errors import WrongUse


class Clock(Protocol):
    """Tells the time as aware UTC, and waits."""

    def now(self) -> datetime:
        """The instant that a flow works as of."""

    def sleep(self, seconds: float) -> None:
        """Waits in real time."""


class SystemClock:
    """The time of this machine."""

    def now(self) -> datetime:
        """The instant that this machine says it is."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Waits in real time."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class FixedClock:
    """One instant, for `--as-of`; waiting still takes real time."""

    at: datetime

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Waits in real time."""
        time.sleep(seconds)


def as_of(text: str) -> datetime:
    """An instant from ISO 8601 text with an offset (`2015-08-15T18:00+01:00`); raises `WrongUse` otherwise."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUse(f"--as-of {text!r} is no time: write it like 2026-03-29T18:00+02:00") from error
    if at.tzinfo is None:
        raise WrongUse(f"--as-of {text!r} has no offset: write +00:00 for UTC, or that of the site")
    return at.astimezone(UTC)
