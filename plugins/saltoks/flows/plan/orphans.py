"""Clears up after the mapping: people in groups that were taken out of it, and groups of our own it needs no more.

People are taken out as in any plan, under its limits and never in the first run after the change; a group of our
own is deleted by a full run, once nobody is in it. Groups of others are never deleted, and those that are left to
others never written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from saltoks.core.access.name_mapping import folded_name
from saltoks.core.model.pools import is_slot, pool_name, pool_of
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.plan.orphans import UnmappedGroup, group_deletion
from saltoks.core.plan.plan import Change
from saltoks.flows.plan.current.observe import ObservedState
from saltoks.flows.plan.current.slot_readings import locks_of
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.access import slots
from saltoks.warehouse.access.slots import SlotReading


def unmapped_groups(site: Site, entries: Iterable[MembershipRecord], names: Mapping[str, int]) -> list[UnmappedGroup]:
    """Groups that are mapped no more, with people of ours; `names` says how many groups of the site have each name."""
    inside = Counter(one.key.group for one in entries if not one.adopted and not is_slot(one.key.group))
    left = sorted(group for group in inside.keys() - set(site.groups) if names.get(group))
    return [UnmappedGroup(group, inside[group], _why_kept(site, group, names[group])) for group in left]


def orphaned_groups(
    rt: Runtime,
    site: Site,
    observed: ObservedState,
    found: Mapping[str, SlotReading],
    entries: Iterable[MembershipRecord],
) -> list[Change]:
    """Deletions of empty groups that we made for items that are mapped to their locks no more."""
    pools, booked = locks_of(site).keys(), {one.key.group for one in entries}
    twins = Counter(one.customer_reference for one in observed.listed)
    with rt.warehouse.session() as session:
        made = slots.our_group_names(session, site.name)
    empty = {name for name, group in observed.groups.items() if is_slot(name) and not group.members}
    return [
        group_deletion(name)
        for name in sorted((empty & made) - booked)
        if pool_of(name) not in pools and twins[name] == 1 and not _is_unmanaged(site, found[name])
    ]


def _why_kept(site: Site, group: str, twins: int) -> str | None:
    """Why nobody is taken out of a group."""
    if folded_name(group) in {folded_name(name) for name in site.unmanaged}:
        return "the group is unmanaged"
    return f"{twins} groups have that name, and nobody knows which is meant" if twins > 1 else None


def _is_unmanaged(site: Site, slot: SlotReading) -> bool:
    hands_off = {folded_name(name) for name in site.unmanaged}
    items = {folded_name(pool_name(name)) for name in site.unmanaged}
    return folded_name(pool_of(slot.name)) in items or not hands_off.isdisjoint(
        map(folded_name, (slot.name, *slot.locks))
    )
