"""A stage for flows: source files, one site's configuration, a sandbox world, and a clock that is set by hand."""

from __future__ import annotations

import csv
import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import text
from sqlalchemy.engine import make_url

from databases import kept_open
from saltoks.flows.run.clock import FixedClock
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.flows.sync import sync
from saltoks.sandbox.salto.server import SandboxServer
from saltoks.sandbox.salto.world import World
from saltoks.settings import load

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
"""A quiet Tuesday, 13:00 in Amsterdam."""

HEADERS = {
    "customers": ("source_id", "full_name", "email", "active", "reservation_only"),
    "items": ("source_id", "name"),
    "bookings": ("source_id", "item_id", "customer_id", "starts_at", "ends_at", "status"),
    "memberships": ("source_id", "customer_id", "plan_id", "starts_at", "ends_at", "status"),
}
SITE_UID = "NL0000000009"


@dataclass(frozen=True, slots=True)
class HurriedClock(FixedClock):
    """One instant; what a flow waits between two tries takes a fiftieth of the time: nothing here gets well by it."""

    def sleep(self, seconds: float) -> None:
        """Waits for a fiftieth of it."""
        time.sleep(seconds / 50)


@dataclass
class Stage:
    """One site called `house` in Amsterdam: groups Room 1, Room 2 and Club, doors `Room 1 door`, …

    Unless it is `careful`, a change of the configuration counts at once, not from the run after the next one on.
    """

    root: Path
    warehouse_url: str
    tables: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)
    headers: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(HEADERS))
    site: dict[str, Any] = field(default_factory=dict)
    careful: bool = False

    def world(self, **options: object) -> World:
        """The sandbox world: no rate limit, no delays, plenty of seats."""
        quick = {
            "rate_per_second": None,
            "guest_settling_seconds": [0, 0],
            "entry_lag_seconds": [0, 0],
            "empty_page_share": 0,
            "heartbeat_seconds": 0,
        }
        return World.model_validate(
            {
                "clients": [{"client_id": "stage-client", "client_secret": "planted-client-secret"}],
                "accounts": [
                    {
                        "username": "pipeline@house.example",
                        "password": "planted-password",
                        "sites": [{"site_uid": SITE_UID, "role": "site_admin"}],
                    }
                ],
                "options": quick | options,
                "sites": [
                    {
                        "site_uid": SITE_UID,
                        "customer_reference": "The House",
                        "time_zone": "Europe/Amsterdam",
                        "country_code": "NL",
                        "seats": 500,
                        "iqs": [{"customer_reference": "House IQ"}],
                        "locks": [{"customer_reference": f"{room} door"} for room in ("Room 1", "Room 2", "Club")],
                        "groups": [
                            {"customer_reference": room, "locks": [f"{room} door"]}
                            for room in ("Room 1", "Room 2", "Club")
                        ],
                    }
                ],
            }
        )

    def open(self, sandbox: SandboxServer) -> None:
        """Puts the clock of the sandbox to noon and writes the files of an empty house with two customers."""
        self.sandbox = sandbox
        self.at = NOON
        sandbox.admin.set_clock(self.at)
        self.write(
            "customers", [("ann", "Ann Able", "ann@house.example", "yes", "no"), ("gus", "Gus Guest", "", "yes", "yes")]
        )
        self.write("items", [("room-1", "Room 1"), ("room-2", "Room 2"), ("club", "Club")])
        self.write("bookings", [])
        self.write("memberships", [])
        self.site = self._site()
        self.configure()

    def write(self, table: str, rows: Iterable[tuple[str, ...]]) -> None:
        """Writes a source table as a CSV file."""
        self.tables[table] = list(rows)
        folder = self.root / "data"
        folder.mkdir(exist_ok=True)
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([self.headers[table], *self.tables[table]])

    def add_column(self, table: str, name: str) -> None:
        """Gives a source table one more column, empty in every row that is there."""
        self.headers[table] += (name,)
        self.site["source"]["tables"][table]["columns"][name] = name
        self.write(table, [(*row, "") for row in self.tables[table]])
        self.configure()

    def book(self, booking: str, customer: str, item: str, start: int, end: int, status: str = "confirmed") -> None:
        """Adds or replaces a booking, from and until so many minutes from noon."""
        others = [row for row in self.tables["bookings"] if row[0] != booking]
        row = (booking, item, customer, minutes(start).isoformat(), minutes(end).isoformat(), status)
        self.write("bookings", [*others, row])

    def unbook(self, booking: str) -> None:
        """Takes a booking out of the file."""
        self.write("bookings", [row for row in self.tables["bookings"] if row[0] != booking])

    def configure(self, **changes: object) -> None:
        """Writes the configuration, with keys of the site's file replaced."""
        self.site |= changes
        (self.root / "dags").mkdir(exist_ok=True)
        (self.root / "config" / "sites").mkdir(parents=True, exist_ok=True)
        head = f"tick_minutes: 15\nplan_only_after_change: {str(self.careful).lower()}\n"
        (self.root / "config" / "saltoks.yaml").write_text(head, encoding="utf-8")
        (self.root / "config" / "sites" / "house.yaml").write_text(yaml.safe_dump(self.site), encoding="utf-8")

    def environment(self) -> dict[str, str]:
        """Connections as Airflow would hold them."""
        url = make_url(self.warehouse_url)
        warehouse = {"host": url.host, "port": url.port, "login": url.username, "password": url.password}
        return {
            "SALTOKS_CONFIG": str(self.root / "config"),
            "AIRFLOW_CONN_SALTOKS_WAREHOUSE": json.dumps({"conn_type": "postgres", "schema": url.database} | warehouse),
            "AIRFLOW_CONN_STAGE": json.dumps(self.connection()),
        }

    def connection(self, **extra: str) -> Mapping[str, object]:
        """The connection to the sandbox."""
        return {
            "conn_type": "salto_ks",
            "login": "stage-client",
            "password": "planted-client-secret",
            "extra": {
                "environment": "custom",
                "api_url": self.sandbox.url,
                "identity_url": self.sandbox.url,
                "grant": "password",
                "username": "pipeline@house.example",
                "user_password": "planted-password",
            }
            | extra,
        }

    @contextmanager
    def runtime(self) -> Iterator[Runtime]:
        """A runtime at the stage's instant, freshly read from the files."""
        yield Runtime(load(self.root / "config"), kept_open(self.warehouse_url), HurriedClock(self.at))

    def move(self, minute: int) -> None:
        """Sets the stage's clock, and the sandbox's, to so many minutes from noon."""
        self.at = minutes(minute)
        self.sandbox.admin.set_clock(self.at)

    def sync(self, run_id: str | None = None, *, fully: bool = False) -> list[Outcome]:
        """One whole access sync at the stage's instant."""
        with self.runtime() as rt:
            return sync(rt, rt.settings.site("house"), run_id or f"test/{self.at.isoformat()}", fully=fully)

    def members(self, group: str) -> set[str]:
        """Who Salto has in a group: e-mail addresses, and aliases of guests."""
        return {person["email"] or person["alias"] for person in self._people_of(group)}

    def user_id(self, who: str) -> str:
        """The platform user id behind an e-mail address or an alias."""
        return next(one["user_id"] for one in self._site_dump()["users"] if who in (one["email"], one["alias"]))

    def opens(self, who: str, room: str) -> bool:
        """Whether a room's door opens now for somebody with the app, for which they need an e-mail."""
        return self.sandbox.admin.attempt(SITE_UID, f"{room} door", user_id=self.user_id(who)).opened

    def lets_in(self, who: str, room: str, at: datetime | None = None) -> bool:
        """Whether a room's door would let somebody in, now or at an instant, whatever they hold: rights, not keys."""
        [doors] = self.sandbox.admin.openings(SITE_UID, [at or self.sandbox.admin.now()])
        return self.user_id(who) in doors[f"{room} door"]

    def add(self, table: str, *row: str) -> None:
        """Adds a row to a source table, or replaces the one of its id."""
        self.write(table, [*(one for one in self.tables[table] if one[0] != row[0]), row])

    def query(self, statement: str) -> list[dict[str, Any]]:
        """Rows of a query on the warehouse."""
        with kept_open(self.warehouse_url).session() as session:
            return [dict(row) for row in session.connection.execute(text(statement)).mappings()]

    def _people_of(self, group: str) -> list[dict[str, Any]]:
        site = self._site_dump()
        members = next(one["members"] for one in site["groups"] if one["customer_reference"] == group)
        return [one for one in site["users"] if one["user_id"] in members]

    def _site_dump(self) -> dict[str, Any]:
        site: dict[str, Any] = self.sandbox.admin.world()["sites"][SITE_UID]
        return site

    def _site(self) -> dict[str, Any]:
        tables = {
            name: {"csv": str(self.root / "data" / f"{name}.csv"), "columns": {column: column for column in header}}
            for name, header in HEADERS.items()
        }
        rooms = ("Room 1", "Room 2", "Club")
        return {
            "salto": {"connection": "stage", "site_uid": SITE_UID, "rate_per_second": 1000, "at_once": 3},
            "timezone": "Europe/Amsterdam",
            "source": {"system": "tabular", "name": "desk", "guards": {"min_rows": 0}, "tables": tables},
            "rules": {"before_minutes": 15, "after_minutes": 15},
            "credentials": {"tags": True},
            "mapping": [
                {"item": room.lower().replace(" ", "-"), "groups": [room], "door": f"{room} door"} for room in rooms
            ],
        }


@contextmanager
def served(world: World) -> Iterator[SandboxServer]:
    """A sandbox that ends in the background: an orderly end takes longer than many a test."""
    sandbox = SandboxServer(world)
    sandbox.__enter__()
    try:
        yield sandbox
    finally:
        threading.Thread(target=sandbox.__exit__, args=(None, None, None)).start()


def minutes(count: int) -> datetime:
    """So many minutes from noon."""
    return NOON + timedelta(minutes=count)
