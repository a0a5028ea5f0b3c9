"""The kinds of values in what Salto KS answers, each within bounds that can be kept and sent back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from saltoks.core.text import is_storable
from saltoks.core.time.windows import ALWAYS, FOREVER

LONGEST_ID = 400
MOST = 2**31 - 1


def _to_utc(instant: datetime) -> datetime:
    """In UTC; what lies beyond `ALWAYS` and `FOREVER`, as the ends of a vendor's calendar do, is brought to them."""
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    try:
        return min(max(instant.astimezone(UTC), ALWAYS), FOREVER)
    except OverflowError:
        return ALWAYS if instant.year == 1 else FOREVER


def _an_id(text: str) -> str:
    """An id is sent back in a path, and kept; a few hundred characters are more than any vendor uses."""
    if not text.strip(".") or not is_storable(text):
        raise ValueError("cannot be an id")
    return text


def _within(instant: datetime) -> datetime:
    """A clock that was never set says nothing of when something happened."""
    if not ALWAYS < instant < FOREVER:
        raise ValueError("is at an end of the calendar")
    return instant


def _null_is_false(value: object) -> object:
    return False if value is None else value


def _null_is_empty(value: object) -> object:
    return () if value is None else value


Instant = Annotated[datetime, AfterValidator(_to_utc)]
Flag = Annotated[bool, BeforeValidator(_null_is_false)]
Id = Annotated[str, Field(min_length=1, max_length=LONGEST_ID), AfterValidator(_an_id)]
OtherId = Annotated[str | None, Field(max_length=LONGEST_ID)]
Count = Annotated[int | None, Field(ge=-MOST, le=MOST)]
Private = Annotated[str | None, Field(repr=False)]
Moment = Annotated[Instant, AfterValidator(_within)]
"""When something happened."""
NoneIsEmpty = BeforeValidator(_null_is_empty)
