"""People with no access left: keep, suspend or delete them, after a grace period.

::

    person                                                       change
    is in a group, or needs a door soon                          none
    is protected, was not made by us, or has another group       none
    policy keep                                                  none
    policy suspend, still subscribed, grace over                 suspend
    policy delete, grace over                                    delete_person; its sentence names what is lost
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from saltoks.core.access.grants import Grant
from saltoks.core.model.pools import is_managed_group, is_slot
from saltoks.core.model.rules import NoAccessPolicy, NoAccessRules
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.plan.plan import Change, ChangeCause, ChangeKind
from saltoks.core.time.windows import ALWAYS, FOREVER, Window, window_text

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeprovisionCandidate:
    """Somebody at the site whom we made; `left_at` is when their last access ended, or when they were made.

    `elsewhere`: they have an access group that is not ours, or a role beyond a plain user's. `loses`: what goes with
    them when they are deleted, such as `a tag`.
    """

    customer_id: str
    subscribed: bool
    left_at: datetime
    elsewhere: bool = False
    loses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleWithAccess:
    """Who has access: customers with a grant that runs or starts soon, and platform user ids that are in a group."""

    customers: frozenset[str]
    users: frozenset[str]


def people_with_access(
    grants: Iterable[Grant],
    entries: Iterable[MembershipRecord],
    members: Mapping[str, Set[str]],
    now: datetime,
    *,
    soon: datetime,
    ready: datetime,
) -> PeopleWithAccess:
    """Who has access, by the records and by sight: grants that run, or start before `soon`, for window targets `ready`.

    Slots keep people for a while after their window: that opens nothing, so it is no access.
    """
    recorded = [(entry.key.group, entry.user_id, entry.window) for entry in entries]
    over = {(group, user) for group, user, window in recorded if is_slot(group) and window.ends_at <= now}
    inside = {(group, user) for group, users in members.items() for user in users}
    inside |= {(group, user) for group, user, _ in recorded}
    soon, ready = max(soon, now + _INSTANT), max(ready, now + _INSTANT)
    current = [grant for grant in grants if grant.window.ends_at > now]
    near = [
        grant for grant in current if grant.window.starts_at < (ready if is_managed_group(grant.key.group) else soon)
    ]
    return PeopleWithAccess(
        customers=frozenset(grant.key.customer_id for grant in near),
        users=frozenset(user for _, user in inside - over),
    )


def due_candidates(
    rules: NoAccessRules, people: Iterable[DeprovisionCandidate], busy: Set[str], now: datetime
) -> list[DeprovisionCandidate]:
    """People whose grace is over, sorted; `people_with_access` have a membership, or a grant that runs or starts soon.

    What Salto says of them elsewhere need not be known yet: it is asked of these only.
    """
    if rules.policy is NoAccessPolicy.KEEP:
        return []
    ready = (one for one in people if one.customer_id not in busy and one.left_at + rules.grace <= now)
    wanted = (candidate for candidate in ready if candidate.subscribed or rules.policy is NoAccessPolicy.DELETE)
    return sorted(wanted, key=lambda one: (one.left_at, one.customer_id))


def deprovision(
    rules: NoAccessRules, people: Iterable[DeprovisionCandidate], busy: Set[str], now: datetime, zone: str
) -> list[Change]:
    """The changes for people with no access left, who have nothing elsewhere."""
    return [_change(rules, one, zone) for one in due_candidates(rules, people, busy, now) if not one.elsewhere]


def _change(rules: NoAccessRules, one: DeprovisionCandidate, zone: str) -> Change:
    before, lost = Window(ALWAYS, one.left_at), ""
    kind, verb = ChangeKind.SUSPEND, "Suspend"
    if rules.policy is NoAccessPolicy.DELETE:
        kind, verb = ChangeKind.DELETE_PERSON, "Delete"
        lost = f", who loses {' and '.join(one.loses)}" if one.loses else ""
    return Change(
        kind=kind,
        customer_id=one.customer_id,
        group="",
        window=Window(one.left_at, FOREVER),
        cause=ChangeCause.NO_ACCESS_LEFT,
        sentence=f"{verb} customer {one.customer_id}{lost}: no access left, the last was {window_text(before, zone)}.",
    )
