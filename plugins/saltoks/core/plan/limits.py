"""Limits on a whole plan before any write: what a person must see first is held, the rest goes on (design §5.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from saltoks.core.access.grants import MembershipKey
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.pools import pool_of
from saltoks.core.model.rules import ChangeLimit, ChangeLimits
from saltoks.core.plan.freezes import Freeze, frozen_changes
from saltoks.core.plan.plan import (
    Change,
    ChangeCause,
    ChangeKey,
    ChangeKind,
    ObservedAccess,
    Plan,
    removable_memberships,
)


def apply_limits(
    plan: Plan,
    observed: ObservedAccess,
    limits: ChangeLimits,
    extract: Completeness,
    freezes: Iterable[Freeze] = (),
    accepted: Set[ChangeKey] = frozenset(),
    ended: Set[MembershipKey] = frozenset(),
) -> Plan:
    """The plan with early removals held where the extract or a limit says so, and all that a freeze stops.

    Of memberships a limit only ever holds early removals (`revoked`): grants go on, and a window that ended is no
    surprise. They are measured against the memberships whose window still runs, so that expiries hide no
    mass removal. Suspensions and deletions have limits of their own. What a person has `accepted` counts for no limit;
    a freeze holds it all the same. Memberships that rows themselves have `ended` end in an incomplete extract too.
    """
    removals = [
        change
        for change in plan.changes
        if change.kind is ChangeKind.REMOVE_MEMBER or change.cause is ChangeCause.REVOKED
    ]
    early = [change for change in removals if change.cause is ChangeCause.REVOKED and change.key not in accepted]
    people = [change for change in plan.changes if change.key not in accepted]
    over = {
        MembershipKey(change.customer_id, change.group) for change in removals if change.cause is ChangeCause.EXPIRED
    }
    running = removable_memberships(observed) - over
    sure = [change for change in early if _is_sure(change, extract, ended, running)]
    doubtful = [change for change in early if change not in sure]
    reasons = _by_group(sure, running, limits) | _by_site(sure, len(running), limits)
    if extract is Completeness.COMPLETE:
        reasons |= _of_people(people, len(observed.known), limits)
    else:
        doubtful += [one for one in people if one.kind in (ChangeKind.SUSPEND, ChangeKind.DELETE_PERSON)]
    doubts = {change: _doubt(change, extract) for change in doubtful}
    return hold_changes(plan, reasons | doubts | frozen_changes(plan.changes, freezes, plan.at))


def _doubt(one: Change, extract: Completeness) -> str:
    """Why nobody knows whether a right is lost: each cause in its own words."""
    if extract is Completeness.FAILED:
        return "the source could not be read, so nobody knows whether the right is lost"
    if one.kind in (ChangeKind.SUSPEND, ChangeKind.DELETE_PERSON):
        return "the last extract is incomplete, so another right of theirs may only be missing from it"
    return "the last extract is incomplete, and none of its rows says that the right has ended: it may only be missing"


def _is_sure(one: Change, extract: Completeness, ended: Set[MembershipKey], running: Set[MembershipKey]) -> bool:
    """Whether nothing but what the source said itself is behind an early removal; for a slot, behind all in it."""
    if extract is not Completeness.INCOMPLETE:
        return extract is Completeness.COMPLETE
    if one.customer_id:
        return MembershipKey(one.customer_id, one.group) in ended
    inside = {key for key in running if key.group == one.group}
    return bool(inside) and inside <= ended


def hold_changes(plan: Plan, reasons: Mapping[Change, str]) -> Plan:
    """The same plan with some changes held, each with its reason."""
    if not reasons:
        return plan
    changes = tuple(replace(change, held=reasons[change]) if change in reasons else change for change in plan.changes)
    return replace(plan, changes=changes)


def _of_people(changes: list[Change], total: int, limits: ChangeLimits) -> dict[Change, str]:
    """Suspensions and deletions that are too many at once, measured against everybody we know at the site."""
    reasons: dict[Change, str] = {}
    for kind, limit, word in (
        (ChangeKind.SUSPEND, limits.suspensions_per_site, "suspensions"),
        (ChangeKind.DELETE_PERSON, limits.deletions_per_site, "deletions"),
    ):
        leaving = [change for change in changes if change.kind is kind]
        if breach := _breach(len(leaving), total, limit, limits.percent_from, word):
            reasons |= dict.fromkeys(leaving, f"{breach} at this site")
    return reasons


def limit_take_overs(
    plan: Plan, suspended: Set[str], total: int, limits: ChangeLimits, accepted: Set[ChangeKey]
) -> Plan:
    """The plan in which those whom others `suspended` before us are subscribed under a limit; `total`: all we know."""
    seats = [change for change in plan.due if change.kind is ChangeKind.SUBSCRIBE and change.customer_id in suspended]
    waiting = [one for one in seats if one.key not in accepted]
    word = "subscriptions of people whom others suspended"
    breach = _breach(len(waiting), total, limits.subscriptions_per_site, limits.percent_from, word)
    return hold_changes(plan, dict.fromkeys(waiting, f"{breach} at this site") if breach else {})


def _by_site(early: list[Change], total: int, limits: ChangeLimits) -> dict[Change, str]:
    breach = _breach(len(early), total, limits.removals_per_site, limits.percent_from)
    if not breach and len(early) == total > 1:
        breach = f"all {total} memberships would end early"
    return dict.fromkeys(early, f"{breach} at this site") if breach else {}


def _by_group(early: list[Change], running: Set[MembershipKey], limits: ChangeLimits) -> dict[Change, str]:
    totals = Counter(pool_of(key.group) for key in running)
    leaving = Counter(change.target for change in early)
    reasons: dict[Change, str] = {}
    for one in early:
        breach = _breach(leaving[one.target], totals[one.target], limits.removals_per_group, limits.percent_from)
        if breach:
            reasons[one] = f"{breach} in “{one.target}”"
    return reasons


def _breach(
    leaving: int, total: int, limit: ChangeLimit, percent_from: int, word: str = "early removals"
) -> str | None:
    if leaving > limit.absolute:
        return f"{leaving} {word} are more than the {limit.absolute} allowed at once"
    if total >= percent_from and leaving * 100 > limit.percent * total:
        return f"{leaving} of {total} {word} are more than {limit.percent:g} %"
    return None
