"""Gives our own access groups their locks, windows and members, one slot after another, each read back (design §4).

A slot is made in the order group, locks, schedule, member: a stop in between leaves a group that opens nothing, and the
next run finds it by its name and goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from saltoks.core.errors import Refused, SaltoksError
from saltoks.core.model.pools import pool_of
from saltoks.core.plan.batches import MemberBatch, SlotBatch
from saltoks.core.plan.plan import Change
from saltoks.core.retries import concerns_one
from saltoks.core.time.local_window import LocalWindow, local_window
from saltoks.flows.apply.members import Members
from saltoks.flows.apply.step import ApplyContext, ApplyStep
from saltoks.flows.plan.current.observe import group_in_use
from saltoks.flows.plan.current.slot_readings import hours_of_schedules, locks_of, read_slot
from saltoks.salto.models import AccessGroup, Lock, TimeSchedule
from saltoks.warehouse.access import slots
from saltoks.warehouse.access.group_readings import GroupReading
from saltoks.warehouse.access.membership_records import RequestedMembership

Named = TypeVar("Named", AccessGroup, Lock)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A slot's group with its locks; one that was made just now had neither locks nor schedules: nothing was read."""

    group_id: str
    is_new: bool


class Windows(ApplyStep):
    """The changes of our own groups in one plan; a slot that Salto refuses does not stop the others."""

    def __init__(self, context: ApplyContext, members: Members) -> None:
        super().__init__(context)
        self._members = members

    def change(self, batch: SlotBatch) -> None:
        """Everything that changes in one slot, in the safe order of `SlotBatch.steps`."""
        if batch.window is None:
            self._members.change(MemberBatch(batch.group, batch.add, batch.remove))
            return
        self._change_log.sent([batch.window])
        try:
            group = self._prepared(batch.group)
            schedules = [] if group.is_new else self._client.schedules(self._site_id, group.group_id)
        except SaltoksError as error:
            if not concerns_one(error):
                raise
            self._fail(batch, (batch.window, *batch.add), error.message)
            self._members.change(MemberBatch(batch.group, (), batch.remove))
            return
        now = hours_of_schedules(schedules)
        over = now is not None and now.over(self._change_log.now(), self._site.timezone)
        self._go_through(batch, batch.steps(over=over), group.group_id, schedules)

    def _go_through(
        self,
        batch: SlotBatch,
        steps: tuple[MemberBatch | Change, ...],
        group_id: str,
        schedules: Sequence[TimeSchedule],
    ) -> None:
        """Makes the steps; what depends on one that did not work is not done."""
        for place, step in enumerate(steps):
            if isinstance(step, MemberBatch):
                why = None if self._members.change(step) else "somebody who had the window before is still in the group"
            else:
                why = self._set(batch, step, group_id, schedules)
            if why:
                rest = [one for later in steps[place:] for one in _changes(later) if one not in _changes(step)]
                own = [step] if isinstance(step, Change) else []
                self._fail(batch, (*own, *rest), why)
                return

    def _prepared(self, name: str) -> Prepared:
        """A slot's group, made if it is not there, with the locks of its item and no others."""
        there = self._groups.get(name)
        if there is None:
            made = self._client.create_group(self._site_id, name)
            self._members.learn(GroupReading(name, made.id, 0, self._change_log.now(), frozenset()))
            group = Prepared(made.id, is_new=True)
        else:
            group = Prepared(there.id, is_new=False)
        self._lock(name, group)
        return group

    def _lock(self, name: str, group: Prepared) -> None:
        wanted = locks_of(self._site)[pool_of(name)]
        with self._rt.warehouse.session() as session:
            known = slots.load(session, self._site.name).get(name)
            slots.mark_unverified(session, self._site.name, name)
        if known and known.group_id == group.group_id and known.verified_at and known.locks == wanted:
            return
        unclear = [one for one in wanted if len(self._locks.get(one, ())) != 1]
        if unclear:
            raise Refused(f"not exactly one lock of the site is called {', '.join(unclear)}: correct the mapping (F47)")
        held = [] if group.is_new else self._client.group_locks(self._site_id, group.group_id)
        there = {lock.id for lock in held}
        due = {self._locks[one][0].id for one in wanted}
        add, remove = sorted(due - there), sorted(there - due)
        self._client.change_group_locks(self._site_id, group.group_id, add=add, remove=remove)

    def _set(self, batch: SlotBatch, change: Change, group_id: str, schedules: Sequence[TimeSchedule]) -> str | None:
        """Sets the one schedule and reads it back; says why not, when it did not work."""
        wanted = local_window(change.window, self._site.timezone)
        try:
            if hours_of_schedules(schedules) != wanted:
                self._write(group_id, schedules, wanted)
        except SaltoksError as error:
            if not concerns_one(error):
                raise
            return error.message
        with self._rt.warehouse.session() as session:
            before = slots.load(session, self._site.name).get(batch.group)
        seen = read_slot(self._client, self._site_id, batch.group, group_id, self._change_log.now(), before)
        with self._rt.warehouse.session() as session:
            slots.save(session, self._site.name, [seen])
        if seen.hours != wanted or seen.locks != locks_of(self._site)[pool_of(batch.group)]:
            return "Salto took the write but does not show it yet"
        self._book(batch, change)
        self._change_log.confirmed([change])
        return None

    def _write(self, group_id: str, schedules: Sequence[TimeSchedule], wanted: LocalWindow) -> None:
        """One schedule is changed, any other goes first: it would open at other times."""
        for extra in schedules[1:]:
            self._client.delete_schedule(self._site_id, group_id, extra.id)
        if schedules:
            self._client.change_schedule(self._site_id, group_id, schedules[0].id, wanted.starts, wanted.ends)
        else:
            self._client.create_schedule(self._site_id, group_id, wanted.starts, wanted.ends)

    def _book(self, batch: SlotBatch, change: Change) -> None:
        """Whoever stayed in the slot has its new window."""
        stays = [
            RequestedMembership(key, user, change.window, change.reasons)
            for key, user in self._members.staying(batch).items()
        ]
        with self._rt.warehouse.session() as session:
            slots.record_windows(session, self._site.name, self._plan_id, stays, self._change_log.now())

    def _fail(self, batch: SlotBatch, changes: Sequence[Change], why: str) -> None:
        for one in changes:
            reason = why if one is batch.window else f"the window of “{batch.group}” could not be set: {why}"
            self._change_log.failed(one, reason)

    @cached_property
    def _groups(self) -> Mapping[str, AccessGroup]:
        twins = _by_name(self._client.groups(self._site_id))
        return {name: group_in_use(found) for name, found in twins.items()}

    @cached_property
    def _locks(self) -> Mapping[str, list[Lock]]:
        return _by_name(self._client.locks(self._site_id))


def _by_name(found: Sequence[Named]) -> dict[str, list[Named]]:
    by_name: dict[str, list[Named]] = {}
    for one in found:
        by_name.setdefault(one.customer_reference or "", []).append(one)
    return by_name


def _changes(step: MemberBatch | Change) -> tuple[Change, ...]:
    return step.changes if isinstance(step, MemberBatch) else (step,)
