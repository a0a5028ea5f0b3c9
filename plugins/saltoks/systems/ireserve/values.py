"""Texts of a tenant as the values that we keep: e-mail, phone, instants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from saltoks.core.people.email_addresses import normalized_email
from saltoks.core.time import zones
from saltoks.systems.values.errors import CellError

_DAY_SECONDS = 24 * 60 * 60


def email(text: str | None) -> str | None:
    """The address that is meant, in lower case; None when it cannot be one."""
    return normalized_email(text) if text else None


def phone(text: str | None, country_code: str) -> str | None:
    """A number as +31612345678; one without a country is taken for `country_code`, None when it cannot be one."""
    digits = re.sub(r"\(0\)|[\s().\-/]", "", text or "")
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+{country_code}{digits[1:]}"
    return digits if re.fullmatch(r"\+[1-9][0-9]{7,14}", digits) else None


def wall(day: date, seconds: int | None, field: str) -> datetime:
    """A wall clock from a day and the seconds since its midnight."""
    if seconds is None or not 0 <= seconds <= _DAY_SECONDS:
        raise CellError(field, "is not a time in seconds since midnight — check the name of the column")
    try:
        return datetime.combine(day, time()) + timedelta(seconds=seconds)
    except OverflowError:
        raise outside(field) from None


def resolved(moment: datetime, zone: str, field: str, *, is_end: bool) -> datetime:
    """The instant of a time: by its own offset, else by the clocks of the tenant."""
    try:
        if moment.tzinfo is None:
            return zones.instant(moment, zone, is_end=is_end)
        return moment.astimezone(UTC)
    except OverflowError:
        raise outside(field) from None


def midnight(day: date, zone: str, field: str) -> datetime:
    """The instant at which a day begins at the tenant."""
    return resolved(datetime.combine(day, time()), zone, field, is_end=False)


def outside(field: str) -> CellError:
    """The reason for a time that no calendar holds."""
    return CellError(field, "is outside the calendar — correct it")
