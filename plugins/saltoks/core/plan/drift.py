"""Drift: what a site has otherwise than our records and the source say, because somebody else changed it.

::

    kind              what is so                                                             may be put right
    extra_member      in an exclusive group: a customer whom nothing asks in, or nobody's    yes, by removal
                      customer
    lost_member       in our records, asked for, and taken out by somebody else              yes, by addition
    changed_schedule  the schedule of a group is another than the one last read              our own groups alone
    lost_lock         a lock that was in a group is not in it any more                       our own groups alone
    extra_lock        a lock is in a group that was not in it                                our own groups alone
    suspended         suspended by hand                                                      yes, where access is due
    blocked           blocked by hand                                                        no
    group_gone        a group that was there is gone                                         our own groups alone
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from saltoks.core.access.grants import MembershipKey
from saltoks.core.model.pools import is_slot, pool_of
from saltoks.core.plan.membership_records import MembershipRecord, Reconciliation
from saltoks.core.plan.plan import ChangeKind, ObservedAccess, Plan, RecordedMembership
from saltoks.core.time.windows import ALWAYS, FOREVER, Window

_STRICT: dict[str, str] = {"extra": "forbid"}
_NOBODYS = "user:"


class DriftKind(StrEnum):
    """What is otherwise than it should be."""

    EXTRA_MEMBER = "extra_member"
    LOST_MEMBER = "lost_member"
    CHANGED_SCHEDULE = "changed_schedule"
    LOST_LOCK = "lost_lock"
    EXTRA_LOCK = "extra_lock"
    SUSPENDED = "suspended"
    BLOCKED = "blocked"
    GROUP_GONE = "group_gone"


OF_GROUPS = frozenset({DriftKind.CHANGED_SCHEDULE, DriftKind.LOST_LOCK, DriftKind.EXTRA_LOCK})
"""What is seen where locks and schedules of groups are read; of mapped groups a run reads them when it must."""


class DriftResponse(StrEnum):
    """What is done about drift: it is told, or it is put right as well."""

    REPORT = "report"
    REVERT = "revert"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftPolicy:
    """What is done about each kind of drift at a site; kinds that are not named here are always told."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    extra_member: DriftResponse = DriftResponse.REPORT
    lost_member: DriftResponse = DriftResponse.REVERT
    schedule: DriftResponse = DriftResponse.REPORT
    suspended: DriftResponse = DriftResponse.REPORT
    blocked: DriftResponse = DriftResponse.REPORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Drift of a customer, a platform user or a group that is left as it is until `until`."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    subject: str
    until: datetime
    author: str
    reason: str

    @property
    def words(self) -> str:
        """The exemption as the report has it."""
        return f"exempt until {self.until:%Y-%m-%d %H:%M %Z} by {self.author}: {self.reason}"


@dataclass(frozen=True, slots=True, order=True)
class Drift:
    """One thing that drifted.

    `group` is empty for people, `subject` for groups: a customer id, or `user:<platform id>` for nobody's customer; of
    locks in groups it is the name of the lock.
    """

    kind: DriftKind
    group: str
    subject: str = ""

    @property
    def key(self) -> MembershipKey:
        """The membership that it is about."""
        return MembershipKey(self.subject, self.group)

    @property
    def sentence(self) -> str:
        """What is so, for a person."""
        who = f"user {platform_user(self.subject)}, who is nobody's customer," if platform_user(self.subject) else ""
        who = who or f"customer {self.subject}"
        return {
            DriftKind.EXTRA_MEMBER: f"{who} is in “{self.group}”, which nothing asks for",
            DriftKind.LOST_MEMBER: f"somebody else took {who} out of “{self.group}”",
            DriftKind.CHANGED_SCHEDULE: f"somebody else changed the schedule of “{self.group}”",
            DriftKind.LOST_LOCK: f"somebody else took lock “{self.subject}” out of “{self.group}”, so it opens no more",
            DriftKind.EXTRA_LOCK: f"somebody else put lock “{self.subject}” into “{self.group}”, so it opens now",
            DriftKind.SUSPENDED: f"{who} was suspended by hand",
            DriftKind.BLOCKED: f"{who} was blocked by hand",
            DriftKind.GROUP_GONE: f"access group “{self.group}” is gone",
        }[self.kind]


def unmatched_user(user_id: str) -> str:
    """How somebody is called who is a platform user and no customer."""
    return f"{_NOBODYS}{user_id}"


def platform_user(subject: str) -> str | None:
    """The platform id of somebody who is no customer; None for a customer."""
    return subject.removeprefix(_NOBODYS) if subject.startswith(_NOBODYS) else None


def extra_members(
    exclusive: Set[str], records: Reconciliation, wanted: Set[MembershipKey], untouched: Set[str]
) -> Iterator[Drift]:
    """Members of groups that are ours alone whom nothing asks in and who are not in our membership records."""
    seen = records.observed
    for key in seen.members - seen.records.keys() - wanted:
        if key.group in exclusive and key.customer_id not in untouched:
            yield Drift(DriftKind.EXTRA_MEMBER, key.group, key.customer_id)
    for group, user in records.foreign:
        if group in exclusive:
            yield Drift(DriftKind.EXTRA_MEMBER, group, unmatched_user(user))


