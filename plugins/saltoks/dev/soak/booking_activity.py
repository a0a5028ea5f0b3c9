"""The booking system of one place while the soak runs: people book, move, extend, cancel; memberships come and go."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.dev.soak.rows import Booking, Customer, Membership, Rows
from saltoks.dev.soak.sites import Place

MEMBERS = 40
"""Customers with an e-mail that a place has from the start."""
_KEPT = timedelta(days=2)
"""How long the export shows bookings that are over."""
_BUSY = range(7, 22)
"""Hours of the day in which people are at their telephones."""


@dataclass(slots=True)
class Diary:
    """The rows of a place, changed a little before each run, the same for the same seed."""

    place: Place
    chance: random.Random
    customers: dict[str, Customer] = field(default_factory=dict)
    bookings: dict[str, Booking] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    made: int = 0

    def open(self, at: datetime) -> None:
        """A house that has been running for a while."""
        for _ in range(MEMBERS):
            self._customer(guest=False)
        today = self._today(at)
        for who in list(self.customers)[: MEMBERS // 2 if self.place.plans else 0]:
            self._join(who, today - timedelta(days=self.chance.randint(1, 90)))
        for _ in range(40):
            self._book(at)

    def turn(self, at: datetime) -> Rows:
        """What happens in the quarter of an hour before `at`, and all rows after it."""
        for act in self._acts(at):
            act(at)
        self.bookings = {key: one for key, one in self.bookings.items() if one.ends > at - _KEPT}
        return Rows(dict(self.customers), dict(self.bookings), dict(self.memberships))

    def _acts(self, at: datetime) -> list[Callable[[datetime], None]]:
        busy = at.astimezone(ZoneInfo(self.place.zone)).hour in _BUSY
        odds: list[tuple[Callable[[datetime], None], float]] = [
            (self._book, 0.9),
            (self._book, 0.25),
            (self._follow, 0.15),
            (self._move, 0.10),
            (self._extend, 0.10),
            (self._cancel, 0.10),
            (self._vanish, 0.04),
            (self._member, 0.06),
        ]
        return [act for act, share in odds if self.chance.random() < (share if busy else share / 5)]

    def _today(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.place.zone)).date()

    def _number(self, word: str) -> str:
        self.made += 1
        return f"{word}{self.made}"

    def _customer(self, *, guest: bool) -> str:
        name = self._number("g" if guest else "m")
        email = "" if guest else f"{name}@{self.place.name}.example"
        self.customers[name] = Customer(name, email)
        return name

    def _book(self, at: datetime) -> None:
        """A room soon or within two days, for a member or a guest; some start at odd minutes, some overlap."""
        ahead = self.chance.choice((10, 30, 60, 120, 300, 600, 1200, 2000, 2800))
        starts = at + timedelta(minutes=ahead + self.chance.choice((0, 0, 5, 15, 22, 45)))
        who = self._customer(guest=True) if self.chance.random() < 0.25 else self.chance.choice(list(self.customers))
        state = "maybe" if self.chance.random() < 0.08 else "on"
        self._put(self.chance.choice(self.place.rooms).id, who, starts, self._length(), state)

    def _follow(self, at: datetime) -> None:
        """The same person books on: at once, with a gap, or overlapping; the same room, or another one."""
        if one := self._pick(at):
            starts = one.ends + timedelta(minutes=self.chance.choice((0, 0, -20, 10, 25, 40)))
            room = one.item if self.chance.random() < 0.7 else self.chance.choice(self.place.rooms).id
            self._put(room, one.customer, max(starts, at), self._length(), "on")

    def _length(self) -> timedelta:
        return timedelta(minutes=self.chance.choice((20, 30, 45, 60, 60, 90, 120, 180, 480)))

    def _put(self, room: str, who: str, starts: datetime, length: timedelta, state: str) -> None:
        key = self._number("b")
        self.bookings[key] = Booking(key, room, who, starts, starts + length, state)

    def _pick(self, at: datetime) -> Booking | None:
        live = [one for one in self.bookings.values() if one.ends > at and one.state == "on"]
        return self.chance.choice(live) if live else None

    def _change(self, at: datetime, how: Callable[[Booking], Booking]) -> None:
        if one := self._pick(at):
            self.bookings[one.id] = how(one)

    def _move(self, at: datetime) -> None:
        by = timedelta(minutes=self.chance.choice((-60, -30, 15, 30, 60, 180)))
        self._change(at, lambda one: replace(one, starts=one.starts + by, ends=one.ends + by))

    def _extend(self, at: datetime) -> None:
        by = timedelta(minutes=self.chance.choice((15, 30, 60)))
        self._change(at, lambda one: replace(one, ends=one.ends + by))

    def _cancel(self, at: datetime) -> None:
        self._change(at, lambda one: replace(one, state="off"))

    def _vanish(self, at: datetime) -> None:
        if one := self._pick(at):
            del self.bookings[one.id]

    def _member(self, at: datetime) -> None:
        """A membership starts, stops, pauses or goes on."""
        if not self.place.plans:
            return
        if not self.memberships or self.chance.random() < 0.4:
            members = [one.id for one in self.customers.values() if not one.guest]
            self._join(self.chance.choice(members), self._today(at) + timedelta(days=self.chance.randint(0, 2)))
            return
        one = self.chance.choice(list(self.memberships.values()))
        last = self._today(at) + timedelta(days=self.chance.randint(0, 2))
        states = {"active": ("paused", "cancelled", "active"), "paused": ("active",), "cancelled": ("active",)}
        state = self.chance.choice(states[one.state])
        ends = max(last, one.first) if one.state == state == "active" else one.last
        self.memberships[one.id] = replace(one, state=state, last=ends)

    def _join(self, who: str, first: date) -> None:
        key = self._number("s")
        last = first + timedelta(days=self.chance.randint(1, 5)) if self.chance.random() < 0.2 else None
        self.memberships[key] = Membership(key, self.chance.choice(self.place.plans).id, who, first, last)
