"""The settings as frozen values: the project, and one `Site` a file.

The values of rules, mapping, limits and people are the dataclasses of `saltoks.core.rules` themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from saltoks.core.errors import ConfigError
from saltoks.core.manual import Freeze, ManualException
from saltoks.core.pools import is_slot
from saltoks.core.rules import ItemMapping, Limits, People, Rules
from saltoks.core.zones import is_zone
from saltoks.settings.ireserve import IReserveSource
from saltoks.settings.nearest import did_you_mean, nearest
from saltoks.settings.nexudus import NexudusSource
from saltoks.settings.presets import Origin
from saltoks.settings.problems import Loc, refuse
from saltoks.settings.tables import Frozen, TabularSource


class Project(Frozen):
    """What holds for all sites; `warehouse` is an Airflow connection id.

    `tick_minutes` is the schedule of the access sync, `push_minutes` the time a tick needs to reach the doors.
    """

    warehouse: str = Field(default="saltoks_warehouse", min_length=1)
    sites_per_task: int = Field(default=20, ge=1)
    tick_minutes: int = Field(default=15, ge=1)
    push_minutes: int = Field(default=2, ge=0)
    verify_groups_hours: int = Field(default=24, ge=1)


class SaltoRef(Frozen):
    """Which Salto KS site, through which Airflow connection, and how hard its API may be used."""

    connection: str = Field(min_length=1)
    site_uid: str = Field(min_length=1)
    rate_per_second: float = Field(default=4, gt=0, allow_inf_nan=False)
    at_once: int = Field(default=3, ge=1)


class Audit(Frozen):
    """How far back entries are read again, for those that come late or out of order (T26)."""

    overlap_minutes: int = Field(default=120, ge=0)
    sweep_hours: int = Field(default=24, ge=1)
    sweep_days: int = Field(default=7, ge=1)
    first_days: int = Field(default=7, ge=1)


class Devices(Frozen):
    """After how many minutes without a sign of life a lock or IQ counts as unknown (T24)."""

    unknown_after_minutes: int = Field(default=30, ge=1)


def _zone(name: str) -> str:
    if not is_zone(name):
        close = nearest(name, available_timezones())
        fix = f"did you mean '{close}'?" if close else "write an IANA name such as Europe/Amsterdam"
        refuse([((), f"'{name}' is not a time zone — {fix}")])
    return name


def _rules(rules: Rules) -> Rules:
    keys = ("before_minutes", "after_minutes", "window_lead_minutes", "window_settle_minutes")
    refuse(((key,), "must be 0 or more — correct the value") for key in keys if getattr(rules, key) < 0)
    return rules


def _limits(limits: Limits) -> Limits:
    numbers: dict[Loc, float] = {("percent_from",): limits.percent_from}
    for key, limit in (
        ("removals_per_site", limits.removals_per_site),
        ("removals_per_group", limits.removals_per_group),
    ):
        numbers |= {(key, "absolute"): limit.absolute, (key, "percent"): limit.percent}
    refuse((loc, "must be 0 or more — correct the value") for loc, number in numbers.items() if not number >= 0)
    return limits


def _mapping(mapping: tuple[ItemMapping, ...]) -> tuple[ItemMapping, ...]:
    refuse(_mapping_findings(mapping))
    return mapping


def _mapping_findings(mapping: tuple[ItemMapping, ...]) -> Iterator[tuple[Loc, str]]:
    if not mapping:
        yield (), "maps no item, so no door ever opens — add one"
    first: dict[str, int] = {}
    for n, entry in enumerate(mapping):
        if first.setdefault(entry.item, n) != n:
            text = f"'{entry.item}' is mapped already in mapping.{first[entry.item]} — list all its groups there"
            yield (n, "item"), text
        if not entry.item.strip():
            yield (n, "item"), "has no text — write the id of an item, such as unit:studio-a"
        yield from (((n, *loc), text) for loc, text in _target_findings(entry))


def _target_findings(entry: ItemMapping) -> Iterator[tuple[Loc, str]]:
    if entry.locks and entry.groups:
        yield ("locks",), "stands next to groups — keep one: your own groups, or locks for groups that are made for you"
    elif not any(entry.groups) and not any(entry.locks):
        yield ("groups",), "names no access group, so it opens no door — list at least one"
    for key, names in (("groups", entry.groups), ("locks", entry.locks)):
        if any(names) and not all(name.strip() for name in names):
            yield (key,), "holds a name without text — take it out"
    if any(map(is_slot, entry.groups)):
        yield ("groups",), "names a group that is made for locks — write locks instead"


Dated = TypeVar("Dated", ManualException, Freeze)


def _dated(entries: tuple[Dated, ...]) -> tuple[Dated, ...]:
    refuse(finding for n, entry in enumerate(entries) for finding in _date_findings(n, entry))
    return entries


def _date_findings(n: int, entry: ManualException | Freeze) -> Iterator[tuple[Loc, str]]:
    since = entry.since if isinstance(entry, ManualException) else None
    for key, at in (("since", since), ("until", entry.until)):
        if at is not None and at.tzinfo is None:
            yield (n, key), "has no offset — write it like 2026-03-29T18:00+02:00"
    if since and since.tzinfo and entry.until.tzinfo and since >= entry.until:
        yield (n, "until"), "is not after since — correct one of them"
    for key, text in (("author", entry.author), ("reason", entry.reason)):
        if not text.strip():
            yield (n, key), "has no text — say who decided this, and why"


Source = TabularSource | NexudusSource | IReserveSource
"""What a site's rows come from, told apart by `system`."""


class Site(Frozen):
    """One Salto KS site, its source and its rules; `name` is the stem of its file.

    `preset` names the rules that it starts from; `origin` says where each rule was written.
    """

    name: str
    preset: str | None = None
    origin: Origin = Origin({})
    salto: SaltoRef
    timezone: Annotated[str, AfterValidator(_zone)]
    source: Annotated[Source, Field(discriminator="system")]
    rules: Annotated[Rules, AfterValidator(_rules)] = Rules()
    mapping: Annotated[tuple[ItemMapping, ...], AfterValidator(_mapping)]
    exclusive_groups: frozenset[str] = frozenset()
    people: People = People()
    limits: Annotated[Limits, AfterValidator(_limits)] = Limits()
    exceptions: Annotated[tuple[ManualException, ...], AfterValidator(_dated)] = ()
    freezes: Annotated[tuple[Freeze, ...], AfterValidator(_dated)] = ()
    audit: Audit = Audit()
    devices: Devices = Devices()

    @property
    def groups(self) -> tuple[str, ...]:
        """All access groups that the mapping names, sorted."""
        return tuple(sorted({group for entry in self.mapping for group in entry.groups}))


class Settings(Frozen):
    """Everything in one config root; relative paths inside it start at `base`, the project root."""

    root: Path
    base: Path
    project: Project
    sites: tuple[Site, ...]

    def site(self, name: str) -> Site:
        """The site of that name, or ConfigError with the names there are."""
        for site in self.sites:
            if site.name == name:
                return site
        known = [site.name for site in self.sites]
        names = ", ".join(known)
        raise ConfigError(f"no site is called '{name}'; there are {names} — {did_you_mean(name, known)}")
