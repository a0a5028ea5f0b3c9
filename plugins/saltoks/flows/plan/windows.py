"""Looks at our own access groups, and arranges the windows of window targets in them (design §4).

The list of groups tells how many locks each holds. Locks and schedule of a slot are read only when that number is not
the one we know, when a write to it was not read back, or when the last look is older than `verify_groups_hours`: what
somebody changed in a schedule by hand shows at that check, and is set right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime, timedelta

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import Slot, number_of, pool_name, pool_of
from saltoks.core.plan.membership_records import MembershipRecord, Reconciliation
from saltoks.core.plan.timing import PlanTiming
from saltoks.core.time.local_window import LocalWindow
from saltoks.flows.plan.observe import ObservedState
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import TimeSchedule
from saltoks.settings import Site
from saltoks.warehouse.access import membership_records, slots
from saltoks.warehouse.access.membership_records import RequestedMembership
from saltoks.warehouse.access.slots import SlotReading
from saltoks.warehouse.engine.database import Session

_ALL_DAY = ("00:00:00", "23:59:59")


def observe_slots(
    rt: Runtime, site: Site, client: SaltoKs, observed: ObservedState, *, fully: bool = False
) -> dict[str, SlotReading]:
    """The slots of a site by name, read again where they may have changed (all of them if `fully`)."""
    with rt.warehouse.session() as session:
        known = slots.load(session, site.name)
    oldest = rt.clock.now() - timedelta(hours=rt.settings.project.verify_groups_hours)
    found = {}
    for name, group in observed.slots.items():
        before = known.get(name)
        still = before is not None and not fully and before.group_id == group.id
        if before and still and _is_fresh(before, group.lock_count, oldest, rt.clock.now()):
            found[name] = before
        else:
            found[name] = read_slot(client, observed.site_id, name, group.id, rt.clock.now(), before)
    return found


def read_slot(
    client: SaltoKs, site_id: str, name: str, group_id: str, at: datetime, before: SlotReading | None
) -> SlotReading:
    """Reads locks and schedule of one slot; `before` is what was known of it."""
    locks = tuple(sorted(lock.customer_reference or lock.id for lock in client.group_locks(site_id, group_id)))
    hours = hours_of_schedules(client.schedules(site_id, group_id))
    same = before is not None and (before.group_id, before.locks, before.hours) == (group_id, locks, hours)
    since = before.changed_at if before and same else at
    return SlotReading(name=name, group_id=group_id, locks=locks, hours=hours, verified_at=at, changed_at=since)


def hours_of_schedules(schedules: Sequence[TimeSchedule]) -> LocalWindow | None:
    """What the only schedule of a slot says; None unless there is one, and it is of the kind that we make."""
    if len(schedules) != 1:
        return None
    [one] = schedules
    days = (one.monday, one.tuesday, one.wednesday, one.thursday, one.friday, one.saturday, one.sunday)
    if not all(days) or (one.start_time, one.end_time) != _ALL_DAY:
        return None
    try:
        return LocalWindow(_wall(one.start_date), _wall(one.end_date))
    except ValueError:
        return None


def locks_of(site: Site) -> dict[str, tuple[str, ...]]:
    """The locks of each window target by its pool, sorted."""
    return {pool_name(entry.item): tuple(sorted(set(entry.locks))) for entry in site.mapping if entry.locks}


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


def slots_of(
    site: Site,
    found: Mapping[str, SlotReading],
    books: Reconciliation,
    entries: Sequence[MembershipRecord],
    untouched: Set[str],
    settled: datetime,
) -> list[Slot]:
    """The slots in business keys: who is inside, with what the books promise them; `settled`: since before that."""
    promised = {entry.key: entry.window for entry in entries}
    heard = {books.renamed.get(entry.key, entry.key) for entry in entries if entry.settled(settled)}
    promised = {books.renamed.get(key, key): window for key, window in promised.items()}
    strangers = Counter(group for group, _ in books.foreign)
    locks, inside = locks_of(site), books.observed.members
    made = []
    for name, one in found.items():
        customers = sorted(key.customer_id for key in inside if key.group == name)
        made.append(
            Slot(
                pool=pool_of(name),
                number=number_of(name),
                hours=one.hours,
                sound=one.locks == locks.get(pool_of(name), one.locks),
                members={who: promised.get(MembershipKey(who, name)) for who in customers if who not in untouched},
                strangers=strangers[name] + sum(who in untouched for who in customers),
                locks=frozenset(one.locks),
                settled=frozenset(
                    who for who in customers if MembershipKey(who, name) in heard and one.settled(settled)
                ),
            )
        )
    return made


def window_grants(site: Site, grants: Iterable[Grant], now: datetime, untouched: Set[str]) -> list[Grant]:
    """The grants of window targets that are not over."""
    pools = locks_of(site).keys()
    return [
        one
        for one in grants
        if one.key.group in pools and one.window.ends_at > now and one.key.customer_id not in untouched
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
    booked = {entry.key: entry.window for entry in membership_records.current(session, site.name)}
    there = list(stays)
    moved = [one for one in there if booked.get(one.key) != one.window]
    slots.record_windows(session, site.name, plan_id, moved, at)
    membership_records.record_promises(
        session, site.name, [Grant(one.key, one.window, one.reasons) for one in there], at
    )


def _is_fresh(before: SlotReading, lock_count: int | None, oldest: datetime, now: datetime) -> bool:
    return before.verified_at is not None and oldest < before.verified_at <= now and lock_count == len(before.locks)


def _wall(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
