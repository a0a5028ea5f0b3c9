"""As few writes as there are changed groups, and nobody who moves is left outside in between."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from core.worlds import KEYS, cases, change, law, windows
from saltoks.core.access.grants import MembershipKey
from saltoks.core.plan.batches import MemberBatch, member_batches
from saltoks.core.plan.plan import Change, ChangeKind
from saltoks.core.time.windows import Window

ADD, REMOVE, CREATE = ChangeKind.ADD_MEMBER, ChangeKind.REMOVE_MEMBER, ChangeKind.CREATE_PERSON


def outline(found: list[MemberBatch]) -> list[tuple[str, str, str]]:
    return [
        (one.group, " ".join(add.customer_id for add in one.add), " ".join(gone.customer_id for gone in one.remove))
        for one in found
    ]


@cases(
    "changes, expected",
    {
        "nothing": ([], []),
        "a person alone writes no group": ([change(CREATE, group="")], []),
        "additions of one group": ([change(ADD, "c2", "A"), change(ADD, "c1", "A")], [("A", "c1 c2", "")]),
        "removals of one group": ([change(REMOVE, "c2", "A"), change(REMOVE, "c1", "A")], [("A", "", "c1 c2")]),
        "removals ride along": ([change(REMOVE, "c2", "A"), change(ADD, "c1", "A")], [("A", "c1", "c2")]),
        "soonest need first": (
            [change(ADD, "c1", "A", "10:30"), change(ADD, "c2", "B", "10:00"), change(ADD, "c3", "A", "10:45")],
            [("B", "c2", ""), ("A", "c1 c3", "")],
        ),
        "mere removals last": (
            [change(REMOVE, "c2", "A", "09:00"), change(ADD, "c1", "B", "10:30")],
            [("B", "c1", ""), ("A", "", "c2")],
        ),
        "a mover leaves a group that shrinks": (
            [change(REMOVE, "c1", "A"), change(ADD, "c1", "B")],
            [("B", "c1", ""), ("A", "", "c1")],
        ),
        "a mover leaves a group that grows": (
            [change(REMOVE, "c1", "A"), change(ADD, "c2", "A", "10:00"), change(ADD, "c1", "B", "10:30")],
            [("A", "c2", ""), ("B", "c1", ""), ("A", "", "c1")],
        ),
        "others leave with the additions": (
            [
                change(REMOVE, "c1", "A"),
                change(REMOVE, "c3", "A"),
                change(ADD, "c2", "A", "10:00"),
                change(ADD, "c1", "B", "10:30"),
            ],
            [("A", "c2", "c3"), ("B", "c1", ""), ("A", "", "c1")],
        ),
        "two people swap": (
            [change(ADD, "c1", "B"), change(REMOVE, "c1", "A"), change(ADD, "c2", "A"), change(REMOVE, "c2", "B")],
            [("B", "c1", ""), ("A", "c2", ""), ("A", "", "c1"), ("B", "", "c2")],
        ),
    },
)
def test_writes_in_the_order_to_make_them(changes: list[Change], expected: list[tuple[str, str, str]]) -> None:
    assert outline(list(member_batches(changes))) == expected


def test_all_changes_of_a_write_are_its_additions_and_removals() -> None:
    add, remove = change(ADD, "c1", "A"), change(REMOVE, "c2", "A")
    assert MemberBatch("A", (add,), (remove,)).changes == (add, remove)


def _change(key: MembershipKey, kind: ChangeKind, when: Window) -> Change:
    group = "" if kind is CREATE else key.group
    return change(kind, key.customer_id, group, window=when)


due = st.dictionaries(st.sampled_from(KEYS), st.tuples(st.sampled_from([CREATE, ADD, REMOVE]), windows)).map(
    lambda parts: list({_change(key, *rest) for key, rest in parts.items()})
)
"""Due changes as a plan has them: at most one for each customer and group."""


@law
@given(due)
def test_the_union_of_the_writes_is_what_was_due(changes: list[Change]) -> None:
    written = [one for batch in member_batches(changes) for one in batch.changes]
    assert Counter(written) == Counter(one for one in changes if one.kind is not CREATE)
    for batch in member_batches(changes):
        assert batch.changes
        assert {one.group for one in batch.changes} == {batch.group}
        assert {one.kind for one in batch.add} <= {ADD}
        assert {one.kind for one in batch.remove} <= {REMOVE}


@law
@given(due)
def test_a_group_is_written_once_unless_somebody_moves(changes: list[Change]) -> None:
    joining = {one.customer_id for one in changes if one.kind is ADD}
    moved_from = {one.group for one in changes if one.kind is REMOVE and one.customer_id in joining}
    for group, count in Counter(batch.group for batch in member_batches(changes)).items():
        assert count == 1 or (count == 2 and group in moved_from)


@law
@given(due)
def test_a_crash_after_any_write_leaves_a_mover_with_something(changes: list[Change]) -> None:
    """A mover's removal comes after all additions; additions come soonest need first."""
    order = list(member_batches(changes))
    movers = {one.customer_id for one in changes if one.kind is ADD}
    last_add = max((place for place, batch in enumerate(order) if batch.add), default=-1)
    for batch in order[: last_add + 1]:
        assert movers.isdisjoint(one.customer_id for one in batch.remove)
    needs = [min(one.sort_key() for one in batch.add) for batch in order if batch.add]
    assert needs == sorted(needs)


@law
@given(due, st.randoms(use_true_random=False))
def test_the_order_of_changes_changes_no_write(changes: list[Change], chance: Random) -> None:
    shuffled = list(changes)
    chance.shuffle(shuffled)
    assert list(member_batches(shuffled)) == list(member_batches(changes))
