"""Who may open what at one instant, and why.

From the last run on the rows of the source and the membership records tell it; before that, what is kept of the past.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.access.desired import desired_access
from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import is_slot, pool_of
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.time.windows import Window
from saltoks.flows.plan.current.naming import with_last_naming
from saltoks.flows.plan.current.records import LOOK_AHEAD, LOOK_BACK
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.access import membership_records, past_memberships
from saltoks.warehouse.access.past_memberships import PastMembership
from saltoks.warehouse.src import source_rows

_GONE = "(no longer in the source)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A customer who is entitled to a group, or to the pool of a window target, at the instant asked for, or is in it.

    `in_group`: Salto has them in the group now; of a pool, in a slot whose window covers the instant. Not entitled but
    in it: the tick that takes them out is still to come, or a limit holds it.
    """

    group: str
    customer_id: str
    full_name: str
    window: Window | None
    reasons: tuple[str, ...]
    in_group: bool


def who(rt: Runtime, site: Site, at: datetime) -> list[Holder]:
    """Everybody who is entitled to a group of the site at `at`, or was in it, by group and name."""
    with rt.warehouse.session() as session:
        looked_at = past_memberships.last_planned_at(session, site.name)
    holders = _then(rt, site, at) if looked_at and at < looked_at else _from_now_on(rt, site, at)
    return sorted(holders, key=lambda one: (one.group, one.full_name, one.customer_id))


def _then(rt: Runtime, site: Site, at: datetime) -> list[Holder]:
    """As it was: of people who were still in a group after their time or their reason, no window and no reason.

    Of two slots of a pool the one that they had a reason for counts.
    """
    with rt.warehouse.session() as session:
        there = past_memberships.at(session, site.name, site.source.name, at)
    by_key = {one.key: one for one in sorted(there, key=lambda one: not one.withdrawn)}
    return [_as_then(one, at) for one in by_key.values()]


def _as_then(one: PastMembership, at: datetime) -> Holder:
    is_due = at < one.window.ends_at and not one.withdrawn
    return Holder(
        group=one.key.group,
        customer_id=one.key.customer_id,
        full_name=one.full_name or _GONE,
        window=one.window if is_due else None,
        reasons=one.reasons if is_due else (),
        in_group=one.in_group,
    )


def _from_now_on(rt: Runtime, site: Site, at: datetime) -> list[Holder]:
    site, source = with_last_naming(rt, site), site.source.name
    with rt.warehouse.session() as session:
        rows = source_rows.overlapping(session, source, at - LOOK_BACK, at + LOOK_AHEAD)
        booked = {_target(entry.key) for entry in membership_records.current(session, site.name) if _is_in(entry, at)}
    want = desired_access(
        site.rules, site.mapping, rows, site.timezone, now=at, next_tick=at, exceptions=site.exceptions
    )
    entitled = _current(want.grants, at, booked)
    names = {one.source_id: one.full_name for one in rows.people}
    return [
        Holder(
            group=key.group,
            customer_id=key.customer_id,
            full_name=names.get(key.customer_id, _GONE),
            window=entitled[key].window if key in entitled else None,
            reasons=entitled[key].reasons if key in entitled else (),
            in_group=key in booked,
        )
        for key in entitled.keys() | booked
    ]


def _current(grants: Iterable[Grant], at: datetime, booked: set[MembershipKey]) -> dict[MembershipKey, Grant]:
    """The grant of each key that holds at `at`; for somebody who was let in ahead of time, the one that is to come."""
    ahead = [grant for grant in grants if grant.key in booked and grant.window.starts_at > at]
    soonest = {grant.key: grant for grant in sorted(ahead, reverse=True)}
    return soonest | {grant.key: grant for grant in grants if grant.window.covers(at)}


def _is_in(entry: MembershipRecord, at: datetime) -> bool:
    """A slot opens in its window only, any other group to everybody who is in it."""
    return not entry.sent and (not is_slot(entry.key.group) or entry.window.covers(at))


def _target(key: MembershipKey) -> MembershipKey:
    return MembershipKey(key.customer_id, pool_of(key.group))
