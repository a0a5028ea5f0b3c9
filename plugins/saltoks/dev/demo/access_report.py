"""Who may open what at a site of the demo, why, and who left: read off the membership records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import is_slot, pool_of
from saltoks.core.plan.plan import Change, ChangeKind
from saltoks.core.time.windows import Window
from saltoks.dev.demo.records import SiteRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A person in an access group, or one who should be and is not (`inside`); `new` since this run.

    `door` is set for a group of our own, which opens it in the window only and by itself.
    """

    group: str
    name: str
    window: Window
    reasons: tuple[str, ...]
    inside: bool
    new: bool
    door: str = ""


def holdings(records: SiteRecords) -> list[Holding]:
    """Groups that were made at Salto first, then our own, each by time."""
    groups = sorted(_in_groups(records), key=lambda one: (one.group, one.window.starts_at, one.name))
    return [*groups, *sorted(_in_slots(records), key=lambda one: (one.door, one.window, one.name))]


def left(records: SiteRecords) -> Iterator[str]:
    """Who was taken out of a group, and in front of whom a door has shut by itself."""
    for one in records.plan.due:
        if one.kind is ChangeKind.REMOVE_MEMBER and _key(one) not in records.members:
            yield f"{records.name(one.customer_id)} left {one.group}: {_why(one)}"
    for key, window in sorted(records.members.items()):
        if is_slot(key.group) and window.ends_at <= records.now:
            door = records.door(key.group) or key.group
            yield f"{records.name(key.customer_id)}: the {door} shut by itself at {_wall(records, window.ends_at)}"


def _in_groups(records: SiteRecords) -> Iterator[Holding]:
    added = _added(records)
    pools = {entry.targets[0] for entry in records.site.mapping if entry.locks}
    keys = {key for key in records.members if not is_slot(key.group)}
    for key in keys | {key for key in records.wanted if key.group not in pools}:
        grant, inside = records.wanted.get(key), key in records.members
        yield Holding(
            group=key.group,
            name=records.name(key.customer_id),
            window=grant.window if grant else records.members[key],
            reasons=grant.reasons if grant else (),
            inside=inside,
            new=inside and key in added,
        )


def _in_slots(records: SiteRecords) -> Iterator[Holding]:
    """Everybody in a group of ours whose window is not over, then those who should be in one."""
    added, served = _added(records), set()
    for key, window in records.members.items():
        if is_slot(key.group) and window.ends_at > records.now:
            grant = next((one for one in records.grants if _serves(key, window, one)), None)
            served.add(grant)
            yield _in_slot(records, key.group, key.customer_id, window, grant, new=key in added)
    pools = {entry.targets[0] for entry in records.site.mapping if entry.locks}
    for one in records.grants:
        if one.key.group in pools and one not in served and _is_due(records, one):
            yield _in_slot(records, one.key.group, one.key.customer_id, one.window, one, inside=False)


def _in_slot(
    records: SiteRecords,
    group: str,
    who: str,
    window: Window,
    grant: Grant | None,
    *,
    inside: bool = True,
    new: bool = False,
) -> Holding:
    return Holding(
        group=group,
        name=records.name(who),
        window=window,
        reasons=grant.reasons if grant else (),
        inside=inside,
        new=new,
        door=records.door(group) or group,
    )


def _serves(key: MembershipKey, window: Window, grant: Grant) -> bool:
    return grant.key == MembershipKey(key.customer_id, pool_of(key.group)) and grant.window == window


def _is_due(records: SiteRecords, grant: Grant) -> bool:
    ready_until = records.now + records.site.rules.window_lead
    return grant.window.ends_at > records.now and grant.window.starts_at < ready_until


def _added(records: SiteRecords) -> set[MembershipKey]:
    return {_key(one) for one in records.plan.changes if one.kind is ChangeKind.ADD_MEMBER}


def _key(change: Change) -> MembershipKey:
    return MembershipKey(change.customer_id, change.group)


def _why(change: Change) -> str:
    return change.sentence.partition(": ")[2].rstrip(".").partition(" (")[0]


def _wall(records: SiteRecords, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(records.site.timezone)):%H:%M}"
