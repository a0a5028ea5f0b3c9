"""One site of a preset in a week of 2026 in which clocks change: its rows, its rules twice over, and both answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import yaml

from core.oracle import Week
from core.oracle_presets import Oracle, calendar
from core.worlds import utc
from saltoks.core.access.desired import DesiredAccess, desired_access
from saltoks.core.access.overrides import ManualException
from saltoks.core.model.pools import pool_name
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import EdgeRule, ItemMapping, Rules
from saltoks.settings import load

SHIPPED = Path(__file__).parents[2] / "config" / "presets"
QUARTER = timedelta(minutes=15)
COLUMNS = ("source_id", "item_id", "customer_id", "starts_at", "ends_at", "status")
TABLE = {"csv": "bookings.csv", "columns": {name: name for name in COLUMNS}}
OWN_RULES: dict[str, tuple[dict[str, Any], ...]] = {
    "ireserve": (
        {},
        {"status_codes": ["30", "23"]},
        {"status_codes": ["20", "30", "40"], "before_minutes": 1440, "require_paid": True},
        {"membership_statuses": ["active", "scheduled"], "after_minutes": 5},
    ),
    "nexudus": ({}, {"require_paid": True}, {"paused_opens": True}, {"inherit": ["team"], "approvals": ["granted"]}),
    "deskworks": (
        {},
        {"before_minutes": 0, "after_minutes": 0},
        {"inherit": ["co_member", "company"], "pass_statuses": ["in_use"]},
    ),
    "deskworks-half-hour": ({}, {"require_paid": True, "inherit": []}),
}
"""What sites write under `rules:` beside each preset; most write nothing."""

CHANGES = {
    "Amsterdam in spring": ("Europe/Amsterdam", "2026-03-29T01:00"),
    "Amsterdam in autumn": ("Europe/Amsterdam", "2026-10-25T01:00"),
    "London in spring": ("Europe/London", "2026-03-29T01:00"),
    "London in autumn": ("Europe/London", "2026-10-25T01:00"),
    "Chicago in spring": ("America/Chicago", "2026-03-08T08:00"),
    "Chicago in autumn": ("America/Chicago", "2026-11-01T07:00"),
}
"""The instants at which clocks change, in UTC."""


@dataclass(frozen=True)
class Change:
    """A change of clocks, in the middle of a week that begins at a UTC midnight."""

    at: datetime
    week: Week

    def minute(self, number: int) -> datetime:
        """So many minutes from the change."""
        return self.at + timedelta(minutes=number)

    def midnight(self, day: int) -> datetime:
        """The first minute of a local day of the week, so many days from the one on which clocks change."""
        days = calendar(self.week)
        today = days[int((self.at - self.week.begins) / timedelta(minutes=1))]
        return self.week.begins + timedelta(minutes=int(np.flatnonzero(days == today + day)[0]))


@cache
def change_of(name: str) -> Change:
    """One of `CHANGES`, with its week."""
    zone, text = CHANGES[name]
    at = utc(text)
    return Change(at, Week(at.replace(hour=0) - timedelta(days=4), zone))


@dataclass(frozen=True)
class PresetWorld:
    """A source, a mapping, and what a person decided by hand, in such a week; `own` is the site's own `rules:`."""

    preset: str
    change: Change
    rows: SourceRows
    mapping: tuple[ItemMapping, ...] = ()
    exceptions: tuple[ManualException, ...] = ()
    own: Mapping[str, Any] = field(default_factory=dict)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        """Rows without what is as usual, one a line, so that a smallest example can be read."""
        where = f"{self.preset} {dict(self.own)} {self.change.week.zone} {self.change.at:%Y-%m-%d}"
        rows = [row for table in fields(self.rows) for row in getattr(self.rows, table.name)]
        printer.text("\n".join([where, *(_short(row) for row in [*rows, *self.mapping, *self.exceptions])]))

    @property
    def oracle(self) -> Oracle:
        """Who knows better: with the rules as they stand in YAML."""
        return Oracle(written(self.preset) | dict(self.own), self.change.week, self.rows)

    @property
    def routes(self) -> dict[str, tuple[str, ...]]:
        """Which targets each mapped item opens; that of an item with locks is its pool."""
        return {one.item: (pool_name(one.item),) if one.locks else one.groups for one in self.mapping}

    def desired(self, tick: int = 0, edge: EdgeRule = EdgeRule.NEVER_LATE, push: int = 0) -> DesiredAccess:
        """What the code under test says at a tick of the week, with so many minutes until a change is at the doors."""
        now = self.change.week.begins + tick * QUARTER
        return desired_access(
            rules_of(self.preset, yaml.safe_dump(dict(self.own) | {"edge": edge.value})),
            self.mapping,
            self.rows,
            self.change.week.zone,
            now=now,
            next_tick=now + QUARTER + timedelta(minutes=push),
            exceptions=self.exceptions,
        )


@cache
def written(preset: str) -> dict[str, Any]:
    """The rules of a preset as plain values."""
    found: dict[str, Any] = yaml.safe_load((SHIPPED / f"{preset}.yaml").read_text(encoding="utf-8"))["rules"]
    return found


@cache
def rules_of(preset: str, own: str) -> Rules:
    """The rules of a site that names a preset and writes some of its own, read from files like any site's."""
    site = {
        "preset": preset,
        "salto": {"connection": "salto", "site_uid": "NL0000000001"},
        "timezone": "Europe/Amsterdam",
        "source": {"system": "tabular", "name": "desk", "tables": {"bookings": TABLE}},
        "mapping": [{"item": "room:a", "groups": ["Room A"]}],
        "rules": yaml.safe_load(own),
    }
    with TemporaryDirectory() as folder:
        root = Path(folder) / "config"
        (root / "sites").mkdir(parents=True)
        (root / "presets").symlink_to(SHIPPED)
        (root / "saltoks.yaml").write_text("tick_minutes: 15\n", encoding="utf-8")
        (root / "sites" / "house.yaml").write_text(yaml.safe_dump(site), encoding="utf-8")
        return load(root, {}).site("house").rules


def _short(row: Any) -> str:
    told = {one.name: getattr(row, one.name) for one in fields(row) if one.init}
    usual = {one.name: one.default for one in fields(row) if one.default is not MISSING}
    shown = ", ".join(f"{name}={value}" for name, value in told.items() if value != usual.get(name, MISSING))
    return f"{type(row).__name__}({shown})"
