"""Changes to as few Salto writes as the API allows, in a safe order: one per changed group (design §9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.model.pools import is_slot
from saltoks.core.plan.plan import Change, ChangeKind, in_order


@dataclass(frozen=True, slots=True)
class MemberBatch:
    """One write to the members of one group."""

    group: str
    add: tuple[Change, ...]
    remove: tuple[Change, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes of the write."""
        return self.add + self.remove


@dataclass(frozen=True, slots=True)
class SlotBatch:
    """Everything that changes in one of our own groups; `window` is None where its locks and schedule stay."""

    group: str
    window: Change | None
    add: tuple[Change, ...]
    remove: tuple[Change, ...]

    def steps(self, *, over: bool) -> tuple[MemberBatch | Change, ...]:
        """Writes in their order; `over` says that the schedule the group has now is past and opens nothing.

        Whoever leaves is out before another window is set, so that nobody who was in it before ever gets that one;
        whoever comes is let in after it, unless the window that is set now is over, which saves a write.
        """
        if self.window is None:
            return (MemberBatch(self.group, self.add, self.remove),)
        if over:
            return (MemberBatch(self.group, self.add, self.remove), self.window)
        return (MemberBatch(self.group, (), self.remove), self.window, MemberBatch(self.group, self.add, ()))


def member_batches(changes: Iterable[Change]) -> Iterator[MemberBatch]:
    """Writes in the order to make them: groups with additions first, soonest need first, then mere removals.

    The removals of a group ride along with its additions, except those of somebody who moves to another group:
    they wait until every addition is made, so that a crash in between never leaves a mover with nothing.
    """
    due = in_order(change for change in changes if not is_slot(change.group))
    adds = [change for change in due if change.kind is ChangeKind.ADD_MEMBER]
    removes = [change for change in due if change.kind is ChangeKind.REMOVE_MEMBER]
    movers = {change.customer_id for change in adds}
    growing = _by_group(adds)
    riding = _by_group(change for change in removes if change.group in growing and change.customer_id not in movers)
    waiting = _by_group(change for change in removes if change.group not in growing or change.customer_id in movers)
    for group, added in growing.items():
        yield MemberBatch(group, tuple(added), tuple(riding.get(group, ())))
    for group, removed in waiting.items():
        yield MemberBatch(group, (), tuple(removed))


def slot_batches(changes: Iterable[Change]) -> Iterator[SlotBatch]:
    """The changes of our own groups, slot by slot, in the same order as `member_batches`.

    Where the window changes, removals go with it in any case.
    """
    due = in_order(change for change in changes if is_slot(change.group))
    adds = _by_group(change for change in due if change.kind is ChangeKind.ADD_MEMBER)
    windows = {change.group: change for change in due if change.kind is ChangeKind.SET_WINDOW}
    removes = [change for change in due if change.kind is ChangeKind.REMOVE_MEMBER]
    movers = {change.customer_id for added in adds.values() for change in added}
    riding = _by_group(
        change
        for change in removes
        if change.group in windows or (change.group in adds and change.customer_id not in movers)
    )
    waiting = _by_group(change for change in removes if change not in riding.get(change.group, ()))
    for group in sorted(adds.keys() | windows.keys(), key=lambda name: _soonest(name, adds, windows)):
        yield SlotBatch(group, windows.get(group), tuple(adds.get(group, ())), tuple(riding.get(group, ())))
    for group, removed in waiting.items():
        yield SlotBatch(group, None, (), tuple(removed))


def _soonest(group: str, adds: Mapping[str, list[Change]], windows: Mapping[str, Change]) -> tuple[datetime, str]:
    changes = [*adds.get(group, ()), *([windows[group]] if group in windows else [])]
    return min(change.window.starts_at for change in changes), group


def _by_group(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {}
    for one in changes:
        found.setdefault(one.group, []).append(one)
    return found
