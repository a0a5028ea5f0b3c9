"""The text of a cell as a time, before its zone is known: an instant (with offset), a wall clock, or a day."""

from __future__ import annotations

import re
import time as clock
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from saltoks.systems.tabular.settings.fields import ColumnType

Moment = datetime | date
"""A time before its zone is known: an instant (with offset), a wall clock, or a day."""

LATE: Final = frozenset({"infinity", "+infinity"})
EARLY: Final = frozenset({"-infinity"})
"""What PostgreSQL writes, and many exports of it, for no end and for no beginning."""

_BEYOND = re.compile(r"\+?[0-9]{5,6}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:.]+)?(?:Z|[+-][0-9:]+)?")
_BEFORE_CHRIST = re.compile(r"[0-9]{4,5}-[0-9]{2}-[0-9]{2}.* BC")
"""Years as databases have them that no calendar of ours has."""
_END_OF_DAY = re.compile(r"(?<!\d)24(?=\D?00(?:\D?00(?:\.0+)?)?(?!\d))")
_WEEKDAY = re.compile(r"%[aAwu]")
_DAY_AND_MONTH = re.compile(r"%[dm]")
_RUNS = re.compile(r"(?:%[YymdjHIMS])+(?:%f)?|%f|[0-9]+")
_FIGURES = re.compile(r"([0-9]+)")
_WIDTHS = {"Y": 4, "j": 3}
_ISO_DATE = re.compile(r"(\d{4}-?)(\d\d)(-?)(\d\d)(?!\d)")


def is_late(text: str) -> bool:
    """Whether a text says that something never ends."""
    return text.casefold() in LATE or _BEYOND.fullmatch(text) is not None


def is_early(text: str) -> bool:
    """Whether a text says that something has always been."""
    return text.casefold() in EARLY or _BEFORE_CHRIST.fullmatch(text) is not None


def parsed(forms: Sequence[str], kind: ColumnType, text: str) -> Moment | None:
    """The time that the first fitting format finds, else None; without formats, what ISO 8601 has.

    24:00 is the midnight after that day. A weekday that is not the date's own makes the text unreadable.
    """
    return next(_found(forms, kind, text), None)


def swapped(forms: Sequence[str], kind: ColumnType, text: str) -> str | None:
    """The format, or `YYYY-DD-MM`, in which the text would be a time if day and month stood the other way round."""
    if not forms:
        turned = _ISO_DATE.sub(r"\1\4\3\2", text, count=1)
        return "YYYY-DD-MM" if turned != text and parsed((), kind, turned) is not None else None
    ways = [_turned(form) for form in forms if {"%d", "%m"} <= set(_DAY_AND_MONTH.findall(form))]
    return next((form for form in ways if parsed((form,), kind, text) is not None), None)


def _turned(form: str) -> str:
    return _DAY_AND_MONTH.sub(lambda part: "%m" if part[0] == "%d" else "%d", form)


def _found(forms: Sequence[str], kind: ColumnType, text: str) -> Iterator[Moment]:
    for form in forms or ("",):
        moment = _read(form, text)
        if moment is None and kind != "date":
            moment = _after_24(form, text)
        if moment is None:
            continue
        if kind != "date":
            if form or len(text) > len("YYYY-MM-DD"):
                yield moment
        elif moment.time() == time() and moment.tzinfo is None:
            yield moment.date()


def _read(form: str, text: str) -> datetime | None:
    try:
        if not form:
            return datetime.fromisoformat(text)
        text = _padded(form, text)
        found = datetime.strptime(text, form)  # noqa: DTZ007 - its zone is found later
    except (ValueError, OverflowError):
        return None
    if _WEEKDAY.search(form) and clock.strptime(text, form).tm_wday != found.weekday():
        return None
    return found


def _padded(form: str, text: str) -> str:
    """The text with figures that run together, as in %H%M, at their full width: only so can they be told apart.

    A spreadsheet takes the zeros from the front of a number, and they are put back: 110 is 01:10, not 11:00. Raises
    ValueError where they cannot be told apart.
    """
    parts = _FIGURES.split(text)
    for run, at in zip(_RUNS.findall(form), range(1, len(parts), 2), strict=False):
        letters = run.replace("%", "")
        if len(letters) == 1 or letters.endswith("f") or letters.isdigit():
            continue
        width = sum(_WIDTHS.get(letter, 2) for letter in letters)
        if len(parts[at]) < width and letters.startswith("Y"):
            raise ValueError("figures that run together are not at their full width")
        parts[at] = parts[at].zfill(width)
    return "".join(parts)


def _after_24(form: str, text: str) -> datetime | None:
    for hour in _END_OF_DAY.finditer(text):
        found = _read(form, f"{text[: hour.start()]}00{text[hour.end() :]}")
        if found is not None and found.time() == time():
            try:
                return found + timedelta(days=1)
            except OverflowError:
                return None
    return None
