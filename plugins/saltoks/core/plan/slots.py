"""Which slot of a pool holds which window: our own groups, whose schedule makes the door keep the time (design §4).

::

    a grant of a window target ...                   is served by                                      writes
    whose customer is in a slot with its hours       that slot                                         none
    whose customer is in a slot, by other hours      that slot: its window moves                 schedule
    whose hours a slot of the pool has already       that slot, with others of the same window         members
    when a slot is empty, or its window is over      that slot, of the lowest number                   members, schedule
    otherwise                                        a new slot                                        five, once

A slot has one window at a time, and nobody stays in it to whom any minute of it that is still to come was not granted:
whoever has no right to it is removed at once, and whoever had the window before goes before the next one is set. What
is over costs nothing until the slot is needed again, or has been over for a day. Nobody comes into a slot whose hours
still run at the doors and are not theirs: a door hears of a member minutes before it hears of other hours.

One thing comes before that: who moves to another slot or group, and opens a lock of the old one there too, stays in the
old one, as it is, until the doors have heard of the new one (`core.plan.access_paths`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import Slot, is_slot
from saltoks.core.plan.access_paths import AccessPath, paths_to_keep
from saltoks.core.plan.plan import Change, ObservedAccess, RecordedMembership
from saltoks.core.plan.slot_allocation import SlotAllocator, SlotPlacement
from saltoks.core.plan.timing import PlanTiming


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotPlan:
    """Changes of slots; `kept`: grants that need none, by customer and slot; `let_in`: grants of those who get in.

    `waiting`: who stays in a slot until another way has settled; `taken`: the ways of all who have a slot.
    """

    changes: tuple[Change, ...] = ()
    kept: Mapping[MembershipKey, Grant] = field(default_factory=dict)
    let_in: tuple[Grant, ...] = ()
    notes: tuple[str, ...] = ()
    waiting: frozenset[MembershipKey] = frozenset()
    taken: tuple[AccessPath, ...] = ()


def plan_slots(
    found: Iterable[Grant],
    slots: Iterable[Slot],
    timing: PlanTiming,
    stuck: Set[str] = frozenset(),
    *,
    locks: Mapping[str, Set[str]] | None = None,
    elsewhere: Iterable[AccessPath] = (),
) -> SlotPlan:
    """Serves the grants of all pools, given all their grants that are not over yet.

    `stuck` names slots whose window must stay as it is, since somebody inside may not be removed now. `locks` are those
    of each pool by name, `elsewhere` the ways of customers through groups that are not ours.
    """
    grants, there, others = list(found), list(slots), list(elsewhere)
    while True:
        allocators = _served(grants, there, timing, stuck, locks or {})
        taken = [path for allocator in allocators for path in allocator.taken()]
        waiting = paths_to_keep(
            (path for allocator in allocators for path in allocator.left()), [*taken, *others], timing.soon
        )
        kept_as_they_are = stuck | {key.group for key in waiting}
        if kept_as_they_are == stuck:
            break
        stuck = kept_as_they_are
    return SlotPlan(
        changes=tuple(change for allocator in allocators for change in allocator.changes(waiting)),
        kept={key: grant for allocator in allocators for key, grant in allocator.kept()},
        let_in=tuple(grant for allocator in allocators for grant in allocator.let_in()),
        notes=tuple(note for allocator in allocators for note in allocator.notes()),
        waiting=waiting,
        taken=tuple(taken),
    )


def _served(
    grants: Sequence[Grant],
    slots: Sequence[Slot],
    timing: PlanTiming,
    stuck: Set[str],
    locks: Mapping[str, Set[str]],
) -> list[SlotAllocator]:
    pools = sorted({grant.key.group for grant in grants} | {slot.pool for slot in slots})
    allocators = [
        SlotAllocator(
            [one for one in grants if one.key.group == pool],
            [SlotPlacement(slot) for slot in sorted(slots, key=lambda one: one.number) if slot.pool == pool],
            pool,
            timing,
            stuck,
            frozenset(locks.get(pool, ())),
        )
        for pool in pools
    ]
    for allocator in allocators:
        allocator.allocate()
    return allocators


def still_running(observed: ObservedAccess, now: datetime) -> ObservedAccess:
    """What limits count by: without memberships of slots whose window is over, which are kept until they are needed."""
    records = {key: held for key, held in observed.records.items() if not _lingers(key, held, now)}
    return replace(observed, records=records)


def _lingers(key: MembershipKey, held: RecordedMembership, now: datetime) -> bool:
    return is_slot(key.group) and held.window.ends_at <= now
