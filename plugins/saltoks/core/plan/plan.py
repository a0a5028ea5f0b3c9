"""The plan: what to change at Salto so that observed becomes desired, as a value (design §2).

::

    wanted   in group   made by us   change
    yes      yes        any          none (its promise is updated in our own membership records)
    yes      no         -            create_person if Salto does not know the customer, then add_member
    no       yes        yes          remove_member, `expired` or `revoked`
    no       yes        no           none: `shared` groups only lose memberships we made; reported as drift
    no       no         -            none

Window targets (`core.model.pools`) have a table of their own, `core.plan.slots`; here their people are made.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import is_slot, pool_of
from saltoks.core.model.rules import PersonKind
from saltoks.core.people.site_users import is_former
from saltoks.core.time.windows import ALWAYS, Window, window_text


class ChangeKind(StrEnum):
    """What one change does at Salto, in the order in which changes are made: grants before revokes.

    `set_window` gives one of our own groups its locks and its schedule, and makes the group where it is not there; in
    which order it and the changes of the members are made, `core.plan.batches` says. `delete_group` clears such a group
    away.
    """

    CREATE_PERSON = "create_person"
    SUBSCRIBE = "subscribe"
    UPDATE_PERSON = "update_person"
    ADD_MEMBER = "add_member"
    SET_WINDOW = "set_window"
    REMOVE_MEMBER = "remove_member"
    SUSPEND = "suspend"
    DELETE_PERSON = "delete_person"
    DELETE_GROUP = "delete_group"


class ChangeCause(StrEnum):
    """Why: `granted`; `expired` = the promised window is over; `revoked` = the source took it away before.

    `no_access_left`: the person or the group opens nothing any more; `edited`: the source has other data of the person.
    """

    GRANTED = "granted"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NO_ACCESS_LEFT = "no_access_left"
    EDITED = "edited"


_ORDER = {kind: place for place, kind in enumerate(ChangeKind)}
_BY_NAME = attrgetter("customer_id", "group")
_TAKING = frozenset({ChangeKind.REMOVE_MEMBER, ChangeKind.SUSPEND, ChangeKind.DELETE_PERSON})


@dataclass(frozen=True, slots=True, order=True)
class ChangeKey:
    """A change without its moment and its reasons: the same one in the plan of the next run."""

    kind: ChangeKind
    customer_id: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One Salto write in business keys, with the sentence that explains it; `held` says why it must wait.

    `group` is empty for changes of a person; `person` is set for `create_person` alone. `customer_id` is empty for
    `set_window` and `delete_group`.
    """

    kind: ChangeKind
    customer_id: str
    group: str
    window: Window
    cause: ChangeCause
    sentence: str
    reasons: tuple[str, ...] = ()
    person: PersonKind | None = None
    held: str | None = None

    @property
    def takes_away(self) -> bool:
        """Whether somebody has less access afterwards."""
        return self.kind in _TAKING or self.cause is ChangeCause.REVOKED

    @property
    def key(self) -> ChangeKey:
        """What a person decides about when this change is held."""
        return ChangeKey(self.kind, self.customer_id, self.group)

    @property
    def target(self) -> str:
        """The group that is changed, or the pool that it is of."""
        return pool_of(self.group)

    def sort_key(self) -> tuple[int, datetime, str, str]:
        """Grants before revokes, soonest need first, then by name, so that equal inputs give equal plans."""
        return (_ORDER[self.kind], self.window.starts_at, self.customer_id, self.group)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMembership:
    """A membership on our record: what we promised when we made it; `adopted` = it was there before us."""

    window: Window
    adopted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedAccess:
    """What a site says now, in business keys, next to what our membership records say of it."""

    known: frozenset[str]
    members: frozenset[MembershipKey]
    records: Mapping[MembershipKey, RecordedMembership]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sorted changes of one site at one moment; what could not be planned is in `notes`."""

    site: str
    at: datetime
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Hash of what would be done: equal for plans that do the same."""
        return hashlib.sha256(json.dumps([_data(change) for change in self.changes]).encode()).hexdigest()

    @property
    def due(self) -> tuple[Change, ...]:
        """The changes that no limit holds."""
        return tuple(change for change in self.changes if not change.held)

    @property
    def held(self) -> tuple[Change, ...]:
        """The changes that wait for a person."""
        return tuple(change for change in self.changes if change.held)

    def count(self, kind: ChangeKind) -> int:
        """How many changes of a kind are due."""
        return sum(change.kind is kind for change in self.due)

    def as_json(self) -> str:
        """The whole plan as JSON text, stable byte for byte."""
        body = {
            "site": self.site,
            "at": self.at.isoformat(),
            "fingerprint": self.fingerprint,
            "counts": {kind.value: self.count(kind) for kind in ChangeKind} | {"held": len(self.held)},
            "changes": [_data(change) for change in self.changes],
            "notes": list(self.notes),
        }
        return json.dumps(body, indent=2, ensure_ascii=False)


