"""Schedules and locks of mapped groups, which no list tells: what drifts in them, and which doors they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saltoks.core.model.pools import is_slot
from saltoks.flows.plan.current.observe import ObservedState
from saltoks.salto.client import SaltoKs
from saltoks.warehouse.access.drift import ScheduleReading

_NEW = 20
"""Mapped groups whose locks a plain run reads for the first time: two reads each, the next runs read the others."""


def schedules_of(
    client: SaltoKs, observed: ObservedState, known: Mapping[str, ScheduleReading] | None
) -> dict[str, ScheduleReading]:
    """Schedules and locks of mapped groups; where some are `known`, of those that are not, or changed since.

    Without them nobody could say which doors a change is about. All of them where nothing is to be taken as
    known.
    """
    mapped = [name for name in sorted(observed.groups) if not is_slot(name)]
    found = {}
    for name in mapped if known is None else _to_look_at(observed, mapped, known):
        group_id = observed.groups[name].group_id
        read = [one.model_dump_json(exclude={"id"}) for one in client.schedules(observed.site_id, group_id)]
        locks = [one.customer_reference or one.id for one in client.group_locks(observed.site_id, group_id)]
        body = "\n".join(sorted(read))
        found[name] = ScheduleReading(group_id=group_id, body=body, locks=tuple(sorted(locks)))
    return found


def _to_look_at(observed: ObservedState, mapped: Sequence[str], known: Mapping[str, ScheduleReading]) -> list[str]:
    """Groups of which the list counts other locks than they had, and some of those that were never looked at."""
    count = {one.id: one.lock_count for one in observed.listed}
    new = [name for name in mapped if name not in known or known[name].group_id != observed.groups[name].group_id]
    other = [
        name
        for name in mapped
        if name not in new and count.get(observed.groups[name].group_id) not in (None, len(known[name].locks))
    ]
    return [*other, *new[:_NEW]]
