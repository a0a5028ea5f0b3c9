"""The Nexudus source in a site's file: what is read, how far ahead, and how its contracts are understood."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Literal

from pydantic import AfterValidator, Field

from saltoks.core.model.canonical import BookingStatus
from saltoks.core.model.shrinkage import MAX_PERCENT
from saltoks.core.time.zones import is_zone
from saltoks.settings.frozen import Frozen
from saltoks.settings.problems import refuse
from saltoks.settings.source import MaxShrinkPercent, Meanings, Source

_MEANINGS: Final[Mapping[str, BookingStatus]] = {
    "tentative=0;checkedin=0": BookingStatus.CONFIRMED,
    "tentative=0;checkedin=1": BookingStatus.CHECKED_IN,
    "tentative=1;checkedin=0": BookingStatus.TENTATIVE,
    "tentative=1;checkedin=1": BookingStatus.TENTATIVE,
    "cancelled": BookingStatus.CANCELLED,
}


def _zone(name: str) -> str:
    if not is_zone(name):
        refuse([((), f"'{name}' is not a time zone — write an IANA name such as Europe/Amsterdam")])
    return name


class LocationOverride(Frozen):
    """What a site knows better about a location of Nexudus than Nexudus itself."""

    timezone: Annotated[str, AfterValidator(_zone)]


class NexudusSource(Source):
    """A Nexudus account, read over its REST API; `connection` is an Airflow connection id.

    `businesses` are the ids of the locations to read; all that the user may see when it is empty. `locations` overrides
    time zones by such an id. A tick reads the bookings from `lookback_hours` ago to `horizon_hours` ahead.
    `cancellation_inclusive`: access lasts until the end of the day of cancellation, not until its start.
    """

    has_codes: ClassVar[bool] = True

    system: Literal["nexudus"]
    connection: str = Field(min_length=1)
    businesses: frozenset[int] = frozenset()
    locations: dict[int, LocationOverride] = Field(default_factory=dict)
    horizon_hours: int = Field(default=48, ge=1)
    lookback_hours: int = Field(default=2, ge=0)
    page_size: int = Field(default=200, ge=1, le=1000)
    rate_per_second: float = Field(default=1.3, gt=0, allow_inf_nan=False)
    max_shrink_percent: MaxShrinkPercent = MAX_PERCENT
    cancellation_inclusive: bool = False

    def meanings(self) -> Meanings:
        """What the flags of a booking mean together."""
        return {code: frozenset({word}) for code, word in _MEANINGS.items()}

    def how_to_explain(self, code: str) -> str:  # noqa: ARG002 - whatever the code is
        """There are none to explain."""
        return "take it out: Nexudus has no codes, so write booking_statuses instead"
