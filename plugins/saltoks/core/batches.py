"""Changes to as few Salto writes as the API allows: one per changed group (design §9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from saltoks.core.plan import Change, Kind


@dataclass(frozen=True, slots=True)
class Batch:
    """One write to the members of one group."""

    group: str
    add: tuple[Change, ...]
    remove: tuple[Change, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes of the write."""
        return self.add + self.remove


def batches(changes: Iterable[Change]) -> Iterator[Batch]:
    """Writes in the order to make them: groups with additions first, soonest need first, then mere removals.

    The removals of a group ride along with its additions, except those of somebody who moves to another group:
    they wait until every addition is made, so that a crash in between never leaves a mover with nothing.
    """
    due = sorted(changes, key=Change.sort_key)
    adds = [one for one in due if one.kind is Kind.ADD_MEMBER]
    removes = [one for one in due if one.kind is Kind.REMOVE_MEMBER]
    movers = {one.customer_id for one in adds}
    growing = _by_group(adds)
    riding = _by_group(one for one in removes if one.group in growing and one.customer_id not in movers)
    waiting = _by_group(one for one in removes if one.group not in growing or one.customer_id in movers)
    for group, added in growing.items():
        yield Batch(group, tuple(added), tuple(riding.get(group, ())))
    for group, removed in waiting.items():
        yield Batch(group, (), tuple(removed))


def _by_group(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for one in changes:
        found.setdefault(one.group, []).append(one)
    return found
