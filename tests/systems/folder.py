"""A folder of exported files, and one read of it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from saltoks.core.model.canonical import Extract
from saltoks.systems.tabular.reading import read
from saltoks.systems.tabular.settings.tables import TabularSource
from saltoks.systems.tabular.text.raw_table import Query, RawTable

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

COLUMNS: dict[str, dict[str, Any]] = {
    "locations": {"source_id": "Id", "name": "Name", "timezone": "Zone"},
    "customers": {"source_id": "Id", "first_name": "First", "last_name": "Last", "email": "E-mail"},
    "items": {"source_id": {"from": "Id", "prefix": "unit:"}, "name": "Name", "location_id": "Place"},
    "bookings": {
        "source_id": "Id",
        "item_id": {"from": "Space", "prefix": "unit:"},
        "customer_id": "Member",
        "starts_at": "From",
        "ends_at": "Until",
        "status": {"from": "State", "map": {"Booked": "confirmed"}},
    },
    "memberships": {
        "source_id": "Id",
        "customer_id": "Member",
        "plan_id": {"from": "Plan", "prefix": "product:"},
        "starts_at": "From",
        "ends_at": "Until",
        "status": "State",
    },
    "passes": {"source_id": "Id", "customer_id": "Member", "item_id": "Kind", "valid_from": "From", "status": "State"},
    "assignments": {"source_id": "Id", "membership_id": "Contract", "customer_id": "Member", "item_id": "Desk"},
    "visitors": {"source_id": "Id", "full_name": "Name", "expected_at": "At", "approval": "Approval"},
    "customer_links": {
        "source_id": "Id",
        "customer_id": "Member",
        "related_customer_id": "Of",
        "relation": "How",
    },
}
HEADERS = {
    "locations": "Id,Name,Zone",
    "customers": "Id,First,Last,E-mail",
    "items": "Id,Name,Place",
    "bookings": "Id,Space,Member,From,Until,State",
    "memberships": "Id,Member,Plan,From,Until,State",
    "passes": "Id,Member,Kind,From,Until,Used,State,Contract",
    "assignments": "Id,Contract,Member,Desk,From,Until",
    "visitors": "Id,Name,At,Approval,Host,Booking,E-mail",
    "customer_links": "Id,Member,Of,How",
}
GOOD = "b1,studio-a,m1,2026-06-01T09:00,2026-06-01T10:00,Booked"


def no_query(connection: str, sql: str, parameters: Mapping[str, str | int]) -> RawTable:
    """A source of files asks no warehouse."""
    raise AssertionError(f"{connection} was asked")


@dataclass(frozen=True)
class Folder:
    """Reads a source of CSV files in `base`."""

    base: Path

    def read(
        self,
        *,
        columns: Mapping[str, dict[str, Any]] | None = None,
        zone: str = "Europe/Amsterdam",
        last_good: Mapping[str, int] | None = None,
        guards: dict[str, int] | None = None,
        age: int = 0,
        **tables: list[str] | bytes,
    ) -> Extract:
        """A table is a list of lines below its usual header, or the bytes of its file, written `age` minutes ago.

        `columns` overrides columns by table; None takes one out.
        """
        specs = {}
        for name, lines in tables.items():
            self._write(name, lines, age)
            chosen = {**COLUMNS[name], **(columns or {}).get(name, {})}
            specs[name] = {"csv": f"{name}.csv", "columns": {key: value for key, value in chosen.items() if value}}
        return self.read_specs(specs, zone=zone, last_good=last_good, guards=guards)

    def read_specs(
        self,
        specs: Mapping[str, Any],
        *,
        zone: str = "Europe/Amsterdam",
        last_good: Mapping[str, int] | None = None,
        guards: dict[str, int] | None = None,
        query: Query = no_query,
        control: str | None = None,
    ) -> Extract:
        """One read of tables as they stand in a site's file."""
        plain = {"system": "tabular", "name": "harbour", "tables": specs, "guards": guards or {}, "control": control}
        source = TabularSource.model_validate(plain)
        return read(source, site_zone=zone, base=self.base, query=query, now=NOW, last_good=last_good or {})

    def _write(self, name: str, lines: list[str] | bytes, age: int) -> None:
        text = lines if isinstance(lines, bytes) else "\n".join([HEADERS[name], *lines, ""]).encode()
        path = self.base / f"{name}.csv"
        path.write_bytes(text)
        os.utime(path, (NOW.timestamp() - age * 60,) * 2)
