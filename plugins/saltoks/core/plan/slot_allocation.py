"""Gives away the slots of one pool: the table of `core.plan.slots`, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import Slot
from saltoks.core.plan.access_paths import AccessPath
from saltoks.core.plan.plan import Change, ChangeCause, ChangeKind, addition, removal
from saltoks.core.plan.timing import PlanTiming
from saltoks.core.time.local_window import LocalWindow, local_window
from saltoks.core.time.windows import Window, overlap, window_text

_KEPT_AFTER = timedelta(days=1)


@dataclass(slots=True)
class SlotPlacement:
    """A slot while it is given away: `hours` it shall have, and those who shall open with it."""

    slot: Slot
    hours: LocalWindow | None = None
    guests: dict[str, Grant] = field(default_factory=dict)

    @property
    def changes_hours(self) -> bool:
        return self.hours is not None and self.hours != self.slot.hours

    def has(self, grant: Grant) -> bool:
        return grant.key.customer_id in self.slot.members

    def take(self, grant: Grant, hours: LocalWindow) -> None:
        self.hours = hours
        self.guests[grant.key.customer_id] = grant


class SlotAllocator:
    """Gives away the slots of one pool."""

    def __init__(
        self,
        grants: list[Grant],
        places: list[SlotPlacement],
        pool: str,
        timing: PlanTiming,
        stuck: Set[str],
        locks: frozenset[str],
    ) -> None:
        self._grants = sorted(grants, key=lambda one: (one.window, one.key))
        self._hours = {grant: local_window(grant.window, timing.zone) for grant in grants}
        self._own: dict[str, list[Grant]] = {}
        for grant in grants:
            self._own.setdefault(grant.key.customer_id, []).append(grant)
        self._places = places
        self._pool = pool
        self._timing = timing
        self._stuck = stuck
        self._locks = locks

    def allocate(self) -> None:
        """Stays first, then moves, then what is new; the soonest first in each."""
        waiting = self._grants
        for find in (self._same, self._moved, self._other):
            waiting = [grant for grant in waiting if not self._seat(grant, find(grant))]

    def changes(self, waiting: Set[MembershipKey]) -> Iterator[Change]:
        """What to write for each slot; whoever is `waiting` stays in theirs."""
        zone = self._timing.zone
        for place in self._places:
            if place.guests and (place.changes_hours or not place.slot.sound):
                yield self._window(place)
            for customer, grant in place.guests.items():
                if customer not in place.slot.members:
                    yield addition(replace(grant, key=MembershipKey(customer, place.slot.name)), zone)
            leaving = (one for one in place.slot.members if self._leaves(place, one))
            yield from (
                self._removal(place, change)
                for change in leaving
                if MembershipKey(change, place.slot.name) not in waiting
            )

    def taken(self) -> Iterator[AccessPath]:
        """The way of everybody who has a place, by the locks that the pool is to have."""
        for place in self._places:
            for customer, grant in place.guests.items():
                open_now = not place.changes_hours or self._is_open_soon(place.slot, grant)
                settled = place.slot.sound and customer in place.slot.settled and open_now
                yield AccessPath(MembershipKey(customer, place.slot.name), self._locks, grant.window, settled)

    def _is_open_soon(self, slot: Slot, grant: Grant) -> bool:
        """Whether the hours that the doors have already hold for all of a grant that is near."""
        before, near = self._timing.window(slot.hours), overlap(grant.window, self._timing.soon)
        return before is not None and near.is_real and overlap(before, near) == near

    def left(self) -> Iterator[AccessPath]:
        """The ways of those who lose a place, or minutes of it that are near."""
        for place in self._places:
            before = self._timing.window(place.slot.hours)
            for customer in place.slot.members:
                if before and (self._leaves(place, customer) or self._shrinks(place, before)):
                    yield AccessPath(MembershipKey(customer, place.slot.name), place.slot.locks, before, settled=True)

    def _shrinks(self, place: SlotPlacement, before: Window) -> bool:
        near, after = overlap(before, self._timing.soon), self._timing.window(place.hours)
        return place.changes_hours and after is not None and near.is_real and overlap(near, after) != near

    def kept(self) -> Iterator[tuple[MembershipKey, Grant]]:
        """Who is in the right slot already."""
        for place in self._places:
            for customer, grant in place.guests.items():
                if customer in place.slot.members and not place.changes_hours:
                    yield MembershipKey(customer, place.slot.name), grant

    def let_in(self) -> Iterator[Grant]:
        """The grants of those who are in no slot for it yet."""
        for place in self._places:
            yield from (grant for customer, grant in place.guests.items() if customer not in place.slot.members)

    def notes(self) -> Iterator[str]:
        """What a person should know."""
        for place in self._places:
            if place.slot.strangers:
                yield (
                    f"“{place.slot.name}” has {place.slot.strangers} member(s) that are no customers of ours: "
                    "take them out in Salto KS, until then its window stays as it is"
                )
            if place.changes_hours:
                yield from (self._late(grant) for grant in place.guests.values() if self._is_late(place, grant))

    def _seat(self, grant: Grant, place: SlotPlacement | None) -> bool:
        if place is not None:
            place.take(grant, self._hours[grant])
        return place is not None

    def _same(self, grant: Grant) -> SlotPlacement | None:
        return next((one for one in self._places if one.has(grant) and one.slot.hours == self._hours[grant]), None)

    def _moved(self, grant: Grant) -> SlotPlacement | None:
        """The customer's own slot whose window is nearest; a window that is not due yet moves a running one only."""
        found = [one for one in self._places if one.has(grant) and self._can_move(one, grant)]
        return min(found, key=lambda one: (_distance(one, grant), one.slot.number), default=None)

    def _can_move(self, place: SlotPlacement, grant: Grant) -> bool:
        if place.guests:
            return place.hours == self._hours[grant] and grant.key.customer_id not in place.guests
        return self._is_ours(place) and (self._timing.is_due(grant.window) or not self._timing.over(place.slot.hours))

    def _other(self, grant: Grant) -> SlotPlacement | None:
        if not self._timing.is_due(grant.window):
            return None
        safe = [one for one in self._places if self._joins_safely(one, grant)]
        return self._shared(safe, self._hours[grant]) or self._free(safe) or self._new()

    def _joins_safely(self, place: SlotPlacement, grant: Grant) -> bool:
        """Whether nobody opens too early who comes in: doors hear of a member sooner than of the slot's new hours."""
        if place.slot.hours == self._hours[grant]:
            return True
        before = self._timing.window(place.slot.hours)
        near = overlap(before, self._timing.soon) if before else None
        return near is None or not near.is_real or overlap(near, grant.window) == near

    def _shared(self, places: list[SlotPlacement], hours: LocalWindow) -> SlotPlacement | None:
        return next((one for one in places if (one.hours or one.slot.hours) == hours), None)

    def _free(self, places: list[SlotPlacement]) -> SlotPlacement | None:
        free = [one for one in places if not one.guests and self._is_ours(one) and self._is_idle(one.slot)]
        return min(free, key=lambda one: (not one.slot.sound, one.slot.number), default=None)

    def _new(self) -> SlotPlacement:
        taken = {one.slot.number for one in self._places}
        number = next(number for number in range(1, len(taken) + 2) if number not in taken)
        self._places.append(SlotPlacement(Slot(pool=self._pool, number=number, sound=False)))
        return self._places[-1]

    def _is_ours(self, place: SlotPlacement) -> bool:
        return not place.slot.strangers and place.slot.name not in self._stuck

    def _is_idle(self, slot: Slot) -> bool:
        return not slot.members or self._timing.over(slot.hours)

    def _leaves(self, place: SlotPlacement, customer: str) -> bool:
        if customer in place.guests:
            return False
        before = place.slot.hours
        over = self._timing.over(before)
        if place.changes_hours:
            return not (self._may(customer, place.hours) and (over or self._may(customer, before)))
        return self._timing.over(before, later=_KEPT_AFTER) if over else not self._may(customer, before)

    def _may(self, customer: str, hours: LocalWindow | None) -> bool:
        """Whether all that is left of these hours was granted to a customer."""
        now, own = self._timing.now, self._own.get(customer, ())
        return hours is not None and any(
            hours.within(self._hours[grant], begun=grant.window.starts_at <= now) for grant in own
        )

    def _window(self, place: SlotPlacement) -> Change:
        grants = sorted(place.guests.values())
        name, when = place.slot.name, window_text(grants[0].window, self._timing.zone)
        reasons = tuple(sorted({reason for grant in grants for reason in grant.reasons}))
        verb = "Open" if place.changes_hours else "Mend the locks of"
        return Change(
            kind=ChangeKind.SET_WINDOW,
            customer_id="",
            group=name,
            window=grants[0].window,
            cause=ChangeCause.REVOKED if any(self._loses(place, one) for one in place.guests) else ChangeCause.GRANTED,
            reasons=reasons,
            sentence=f"{verb} “{name}” {when}, because of {', '.join(reasons)}.",
        )

    def _loses(self, place: SlotPlacement, customer: str) -> bool:
        """Whether somebody inside was promised time, still to come and in no other grant, that the new hours lack."""
        promised, timing = place.slot.members.get(customer), self._timing
        if promised is None or promised.ends_at <= timing.now or promised.ends_at < timing.over_before:
            return False
        return not any(
            grant.window.starts_at <= max(promised.starts_at, timing.now) and promised.ends_at <= grant.window.ends_at
            for grant in self._own[customer]
        )

    def _removal(self, place: SlotPlacement, customer: str) -> Change:
        timing, promised = self._timing, place.slot.members[customer]
        window = promised or Window(timing.now, timing.now)
        change = removal(MembershipKey(customer, place.slot.name), window, timing.now, timing.over_before, timing.zone)
        if promised is None:
            sentence = f"Remove customer {customer} from “{place.slot.name}”: nobody granted it."
            return replace(change, sentence=sentence)
        return change

    def _is_late(self, place: SlotPlacement, grant: Grant) -> bool:
        timing, before = self._timing, place.slot.hours
        inside = place.has(grant) and before is not None and before.open_at(timing.now, timing.zone)
        return grant.window.starts_at < timing.now + timing.settle and not inside

    def _late(self, grant: Grant) -> str:
        when, minutes = window_text(grant.window, self._timing.zone), self._timing.settle / timedelta(minutes=1)
        return (
            f"customer {grant.key.customer_id} may open “{self._pool}” {when}, which is too soon "
            f"for a new schedule: the door may follow up to {minutes:g} minutes late"
        )


def _distance(place: SlotPlacement, grant: Grant) -> timedelta:
    """How far the window that was promised lies from the one wanted; zero where they overlap."""
    promised = place.slot.members[grant.key.customer_id]
    if promised is None:
        return timedelta.max
    apart = max(promised.starts_at - grant.window.ends_at, grant.window.starts_at - promised.ends_at)
    return max(apart, timedelta())
