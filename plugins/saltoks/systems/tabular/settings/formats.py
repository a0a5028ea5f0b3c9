"""Formats of times: what one must carry, and what Python's reader of times would ignore or confuse in it.

`strptime` reads AM and PM only beside %I, reads a zone's name and forgets it, and takes `Z` written out for a letter.
A format in which something is ignored gives hours or days that nobody wrote, so it is refused before a row is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone

from saltoks.systems.tabular.settings.fields import ColumnType

_WALL = datetime(2031, 11, 29, 13, 47)  # noqa: DTZ001 - a wall clock to try formats on, never an instant
_PROBE = _WALL.replace(tzinfo=timezone(timedelta(hours=5, minutes=30)))
_ANY_ORDER = datetime(2010, 11, 12, 9, 8, 7, tzinfo=_PROBE.tzinfo)
"""Its year of two digits, month and day may stand for each other."""
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
_HALF_OF_DAY = re.compile(r"(?i)(?<![a-z])[ap]\.?m\.?(?![a-z])")
_UTC = re.compile(r"(?<![A-Za-z])(?:Z|UTC|GMT)(?![A-Za-z])")
_ZONE = re.compile(r"(?<![A-Za-z])[A-Z]{2,4}T(?![A-Za-z])|[+-]\d\d:?\d\d")


def findings(forms: Sequence[str], kind: ColumnType) -> Iterator[tuple[int, str]]:
    """What is wrong with the formats of one column of times: which one, and a sentence with its fix."""
    sound: list[str] = []
    for n, form in enumerate(forms):
        wrong = _wrong(form, kind)
        rival = next((other for other in sound if _confused(form, other)), None) if wrong is None else None
        if wrong is not None:
            yield n, f"'{form}' {wrong}"
        elif rival is not None:
            text = f"'{form}' and '{rival}' read the same text as two different times"
            yield n, f"{text} — keep the one in which the export is written"
        else:
            sound.append(form)


def _wrong(form: str, kind: ColumnType) -> str | None:
    parts = _DIRECTIVE.findall(form)
    literal = _DIRECTIVE.sub("\0", form)
    return _ignored(parts, literal) or _zone(parts, literal, kind) or _lacking(form, kind)


def _ignored(parts: list[str], literal: str) -> str | None:
    twice = sorted({part for part in parts if parts.count(part) > 1 and part != "%"})
    if twice:
        return f"has %{twice[0]} more than once — keep one"
    if "p" in parts and "I" not in parts:
        return "has %p without %I, and AM or PM counts only beside the hour of 12 — write %I in place of %H"
    if _HALF_OF_DAY.search(literal):
        return "has AM or PM written out, which would be the same for every time — write %I and %p"
    local = next((part for part in parts if part in {"c", "x", "X", "+"}), None)
    if local is not None:
        return f"has %{local}, which differs from machine to machine — write its parts, such as %d-%m-%Y"
    return None


def _zone(parts: list[str], literal: str, kind: ColumnType) -> str | None:
    if "Z" in parts:
        return (
            "has %Z, and the name of a zone is read but ignored — write %z for an offset, or take the name out by map"
        )
    if _ZONE.search(literal) or (_UTC.search(literal) and kind != "datetime_utc"):
        utc = " or set the column's type to datetime_utc" if _UTC.search(literal) else ""
        return f"has a zone or an offset written out, which would be ignored — write %z,{utc or ' or leave it out'}"
    if "z" in parts and kind in ("date", "datetime_local"):
        return f"has an offset (%z), and a {kind} has none — set the column's type to datetime"
    return None


def _lacking(form: str, kind: ColumnType) -> str | None:
    if _carries(form, whole=kind != "date"):
        return None
    parts = "year, month and day" if kind == "date" else "year, month, day and the hour of 24 (or with %p)"
    return f"does not carry {parts} — write it like %d-%m-%Y %H:%M"


def _carries(form: str, *, whole: bool) -> bool:
    back = _there_and_back(_PROBE, form, form)
    return back is not None and back.date() == _PROBE.date() and (back.hour == _PROBE.hour or not whole)


def _confused(form: str, other: str) -> bool:
    """Whether a text that one of them writes is another time for the other."""
    for written, read in ((form, other), (other, form)):
        meant, found = _there_and_back(_ANY_ORDER, written, written), _there_and_back(_ANY_ORDER, written, read)
        if found is not None and found != meant:
            return True
    return False


def _there_and_back(at: datetime, written: str, read: str) -> datetime | None:
    """A time written in one format and read in another; None when that cannot be read."""
    try:
        return datetime.strptime(at.strftime(written), read)  # noqa: DTZ007 - only its parts are compared
    except (ValueError, re.error):
        return None
