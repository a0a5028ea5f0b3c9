"""Entitlements to grants: who may be in which access group, when, and for which reasons (design §2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from saltoks.core.access.entitlements import Entitlement
from saltoks.core.model.rules import EdgeRule, ItemMapping
from saltoks.core.time.windows import ALWAYS, Window

_STARTS_AT = attrgetter("window.starts_at")


@dataclass(frozen=True, slots=True, order=True)
class MembershipKey:
    """A customer and an access group, or the pool of a window target: the business key of a membership at Salto."""

    customer_id: str
    group: str


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A customer may be in a group during `window`; `reasons` are all rows that say so, sorted."""

    key: MembershipKey
    window: Window
    reasons: tuple[str, ...]


def grants(found: Iterable[Entitlement], mapping: Iterable[ItemMapping]) -> list[Grant]:
    """All grants, sorted; overlapping and touching windows of one key are one grant.

    Items without a mapping give nothing: see `unmapped_items`.
    """
    groups_of = {entry.item: entry.targets for entry in mapping}
    by_customer: dict[str, list[Entitlement]] = defaultdict(list)
    for one in found:
        by_customer[one.customer_id].append(one)
    made: list[Grant] = []
    for customer in sorted(by_customer):
        by_group = _by_group(by_customer[customer], groups_of)
        for group in sorted(by_group):
            made += _merged(MembershipKey(customer, group), by_group[group])
    return made


def grants_by_reason(found: Iterable[Entitlement], mapping: Iterable[ItemMapping]) -> Iterator[Grant]:
    """A grant for each reason, before those of one key are joined."""
    groups_of = {entry.item: entry.targets for entry in mapping}
    for one in found:
        for group in groups_of.get(one.item_id, ()):
            yield Grant(MembershipKey(one.customer_id, group), one.window, (one.reason,))


def merged_grants(found: Iterable[Grant]) -> list[Grant]:
    """The same grants with overlapping and touching ones of one key made one, sorted."""
    parts = [
        Entitlement(one.key.customer_id, one.key.group, one.window, reason) for one in found for reason in one.reasons
    ]
    return grants(parts, [ItemMapping(item=group, groups=(group,)) for group in {part.item_id for part in parts}])


def unmapped_items(found: Iterable[Entitlement], mapping: Iterable[ItemMapping]) -> dict[str, int]:
    """Items that somebody is entitled to but that open nothing, with the number of entitlements."""
    known = {entry.item for entry in mapping}
    counts: dict[str, int] = defaultdict(int)
    for one in found:
        if one.item_id not in known:
            counts[one.item_id] += 1
    return dict(sorted(counts.items()))


def grants_in_force(
    all_grants: Iterable[Grant], now: datetime, next_tick: datetime, edge: EdgeRule
) -> dict[MembershipKey, Grant]:
    """The grants that should be in force from `now` until `next_tick`, by key (see `EdgeRule`).

    Two grants of one key may share a tick under `never_late`: the later one is the promise.
    """
    current = [grant for grant in all_grants if is_in_force(grant.window, now, next_tick, edge)]
    return {grant.key: grant for grant in sorted(current)}


def is_in_force(window: Window, now: datetime, next_tick: datetime, edge: EdgeRule) -> bool:
    """Whether a window is pushed at the tick `now`, when the next one comes at `next_tick`."""
    if edge is EdgeRule.NEVER_LATE:
        return window.starts_at < next_tick and window.ends_at > now
    return window.starts_at <= now and window.ends_at >= next_tick


def _by_group(found: list[Entitlement], groups_of: Mapping[str, tuple[str, ...]]) -> Mapping[str, list[Entitlement]]:
    """What one customer has, by group, in order of time."""
    found.sort(key=_STARTS_AT)
    by_group: dict[str, list[Entitlement]] = defaultdict(list)
    for one in found:
        for group in groups_of.get(one.item_id, ()):
            by_group[group].append(one)
    return by_group


def _merged(key: MembershipKey, parts: list[Entitlement]) -> Iterator[Grant]:
    """One grant for each run of windows, in order of time, that overlap or touch."""
    run: list[Entitlement] = []
    reach = ALWAYS
    for one in parts:
        window = one.window
        if run and window.starts_at > reach:
            yield _grant(key, run, reach)
            run = []
        if not run or window.ends_at > reach:
            reach = window.ends_at
        run.append(one)
    yield _grant(key, run, reach)


def _grant(key: MembershipKey, run: list[Entitlement], ends_at: datetime) -> Grant:
    first = run[0]
    if len(run) == 1:
        return Grant(key, first.window, (first.reason,))
    return Grant(key, Window(first.window.starts_at, ends_at), tuple(sorted({one.reason for one in run})))
