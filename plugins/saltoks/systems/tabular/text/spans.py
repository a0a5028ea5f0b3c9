"""The text of a cell as a duration, with either decimal sign; what can be read in two ways is not read."""

from __future__ import annotations

import re
from datetime import timedelta

from saltoks.systems.tabular.settings.fields import ColumnType

_NUMBER = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")
"""A thousand with a grouping mark has three digits behind it, a fraction of an hour one or two."""
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")
_WORDS = re.compile(r"(?:(\d{1,4})\s*h[a-z.]*)?\s*(?:(\d{1,5})\s*m[a-z.]*)?", re.IGNORECASE)
_ISO = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,6})(?:\.\d+)?S)?)?")


def duration(kind: ColumnType, text: str) -> timedelta | None:
    """How long a cell says something lasts: a number in the unit of its column, else 1:30, 1 h 30 min or PT1H30M."""
    unit = timedelta(hours=1) if kind == "hours" else timedelta(minutes=1)
    if found := _NUMBER.fullmatch(text):
        return unit * float(f"{found[1]}.{found[2] or 0}")
    if (found := _CLOCK.fullmatch(text)) and (kind == "hours" or found[3]):
        return _sum(None, *found.groups())
    if (found := _ISO.fullmatch(text)) and any(found.groups()):
        return _sum(*found.groups())
    found = _WORDS.fullmatch(text)
    return _sum(None, *found.groups()) if found and any(found.groups()) else None


def _sum(days: str | None, hours: str | None, minutes: str | None, seconds: str | None = None) -> timedelta:
    return timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
