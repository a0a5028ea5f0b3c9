"""A model of our own groups at Salto, on which plans of slots are carried out write by write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from core.worlds import CUSTOMERS, MONDAY, minute
from saltoks.core.access.grants import Grant, MembershipKey, merged_grants
from saltoks.core.model.pools import Slot, number_of, pool_of
from saltoks.core.plan.batches import MemberBatch, slot_batches
from saltoks.core.plan.plan import Change, ChangeKind
from saltoks.core.plan.slots import plan_slots
from saltoks.core.plan.timing import PlanTiming
from saltoks.core.time.local_window import LocalWindow, local_window
from saltoks.core.time.windows import Window

ZONE = "Europe/Amsterdam"
POOLS = ("saltoks room-1", "saltoks room-2")
AFTER = timedelta(minutes=15)


def timing(now: datetime, *, lead: int = 1440, settle: int = 5) -> PlanTiming:
    """The moment of a plan, with the usual rules."""
    return PlanTiming(
        now=now,
        zone=ZONE,
        over_before=now + AFTER,
        ready_until=now + timedelta(minutes=lead),
        settle=timedelta(minutes=settle),
    )


def granted(who: str, starts: int, ends: int, pool: str = POOLS[0]) -> Grant:
    """A grant from and until so many minutes after Monday's midnight."""
    return Grant(MembershipKey(who, pool), Window(minute(starts), minute(ends)), (f"booking {who} {starts}",))


def hours(starts: int, ends: int) -> LocalWindow:
    """The wall clocks of such a window."""
    return local_window(Window(minute(starts), minute(ends)), ZONE)


@dataclass
class House:
    """All slots by name; `writes` counts requests that the carried-out plans took."""

    slots: dict[str, Slot] = field(default_factory=dict)
    writes: int = 0

    def plan(self, grants: Iterable[Grant], now: datetime, stuck: Iterable[str] = ()) -> tuple[Change, ...]:
        """What to change, given the grants that are not over."""
        wanted = [one for one in grants if one.window.ends_at > now]
        return plan_slots(wanted, self.slots.values(), timing(now), frozenset(stuck)).changes

    def carry_out(self, changes: Iterable[Change], now: datetime) -> Iterator[None]:
        """Makes the changes, and pauses after every single write."""
        for batch in slot_batches(changes):
            before = self.slots.get(batch.group) or self._made(batch.group)
            over = before.hours is not None and before.hours.over(now, ZONE)
            for step in batch.steps(over=over):
                yield from self._write(batch.group, step)

    def _made(self, name: str) -> Slot:
        self.slots[name] = Slot(pool=pool_of(name), number=number_of(name), sound=False)
        self.writes += 1
        return self.slots[name]

    def _write(self, name: str, step: MemberBatch | Change) -> Iterator[None]:
        slot = self.slots[name]
        if isinstance(step, Change):
            if not slot.sound:
                self.writes += 1
            self.writes += slot.hours != local_window(step.window, ZONE)
            promises = dict.fromkeys(slot.members, step.window)
            self.slots[name] = replace(slot, hours=local_window(step.window, ZONE), sound=True, members=promises)
            yield
        elif step.changes:
            self.writes += 1
            leave = {one.customer_id for one in step.remove}
            stay = {who: what for who, what in slot.members.items() if who not in leave}
            members = stay | {one.customer_id: one.window for one in step.add}
            self.slots[name] = replace(slot, members=members)
            yield

    def inside(self) -> set[tuple[str, str, LocalWindow | None]]:
        """Everybody in a slot: slot, customer, and the hours it has."""
        return {(name, who, slot.hours) for name, slot in self.slots.items() for who in slot.members}


def may(who: str, when: LocalWindow | None, grants: Iterable[Grant], pool: str, now: datetime) -> bool:
    """Whether a customer was granted every minute to come of some hours, minute by minute."""
    if when is None:
        return False
    own = [one.window for one in grants if one.key == MembershipKey(who, pool)]
    for number in range(-60, 900):
        at = minute(number)
        if at >= now and when.open_at(at, ZONE) and not any(one.covers(at) for one in own):
            return False
    return True


def _grants(parts: list[tuple[str, str, int, int]]) -> list[Grant]:
    return merged_grants(granted(who, start, start + length, pool) for who, pool, start, length in parts)


def _house(parts: dict[tuple[str, int], Slot]) -> House:
    slots = [replace(slot, pool=pool, number=number) for (pool, number), slot in parts.items()]
    return House({slot.name: slot for slot in slots})


starts = st.integers(0, 20).map(lambda number: 30 * number)
wants = st.lists(
    st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(POOLS), starts, st.sampled_from([30, 60, 120])), max_size=8
).map(_grants)
"""Grants of both pools, joined as grants are; many of them alike."""
moments = st.integers(0, 20).map(lambda number: MONDAY + timedelta(minutes=30 * number))
_hours = st.one_of(
    st.none(), st.builds(lambda start, length: hours(start, start + length), starts, st.sampled_from([30, 60]))
)
_promises = st.one_of(st.none(), starts.map(lambda start: Window(minute(start), minute(start + 60))))
_slots = st.builds(
    Slot,
    pool=st.just(POOLS[0]),
    number=st.just(1),
    hours=_hours,
    sound=st.booleans(),
    members=st.dictionaries(st.sampled_from(CUSTOMERS), _promises, max_size=2),
    strangers=st.sampled_from([0, 0, 0, 1]),
)
houses = st.dictionaries(st.tuples(st.sampled_from(POOLS), st.integers(1, 4)), _slots, max_size=4).map(_house)
"""Whatever may have happened to our groups: half made, changed by hand, with strangers in them."""


def sets(changes: Iterable[Change]) -> list[Change]:
    """The windows that are set."""
    return [one for one in changes if one.kind is ChangeKind.SET_WINDOW]
