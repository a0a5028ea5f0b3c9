"""The settings as frozen values: the project, and one `Site` a file.

The values of rules, mapping, limits and people are the dataclasses of `saltoks.core.model.rules` themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Self, TypeVar
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from saltoks.core.access.name_mapping import NameMapping
from saltoks.core.access.overrides import ManualException
from saltoks.core.credentials.mail_templates import MailTemplate
from saltoks.core.errors import ConfigError, WrongUse
from saltoks.core.model.rules import ChangeLimits, ItemMapping, NoAccessPolicy, NoAccessRules, PeopleRules, Rules
from saltoks.core.plan.drift import DriftPolicy, DriftResponse, Exemption
from saltoks.core.plan.freezes import Freeze
from saltoks.core.rate_limit import SALTO_AT_ONCE, SALTO_PER_SECOND
from saltoks.core.time.zones import is_zone
from saltoks.settings.credentials import Credentials
from saltoks.settings.frozen import Frozen
from saltoks.settings.mapping import BUFFERS, one_each, out_of_bounds, refuse_unmanaged, with_days
from saltoks.settings.nearest import did_you_mean, nearest
from saltoks.settings.presets import Origin
from saltoks.settings.problems import Loc, Problem, refuse
from saltoks.settings.source import AnySource
from saltoks.tick import DEFAULT_TICK, TickMinutes


class Project(Frozen):
    """What holds for all sites; `warehouse` is an Airflow connection id.

    `tick_minutes` is the schedule of access sync and audit trail, `push_minutes` the time a tick needs to reach the
    doors. A person's word for a held change is good for `accepted_hours`. `plan_only_after_change`: the first run after
    a change of a site's file only plans.
    """

    warehouse: str = Field(default="saltoks_warehouse", min_length=1)
    sites_per_task: int = Field(default=20, ge=1)
    tick_minutes: TickMinutes = DEFAULT_TICK
    push_minutes: int = Field(default=2, ge=0)
    verify_groups_hours: int = Field(default=24, ge=1)
    accepted_hours: int = Field(default=24, ge=1)
    plan_only_after_change: bool = True


class SaltoRef(Frozen):
    """Which Salto KS site, through which Airflow connection, and how hard its API may be used."""

    connection: str = Field(min_length=1)
    site_uid: str = Field(min_length=1)
    rate_per_second: float = Field(default=SALTO_PER_SECOND, gt=0, allow_inf_nan=False)
    at_once: int = Field(default=SALTO_AT_ONCE, ge=1)


class Audit(Frozen):
    """How far back entries are read again, for those that come late or out of order."""

    overlap_minutes: int = Field(default=120, ge=0)
    sweep_hours: int = Field(default=24, ge=1)
    sweep_days: int = Field(default=7, ge=1)
    first_days: int = Field(default=7, ge=1)


Days = Annotated[int, Field(ge=0, le=255)]
"""As Salto KS bounds them (salto-ks §3.6)."""


class Devices(Frozen):
    """What is known of locks and IQs beyond their API.

    After `unknown_after_minutes` without a sign of life one counts as unknown. With offline access by audit trail
    a lock lets in, while it is offline, whoever opened it in its last `look_back_days`; 0 where that is switched off.
    `look_back_days_of` has the locks that are set otherwise, by name.
    """

    unknown_after_minutes: int = Field(default=30, ge=1)
    look_back_days: Days = 60
    look_back_days_of: dict[str, Days] = Field(default_factory=dict)

    def days_of(self, lock: str) -> int:
        """How far back a lock looks in its own audit trail."""
        return self.look_back_days_of.get(lock, self.look_back_days)


def _zone(name: str) -> str:
    if not is_zone(name):
        close = nearest(name, available_timezones())
        fix = f"did you mean '{close}'?" if close else "write an IANA name such as Europe/Amsterdam"
        refuse([((), f"'{name}' is not a time zone — {fix}")])
    return name


_BOUNDS = BUFFERS | {
    "checkout_minutes": (0, BUFFERS["after_minutes"][1]),
    "overdue_grace_days": (0, 3650),
    "missing_runs": (1, 100),
    "window_lead_minutes": (0, 525600),
    "window_settle_minutes": (0, 1440),
}


def _rules(rules: Rules) -> Rules:
    refuse(out_of_bounds(rules, _BOUNDS))
    return rules


def _limits(limits: ChangeLimits) -> ChangeLimits:
    numbers: dict[Loc, float] = {("percent_from",): limits.percent_from}
    for key, limit in (
        ("removals_per_site", limits.removals_per_site),
        ("removals_per_group", limits.removals_per_group),
        ("suspensions_per_site", limits.suspensions_per_site),
        ("deletions_per_site", limits.deletions_per_site),
    ):
        numbers |= {(key, "absolute"): limit.absolute, (key, "percent"): limit.percent}
    refuse((loc, "must be 0 or more — correct the value") for loc, number in numbers.items() if not number >= 0)
    return limits


def _no_access(rules: NoAccessRules) -> NoAccessRules:
    refuse(out_of_bounds(rules, {"grace_hours": (0, 87600)}))
    if rules.just_in_time and rules.policy is not NoAccessPolicy.SUSPEND:
        refuse([(("just_in_time",), "gives and takes seats as people come and go — write policy: suspend with it")])
    return rules


def _drift(policy: DriftPolicy) -> DriftPolicy:
    told = {"schedule": policy.schedule, "blocked": policy.blocked}
    text = "is never put right, as only a person knows why it was done — write report"
    refuse(((key,), text) for key, answer in told.items() if answer is DriftResponse.REVERT)
    return policy


Dated = TypeVar("Dated", ManualException, Freeze, Exemption)


def _dated(entries: tuple[Dated, ...]) -> tuple[Dated, ...]:
    refuse(finding for n, entry in enumerate(entries) for finding in _date_findings(n, entry))
    return entries


def _date_findings(n: int, entry: ManualException | Freeze | Exemption) -> Iterator[tuple[Loc, str]]:
    since = entry.since if isinstance(entry, ManualException) else None
    for key, at in (("since", since), ("until", entry.until)):
        if at is not None and at.tzinfo is None:
            yield (n, key), "has no offset — write it like 2026-03-29T18:00+02:00"
    if since and since.tzinfo and entry.until.tzinfo and since >= entry.until:
        yield (n, "until"), "is not after since — correct one of them"
    for key, text in (("author", entry.author), ("reason", entry.reason)):
        if not text.strip():
            yield (n, key), "has no text — say who decided this, and why"


class Site(Frozen):
    """One Salto KS site, its source and its rules; `name` is the stem of its file.

    `preset` names the rules that it starts from; `origin` says where each rule was written. With `map_by_name` an item
    without a mapping opens the access group of its name; what `unmanaged` names, by item, group or lock, is
    never mapped and never written. `former_groups` opened by name before: see `named`.
    """

    name: str
    preset: str | None = None
    origin: Origin = Origin({})
    salto: SaltoRef
    timezone: Annotated[str, AfterValidator(_zone)]
    source: AnySource
    rules: Annotated[Rules, AfterValidator(_rules)] = Rules()
    mapping: Annotated[tuple[ItemMapping, ...], BeforeValidator(with_days), AfterValidator(one_each)]
    map_by_name: bool = False
    unmanaged: frozenset[str] = frozenset()
    former_groups: frozenset[str] = frozenset()
    exclusive_groups: frozenset[str] = frozenset()
    people: PeopleRules = PeopleRules()
    no_access: Annotated[NoAccessRules, AfterValidator(_no_access)] = NoAccessRules()
    limits: Annotated[ChangeLimits, AfterValidator(_limits)] = ChangeLimits()
    exceptions: Annotated[tuple[ManualException, ...], AfterValidator(_dated)] = ()
    freezes: Annotated[tuple[Freeze, ...], AfterValidator(_dated)] = ()
    drift: Annotated[DriftPolicy, AfterValidator(_drift)] = DriftPolicy()
    exempt: Annotated[tuple[Exemption, ...], AfterValidator(_dated)] = ()
    credentials: Credentials = Credentials()
    audit: Audit = Audit()
    devices: Devices = Devices()

    @property
    def groups(self) -> tuple[str, ...]:
        """All access groups that are looked after, sorted: those that the mapping names, and former ones."""
        return tuple(sorted({group for entry in self.mapping for group in entry.groups} | self.former_groups))

    def named(self, naming: NameMapping) -> Site:
        """The site with what names alone decide at this moment."""
        entries = (*self.mapping, *naming.entries)
        return self.model_copy(update={"mapping": entries, "former_groups": naming.former})

    def looking_after(self, groups: Iterable[str]) -> Site:
        """The site that looks after groups as well which its mapping does not name any more."""
        return self.model_copy(update={"former_groups": self.former_groups.union(groups)})

    @model_validator(mode="after")
    def _opens_something(self) -> Self:
        if not self.mapping and not self.map_by_name:
            refuse([(("mapping",), "maps no item, so no door ever opens — add one")])
        if self.map_by_name and self.source.why_not_by_name:
            refuse([(("map_by_name",), self.source.why_not_by_name)])
        others = {"exclusive_groups": self.exclusive_groups, "exceptions": [one.group for one in self.exceptions]}
        refuse_unmanaged(self.mapping, others, self.unmanaged)
        return self


class UnreadableSite(Frozen):
    """A site whose file cannot be read, and everything that is wrong with it; no other site is."""

    name: str
    problems: tuple[Problem, ...]

    @property
    def message(self) -> str:
        """All that is wrong, one a line, each with file, line and key."""
        return "\n".join(map(str, self.problems))


class Settings(Frozen):
    """Everything in one config root; relative paths inside it start at `base`, the project root.

    `mail_templates` are those of mails that sites send, by the names of their files. What is `unreadable` stops no
    other site.
    """

    root: Path
    base: Path
    project: Project
    sites: tuple[Site, ...]
    unreadable: tuple[UnreadableSite, ...] = ()
    mail_templates: dict[str, MailTemplate] = Field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all sites, sorted, of the unreadable too."""
        return tuple(sorted([site.name for site in self.sites] + [site.name for site in self.unreadable]))

    def site(self, name: str) -> Site:
        """The site of that name; raises WrongUse with the names there are, and ConfigError if it is unreadable."""
        found = self._of(name)
        if isinstance(found, UnreadableSite):
            raise ConfigError(found.message)
        return found

    def only(self, names: Iterable[str] | None) -> Settings:
        """The same with the sites of these names, if any is given; raises WrongUse for an unknown one."""
        if not names:
            return self
        found = [self._of(name) for name in names]
        sites = tuple(one for one in found if isinstance(one, Site))
        unreadable = tuple(one for one in found if isinstance(one, UnreadableSite))
        return self.model_copy(update={"sites": sites, "unreadable": unreadable})

    def _of(self, name: str) -> Site | UnreadableSite:
        known: list[Site | UnreadableSite] = [*self.sites, *self.unreadable]
        for site in known:
            if site.name == name:
                return site
        names = ", ".join(self.names)
        raise WrongUse(f"no site is called '{name}'; there are {names} — {did_you_mean(name, self.names)}")
