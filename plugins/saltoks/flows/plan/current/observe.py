"""What a site says now, with as few reads as its own counts allow (design §9).

Reading the members of every group costs a request a group. The list of groups already tells how many members each
has, so a group is read again only when that number differs from what we know, when it was never read, or when the
last reading is older than `verify_groups_hours`. A swap of one member for another by hand shows at that check.
A swap of our own, whose outcome a stop kept from us, must not wait for it: such a group is `unsettled`. Groups that we
made ourselves (`core.model.pools`) are found by name and read in the same way; for their locks and schedules see
`flows.plan.current.slot_readings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from saltoks.core.model.pools import is_slot
from saltoks.core.people.site_users import ObservedUser, PersonIds
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import AccessGroup, SiteUser, SubscriptionState
from saltoks.settings import Site
from saltoks.warehouse.access import group_readings
from saltoks.warehouse.access.group_readings import GroupReading


@dataclass(frozen=True, slots=True)
class ObservedState:
    """The people of a site, our groups in it by name, and what is wrong with them; `slots` are those we made.

    `listed` are all groups of the site; `read` are those of ours whose members were read just now.
    """

    site_id: str
    users: tuple[ObservedUser, ...]
    groups: Mapping[str, GroupReading]
    slots: Mapping[str, AccessGroup]
    problems: tuple[str, ...]
    listed: tuple[AccessGroup, ...]
    read: tuple[GroupReading, ...]

    @property
    def members(self) -> dict[str, frozenset[str]]:
        """Platform user ids by group name."""
        return {name: group.members for name, group in self.groups.items()}


def observe(
    rt: Runtime,
    site: Site,
    client: SaltoKs,
    site_id: str,
    listed: Sequence[AccessGroup],
    unsettled: Set[str],
    *,
    fully: bool = False,
) -> ObservedState:
    """Reads users, and the members of those groups that may have changed (all of them if `fully`).

    `listed` are all groups of the site, as they were just read.
    """
    groups_by_name = _by_name(listed)
    slots = {name: group_in_use(twins) for name, twins in groups_by_name.items() if is_slot(name)}
    once = {name: groups_by_name[name][0] for name in site.groups if len(groups_by_name.get(name, ())) == 1}
    with rt.warehouse.session() as session:
        known = group_readings.load(session, site.name)
    oldest = rt.clock.now() - timedelta(hours=rt.settings.project.verify_groups_hours)
    groups, read = {}, []
    for name, group in (once | slots).items():
        before = None if fully or name in unsettled else known.get(name)
        if before and _unchanged(before, group, oldest, rt.clock.now()):
            groups[name] = before
        else:
            groups[name] = read_group(rt, client, site_id, name, group)
            read.append(groups[name])
    return ObservedState(
        site_id=site_id,
        users=tuple(observed_user(user) for user in client.users(site_id)),
        groups=groups,
        slots=slots,
        problems=tuple(_problems(site, groups_by_name)),
        listed=tuple(listed),
        read=tuple(read),
    )


def _by_name(listed: Iterable[AccessGroup]) -> dict[str, list[AccessGroup]]:
    groups: dict[str, list[AccessGroup]] = {}
    for group in listed:
        groups.setdefault(group.customer_reference or "", []).append(group)
    return groups


def read_group(rt: Runtime, client: SaltoKs, site_id: str, name: str, group: AccessGroup) -> GroupReading:
    """Reads the members of one group, and notes how far Salto's own count of them is off."""
    members = frozenset(member.id for member in client.members(site_id, group.id))
    uncounted = 0 if group.user_count is None else group.user_count - len(members)
    return GroupReading(name, group.id, uncounted, rt.clock.now(), members)


def observed_user(user: SiteUser) -> ObservedUser:
    """A site user as the core knows it; a state that Salto does not tell counts as subscribed."""
    subscribed = user.subscription_state != SubscriptionState.SUSPENDED
    person = user.user
    return ObservedUser(
        PersonIds(person.id, user.id),
        person.email,
        user.alias,
        subscribed,
        user.blocked,
        first_name=person.first_name,
        last_name=person.last_name,
        has_profile=person.has_profile,
        managed_here=person.is_managed_by_current_site is not False,
        roles=frozenset(role.code or role.id for role in user.roles),
        expires_at=user.expires_at,
    )


def _unchanged(before: GroupReading, group: AccessGroup, oldest: datetime, now: datetime) -> bool:
    return (
        group.user_count is not None
        and before.group_id == group.id
        and oldest < before.read_at <= now
        and group.user_count == len(before.members) + before.uncounted
    )


def group_in_use(twins: list[AccessGroup]) -> AccessGroup:
    """The one of our own groups that is in use, if a name of ours is there twice."""
    return min(twins, key=lambda one: (-(one.user_count or 0), one.id))


def _problems(site: Site, by_name: Mapping[str, list[AccessGroup]]) -> list[str]:
    found = []
    for name in site.groups:
        count = len(by_name.get(name, ()))
        if count == 0:
            found.append(
                f"access group “{name}” is not at this site: create it in Salto KS, or correct the mapping (F55)"
            )
        elif count > 1:
            found.append(f"access group “{name}” exists {count} times: rename all but one in Salto KS")
    for name, twins in sorted(by_name.items()):
        if is_slot(name) and len(twins) > 1:
            found.append(f"access group “{name}” exists {len(twins)} times: delete all but one in Salto KS")
    return found
