"""Reads our own access groups, each of which holds one window of a window target (design §4).

The list of groups tells how many locks each holds. Locks and schedule of a slot are read only when that number is not
the one we know, when a write to it was not read back, or when the last look is older than `verify_groups_hours`: what
somebody changed in a schedule by hand shows at that check, and is set right.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from saltoks.core.model.pools import pool_name
from saltoks.core.time.local_window import LocalWindow
from saltoks.flows.plan.current.observe import ObservedState
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import TimeSchedule
from saltoks.settings import Site
from saltoks.warehouse.access import slots
from saltoks.warehouse.access.slots import SlotReading

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


def _is_fresh(before: SlotReading, lock_count: int | None, oldest: datetime, now: datetime) -> bool:
    return before.verified_at is not None and oldest < before.verified_at <= now and lock_count == len(before.locks)


def _wall(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
