"""Who must not leave yet: the cases of a move between groups that share a lock."""

from __future__ import annotations

import pytest

from core.worlds import minute
from saltoks.core.access.grants import MembershipKey
from saltoks.core.plan.access_paths import AccessPath, paths_to_keep
from saltoks.core.time.windows import Window

SOON = Window(minute(60), minute(65))
OLD = MembershipKey("ann", "Room 1")


def way(
    group: str, locks: str, starts: int = 0, ends: int = 600, *, settled: bool = False, customer: str = "ann"
) -> AccessPath:
    """A way by locks of one letter each, from and until so many minutes after midnight."""
    return AccessPath(MembershipKey(customer, group), frozenset(locks), Window(minute(starts), minute(ends)), settled)


@pytest.mark.parametrize(
    ("taken", "stays"),
    [
        ([], False),
        ([way("Room 2", "fb")], True),
        ([way("Room 2", "b")], False),  # no lock is kept
        ([way("Room 2", "fb", settled=True)], False),
        ([way("Room 2", "fb", customer="gus")], False),
        ([way("Room 2", "fb"), way("Club", "f", settled=True)], False),  # the entrance opens anyway
        ([way("Room 2", "fb"), way("Club", "c", settled=True)], True),
        ([way("Room 2", "fb"), way("Club", "f", 0, 60, settled=True)], True),  # which is over now
        ([way("Room 2", "fb", 64)], True),
        ([way("Room 2", "fb", 65)], False),  # until then it will have settled
        ([way("Room 2", "fb", 0, 60)], False),
        ([way("Room 1", "fa")], False),  # the same group: its door goes by the old hours until it hears of the new ones
    ],
)
def test_an_old_way_stays_while_a_new_one_to_its_lock_settles(taken: list[AccessPath], stays: bool) -> None:
    """T11: and only then."""
    assert paths_to_keep([way("Room 1", "fa")], taken, SOON) == ({OLD} if stays else frozenset())


def test_an_old_way_that_does_not_open_now_is_not_kept() -> None:
    """T11: before its window and after it, nobody loses anything."""
    for starts, ends in ((0, 60), (65, 600)):
        assert paths_to_keep([way("Room 1", "fa", starts, ends)], [way("Room 2", "fb")], SOON) == frozenset()
