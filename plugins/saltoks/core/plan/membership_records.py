"""The records against what Salto shows: which memberships are ours, which came or went without us (design §5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.people.site_users import MatchedPeople
from saltoks.core.plan.plan import ObservedAccess, RecordedMembership
from saltoks.core.time.windows import Window


@dataclass(frozen=True, slots=True)
class MembershipRecord:
    """A current row of the membership records; `sent` means that we asked for it and do not know yet whether it holds.

    `shown_at`: when Salto showed it first, None where that is long ago.
    """

    key: MembershipKey
    user_id: str
    adopted: bool
    window: Window
    sent: bool
    shown_at: datetime | None = None

    def settled(self, before: datetime) -> bool:
        """Whether Salto has shown it since before an instant."""
        return not self.sent and (self.shown_at is None or self.shown_at <= before)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What the membership records say after a look at Salto.

    `renamed`: rows whose user is another customer's by now (two customers, one person), under the new key.
    `arrived`: asked for, and there. `gone`: on record, and not there any more, or there under another customer.
    `found`: wanted, there, and not on record: to be adopted, with the platform user id. `kept`: wanted and
    there, with today's promise.
    `foreign`: members of our groups, as (group, user id), that are no customer's.
    """

    observed: ObservedAccess
    renamed: Mapping[MembershipKey, MembershipKey]
    arrived: tuple[MembershipKey, ...]
    gone: tuple[MembershipKey, ...]
    found: Mapping[Grant, str]
    kept: tuple[Grant, ...]
    foreign: tuple[tuple[str, str], ...]


def reconcile(
    entries: Iterable[MembershipRecord],
    members: Mapping[str, frozenset[str]],
    wanted: Mapping[MembershipKey, Grant],
    people: MatchedPeople,
) -> Reconciliation:
    """Compares the membership records with the members seen: `members` are platform user ids by group name."""
    customer_of = people.customer_of()
    recorded, renamed, doubled = _by_owner(entries, customer_of)
    there = {key for key, entry in recorded.items() if entry.user_id in members.get(entry.key.group, ())}
    seen = {
        MembershipKey(customer_of[user], group): user
        for group, users in members.items()
        for user in users
        if user in customer_of
    }
    ours = {(recorded[key].key.group, recorded[key].user_id) for key in there} | {
        (key.group, user) for key, user in seen.items()
    }
    found = {wanted[key]: user for key, user in seen.items() if key in wanted and key not in recorded}
    records = {key: RecordedMembership(window=recorded[key].window, adopted=recorded[key].adopted) for key in there}
    return Reconciliation(
        ObservedAccess(known=frozenset(people.known), members=frozenset(there | seen.keys()), records=records),
        renamed,
        tuple(sorted(key for key in there if recorded[key].sent)),
        tuple(sorted((recorded.keys() - there) | doubled)),
        dict(sorted(found.items())),
        tuple(wanted[key] for key in sorted(there & wanted.keys())),
        tuple(sorted({(group, user) for group, users in members.items() for user in users} - ours)),
    )


def _by_owner(
    entries: Iterable[MembershipRecord], customer_of: Mapping[str, str]
) -> tuple[dict[MembershipKey, MembershipRecord], dict[MembershipKey, MembershipKey], set[MembershipKey]]:
    """The records by key, each under the customer whose user it is now; one that is there already makes a double."""
    recorded = {entry.key: entry for entry in entries}
    renamed, doubled = {}, set()
    for key, entry in sorted(recorded.items()):
        owner = MembershipKey(customer_of.get(entry.user_id, key.customer_id), key.group)
        if owner == key:
            continue
        del recorded[key]
        if owner in recorded:
            doubled.add(key)
        else:
            recorded[owner] = replace(entry, key=owner)
            renamed[key] = owner
    return recorded, renamed, doubled
