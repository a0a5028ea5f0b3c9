"""What a replay found, as values: who was in which group on one evening, and what moved until the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Members = Mapping[str, frozenset[str]]
"""Aliases by access group, as Salto shows them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Requests that reached the sandbox: GETs, requests that change something, and requests for a token."""

    reads: int
    writes: int
    tokens: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.reads + self.writes + self.tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class HotelEvening:
    """One hotel after its sync; `quarantined` counts the rows of its last extract that were put aside."""

    site: str
    hotel: str
    members: Members
    quarantined: int
    calls: Calls
    seconds: float
    warnings: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Everybody who is in any group."""
        return frozenset().union(*self.members.values())


@dataclass(frozen=True, slots=True)
class Evening:
    """All hotels at one instant; `day` is the date there."""

    day: date
    at: datetime
    hotels: tuple[HotelEvening, ...]

    @property
    def people(self) -> int:
        """How many people can open a door."""
        return sum(len(one.people) for one in self.hotels)

    @property
    def calls(self) -> int:
        """How many requests the evening's syncs took."""
        return sum(one.calls.total for one in self.hotels)

    @property
    def seconds(self) -> float:
        """How long the evening's syncs took."""
        return sum(one.seconds for one in self.hotels)

    @property
    def state(self) -> Literal["done", "warned", "failed"]:
        """The worst that happened at a hotel."""
        if any(one.failures for one in self.hotels):
            return "failed"
        return "warned" if any(one.held or one.warnings for one in self.hotels) else "done"


@dataclass(frozen=True, slots=True)
class Moves:
    """What happened to one group of one hotel between two evenings; `group` is empty for the hotel as a whole."""

    hotel: str
    group: str
    came: frozenset[str]
    left: frozenset[str]
    stayed: frozenset[str]


def moves(before: Evening, after: Evening) -> Iterator[Moves]:
    """Every group, and after a hotel's groups the hotel itself."""
    for old, new in zip(before.hotels, after.hotels, strict=True):
        for group in sorted(old.members.keys() | new.members.keys()):
            yield _moved(new.hotel, group, old.members.get(group, frozenset()), new.members.get(group, frozenset()))
        yield _moved(new.hotel, "", old.people, new.people)


def _moved(hotel: str, group: str, before: frozenset[str], after: frozenset[str]) -> Moves:
    return Moves(hotel, group, after - before, before - after, after & before)
