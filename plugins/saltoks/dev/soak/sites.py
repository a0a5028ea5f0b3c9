"""The three sites of the soak: what is at Salto when it starts, and the configuration that the product reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from saltoks.core.model.rules import Rules
from saltoks.dev.stack.connections import postgres_connection
from saltoks.sandbox.salto.world import (
    AccountSite,
    AccountSpec,
    ClientSpec,
    GroupSpec,
    IqSpec,
    LockSpec,
    Options,
    ScheduleSpec,
    SiteSpec,
    UserSpec,
    World,
)
from saltoks.settings import Project

TICK, PUSH = Project().tick_minutes, Project().push_minutes
"""Minutes between two runs, and minutes that a run has until its changes count: the defaults of the product."""
LEAD = Rules().window_lead_minutes
"""Minutes ahead at which the window of a window target is made ready: the default of the product."""
ALLOWED, ASKED = 42, 40
"""Requests a second that the sandbox allows the account, and that the product is configured to send."""
SEATS = 400
"""Seats of each site: plenty, unless it is full."""

_CLIENT = ClientSpec(client_id="saltoks-soak", client_secret="soak-secret")  # noqa: S106 - of a sandbox on loopback
_USER, _PASSWORD = "pipeline@soak.example", "soak-password"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that is booked or subscribed to, with the doors that it opens; `exact`: by windows of locks."""

    id: str
    groups: tuple[str, ...] = ()
    doors: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One site: `before` and `after` are the minutes that its preset adds to a booking."""

    name: str
    site_uid: str
    zone: str
    preset: str
    before: int
    after: int
    rooms: tuple[Item, ...]
    plans: tuple[Item, ...] = ()
    words: dict[str, str]
    guards: dict[str, int]
    control: bool = False
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def items(self) -> dict[str, Item]:
        """Rooms and plans by id."""
        return {one.id: one for one in (*self.rooms, *self.plans)}

    @property
    def doors(self) -> tuple[str, ...]:
        """Every door that is looked after."""
        return tuple(sorted({door for one in self.items.values() for door in one.doors}))

    @property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """The access groups that are there from the start, with their doors."""
        return {group: (f"{group} door",) for one in self.items.values() for group in one.groups}


def _room(name: str) -> Item:
    return Item(id=name.lower().replace(" ", "-"), groups=(name,), doors=(f"{name} door",))


def _studio(name: str) -> Item:
    return Item(id=name.lower().replace(" ", "-"), doors=("Entrance", f"{name} door"), exact=True)


_USUAL = {"on": "confirmed", "off": "cancelled", "maybe": "tentative"}
PLACES = (
    Place(
        name="harbour",
        site_uid="NL0000000101",
        zone="Europe/Amsterdam",
        preset="nexudus",
        before=15,
        after=15,
        rooms=tuple(_studio(f"Studio {n}") for n in "ABC"),
        plans=(_room("Lounge"),),
        words=_USUAL,
        guards={"min_rows": 0, "max_age_minutes": 30},
        extra={"limits": {"removals_per_site": {"absolute": 25, "percent": 25}}},
    ),
    Place(
        name="wharf",
        site_uid="GB0000000102",
        zone="Europe/London",
        preset="deskworks",
        before=15,
        after=15,
        rooms=(
            _room("Room 1"),
            _room("Room 2"),
            Item(id="hall", groups=("Hall", "Room 1"), doors=("Hall door", "Room 1 door")),
        ),
        plans=(_room("Club"),),
        words=_USUAL,
        guards={"min_rows": 0},
        extra={"no_access": {"policy": "suspend", "grace_hours": 2, "just_in_time": True}},
    ),
    Place(
        name="loop",
        site_uid="US0000000103",
        zone="America/Chicago",
        preset="ireserve",
        before=15,
        after=0,
        rooms=tuple(_room(f"Loft {n}") for n in (1, 2, 3)),
        words={"on": "30 PAID", "off": "40 CANCELLED", "maybe": "20 OPTION"},
        guards={"min_rows": 0},
        control=True,
        extra={"no_access": {"policy": "delete", "grace_hours": 24}},
    ),
)


def world(places: tuple[Place, ...]) -> World:
    """Salto KS as it is before the first run: groups, doors, and people and groups that are none of the product's."""
    account = AccountSpec(
        username=_USER, password=_PASSWORD, sites=[AccountSite(site_uid=one.site_uid) for one in places]
    )
    options = Options(rate_per_second=ALLOWED, guest_settling_seconds=(0, 2), page_size_max=50)
    return World(clients=[_CLIENT], accounts=[account], options=options, sites=[_site(one) for one in places])


