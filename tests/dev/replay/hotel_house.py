"""A made-up bookings file, and a second way to say who is in the house: plain arithmetic on wall clocks."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

HEADER = (
    "hotel", "is_canceled", "lead_time", "arrival_date_year", "arrival_date_month", "arrival_date_week_number",
    "arrival_date_day_of_month", "stays_in_weekend_nights", "stays_in_week_nights", "adults", "reserved_room_type",
    "assigned_room_type", "reservation_status", "reservation_status_date",
)  # fmt: skip
ROOMS = {"Resort Hotel": "ABCDEFGHI", "City Hotel": "ABCDEFGK"}
SOURCES = {"Resort Hotel": "resort", "City Hotel": "city"}
STATUSES = ("Check-Out", "Check-Out", "Check-Out", "No-Show", "Canceled", "Canceled")

Row = dict[str, str]


def row(hotel: str, room: str, arrival: date, nights: int, status: str, settled: date) -> Row:
    """One line of a file; the room that was asked for is always another than the one that was given."""
    weekend = sum((arrival + timedelta(days=night)).weekday() >= 5 for night in range(nights))
    cells = (
        hotel, str(int(status == "Canceled")), "7", str(arrival.year), f"{arrival:%B}", f"{arrival:%V}",
        str(arrival.day), str(weekend), str(nights - weekend), "2", "Z", room,
        status, f"{settled.month}/{settled.day}/{settled.year}",
    )  # fmt: skip
    return dict(zip(HEADER, cells, strict=True))


def made_up(seed: int, days: Iterable[date], a_day: int) -> list[Row]:
    """Stays of no to six nights that arrive on `days`; cancelled ones up to a day after their departure."""
    chance = random.Random(seed)
    return [
        _stay(chance, hotel, chance.choice(ROOMS[hotel]), day) for day in days for hotel in ROOMS for _ in range(a_day)
    ]


def _stay(chance: random.Random, hotel: str, room: str, arrival: date) -> Row:
    nights = chance.choice((0, *range(1, 7), *range(1, 7)))
    status = chance.choice(STATUSES)
    settled = nights if status == "Check-Out" else 0 if status == "No-Show" else chance.randint(-5, nights + 1)
    return row(hotel, room, arrival, nights, status, arrival + timedelta(days=settled))


def save(path: Path, rows: Iterable[Row]) -> Path:
    """Writes a file, gzipped when its name says so."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def saved(path: Path) -> list[Row]:
    """The rows of a file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def in_house(rows: Iterable[Row], hotel: str, at: datetime) -> dict[str, set[str]]:
    """Who is in which group of a hotel at a wall clock there: aliases by group, empty groups left out."""
    found: dict[str, set[str]] = {}
    for number, one in enumerate(rows, start=1):
        if one["hotel"] == hotel and _covers(one, at):
            alias = f"saltoks {SOURCES[hotel]}/{number}"
            found.setdefault(f"Room type {one['assigned_room_type']}", set()).add(alias)
    return found


def without_nights(rows: Iterable[Row], hotel: str) -> set[str]:
    """The numbers of a hotel's rows that have no night."""
    return {str(number) for number, one in enumerate(rows, start=1) if one["hotel"] == hotel and not nights_of(one)}


def cut_short(rows: Iterable[Row]) -> Iterator[Row]:
    """Bookings that were cancelled after the guest could come in, and before they had to go."""
    for one in rows:
        since = (settled_on(one) - arrival_of(one)).days
        if one["reservation_status"] == "Canceled" and 0 < since <= nights_of(one):
            yield one


def _covers(one: Row, at: datetime) -> bool:
    until = datetime.combine(arrival_of(one) + timedelta(days=nights_of(one)), time(11))
    if one["reservation_status"] == "Canceled":
        until = min(until, datetime.combine(settled_on(one), time()))
    return nights_of(one) > 0 and datetime.combine(arrival_of(one), time(15)) <= at < until


def arrival_of(one: Row) -> date:
    """The day of arrival."""
    text = f"{one['arrival_date_day_of_month']} {one['arrival_date_month']} {one['arrival_date_year']}"
    return datetime.strptime(text, "%d %B %Y").date()  # noqa: DTZ007 - a day has no zone


def nights_of(one: Row) -> int:
    """The nights of a stay."""
    return int(one["stays_in_weekend_nights"]) + int(one["stays_in_week_nights"])


def settled_on(one: Row) -> date:
    """When the status came to be."""
    month, day, year = map(int, one["reservation_status_date"].split("/"))
    return date(year, month, day)


def days(first: date, count: int) -> list[date]:
    """So many days in a row."""
    return [first + timedelta(days=number) for number in range(count)]
