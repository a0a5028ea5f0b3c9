"""Suspends and deletes people with no access left, after everything else of a plan.

One read at the end confirms all of them. Whoever is gone already is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saltoks.core.errors import MaybeGone, NotPermitted, NotThere, Refused
from saltoks.core.people.site_users import PersonIds
from saltoks.core.plan.plan import Change, ChangeKind
from saltoks.flows.apply.step import ApplyStep
from saltoks.flows.plan.current.observe import observed_user
from saltoks.flows.run.waiting import seen_after_deletion
from saltoks.warehouse.access import people

DEPROVISIONING = frozenset({ChangeKind.SUSPEND, ChangeKind.DELETE_PERSON})


class UserDeprovisioner(ApplyStep):
    """The `suspend` and `delete_person` changes of one plan; one that Salto refuses does not stop the others."""

    def deprovision(self, changes: Sequence[Change]) -> None:
        """Asks for every one, then looks once at who is still there."""
        with self._rt.warehouse.session() as session:
            known = {customer: one.ids for customer, one in people.load(session, self._site.name).items()}
        asked = {}
        for change in changes:
            ids = known.get(change.customer_id)
            self._change_log.sent([change])
            if ids is None:
                self._change_log.confirmed([change])
            elif self._ask(change, ids):
                asked[ids.site_user_id] = change
        if asked:
            self._settle(asked)

    def _ask(self, change: Change, ids: PersonIds) -> bool:
        user = ids.site_user_id
        try:
            if change.kind is ChangeKind.DELETE_PERSON:
                self._client.delete_user(self._site_id, user)
            else:
                with self._rt.warehouse.session() as session:
                    people.record_suspending(session, self._site.name, user)
                self._client.set_subscription(self._site_id, user, "suspended")
        except MaybeGone:
            raise
        except NotThere:
            return True
        except (NotPermitted, Refused) as error:
            self._change_log.failed(change, error.message)
            return False
        return True

    def _settle(self, asked: Mapping[str, Change]) -> None:
        deleted = {user for user, one in asked.items() if one.kind is ChangeKind.DELETE_PERSON}
        there = seen_after_deletion(self._rt.clock, self._there, lambda seen: deleted.isdisjoint(seen))
        gone = [user for user in asked if user not in there]
        suspended = [user for user, one in asked.items() if one.kind is ChangeKind.SUSPEND and there.get(user) is False]
        with self._rt.warehouse.session() as session:
            people.record_gone(session, self._site.name, gone, self._change_log.now())
            for user in suspended:
                people.save_seat(session, self._site.name, user, self._change_log.now(), subscribed=False)
        done = {*gone, *suspended}
        self._change_log.confirmed(asked[user] for user in asked if user in done)
        for user in asked.keys() - done:
            self._change_log.failed(asked[user], "Salto took the write but does not show it yet")

    def _there(self) -> dict[str, bool]:
        """Everybody at the site by site user id, and whether they have a seat."""
        seen = map(observed_user, self._client.users(self._site_id))
        return {user.ids.site_user_id: user.subscribed for user in seen}
