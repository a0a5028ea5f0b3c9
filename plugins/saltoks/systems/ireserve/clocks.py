"""Whether the tenant's clocks and ours agree: the usual reason why doors open too early or too late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Sighting:
    """One start told twice: as the clock on the wall by the filter, as an instant by `booking/{id}`."""

    number: str
    wall: datetime
    instant: datetime


def disagreements(seen: Iterable[Sighting], zone: str) -> list[str]:
    """A sentence when a wall clock in `zone` is not the instant that the tenant says it is."""
    wrong = [one for one in sorted(seen, key=lambda one: int(one.number)) if one.instant not in _instants(one, zone)]
    if not wrong:
        return []
    first = wrong[0]
    there = f"{first.instant.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    text = f"reservation {first.number} starts at {first.wall:%Y-%m-%d %H:%M} on the wall and at {there} by its offset"
    fix = f"which is not {zone}: correct the time zone here or on the server of the tenant"
    return [f"{text}, {fix} ({len(wrong)} reservations)"]


def _instants(one: Sighting, zone: str) -> set[datetime]:
    """Both readings of an hour that happens twice or never."""
    local = one.wall.replace(tzinfo=ZoneInfo(zone))
    return {local.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
