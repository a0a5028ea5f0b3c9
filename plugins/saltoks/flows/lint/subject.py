"""A site under examination: its file, its Salto KS site as it is now, and where in the file things stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from saltoks.core.access.name_mapping import NameMapping
from saltoks.core.errors import NotPermitted
from saltoks.flows.plan.current.naming import naming_of
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import AccessGroup, Iq, Lock, ManagedSite, SiteUser, Subscription, TimeSchedule
from saltoks.settings import Site, SiteFile

Named = TypeVar("Named", AccessGroup, Lock)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedGroup:
    """A mapped access group; `locks` are names."""

    group: AccessGroup
    locks: frozenset[str]
    schedules: tuple[TimeSchedule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedSite:
    """A Salto KS site; groups and locks by name, since nothing keeps a name from being there twice.

    `mapped` holds the groups of the mapping that are there exactly once. `activated` are ids of the IQs that this
    account has activated; `account` is itself, and `term` what the site has paid for, if it may see that.
    """

    site: ManagedSite
    groups: Mapping[str, tuple[AccessGroup, ...]]
    mapped: Mapping[str, ObservedGroup]
    locks: Mapping[str, tuple[Lock, ...]]
    iqs: tuple[Iq, ...]
    activated: frozenset[str]
    account: SiteUser
    term: Subscription | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Everything that findings are made from; `site` has what names alone decide in its mapping too."""

    rt: Runtime
    site: Site
    naming: NameMapping
    file: SiteFile
    observed: ObservedSite

    def key(self, n: int, part: str) -> str:
        """Where the entry of an item stands; one that its name alone made stands in no line of its own."""
        return f"mapping.{n}.{part}" if n < len(self.site.mapping) - len(self.naming.entries) else "map_by_name"

    def group_key(self, group: str) -> str:
        """The first place at which a group is mapped."""
        places = (self.key(n, "groups") for n, entry in enumerate(self.site.mapping) if group in entry.groups)
        return next(places, "map_by_name")

    def lock_keys(self) -> dict[str, str]:
        """Every lock that the mapping names, with its first place."""
        found: dict[str, str] = {}
        for n, entry in enumerate(self.site.mapping):
            for part, names in (("locks", entry.locks), ("door", (entry.door,) if entry.door else ())):
                for name in names:
                    found.setdefault(name, self.key(n, part))
        return found

    def others(self) -> Iterator[Site]:
        """The other sites of the configuration."""
        return (one for one in self.rt.settings.sites if one.name != self.site.name)


def examine(rt: Runtime, site: Site, client: SaltoKs) -> Subject:
    """Reads a site, its groups, locks and IQs once, and locks and schedules of the mapped groups."""
    site_id = rt.site_id(site, client)
    listed = client.groups(site_id)
    naming, groups = naming_of(rt, site, listed), _by_name(listed)
    named = site.named(naming)
    once = {name: groups[name][0] for name in named.groups if len(groups.get(name, ())) == 1}
    observed = ObservedSite(
        site=client.site(site_id),
        groups=groups,
        mapped={name: _group(client, site_id, group) for name, group in once.items()},
        locks=_by_name(client.locks(site_id)),
        iqs=tuple(client.iqs(site_id)),
        activated=frozenset(one.id for one in client.activated_iqs(site_id) if one.activated),
        account=client.site_me(site_id),
        term=term_of(client, site_id),
    )
    return Subject(rt=rt, site=named, naming=naming, file=SiteFile.of(rt.settings, site), observed=observed)


def term_of(client: SaltoKs, site_id: str) -> Subscription | None:
    """What the site has paid for; None where the account may not see it."""
    try:
        return client.subscription(site_id)
    except NotPermitted:
        return None


def _group(client: SaltoKs, site_id: str, group: AccessGroup) -> ObservedGroup:
    locks = client.group_locks(site_id, group.id)
    return ObservedGroup(
        group=group,
        locks=frozenset(lock.customer_reference or lock.id for lock in locks),
        schedules=tuple(client.schedules(site_id, group.id)),
    )


def _by_name(found: Iterable[Named]) -> dict[str, tuple[Named, ...]]:
    by_name: dict[str, list[Named]] = defaultdict(list)
    for one in found:
        by_name[one.customer_reference or one.id].append(one)
    return {name: tuple(twins) for name, twins in by_name.items()}
