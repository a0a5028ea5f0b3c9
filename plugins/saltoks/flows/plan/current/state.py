"""The current state of a site: what Salto shows now, beside what we have on record of it. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from saltoks.core.access.grants import MembershipKey
from saltoks.core.access.name_mapping import NameMapping
from saltoks.core.model.pools import is_slot
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.plan.orphans import UnmappedGroup
from saltoks.flows.plan.current.naming import naming_of
from saltoks.flows.plan.current.observe import ObservedState, observe
from saltoks.flows.plan.current.records import SiteRecords, records_of
from saltoks.flows.plan.current.slot_readings import observe_slots
from saltoks.flows.plan.desired_state import protected
from saltoks.flows.plan.orphans import unmapped_groups
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse.access.slots import SlotReading


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentState:
    """What is known of a site now.

    `site` has what names alone decide in its mapping, and looks after the groups that are `unmapped` by now; `slots`
    are groups that we made ourselves, by name. Nothing is done to `protected` customers.
    """

    site: Site
    naming: NameMapping
    records: SiteRecords
    protected: frozenset[str]
    unmapped: tuple[UnmappedGroup, ...]
    observed: ObservedState
    slots: Mapping[str, SlotReading]

    def is_ours(self, key: MembershipKey) -> bool:
        """Whether a membership is ours to change: also in a group of our own that is gone, whose members are out."""
        return (key.group in self.observed.groups or is_slot(key.group)) and key.customer_id not in self.protected

    def memberships(self) -> list[MembershipRecord]:
        """Those on record that are ours to change."""
        return [record for record in self.records.memberships if self.is_ours(record.key)]


def current_state(rt: Runtime, site: Site, client: SaltoKs, site_id: str, *, fully: bool) -> CurrentState:
    """Looks at Salto, with as few reads as it allows, and with all of them if `fully`.

    Raises `FixInput` when nothing was ever extracted for the site.
    """
    records, groups = records_of(rt, site), client.groups(site_id)
    naming = naming_of(rt, site, groups)
    named, untouched = site.named(naming), protected(site, records.rows.people)
    touchable = [record for record in records.memberships if record.key.customer_id not in untouched]
    unmapped = unmapped_groups(named, touchable, Counter(group.customer_reference or "" for group in groups))
    managed = named.looking_after(one.group for one in unmapped if not one.kept)
    observed = observe(rt, managed, client, site_id, groups, records.unconfirmed_groups, fully=fully)
    return CurrentState(
        site=managed,
        naming=naming,
        records=records,
        protected=untouched,
        unmapped=tuple(unmapped),
        observed=observed,
        slots=observe_slots(rt, managed, client, observed, fully=fully),
    )