def _site(place: Place) -> SiteSpec:
    cleaner, guard, friend = (f"{who}@{place.name}.example" for who in ("cleaner", "guard", "friend"))
    foreign = [
        GroupSpec(customer_reference="Cleaners", locks="all", members=[cleaner]),
        GroupSpec(
            customer_reference="Night guards",
            locks=[place.doors[0]],
            schedule=ScheduleSpec(days=["saturday", "sunday"], start_time="20:00", end_time="23:59"),
            members=[guard],
        ),
    ]
    ours = [
        GroupSpec(customer_reference=name, locks=list(doors), members=[friend]) for name, doors in place.groups.items()
    ]
    people = [
        UserSpec(first_name=who.split("@")[0], last_name="Foreign", email=who) for who in (cleaner, guard, friend)
    ]
    return SiteSpec(
        site_uid=place.site_uid,
        customer_reference=f"The {place.name}",
        time_zone=place.zone,
        seats=SEATS,
        iqs=[IqSpec(customer_reference="IQ")],
        locks=[LockSpec(customer_reference=door) for door in place.doors],
        groups=[*ours, *foreign],
        users=people,
    )


def write_config(root: Path, places: tuple[Place, ...]) -> None:
    """The configuration of all sites, and the folder of their files."""
    sites = root / "config" / "sites"
    sites.mkdir(parents=True)
    (root / "dags").mkdir()
    (root / "config" / "saltoks.yaml").write_text(f"tick_minutes: {TICK}\npush_minutes: {PUSH}\n", encoding="utf-8")
    for place in places:
        (root / "data" / place.name).mkdir(parents=True)
        (sites / f"{place.name}.yaml").write_text(yaml.safe_dump(_config(root, place)), encoding="utf-8")


def _config(root: Path, place: Place) -> dict[str, object]:
    return {
        "salto": {"connection": "soak", "site_uid": place.site_uid, "rate_per_second": ASKED, "at_once": 3},
        "timezone": place.zone,
        "preset": place.preset,
        "source": {"system": "tabular", "name": place.name, "guards": place.guards, "tables": _tables(root, place)},
        "mapping": [_mapped(one) for one in place.items.values()],
    } | place.extra


def _mapped(item: Item) -> dict[str, object]:
    opens = {"locks": list(item.doors)} if item.exact else {"groups": list(item.groups)}
    return {"item": item.id, **opens, "door": item.doors[-1]}


def _tables(root: Path, place: Place) -> dict[str, object]:
    words = {word: meaning for meaning, word in place.words.items()}
    means = {"on": "confirmed", "off": "cancelled", "maybe": "tentative"}
    status = {"from": "status", "map": {word: means[meaning] for word, meaning in words.items()}}
    columns: dict[str, dict[str, object]] = {
        "customers": {name: name for name in ("source_id", "full_name", "email", "reservation_only")},
        "bookings": {name: name for name in ("source_id", "item_id", "customer_id", "starts_at", "ends_at")},
        "memberships": {
            name: name for name in ("source_id", "customer_id", "plan_id", "starts_at", "ends_at", "status")
        },
    }
    columns["bookings"]["status"] = status
    return {name: _table(root, place, name, found) for name, found in columns.items()}


def _table(root: Path, place: Place, name: str, columns: dict[str, object]) -> dict[str, object]:
    file = root / "data" / place.name / f"{name}.csv"
    control = {"control": str(file.with_suffix(".ctl"))} if place.control else {}
    return {"csv": str(file), "columns": columns, **control}


def environment(root: Path, warehouse_url: str, salto_url: str) -> dict[str, str]:
    """The Airflow Connections of the soak, as this process shall have them."""
    login = {"grant": "password", "username": _USER, "user_password": _PASSWORD}
    salto = {
        "conn_type": "salto_ks",
        "login": _CLIENT.client_id,
        "password": _CLIENT.client_secret,
        "extra": {"environment": "custom", "api_url": salto_url, "identity_url": salto_url} | login,
    }
    return {
        "SALTOKS_CONFIG": str(root / "config"),
        "AIRFLOW_CONN_SALTOKS_WAREHOUSE": json.dumps(postgres_connection(warehouse_url)),
        "AIRFLOW_CONN_SOAK": json.dumps(salto),
    }
