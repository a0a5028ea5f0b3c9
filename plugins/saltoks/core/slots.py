"""Which slot of a pool holds which window: our own groups, whose schedule makes the door keep the time (design §4).

::

    a grant of a window target ...                   is served by                                      writes
    whose customer is in a slot with its hours       that slot                                         none
    whose customer is in a slot, by other hours      that slot: its window moves (T11)                 schedule
    whose hours a slot of the pool has already       that slot, with others of the same window         members
    when a slot is empty, or its window is over      that slot, of the lowest number                   members, schedule
    otherwise                                        a new slot                                        five, once

A slot has one window at a time, and nobody stays in it to whom any minute of it that is still to come was not granted:
whoever has no right to it is removed at once, and whoever had the window before goes before the next one is set. What
is over costs nothing until the slot is needed again, or has been over for a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from saltoks.core.grants import Grant, Key
from saltoks.core.hours import Hours, Timing, hours_of
from saltoks.core.plan import Cause, Change, Held, Kind, Observed, addition, removal
from saltoks.core.pools import Slot, is_slot
from saltoks.core.windows import Window, during

_KEPT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """Changes of slots; `kept`: grants that need none, by customer and slot; `let_in`: grants of those who get in."""

    changes: tuple[Change, ...] = ()
    kept: Mapping[Key, Grant] = field(default_factory=dict)
    let_in: tuple[Grant, ...] = ()
    notes: tuple[str, ...] = ()


def arrange(
    found: Iterable[Grant], slots: Iterable[Slot], timing: Timing, stuck: Set[str] = frozenset()
) -> Arrangement:
    """Serves the grants of all pools, given all their grants that are not over yet.

    `stuck` names slots whose window must stay as it is, since somebody inside may not be removed now.
    """
    grants, there = list(found), list(slots)
    pools = sorted({grant.key.group for grant in grants} | {slot.pool for slot in there})
    desks = [
        _Desk(
            [one for one in grants if one.key.group == pool],
            [_Place(slot) for slot in sorted(there, key=lambda one: one.number) if slot.pool == pool],
            pool,
            timing,
            stuck,
        )
        for pool in pools
    ]
    for desk in desks:
        desk.serve()
    return Arrangement(
        changes=tuple(change for desk in desks for change in desk.changes()),
        kept={key: grant for desk in desks for key, grant in desk.kept()},
        let_in=tuple(grant for desk in desks for grant in desk.let_in()),
        notes=tuple(note for desk in desks for note in desk.notes()),
    )


def still_running(observed: Observed, now: datetime) -> Observed:
    """What limits count by: without memberships of slots whose window is over, which are kept until they are needed."""
    books = {key: held for key, held in observed.books.items() if not _lingers(key, held, now)}
    return replace(observed, books=books)


def _lingers(key: Key, held: Held, now: datetime) -> bool:
    return is_slot(key.group) and held.window.ends_at <= now


@dataclass(slots=True)
class _Place:
    """A slot while it is given away: `hours` it shall have, and those who shall open with it."""

    slot: Slot
    hours: Hours | None = None
    guests: dict[str, Grant] = field(default_factory=dict)

    @property
    def changes_hours(self) -> bool:
        return self.hours is not None and self.hours != self.slot.hours

    def has(self, grant: Grant) -> bool:
        return grant.key.customer_id in self.slot.members

    def take(self, grant: Grant, hours: Hours) -> None:
        self.hours = hours
        self.guests[grant.key.customer_id] = grant


class _Desk:
    """Gives away the slots of one pool."""

    def __init__(self, grants: list[Grant], places: list[_Place], pool: str, timing: Timing, stuck: Set[str]) -> None:
        self._grants = sorted(grants, key=lambda one: (one.window, one.key))
        self._hours = {grant: hours_of(grant.window, timing.zone) for grant in grants}
        self._own: dict[str, list[Grant]] = {}
        for grant in grants:
            self._own.setdefault(grant.key.customer_id, []).append(grant)
        self._places = places
        self._pool = pool
        self._timing = timing
        self._stuck = stuck

    def serve(self) -> None:
        """Stays first, then moves, then what is new; the soonest first in each."""
        waiting = self._grants
        for find in (self._same, self._moved, self._other):
            waiting = [grant for grant in waiting if not self._seat(grant, find(grant))]

    def changes(self) -> Iterator[Change]:
        """What to write for each slot."""
        zone = self._timing.zone
        for place in self._places:
            if place.guests and (place.changes_hours or not place.slot.sound):
                yield self._window(place)
            for customer, grant in place.guests.items():
                if customer not in place.slot.members:
                    yield addition(replace(grant, key=Key(customer, place.slot.name)), zone)
            yield from (self._removal(place, one) for one in place.slot.members if self._leaves(place, one))

    def kept(self) -> Iterator[tuple[Key, Grant]]:
        """Who is in the right slot already."""
        for place in self._places:
            for customer, grant in place.guests.items():
                if customer in place.slot.members and not place.changes_hours:
                    yield Key(customer, place.slot.name), grant

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

    def _seat(self, grant: Grant, place: _Place | None) -> bool:
        if place is not None:
            place.take(grant, self._hours[grant])
        return place is not None

    def _same(self, grant: Grant) -> _Place | None:
        return next((one for one in self._places if one.has(grant) and one.slot.hours == self._hours[grant]), None)

    def _moved(self, grant: Grant) -> _Place | None:
        """The customer's own slot whose window is nearest; a window that is not due yet moves a running one only."""
        found = [one for one in self._places if one.has(grant) and self._can_move(one, grant)]
        return min(found, key=lambda one: (_distance(one, grant), one.slot.number), default=None)

    def _can_move(self, place: _Place, grant: Grant) -> bool:
        if place.guests:
            return place.hours == self._hours[grant] and grant.key.customer_id not in place.guests
        return self._is_ours(place) and (self._timing.is_due(grant.window) or not self._timing.over(place.slot.hours))

    def _other(self, grant: Grant) -> _Place | None:
        if not self._timing.is_due(grant.window):
            return None
        return self._shared(self._hours[grant]) or self._free() or self._new()

    def _shared(self, hours: Hours) -> _Place | None:
        return next((one for one in self._places if (one.hours or one.slot.hours) == hours), None)

    def _free(self) -> _Place | None:
        free = [one for one in self._places if not one.guests and self._is_ours(one) and self._is_idle(one.slot)]
        return min(free, key=lambda one: (not one.slot.sound, one.slot.number), default=None)

    def _new(self) -> _Place:
        taken = {one.slot.number for one in self._places}
        number = next(number for number in range(1, len(taken) + 2) if number not in taken)
        self._places.append(_Place(Slot(pool=self._pool, number=number, sound=False)))
        return self._places[-1]

    def _is_ours(self, place: _Place) -> bool:
        return not place.slot.strangers and place.slot.name not in self._stuck

    def _is_idle(self, slot: Slot) -> bool:
        return not slot.members or self._timing.over(slot.hours)

    def _leaves(self, place: _Place, customer: str) -> bool:
        if customer in place.guests:
            return False
        before = place.slot.hours
        over = self._timing.over(before)
        if place.changes_hours:
            return not (self._may(customer, place.hours) and (over or self._may(customer, before)))
        return self._timing.over(before, later=_KEPT_AFTER) if over else not self._may(customer, before)

    def _may(self, customer: str, hours: Hours | None) -> bool:
        """Whether all that is left of these hours was granted to a customer."""
        now, own = self._timing.now, self._own.get(customer, ())
        return hours is not None and any(
            hours.within(self._hours[grant], begun=grant.window.starts_at <= now) for grant in own
        )

    def _window(self, place: _Place) -> Change:
        grants = sorted(place.guests.values())
        name, when = place.slot.name, during(grants[0].window, self._timing.zone)
        reasons = tuple(sorted({reason for grant in grants for reason in grant.reasons}))
        verb = "Open" if place.changes_hours else "Mend the locks of"
        return Change(
            kind=Kind.SET_WINDOW,
            customer_id="",
            group=name,
            window=grants[0].window,
            cause=Cause.REVOKED if any(self._loses(place, one) for one in place.guests) else Cause.GRANTED,
            reasons=reasons,
            sentence=f"{verb} “{name}” {when}, because of {', '.join(reasons)}.",
        )

    def _loses(self, place: _Place, customer: str) -> bool:
        """Whether somebody inside was promised time, still to come and in no other grant, that the new hours lack."""
        promised, timing = place.slot.members.get(customer), self._timing
        if promised is None or promised.ends_at <= timing.now or promised.ends_at < timing.over_before:
            return False
        return not any(
            grant.window.starts_at <= max(promised.starts_at, timing.now) and promised.ends_at <= grant.window.ends_at
            for grant in self._own[customer]
        )

    def _removal(self, place: _Place, customer: str) -> Change:
        timing, promised = self._timing, place.slot.members[customer]
        window = promised or Window(timing.now, timing.now)
        change = removal(Key(customer, place.slot.name), window, timing.now, timing.over_before, timing.zone)
        if promised is None:
            sentence = f"Remove customer {customer} from “{place.slot.name}”: nobody granted it."
            return replace(change, sentence=sentence)
        return change

    def _is_late(self, place: _Place, grant: Grant) -> bool:
        timing, before = self._timing, place.slot.hours
        inside = place.has(grant) and before is not None and before.open_at(timing.now, timing.zone)
        return grant.window.starts_at < timing.now + timing.settle and not inside

    def _late(self, grant: Grant) -> str:
        zone, minutes = self._timing.zone, self._timing.settle / timedelta(minutes=1)
        return (
            f"customer {grant.key.customer_id} may open “{self._pool}” {during(grant.window, zone)}, which is too soon "
            f"for a new schedule: the door may follow up to {minutes:g} minutes late"
        )


def _distance(place: _Place, grant: Grant) -> timedelta:
    """How far the window that was promised lies from the one wanted; zero where they overlap."""
    promised = place.slot.members[grant.key.customer_id]
    if promised is None:
        return timedelta.max
    apart = max(promised.starts_at - grant.window.ends_at, grant.window.starts_at - promised.ends_at)
    return max(apart, timedelta())
