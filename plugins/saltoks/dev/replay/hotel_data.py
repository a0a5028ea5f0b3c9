"""A file of hotel bookings into `raw.hotel_bookings`, on which the hotels' own query runs.

The file is that of "Hotel booking demand datasets" (Data in Brief 22, 2019): a CSV, plain or gzipped, one booking a
row. Only the columns of `COLUMNS` are kept; others may be there, in any order.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg

from saltoks.core.errors import SourceError
from saltoks.warehouse.engine.database import Session, Warehouse

TABLE = ("raw", "hotel_bookings")
COLUMNS = (
    "hotel",
    "arrival_date_year",
    "arrival_date_month",
    "arrival_date_day_of_month",
    "stays_in_weekend_nights",
    "stays_in_week_nights",
    "assigned_room_type",
    "reservation_status",
    "reservation_status_date",
)
_GZIP = b"\x1f\x8b"

Row = tuple[int, *tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Bookings:
    """The rows of a bookings file, each with its number: the first below the header is 1."""

    path: Path
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class HotelData:
    """What was loaded: rows, the room types of each hotel, and the first arrival and last departure of the file."""

    rows: int
    room_types: Mapping[str, tuple[str, ...]]
    first: date
    last: date


def read(path: Path) -> Bookings:
    """The rows of a file; raises SourceError, in one sentence, for one that is missing or is no such file."""
    rows = tuple(_rows(path))
    if not rows:
        raise SourceError(f"{path}: the file holds a header but no booking: hand over the whole file")
    return Bookings(path, rows)


def load(warehouse: Warehouse, bookings: Bookings) -> HotelData:
    """Makes the table and fills it by COPY; raises SourceError, with the row, for a cell that has no meaning."""
    with warehouse.session() as session:
        session.run("replay/hotel_bookings")
        try:
            session.copy(TABLE, ("row_number", *COLUMNS), bookings.rows)
        except psycopg.Error as error:
            said = _complaint(error)
            raise SourceError(f"{bookings.path}: {said}: correct that row, or hand over the file as it was") from error
        return _loaded(session)


def _loaded(session: Session) -> HotelData:
    span = session.rows("replay/hotel_span")[0]
    types = {row["hotel"]: tuple(row["room_types"]) for row in session.rows("replay/room_types")}
    return HotelData(span["rows"], types, span["first"], span["last"])


def _rows(path: Path) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        places = _places(path, [name.strip() for name in next(reader, [])])
        for number, cells in enumerate((cells for cells in reader if cells), start=1):
            if len(cells) <= max(places):
                raise SourceError(f"{path}: row {number} has {len(cells)} cells, too few: hand over the file as it was")
            yield (number, *(cells[place].strip() for place in places))
    except csv.Error as error:
        raise SourceError(
            f"{path}: line {reader.line_num} is not CSV ({error}): hand over the file as it was"
        ) from error


def _places(path: Path, header: list[str]) -> list[int]:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise SourceError(f"{path}: line 1 is not the header of a hotel bookings file: it lacks {', '.join(missing)}")
    return [header.index(name) for name in COLUMNS]


def _text(path: Path) -> str:
    try:
        found = path.read_bytes()
        return (gzip.decompress(found) if found.startswith(_GZIP) else found).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise SourceError(f"{path}: there is no such file: name a hotel bookings file with --data") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"{path}: the gzip file is cut off or damaged: fetch it again") from error
    except OSError as error:
        raise SourceError(f"{path}: the file cannot be read ({error.strerror}): name a CSV file") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: the file is not UTF-8 text: hand over the CSV file itself") from error


def _complaint(error: psycopg.Error) -> str:
    """What PostgreSQL says of a row: COPY counts lines from 1, and we send no header, so its line is our row."""
    where = (error.diag.context or "").partition(", line ")[2].partition(":")[0]
    return f"row {where or 'unknown'}: {error.diag.message_primary or 'the row is refused'}"
