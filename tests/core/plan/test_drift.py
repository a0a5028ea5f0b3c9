"""What counts as drift, from plain values (F155, F156, T5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from saltoks.core.access.grants import MembershipKey
from saltoks.core.plan.drift import (
    Drift,
    DriftKind,
    Exemption,
    changed_locks,
    changed_schedules,
    exemption_for,
    extra_members,
    is_left_open,
    lost_members,
    platform_user,
    unmatched_user,
    with_extras,
)
from saltoks.core.plan.membership_records import MembershipRecord, Reconciliation
from saltoks.core.plan.plan import ObservedAccess, RecordedMembership, removable_memberships
from saltoks.core.time.windows import Window

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ANN, BEA = MembershipKey("ann", "Room 1"), MembershipKey("bea", "Room 1")
WINDOW = Window(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
OVER = Window(NOW - timedelta(hours=2), NOW)
LOST = Drift(DriftKind.LOST_MEMBER, "Room 1", "ann")


def balanced(
    members: set[MembershipKey],
    booked: set[MembershipKey] = frozenset(),
    gone: tuple[MembershipKey, ...] = (),
    foreign: tuple[tuple[str, str], ...] = (),
) -> Reconciliation:
    """The membership records after a look at Salto."""
    seen = ObservedAccess(
        known=frozenset(),
        members=frozenset(members),
        records={key: RecordedMembership(window=WINDOW) for key in booked},
    )
    return Reconciliation(seen, {}, (), gone, {}, (), foreign)


@pytest.mark.parametrize(
    ("exclusive", "booked", "wanted", "untouched", "found"),
    [
        ({"Room 1"}, set(), set(), set(), {"ann"}),
        (set(), set(), set(), set(), set()),
        ({"Room 1"}, {ANN}, set(), set(), set()),
        ({"Room 1"}, set(), {ANN}, set(), set()),
        ({"Room 1"}, set(), set(), {"ann"}, set()),
    ],
    ids=["nothing asks", "a shared group", "in our membership records", "wanted", "never to be touched"],
)
def test_extra_customers(
    exclusive: set[str], booked: set[MembershipKey], wanted: set[MembershipKey], untouched: set[str], found: set[str]
) -> None:
    assert {one.subject for one in extra_members(exclusive, balanced({ANN}, booked), wanted, untouched)} == found


def test_people_who_are_nobodys_customer_are_extra_where_the_group_is_ours_alone() -> None:
    records = balanced(set(), foreign=(("Room 1", "u1"), ("Room 2", "u2")))
    [one] = extra_members({"Room 1"}, records, set(), set())
    assert one.subject == unmatched_user("u1")
    assert (platform_user(one.subject), platform_user("ann")) == ("u1", None)


@pytest.mark.parametrize(
    ("sent", "window", "members", "asked_out", "found"),
    [
        (False, WINDOW, {"Room 1": frozenset[str]()}, set(), {LOST}),
        (True, WINDOW, {"Room 1": frozenset[str]()}, set(), set()),
        (False, OVER, {"Room 1": frozenset[str]()}, set(), set()),
        (False, WINDOW, {"Room 1": frozenset({"u-ann"})}, set(), set()),
        (False, WINDOW, {}, set(), set()),
        (False, WINDOW, {"Room 1": frozenset[str]()}, {ANN}, set()),
    ],
    ids=["taken out", "never confirmed", "over anyway", "there as another customer", "group gone", "by us"],
)
def test_lost_members(
    sent: bool, window: Window, members: dict[str, frozenset[str]], asked_out: set[MembershipKey], found: set[Drift]
) -> None:
    entry = MembershipRecord(ANN, "u-ann", adopted=False, window=window, sent=sent)
    records = balanced(set(), gone=(ANN,))
    assert set(lost_members([entry], records, members, set(), asked_out, set(), NOW)) == found


def test_what_was_lost_stays_so_while_it_is_asked_for_and_missing() -> None:
    for members, wanted, found in ((set(), {ANN}, {LOST}), ({ANN}, {ANN}, set()), (set(), set(), set())):
        assert set(lost_members([], balanced(members), {}, wanted, set(), {LOST}, NOW)) == found


def test_only_schedules_that_were_read_twice_can_have_changed() -> None:
    found = changed_schedules({"A": "day", "B": "day", "C": "day"}, {"A": "day", "B": "night", "D": "day"})
    assert list(found) == [Drift(DriftKind.CHANGED_SCHEDULE, "B")]
    assert is_left_open(Drift(DriftKind.CHANGED_SCHEDULE, "B"), {"A"}, fully=False)
    assert not is_left_open(Drift(DriftKind.CHANGED_SCHEDULE, "B"), {"B"}, fully=False)
    assert not is_left_open(Drift(DriftKind.CHANGED_SCHEDULE, "B"), set(), fully=True)
    assert not is_left_open(Drift(DriftKind.CHANGED_SCHEDULE, "saltoks b #1"), set(), fully=False)


def test_locks_that_moved_stay_told_until_they_are_back() -> None:
    """F156: of groups that were read both times, and of those that were known to have drifted."""
    lost, extra = Drift(DriftKind.LOST_LOCK, "A", "front"), Drift(DriftKind.EXTRA_LOCK, "A", "safe")
    full = {"front", "room"}
    assert set(changed_locks({"A": full, "B": full}, {"A": {"room", "safe"}, "C": full}, set())) == {lost, extra}
    assert set(changed_locks({"A": {"room", "safe"}}, {"A": {"room", "safe"}}, {lost, extra})) == {lost, extra}
    assert set(changed_locks({"A": {"room", "safe"}}, {"A": full}, {lost, extra})) == set()


@pytest.mark.parametrize("subject", ["ann", "Room 1"])
def test_an_exemption_ends_at_its_instant(subject: str) -> None:
    rule = Exemption(subject=subject, until=NOW, author="Desk", reason="fair")
    assert exemption_for(LOST, [rule], NOW - timedelta(seconds=1)) == rule
    assert exemption_for(LOST, [rule], NOW) is None


def test_only_the_extra_members_that_are_to_go_become_ours() -> None:
    seen = balanced({ANN, BEA}).observed
    assert removable_memberships(seen) == frozenset()
    assert removable_memberships(with_extras(seen, [BEA])) == {BEA}
