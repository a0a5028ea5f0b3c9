"""How a server says that it was asked too often."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx

Throttle = Callable[[httpx.Response], bool]
"""Whether an answer is a throttle."""


def by_status_429(response: httpx.Response) -> bool:
    """The usual way: 429, mostly with `Retry-After`."""
    return response.status_code == 429


def by_status_409(response: httpx.Response) -> bool:
    """409 with `Retry-After`, while 409 without it is a real conflict; 429 is understood too."""
    is_409 = response.status_code == 409 and retry_after(response) is not None
    return is_409 or by_status_429(response)


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
