"""Reads of CSV files with spoiled cells or bytes: an extract that loses no row without saying so."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from saltoks.core.model.canonical import Extract
from saltoks.dev.fuzz import poison
from saltoks.dev.fuzz.attempt import Result, Rig
from saltoks.dev.fuzz.booking import lost
from saltoks.systems.tabular.reading import read
from saltoks.systems.tabular.settings.tables import TabularSource
from saltoks.systems.tabular.text.raw_table import RawTable

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TABLES: dict[str, list[list[str]]] = {
    "customers": [
        ["source_id", "full_name", "email", "active"],
        ["m1", "Ann Able", "ann@house.example", "yes"],
        ["m2", "Bob Baker", "bob@house.example", "yes"],
        ["m3", "Cyd Clay", "", "no"],
    ],
    "items": [["source_id", "name"], ["room-1", "Room 1"], ["room-2", "Room 2"]],
    "bookings": [
        ["source_id", "item_id", "customer_id", "starts_at", "ends_at", "status"],
        ["b1", "room-1", "m1", "2026-06-01T09:00", "2026-06-01T10:00", "confirmed"],
        ["b2", "room-2", "m2", "2026-06-01T13:00", "2026-06-01T18:30", "confirmed"],
        ["b3", "room-1", "m3", "2026-06-02T23:00", "2026-06-03T01:00", "cancelled"],
        ["b4", "room-2", "m1", "2026-06-03T09:00", "2026-06-03T17:00", "confirmed"],
    ],
    "memberships": [
        ["source_id", "customer_id", "plan_id", "starts_at", "ends_at", "status"],
        ["s1", "m1", "room-1", "2026-01-01", "", "active"],
        ["s2", "m2", "room-2", "2026-01-01", "2026-12-31", "active"],
    ],
}


@contextmanager
def files() -> Iterator[Rig]:
    """Attempts in a folder of exported files."""
    source = _source()
    with tempfile.TemporaryDirectory(prefix="saltoks-fuzz-") as folder:
        base = Path(folder)
        _write_all(base)
        whole = _read(source, base)

        def attempt(chance: Random) -> Result:
            table = chance.choice(list(TABLES))
            of_cells = chance.random() < 0.6
            _write(base, table, _cells(chance, TABLES[table]) if of_cells else _bytes(chance, TABLES[table]))
            try:
                found = _read(source, base)
            finally:
                _write(base, table, _csv(TABLES[table]))
            said = (*found.problems, *(f"{one.where}: {one.field} {one.reason}" for one in found.rejected))
            return Result(kept=(found,), said=said, broken=lost(whole, found) if of_cells else ())

        yield Rig(attempt, set())


def _source() -> TabularSource:
    specs = {
        name: {"csv": f"{name}.csv", "columns": {column: column for column in rows[0]}} for name, rows in TABLES.items()
    }
    plain = {"system": "tabular", "name": "fuzz", "tables": specs, "guards": {"min_rows": 0}}
    return TabularSource.model_validate(plain)


def _read(source: TabularSource, base: Path) -> Extract:
    return read(source, site_zone="Europe/Amsterdam", base=base, query=_no_query, now=NOW, last_good={})


def _no_query(_connection: str, _sql: str, _parameters: Mapping[str, str | int]) -> RawTable:
    raise AssertionError("a source of files asks no warehouse")


def _cells(chance: Random, rows: list[list[str]]) -> bytes:
    """A few cells below the header are replaced; the ids stay, so that each row can be looked for."""
    spoiled = [list(row) for row in rows]
    for _ in range(chance.randrange(1, 4)):
        row = chance.choice(spoiled[1:])
        row[chance.randrange(1, len(row))] = _text(chance)
    return _csv(spoiled)


def _text(chance: Random) -> str:
    found = poison.value(chance)
    return found if isinstance(found, str) else str(found)[:2_000]


def _bytes(chance: Random, rows: list[list[str]]) -> bytes:
    """Another delimiter, encoding, quoting or line end, or broken bytes."""
    plain = _csv(rows)
    kinds: Sequence[bytes] = (
        poison.broken(chance, plain),
        poison.broken(chance, plain),
        plain.replace(b",", chance.choice((b";", b"\t", b"|", b"\0", b", "))),
        b"sep=;\r\n" + plain.replace(b",", b";"),
        plain.replace(b"\r\n", chance.choice((b"\r", b"\n", b"\n\n", b"\x85", b"\x0b"))),
        plain.decode().encode(chance.choice(("utf-16", "utf-32", "utf-16-be", "cp037"))),
        _quoted(chance, plain),
        plain + _csv([["", "", "", "Total", "21"]]),
        _csv([[_text(chance) for _ in rows[0]], *rows[1:]]),
        _csv([rows[0] + rows[0], *rows[1:]]),
        plain + b'"' * chance.randrange(1, 2_000),
    )
    return chance.choice(kinds)


def _quoted(chance: Random, plain: bytes) -> bytes:
    """Quotation marks where nobody expects them."""
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(plain))
        plain = plain[:place] + b'"' + plain[place:]
    return plain


def _csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def _write_all(base: Path) -> None:
    for name, rows in TABLES.items():
        _write(base, name, _csv(rows))


def _write(base: Path, table: str, content: bytes) -> None:
    path = base / f"{table}.csv"
    path.write_bytes(content)
    os.utime(path, (NOW.timestamp(),) * 2)
