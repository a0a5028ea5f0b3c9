"""Which bookings a house of the demo has around the present moment, whatever booking system they are written into.

What is booked stays booked, also what a person has changed there by hand; every start adds to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

BOOKED_AHEAD = timedelta(minutes=90)
STAY = timedelta(minutes=90)
REST = timedelta(minutes=60)
"""Who was here within this time does not come again, so that one can see people leave."""
LEAVES_IN = 3
"""Minutes until the door shuts for whoever is about to leave: long enough to be let in by a slow sync first."""


@dataclass(frozen=True, slots=True)
class Room:
    """Something to book. A private one is booked back to back by `regulars`, a shared one by whoever comes.

    `lead`: minutes from now to the start of its first booking, when nobody is in it.
    """

    code: str
    regulars: tuple[str, ...] = ()
    shared: bool = False
    lead: int = -10


@dataclass(frozen=True, slots=True)
class Planned:
    """A booking of the opening day, in minutes from now.

    `number` is set for those that open no door: they move along with the present and keep their number. One that
    cannot be read ends hours before it starts, for a change of clocks explains one hour; more than a day, in a system
    where an end before the start is on the next day.
    """

    room: str
    who: str
    since: int
    until: int
    state: str
    number: int = 0

    def stay(self, minute: datetime) -> Stay:
        """Its instants as of a full minute."""
        return Stay(self.room, self.who, _at(minute, self.since), _at(minute, self.until))


@dataclass(frozen=True, slots=True)
class Stay:
    """Who is where, from when until when; `walk_in` is the name of somebody who is no customer."""

    room: str
    who: str
    since: datetime
    until: datetime
    walk_in: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A booking under its number, with its state in the words of the house's booking system."""

    number: int
    stay: Stay
    state: str


@dataclass(frozen=True, slots=True)
class Diary:
    """A house: its rooms, its opening day, and the word for a booking that holds a room.

    `after`: how long its doors stay open after a booking. `walk_ins`: people from the street, one at every start.
    """

    rooms: tuple[Room, ...]
    first: tuple[Planned, ...]
    booked: str
    first_number: int
    after: timedelta
    walk_ins: tuple[str, ...] = ()

    def due(self, there: Sequence[Entry], now: datetime, *, last: int = 0) -> list[Entry]:
        """What is to be written: the opening day, or what moves along; then new bookings around now.

        `last` is the highest number in use, where `there` may lack a row that cannot be read.
        """
        minute = now.replace(second=0, microsecond=0)
        made = self._moved(there, minute) if there else self._opening(minute)
        fixed = {one.number for one in self.first if one.number}
        booked = [one for one in (*there, *made) if one.state == self.booked and one.number not in fixed]
        numbers = count(max([self.first_number, last + 1, *(one.number + 1 for one in (*there, *made))]))
        arrivals = self._arrivals([one.stay for one in booked], minute)
        return [*made, *(Entry(next(numbers), stay, self.booked) for stay in arrivals)]

    def _opening(self, minute: datetime) -> list[Entry]:
        numbers = count(self.first_number)
        return [Entry(one.number or next(numbers), one.stay(minute), one.state) for one in self.first]

    def _moved(self, there: Sequence[Entry], minute: datetime) -> list[Entry]:
        moving = {one.number: one for one in self.first if one.number}
        return [replace(one, stay=moving[one.number].stay(minute)) for one in there if one.number in moving]

    def _arrivals(self, stays: Sequence[Stay], minute: datetime) -> Iterator[Stay]:
        for room in self.rooms:
            of_room = [stay for stay in stays if stay.room == room.code]
            yield from self._shared(room, stays, minute) if room.shared else _back_to_back(room, of_room, minute)

    def _shared(self, room: Room, stays: Sequence[Stay], minute: datetime) -> Iterator[Stay]:
        """One comes now, one is about to leave, and one walks in from the street."""
        resting = {stay.who for stay in stays if stay.until > minute - REST}
        free = [who for who in room.regulars if who not in resting]
        for who in free[:1]:
            yield Stay(room.code, who, _at(minute, -5), _at(minute, -5) + STAY)
        for who in free[1:2]:
            yield Stay(room.code, who, _at(minute, -90), _at(minute, LEAVES_IN) - self.after)
        here = {stay.walk_in for stay in stays if stay.until > minute}
        for name in [name for name in self.walk_ins if name not in here][:1]:
            yield Stay(room.code, "", _at(minute, -2), _at(minute, -2) + STAY, walk_in=name)


def address(name: str) -> str:
    """The e-mail of somebody from the street."""
    plain = name.lower().translate(str.maketrans("ëéï ", "eei."))
    return f"{plain}@guest.example"


def _back_to_back(room: Room, stays: Sequence[Stay], minute: datetime) -> Iterator[Stay]:
    """A private room is booked for a while ahead, by its regulars in turn."""
    if not room.regulars:
        return
    latest = max(stays, key=lambda stay: stay.until, default=None)
    begin, who = _at(minute, room.lead), room.regulars[0]
    if latest:
        begin, who = max(begin, latest.until), _after(room.regulars, latest.who)
    while begin < minute + BOOKED_AHEAD:
        yield Stay(room.code, who, begin, begin + STAY)
        begin, who = begin + STAY, _after(room.regulars, who)


def _after(regulars: Sequence[str], who: str) -> str:
    return regulars[(regulars.index(who) + 1) % len(regulars)] if who in regulars else regulars[0]


def _at(minute: datetime, offset: int) -> datetime:
    return minute + timedelta(minutes=offset)
