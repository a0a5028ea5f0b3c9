"""Who may open what at one instant, and why: from the rows of the source and the books (F180, F182)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.books import BookEntry
from saltoks.core.desired import desired
from saltoks.core.grants import Grant, Key
from saltoks.core.pools import is_slot, pool_of
from saltoks.core.windows import Window
from saltoks.flows.decide import LOOK_AHEAD, LOOK_BACK
from saltoks.flows.naming import as_last_named
from saltoks.flows.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse import access


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
    """Everybody who is entitled to a group of the site at `at`, or booked as being in it, by group and name."""
    site, source = as_last_named(rt, site), site.source.name
    with rt.warehouse.session() as session:
        rows = access.rows(session, source, at - LOOK_BACK, at + LOOK_AHEAD)
        booked = {_target(entry.key) for entry in access.books(session, site.name) if _is_in(entry, at)}
    want = desired(site.rules, site.mapping, rows, site.timezone, now=at, next_tick=at, exceptions=site.exceptions)
    entitled = _current(want.grants, at, booked)
    names = {one.source_id: one.full_name for one in rows.people}
    holders = [
        Holder(
            group=key.group,
            customer_id=key.customer_id,
            full_name=names.get(key.customer_id, "(no longer in the source)"),
            window=entitled[key].window if key in entitled else None,
            reasons=entitled[key].reasons if key in entitled else (),
            in_group=key in booked,
        )
        for key in entitled.keys() | booked
    ]
    return sorted(holders, key=lambda one: (one.group, one.full_name, one.customer_id))


def _current(grants: Iterable[Grant], at: datetime, booked: set[Key]) -> dict[Key, Grant]:
    """The grant of each key that holds at `at`; for somebody who was let in ahead of time, the one that is to come."""
    ahead = [grant for grant in grants if grant.key in booked and grant.window.starts_at > at]
    soonest = {grant.key: grant for grant in sorted(ahead, reverse=True)}
    return soonest | {grant.key: grant for grant in grants if grant.window.covers(at)}


def _is_in(entry: BookEntry, at: datetime) -> bool:
    """A slot opens in its window only, any other group to everybody who is in it."""
    return not entry.sent and (not is_slot(entry.key.group) or entry.window.covers(at))


def _target(key: Key) -> Key:
    return Key(key.customer_id, pool_of(key.group))
