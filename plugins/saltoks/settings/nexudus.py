"""The Nexudus source in a site's file: what is read, how far ahead, and how its contracts are understood."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from saltoks.core.time.zones import is_zone
from saltoks.settings.frozen import Frozen
from saltoks.settings.problems import refuse


def _zone(name: str) -> str:
    if not is_zone(name):
        refuse([((), f"'{name}' is not a time zone — write an IANA name such as Europe/Amsterdam")])
    return name


class LocationOverride(Frozen):
    """What a site knows better about a location of Nexudus than Nexudus itself."""

    timezone: Annotated[str, AfterValidator(_zone)]


class NexudusSource(Frozen):
    """A Nexudus account, read over its REST API; `connection` is an Airflow connection id.

    `businesses` are the ids of the locations to read; all that the user may see when it is empty. `locations` overrides
    time zones by such an id. A tick reads the bookings from `lookback_hours` ago to `horizon_hours` ahead.
    `cancellation_inclusive`: access lasts until the end of the day of cancellation, not until its start.
    """

    system: Literal["nexudus"]
    name: str = Field(min_length=1)
    connection: str = Field(min_length=1)
    businesses: frozenset[int] = frozenset()
    locations: dict[int, LocationOverride] = Field(default_factory=dict)
    horizon_hours: int = Field(default=48, ge=1)
    lookback_hours: int = Field(default=2, ge=0)
    page_size: int = Field(default=200, ge=1, le=1000)
    rate_per_second: float = Field(default=1.3, gt=0, allow_inf_nan=False)
    max_shrink_percent: int = Field(default=30, ge=0, le=100)
    cancellation_inclusive: bool = False

    def settled(self, warehouse: str, site_zone: str) -> NexudusSource:  # noqa: ARG002 - as every source is asked
        """The same source: its locations bring their own zones."""
        return self