def lost_members(
    entries: Iterable[MembershipRecord],
    records: Reconciliation,
    members: Mapping[str, Set[str]],
    wanted: Set[MembershipKey],
    asked_out: Set[MembershipKey],
    before: Set[Drift],
    now: datetime,
) -> Iterator[Drift]:
    """Memberships that ended before their window did, by no act of ours; `asked_out` are removals of ours on their way.

    What was lost `before` stays so until it is there again or no longer asked for.
    """
    gone = set(records.gone) - asked_out
    for one in entries:
        there = one.key.group in members and one.user_id not in members[one.key.group]
        if there and one.key in gone and not one.sent and one.window.ends_at > now:
            yield Drift(DriftKind.LOST_MEMBER, one.key.group, one.key.customer_id)
    missing = wanted - records.observed.members
    yield from (one for one in before if one.kind is DriftKind.LOST_MEMBER and one.key in missing)


def changed_schedules(before: Mapping[str, object], now: Mapping[str, object]) -> Iterator[Drift]:
    """Groups whose schedule is not the one that was last read, as far as it was read both times."""
    for group in before.keys() & now.keys():
        if before[group] != now[group]:
            yield Drift(DriftKind.CHANGED_SCHEDULE, group)


def changed_locks(before: Mapping[str, Set[str]], now: Mapping[str, Set[str]], known: Set[Drift]) -> Iterator[Drift]:
    """Locks that went out of groups or came into them since they were last read, as far as they were read both times.

    What is `known` to have drifted stays so until the lock is back in, or out again.
    """
    read = [one for one in known if one.group in now]
    gone = {(one.group, one.subject) for one in read if one.kind is DriftKind.LOST_LOCK}
    come = {(one.group, one.subject) for one in read if one.kind is DriftKind.EXTRA_LOCK}
    both = before.keys() & now.keys()
    lost = gone | ({(group, lock) for group in both for lock in before[group] - now[group]} - come)
    extra = come | ({(group, lock) for group in both for lock in now[group] - before[group]} - gone)
    yield from (Drift(DriftKind.LOST_LOCK, group, lock) for group, lock in lost if lock not in now[group])
    yield from (Drift(DriftKind.EXTRA_LOCK, group, lock) for group, lock in extra if lock in now[group])


def exemption_for(one: Drift, exemptions: Iterable[Exemption], now: datetime) -> Exemption | None:
    """The word of a person by which this drift is left alone, if there is one."""
    names = {one.subject, platform_user(one.subject), one.group, pool_of(one.group)}
    return next((rule for rule in exemptions if rule.subject in names and now < rule.until), None)


def with_extras(observed: ObservedAccess, out: Iterable[MembershipKey]) -> ObservedAccess:
    """What is observed as if these members were in our records: a plan takes them out, and limits count them."""
    recorded = {key: RecordedMembership(window=Window(ALWAYS, FOREVER)) for key in out}
    return replace(observed, members=observed.members | recorded.keys(), records={**observed.records, **recorded})


def name_extra_removals(plan: Plan, out: Set[MembershipKey]) -> Plan:
    """The plan in which removals of extra members say what they are."""
    if not out:
        return plan
    changes = tuple(
        replace(change, sentence=f"Remove customer {change.customer_id} from “{change.group}”: {_OUT}.")
        if change.kind is ChangeKind.REMOVE_MEMBER and MembershipKey(change.customer_id, change.group) in out
        else change
        for change in plan.changes
    )
    return replace(plan, changes=changes)


_OUT = "nothing asks for it, it was not made by us, and the group is ours alone"
_MADE_GOOD = {
    DriftKind.EXTRA_MEMBER: ChangeKind.REMOVE_MEMBER,
    DriftKind.LOST_MEMBER: ChangeKind.ADD_MEMBER,
    DriftKind.CHANGED_SCHEDULE: ChangeKind.SET_WINDOW,
    DriftKind.LOST_LOCK: ChangeKind.SET_WINDOW,
    DriftKind.EXTRA_LOCK: ChangeKind.SET_WINDOW,
    DriftKind.SUSPENDED: ChangeKind.SUBSCRIBE,
}


def drift_outcome(one: Drift, plan: Plan) -> str | None:
    """What a plan does about some drift; None for nothing."""
    for change in plan.changes:
        about = change.customer_id in (one.subject, "") and change.target == pool_of(one.group)
        if about and change.kind is _MADE_GOOD.get(one.kind):
            return f"held: {change.held}" if change.held else "put right"
    return None


def is_left_open(one: Drift, read: Set[str], *, fully: bool) -> bool:
    """Whether a run that does not see this drift any more did not look: it `read` only some of the mapped groups."""
    return one.kind in OF_GROUPS and not is_slot(one.group) and not fully and one.group not in read
