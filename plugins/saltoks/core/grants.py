"""Entitlements to grants: the reason ledger of who may be in which access group, and when (design §2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.entitlements import Entitlement
from saltoks.core.rules import Edge, ItemMapping
from saltoks.core.windows import Window, union


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A customer and an access group, or the pool of a window target: the business key of a membership at Salto."""

    customer_id: str
    group: str


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A customer may be in a group during `window`; `reasons` are all rows that say so, sorted."""

    key: Key
    window: Window
    reasons: tuple[str, ...]


def grants(found: Iterable[Entitlement], mapping: Iterable[ItemMapping]) -> list[Grant]:
    """All grants, sorted; overlapping and touching windows of one key are one grant (T7, F75).

    Items without a mapping give nothing (F48): see `unmapped`.
    """
    groups_of = {entry.item: entry.targets for entry in mapping}
    by_key: dict[Key, list[tuple[Window, str]]] = defaultdict(list)
    for one in found:
        for group in groups_of.get(one.item_id, ()):
            by_key[Key(one.customer_id, group)].append((one.window, one.reason))
    return sorted(grant for key, parts in by_key.items() for grant in _merged(key, parts))


def joined(found: Iterable[Grant]) -> list[Grant]:
    """The same grants with overlapping and touching ones of one key made one, sorted."""
    by_key: dict[Key, list[tuple[Window, str]]] = defaultdict(list)
    for grant in found:
        by_key[grant.key] += [(grant.window, reason) for reason in grant.reasons]
    return sorted(grant for key, parts in by_key.items() for grant in _merged(key, parts))


def unmapped(found: Iterable[Entitlement], mapping: Iterable[ItemMapping]) -> dict[str, int]:
    """Items that somebody is entitled to but that open nothing, with the number of entitlements (F48)."""
    known = {entry.item for entry in mapping}
    counts: dict[str, int] = defaultdict(int)
    for one in found:
        if one.item_id not in known:
            counts[one.item_id] += 1
    return dict(sorted(counts.items()))


def wanted(all_grants: Iterable[Grant], now: datetime, next_tick: datetime, edge: Edge) -> dict[Key, Grant]:
    """The grants that should be in force from `now` until `next_tick`, by key (see `Edge`).

    Two grants of one key may share a tick under `never_late`: the later one is the promise.
    """
    return {grant.key: grant for grant in sorted(all_grants) if in_force(grant.window, now, next_tick, edge)}


def in_force(window: Window, now: datetime, next_tick: datetime, edge: Edge) -> bool:
    """Whether a window is pushed at the tick `now`, when the next one comes at `next_tick`."""
    if edge is Edge.NEVER_LATE:
        return window.starts_at < next_tick and window.ends_at > now
    return window.starts_at <= now and window.ends_at >= next_tick


def _merged(key: Key, parts: list[tuple[Window, str]]) -> list[Grant]:
    if len(parts) == 1:
        window, reason = parts[0]
        return [Grant(key, window, (reason,))]
    found = []
    for run in union(window for window, _ in parts):
        whole = Window(run[0].starts_at, max(window.ends_at for window in run))
        reasons = {reason for window, reason in parts if whole.starts_at <= window.starts_at < whole.ends_at}
        found.append(Grant(key, whole, tuple(sorted(reasons))))
    return found