def calculate_plan(
    site: str,
    at: datetime,
    wanted: Mapping[MembershipKey, Grant],
    observed: ObservedAccess,
    kinds: Mapping[str, PersonKind | None],
    *,
    zone: str = "UTC",
    over_before: datetime | None = None,
    ahead: Iterable[Grant] = (),
    slots: Iterable[Change] = (),
    waiting: Set[MembershipKey] = frozenset(),
) -> Plan:
    """The plan from observed to wanted; customers that can become nobody at Salto are noted, not dropped.

    `slots` are the changes of window targets, and of people alone; `ahead` the grants of those whom slots let in.
    `waiting` memberships stay until another way to the same lock has settled (`core.plan.access_paths`). A promised
    window is over when it ends by `at`, or before `over_before`, which lies ahead where an end in sight is no surprise:
    in the time after a booking, and up to the next tick under `never_early`.
    """
    missing = [grant for key, grant in wanted.items() if key not in observed.members]
    needed = [*missing, *ahead]
    stuck = {one.key.customer_id for one in needed if not reachable(one, observed, kinds)}
    there = observed.known | stuck
    changes = [
        *_creations((one for one in needed if one.key.customer_id not in there), kinds),
        *(addition(one, zone) for one in missing if one.key.customer_id not in stuck),
        *_removals(at, over_before or at, wanted.keys() | waiting, observed, zone),
        *slots,
    ]
    notes = tuple(
        f"customer {one} has no e-mail, so Salto cannot invite them: add an e-mail in the source"
        for one in sorted(stuck)
    )
    return Plan(site=site, at=at, changes=tuple(in_order(changes)), notes=notes)


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Changes by `sort_key`: many share their moment, so moments are sorted first, then what falls into each."""
    by_moment: dict[tuple[ChangeKind, datetime], list[Change]] = defaultdict(list)
    for one in changes:
        by_moment[one.kind, one.window.starts_at].append(one)
    moments = sorted(by_moment.values(), key=lambda together: together[0].sort_key())
    return [one for together in moments for one in sorted(together, key=_BY_NAME)]


def removable_memberships(observed: ObservedAccess) -> frozenset[MembershipKey]:
    """Memberships that this product made and Salto still shows: the only ones it may remove."""
    return frozenset(key for key, held in observed.records.items() if not held.adopted and key in observed.members)


def reachable(grant: Grant, observed: ObservedAccess, kinds: Mapping[str, PersonKind | None]) -> bool:
    """Whether the customer of a grant is somebody at Salto, or can become it."""
    return grant.key.customer_id in observed.known or kinds.get(grant.key.customer_id) is not None


def _creations(needed: Iterable[Grant], kinds: Mapping[str, PersonKind | None]) -> Iterable[Change]:
    first: dict[str, Grant] = {}
    until: dict[str, datetime] = {}
    for one in needed:
        customer = one.key.customer_id
        other = first.setdefault(customer, one)
        if (one.window.starts_at, one.key.group) < (other.window.starts_at, other.key.group):
            first[customer] = one
        until[customer] = max(until.get(customer, ALWAYS), one.window.ends_at)
    for customer, grant in first.items():
        person = kinds[customer]
        assert person is not None  # noqa: S101 - `reachable` saw to it
        yield Change(
            kind=ChangeKind.CREATE_PERSON,
            customer_id=customer,
            group="",
            window=Window(grant.window.starts_at, until[customer]),
            cause=ChangeCause.GRANTED,
            reasons=grant.reasons,
            person=person,
            sentence=f"Make customer {customer} a {person.value.replace('_', ' ')}, because of {grant.reasons[0]}.",
        )


def addition(grant: Grant, zone: str) -> Change:
    """Puts somebody into the group of a grant."""
    key, when, why = grant.key, window_text(grant.window, zone), ", ".join(grant.reasons)
    return Change(
        kind=ChangeKind.ADD_MEMBER,
        customer_id=key.customer_id,
        group=key.group,
        window=grant.window,
        cause=ChangeCause.GRANTED,
        reasons=grant.reasons,
        sentence=f"Add customer {key.customer_id} to “{key.group}” {when}, because of {why}.",
    )


def _removals(
    at: datetime, over_before: datetime, staying: Set[MembershipKey], observed: ObservedAccess, zone: str
) -> Iterable[Change]:
    for key in removable_memberships(observed) - staying:
        if not is_slot(key.group):
            yield removal(key, observed.records[key].window, at, over_before, zone)


def removal(key: MembershipKey, window: Window, at: datetime, over_before: datetime, zone: str) -> Change:
    """Takes somebody out of a group; `window` is what was promised to them."""
    cause, why = ChangeCause.REVOKED, "the source no longer gives a reason for it"
    if is_former(key.customer_id):
        cause, why = ChangeCause.EDITED, "the customer has another user now"
    elif window.ends_at <= at:
        cause, why = ChangeCause.EXPIRED, "its window is over"
    elif window.ends_at < over_before:
        cause, why = ChangeCause.EXPIRED, "its window is ending"
    return Change(
        kind=ChangeKind.REMOVE_MEMBER,
        customer_id=key.customer_id,
        group=key.group,
        window=window,
        cause=cause,
        sentence=f"Remove customer {key.customer_id} from “{key.group}”: {why} ({window_text(window, zone)}).",
    )


def _data(change: Change) -> dict[str, object]:
    body = {name: getattr(change, name) for name in Change.__slots__}  # asdict would copy every value deeply
    body["window"] = [change.window.starts_at.isoformat(), change.window.ends_at.isoformat()]
    return body
