"""Changes the members of one group after another, each confirmed by reading the group back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from saltoks.core.access.grants import MembershipKey
from saltoks.core.errors import SaltoksError
from saltoks.core.model.pools import is_slot
from saltoks.core.plan.batches import MemberBatch, SlotBatch
from saltoks.core.plan.drift import platform_user
from saltoks.core.plan.plan import Change
from saltoks.core.retries import concerns_one
from saltoks.flows.apply.step import ApplyContext, ApplyStep
from saltoks.flows.run.waiting import SETTLING, ConsistencyWait
from saltoks.warehouse.access import group_readings, membership_records, person_ids
from saltoks.warehouse.access.group_readings import GroupReading
from saltoks.warehouse.access.membership_records import RequestedMembership


class Members(ApplyStep):
    """The membership changes of one plan; `settling` says that people were made moments ago."""

    def __init__(self, context: ApplyContext, *, settling: bool) -> None:
        super().__init__(context)
        rt, site = context.rt, context.site
        self._consistency = ConsistencyWait(rt.clock, SETTLING if settling else timedelta())
        with rt.warehouse.session() as session:
            self._groups = group_readings.load(session, site.name)
            self._users = {who: ids.user_id for who, ids in person_ids.load(session, site.name).items()}
            self._recorded = {entry.key: entry.user_id for entry in membership_records.current(session, site.name)}

    def learn(self, group: GroupReading) -> None:
        """From now on this is the group of its name."""
        with self._rt.warehouse.session() as session:
            group_readings.save(session, self._site.name, [group])
        self._groups[group.name] = group

    def change(self, batch: MemberBatch) -> bool:
        """One write for the whole group, then one read that says what came of it: whether all who should left."""
        add = {self._users[one.customer_id]: one for one in batch.add if one.customer_id in self._users}
        remove = {user: one for one in batch.remove if (user := self._user_to_remove(_key(one)))}
        for one in batch.add:
            if one.customer_id not in self._users:
                self._change_log.failed(one, "Salto does not know the person, see above")
        if not add and not remove:
            return not batch.remove
        group = self._groups[batch.group]
        self._announce(add, remove)
        refused = self._write(group, list(add), list(remove))
        there = frozenset(member.id for member in self._client.members(self._site_id, group.group_id))
        self._settle(group, there, add, remove, refused)
        return len(remove) == len(batch.remove) and there.isdisjoint(remove)

    def staying(self, batch: SlotBatch) -> dict[MembershipKey, str]:
        """Who is in a batch's group by our records, by platform user id, and neither comes nor goes."""
        touched = {_key(one) for one in (*batch.add, *batch.remove)}
        return {key: user for key, user in self._recorded.items() if key.group == batch.group and key not in touched}

    def _user_to_remove(self, key: MembershipKey) -> str | None:
        """The user behind a removal: who is in by our records; in a group that is ours alone also who came by hand."""
        recorded, alone = self._recorded.get(key), is_slot(key.group) or key.group in self._site.exclusive_groups
        return recorded or (platform_user(key.customer_id) or self._users.get(key.customer_id) if alone else None)

    def _announce(self, add: Mapping[str, Change], remove: Mapping[str, Change]) -> None:
        sent = [RequestedMembership(_key(one), user, one.window, one.reasons) for user, one in add.items()]
        with self._rt.warehouse.session() as session:
            membership_records.record_sent(session, self._site.name, self._plan_id, sent, self._change_log.now())
        self._change_log.sent([*add.values(), *remove.values()])

    def _write(self, group: GroupReading, add: list[str], remove: list[str]) -> dict[str, str]:
        """Writes; gives what Salto said against single users, once the rest of the group got through."""
        try:
            self._consistency.wait_for(
                lambda: self._client.change_members(self._site_id, group.group_id, add=add, remove=remove)
            )
        except SaltoksError as error:
            if not concerns_one(error):
                raise
            return self._one_by_one(group, add, remove)
        return {}

    def _one_by_one(self, group: GroupReading, add: list[str], remove: list[str]) -> dict[str, str]:
        refused = {}
        for user in [*add, *remove]:
            change = self._client.add_member if user in add else self._client.remove_member
            try:
                change(self._site_id, group.group_id, user)
            except SaltoksError as error:
                if not concerns_one(error):
                    raise
                refused[user] = error.message
        return refused

    def _settle(
        self,
        group: GroupReading,
        there: frozenset[str],
        add: Mapping[str, Change],
        remove: Mapping[str, Change],
        refused: Mapping[str, str],
    ) -> None:
        now = self._change_log.now()
        arrived = [one for user, one in add.items() if user in there]
        left = [one for user, one in remove.items() if user not in there]
        with self._rt.warehouse.session() as session:
            membership_records.record_in(session, self._site.name, map(_key, arrived), now)
            membership_records.record_gone(session, self._site.name, {_key(one): one.cause.value for one in left}, now)
            known = GroupReading(group.name, group.group_id, group.uncounted, now, there)
            group_readings.save(session, self._site.name, [known])
        self._change_log.confirmed([*arrived, *left])
        for user, one in [*add.items(), *remove.items()]:
            if (user in there) is not (user in add):
                self._change_log.failed(one, refused.get(user, "Salto took the write but does not show it yet"))


def _key(change: Change) -> MembershipKey:
    return MembershipKey(change.customer_id, change.group)
