"""How a server says that it was asked too often."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

UNTOLD_SECONDS = 5.0
"""The wait when a throttle does not say how long."""

Throttle = Callable[[httpx.Response], float | None]
"""The seconds to wait before asking again; None when the answer is no throttle."""


def by_status_429(response: httpx.Response) -> float | None:
    """The usual way: 429, mostly with `Retry-After`."""
    if response.status_code != 429:
        return None
    seconds = retry_after(response)
    return UNTOLD_SECONDS if seconds is None else seconds


def by_status_409(response: httpx.Response) -> float | None:
    """Nexudus's way: 409 with `Retry-After`, while 409 without it is a real conflict; 429 is understood too."""
    return retry_after(response) if response.status_code == 409 else by_status_429(response)


def retry_after(response: httpx.Response) -> float | None:
    """Seconds to wait by the Retry-After header, given as seconds or as a date; None when it is not readable."""
    value = response.headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
    except ValueError:
        return _seconds_until(value, response.headers.get("Date", ""))
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _seconds_until(value: str, answered: str) -> float | None:
    """Measured by the server's own clock, so that ours may be off."""
    try:
        until: datetime = parsedate_to_datetime(value)
        return max(0.0, (until - parsedate_to_datetime(answered)).total_seconds())
    except (TypeError, ValueError):
        return None
