"""Who must not leave a group yet: a lock that is kept through a move stays open by the old way until the new one works.

A schedule takes minutes to reach a door, and a membership up to one. So whoever leaves a group and opens one of its
locks by another one from now on stays where they are until the doors have heard of that other one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from saltoks.core.access.grants import MembershipKey
from saltoks.core.time.windows import Window, overlap


@dataclass(frozen=True, slots=True)
class AccessPath:
    """A group by which a customer opens locks, named as in Salto, during a window.

    `settled`: the doors have had the time to hear of the membership, the schedule and the locks.
    """

    key: MembershipKey
    locks: frozenset[str]
    window: Window
    settled: bool


def paths_to_keep(left: Iterable[AccessPath], taken: Iterable[AccessPath], soon: Window) -> frozenset[MembershipKey]:
    """The ways of those `left` that must stay for now; `soon` lasts from now until new schedules have settled.

    One stays where the same customer opens one of its locks, at a moment of `soon` in both windows, by a way that is
    `taken` and not settled, and by none that is.
    """
    ways: dict[str, list[AccessPath]] = defaultdict(list)
    for one in taken:
        ways[one.key.customer_id].append(one)
    return frozenset(one.key for one in left if _must_stay(one, ways.get(one.key.customer_id, ()), soon))


def _must_stay(old: AccessPath, ways: Sequence[AccessPath], soon: Window) -> bool:
    near = overlap(old.window, soon)
    meeting = [one for one in ways if one.key != old.key and overlap(one.window, near).is_real]
    open_anyway = {lock for one in meeting if one.settled for lock in one.locks}
    return any(not one.settled and (one.locks & old.locks) - open_anyway for one in meeting)
