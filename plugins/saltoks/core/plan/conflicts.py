"""Changes that are made again and again: another system undoes them, or Salto never shows them (T21).

Both are held back with the reason, so that they cost no lock its battery and no account its budget, and are tried again
later by themselves; a person's word lets them through at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from saltoks.core.access.grants import MembershipKey
from saltoks.core.model.pools import is_slot
from saltoks.core.plan.drift import Drift, DriftKind
from saltoks.core.plan.plan import Change, ChangeKey, ChangeKind, Plan
from saltoks.core.retries import UNSHOWN, UNSHOWN_TRIES

DAY = timedelta(hours=24)
"""How far back we look."""

TIMES = 3
"""So many losses of one membership within a day, or returns of one extra member, are a conflict."""


@dataclass(frozen=True, slots=True)
class UnconfirmedChange:
    """How often within a day Salto took a change and did not show it, and when that was last."""

    times: int
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentHistory:
    """The last day: memberships of ours that others ended, removals that we made early, and what was never shown."""

    losses: Mapping[MembershipKey, int] = field(default_factory=dict)
    removals: Mapping[MembershipKey, int] = field(default_factory=dict)
    unconfirmed: Mapping[ChangeKey, UnconfirmedChange] = field(default_factory=dict)


def find_conflicts(found: Set[Drift], past: RecentHistory) -> frozenset[MembershipKey]:
    """Memberships that we and somebody else take turns in changing; our own groups are nobody else's business."""
    new = {one.key for one in found if one.kind is DriftKind.LOST_MEMBER}
    losses = {key: past.losses.get(key, 0) + (key in new) for key in past.losses.keys() | new}
    back = {one.key for one in found if one.kind is DriftKind.EXTRA_MEMBER}
    ours = {key for key, times in losses.items() if times >= TIMES}
    theirs = {key for key in back if past.removals.get(key, 0) >= TIMES}
    return frozenset(key for key in ours | theirs if not is_slot(key.group))


def conflict_notes(found: Set[MembershipKey]) -> list[str]:
    """The groups that are fought over, each with the likely cause and the fix (F139)."""
    groups = sorted({key.group for key in found})
    return [f"“{name}” is fought over: {_about(name, found)}; {_CAUSE}" for name in groups]


def changes_to_hold(
    plan: Plan, fought: Set[MembershipKey], past: RecentHistory, accepted: Set[ChangeKey]
) -> dict[Change, str]:
    """The changes that wait, each with the reason; what waits already, or was accepted, keeps its state."""
    stuck = {key.group for key in past.unconfirmed if is_slot(key.group) and _until(past.unconfirmed[key]) > plan.at}
    reasons = {}
    for one in plan.changes:
        if one.held or one.key in accepted:
            continue
        if (
            one.kind in (ChangeKind.ADD_MEMBER, ChangeKind.REMOVE_MEMBER)
            and MembershipKey(one.customer_id, one.group) in fought
        ):
            reasons[one] = f"“{one.group}” is fought over: {_CAUSE}"
        elif reason := next(_never_shown(one, past, stuck, plan.at), None):
            reasons[one] = reason
    return reasons


_CAUSE = (
    "most likely a native integration of Nexudus or Deskworks with Salto KS is still on — switch it off there, or take "
    "the group out of the mapping (F139)"
)


def _about(name: str, found: Set[MembershipKey]) -> str:
    count = sum(key.group == name for key in found)
    return f"at least {TIMES} times in 24 hours somebody else undid what we did for {count} person(s)"


def _never_shown(one: Change, past: RecentHistory, stuck: Set[str], now: datetime) -> Iterator[str]:
    """A slot waits as a whole, but for those who leave it: nobody may come into a window that is not theirs."""
    own = past.unconfirmed.get(one.key)
    if is_slot(one.group):
        if one.group in stuck and one.kind is not ChangeKind.REMOVE_MEMBER:
            yield f"Salto took changes of “{one.group}” several times in 24 hours and never showed them"
    elif own and _until(own) > now:
        again = f"{_until(own):%Y-%m-%d %H:%M} UTC"
        yield f"Salto took it {own.times} times in 24 hours and never showed it: it is tried again at {again} (T21)"


def _until(one: UnconfirmedChange) -> datetime:
    """When the next try is due: at once for the first few, then after 1, 2, 4 and 6 hours."""
    if one.times < UNSHOWN_TRIES:
        return one.last
    return one.last + timedelta(seconds=UNSHOWN.before(one.times - UNSHOWN_TRIES))
