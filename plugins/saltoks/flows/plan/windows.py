"""The windows of window targets as values: who may be in which of our own groups, and until when (design §4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from datetime import datetime

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import Slot, number_of, pool_of
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.plan.timing import PlanTiming
from saltoks.core.time.windows import Window
from saltoks.flows.plan.comparison import Comparison
from saltoks.flows.plan.current.slot_readings import locks_of
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.access import membership_records, slots
from saltoks.warehouse.access.membership_records import RequestedMembership
from saltoks.warehouse.access.slots import SlotReading
from saltoks.warehouse.engine.database import Session


def timing(rt: Runtime, site: Site) -> PlanTiming:
    """What "now", "soon" and "over" mean to the slots of a site."""
    now, rules = rt.clock.now(), site.rules
    return PlanTiming(
        now=now,
        zone=site.timezone,
        over_before=now + rules.after,
        ready_until=now + rules.window_lead,
        settle=rules.window_settle,
    )


def slots_of(comparison: Comparison, settled: datetime) -> list[Slot]:
    """The slots in business keys: who is inside, with what our records promise them; `settled`: since before that."""
    current, reconciliation = comparison.current, comparison.reconciliation
    locks, memberships = locks_of(current.site), _by_key_now(comparison)
    heard = {key for key, record in memberships.items() if record.settled(settled)}
    strangers = Counter(group for group, _ in reconciliation.foreign)
    slots = []
    for name, slot in current.slots.items():
        customers = sorted(key.customer_id for key in reconciliation.observed.members if key.group == name)
        mine = [customer for customer in customers if customer not in current.protected]
        slots.append(
            Slot(
                pool=pool_of(name),
                number=number_of(name),
                hours=slot.hours,
                sound=slot.locks == locks.get(pool_of(name), slot.locks),
                members={one: _promised(memberships.get(MembershipKey(one, name))) for one in mine},
                strangers=strangers[name] + len(customers) - len(mine),
                locks=frozenset(slot.locks),
                settled=frozenset(
                    one for one in customers if MembershipKey(one, name) in heard and slot.settled(settled)
                ),
            )
        )
    return slots


def _by_key_now(comparison: Comparison) -> dict[MembershipKey, MembershipRecord]:
    """The memberships on record under the customer whose user it is now."""
    renamed = comparison.reconciliation.renamed
    return {renamed.get(record.key, record.key): record for record in comparison.memberships}


def _promised(record: MembershipRecord | None) -> Window | None:
    return record.window if record else None


def window_grants(site: Site, grants: Iterable[Grant], now: datetime, untouched: Set[str]) -> list[Grant]:
    """The grants of window targets that are not over."""
    pools = locks_of(site).keys()
    return [
        grant
        for grant in grants
        if grant.key.group in pools and grant.window.ends_at > now and grant.key.customer_id not in untouched
    ]


def save_slots(
    session: Session,
    site: Site,
    plan_id: str,
    found: Mapping[str, SlotReading],
    stays: Iterable[RequestedMembership],
    at: datetime,
) -> None:
    """Keeps what was seen of slots, and what those who are in the right one are promised by now."""
    slots.save(session, site.name, found.values())
    recorded = {entry.key: entry.window for entry in membership_records.current(session, site.name)}
    there = list(stays)
    moved = [one for one in there if recorded.get(one.key) != one.window]
    slots.record_windows(session, site.name, plan_id, moved, at)
    membership_records.record_promises(
        session, site.name, [Grant(one.key, one.window, one.reasons) for one in there], at
    )
