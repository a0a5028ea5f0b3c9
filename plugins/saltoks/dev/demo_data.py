"""The source files of the demo: two houses' exports, with bookings around the present moment.

The files are the diary: what is in them stays, also what a person wrote into them, and every start adds to it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from saltoks.core.errors import FixInput
from saltoks.dev.demo_houses import HOUSES, House, fixed_tables
from saltoks.dev.demo_people import Room, Slot

Row = dict[str, str]

BOOKED_AHEAD = timedelta(minutes=90)
STAY = timedelta(minutes=90)
REST = timedelta(minutes=60)
"""Who was here within this time does not come again, so that one can see people leave."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A booking with its instants; `walk_in` is the name of somebody who is no customer."""

    room: str
    who: str
    since: datetime
    until: datetime
    walk_in: str = ""


def write(folder: Path, now: datetime) -> None:
    """Bring the files of both houses up to `now`: `folder/harbour/*.csv` and `folder/loop/*.csv`.

    Raises `FixInput` when a bookings file is there and cannot be read.
    """
    for house in HOUSES:
        place = folder / house.name
        place.mkdir(parents=True, exist_ok=True)
        for table, lines in fixed_tables(house, now).items():
            if not (place / f"{table}.csv").exists():
                _save(place / f"{table}.csv", lines)
        bookings = place / "bookings.csv"
        rows = refreshed(house, _rows(house, bookings), now.replace(second=0, microsecond=0))
        header = house.headers.line
        _save(bookings, [header, *([row.get(column, "") for column in header] for row in rows)])


def refreshed(house: House, rows: Sequence[Row], minute: datetime) -> list[Row]:
    """The bookings file as of a full minute: the first one, or what was in it with new bookings around now."""
    if not rows:
        rows = _opening(house, minute)
    moving = {slot.number: slot for slot in house.first if slot.number}
    kept = [_moved(house, row, moving.get(row[house.headers.number]), minute) for row in rows]
    for stay in _arrivals(house, kept, moving, minute):
        kept.append(_row(house, _next_number(house, kept), stay, house.booked))
    return kept


def _opening(house: House, minute: datetime) -> list[Row]:
    rows: list[Row] = []
    for slot in house.first:
        number = slot.number or _next_number(house, rows)
        rows.append(_row(house, number, _stay(slot, minute), slot.state))
    return rows


def _stay(slot: Slot, minute: datetime) -> Stay:
    return Stay(slot.room, slot.who, _at(minute, slot.since), _at(minute, slot.until))


def _moved(house: House, row: Row, slot: Slot | None, minute: datetime) -> Row:
    if slot is None:
        return row
    since, until = house.wall(_at(minute, slot.since)), house.wall(_at(minute, slot.until))
    return row | {house.headers.since: since, house.headers.until: until}


def _arrivals(house: House, rows: Sequence[Row], moving: Mapping[str, Slot], minute: datetime) -> Iterator[Stay]:
    stays = list(_stays(house, (row for row in rows if row[house.headers.number] not in moving)))
    for room in house.rooms:
        of_room = [stay for stay in stays if stay.room == room.code]
        yield from _shared(house, room, stays, minute) if room.shared else _back_to_back(room, of_room, minute)


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


def _shared(house: House, room: Room, stays: Sequence[Stay], minute: datetime) -> Iterator[Stay]:
    """One comes now, one is about to leave, and one walks in from the street."""
    resting = {stay.who for stay in stays if stay.until > minute - REST}
    free = [who for who in room.regulars if who not in resting]
    for who in free[:1]:
        yield Stay(room.code, who, _at(minute, -5), _at(minute, -5) + STAY)
    for who in free[1:2]:
        yield Stay(room.code, who, _at(minute, -90), _at(minute, 2) - house.after)
    names = [name for name in house.walk_ins if name not in {stay.walk_in for stay in stays if stay.until > minute}]
    for name in names[:1]:
        yield Stay(room.code, "", _at(minute, -2), _at(minute, -2) + STAY, walk_in=name)


def _after(regulars: Sequence[str], who: str) -> str:
    return regulars[(regulars.index(who) + 1) % len(regulars)] if who in regulars else regulars[0]


def _stays(house: House, rows: Iterable[Row]) -> Iterator[Stay]:
    """The bookings that hold a room; a line that somebody has broken by hand is passed over."""
    head = house.headers
    for row in rows:
        if row[head.state] == house.booked:
            with suppress(ValueError):
                since, until = house.instant(row[head.since]), house.instant(row[head.until])
                yield Stay(row[head.room], row[head.who], since, until, row.get(head.name, ""))


def _row(house: House, number: str, stay: Stay, state: str) -> Row:
    head = house.headers
    row = {head.number: number, head.room: stay.room, head.who: stay.who, head.state: state}
    row |= {head.since: house.wall(stay.since), head.until: house.wall(stay.until)}
    if head.paid:
        row[head.paid] = "Paid"
    if stay.walk_in:
        row |= {head.name: stay.walk_in, head.email: _address(stay.walk_in)}
    return row


def _address(name: str) -> str:
    plain = name.lower().replace("ë", "e").replace(" ", ".")
    return f"{plain}@guest.example"


def _next_number(house: House, rows: Sequence[Row]) -> str:
    prefix, first = _split(house.first_number)
    used = [_split(row[house.headers.number])[1] for row in rows]
    return f"{prefix}{max([first - 1, *used]) + 1}"


def _split(number: str) -> tuple[str, int]:
    digits = re.search(r"\d*$", number)
    text = digits[0] if digits else ""
    return number.removesuffix(text), int(text or 0)


def _at(minute: datetime, offset: int) -> datetime:
    return minute + timedelta(minutes=offset)


def _rows(house: House, path: Path) -> list[Row]:
    """The lines of a bookings file; raises `FixInput` when somebody's edit made it unreadable."""
    if not path.exists():
        return []
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = [{key: value or "" for key, value in row.items() if key} for row in csv.DictReader(file)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FixInput(f"{path} is no CSV file in UTF-8: save it as one, or delete it to start anew.") from error
    for header in house.headers.line:
        if any(header not in row for row in rows):
            raise FixInput(f"{path} has lost its column {header}: put it back, or delete the file to start anew.")
    return rows


def _save(path: Path, lines: Iterable[Iterable[str]]) -> None:
    """Replace a file in one step, so that no reader sees half of it."""
    draft = path.with_suffix(".part")
    with draft.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    draft.replace(path)
