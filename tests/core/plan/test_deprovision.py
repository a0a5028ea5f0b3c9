"""People with no access left: who leaves under which policy, and who never does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.rules import NoAccessPolicy, NoAccessRules
from saltoks.core.plan.deprovision import DeprovisionCandidate, deprovision, due_candidates, people_with_access
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.plan.plan import ChangeCause, ChangeKind
from saltoks.core.time.windows import Window

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SUSPEND = NoAccessRules(policy=NoAccessPolicy.SUSPEND, grace_hours=2)
DELETE = NoAccessRules(policy=NoAccessPolicy.DELETE, grace_hours=2)


def resident(customer: str = "ann", hours: float = 3, **more: object) -> DeprovisionCandidate:
    values: dict[str, object] = {"subscribed": True} | more
    return DeprovisionCandidate(customer_id=customer, left_at=NOW - timedelta(hours=hours), **values)  # type: ignore[arg-type]


def kinds(rules: NoAccessRules, one: DeprovisionCandidate, busy: frozenset[str] = frozenset()) -> list[ChangeKind]:
    return [change.kind for change in deprovision(rules, [one], busy, NOW, "Europe/Amsterdam")]


@pytest.mark.parametrize(
    ("rules", "one", "expected"),
    [
        pytest.param(NoAccessRules(), resident(hours=9999), [], id="F81 keep"),
        pytest.param(SUSPEND, resident(), [ChangeKind.SUSPEND], id="F82 suspend"),
        pytest.param(SUSPEND, resident(subscribed=False), [], id="suspended already"),
        pytest.param(DELETE, resident(), [ChangeKind.DELETE_PERSON], id="F83 delete"),
        pytest.param(DELETE, resident(subscribed=False), [ChangeKind.DELETE_PERSON], id="F83 delete who has no seat"),
        pytest.param(DELETE, resident(hours=1.9), [], id="within the grace"),
        pytest.param(DELETE, resident(hours=2), [ChangeKind.DELETE_PERSON], id="grace just over"),
        pytest.param(DELETE, resident(elsewhere=True), [], id="F161 has another group"),
        pytest.param(SUSPEND, resident(elsewhere=True), [], id="F161 suspended neither"),
    ],
)
def test_policies(rules: NoAccessRules, one: DeprovisionCandidate, expected: list[ChangeKind]) -> None:
    assert kinds(rules, one) == expected


@pytest.mark.parametrize("rules", [SUSPEND, DELETE])
def test_f161_who_has_access_or_needs_it_soon_stays(rules: NoAccessRules) -> None:
    assert kinds(rules, resident(), frozenset({"ann"})) == []


def test_the_sentence_says_since_when_and_what_is_lost() -> None:
    [change] = deprovision(DELETE, [resident(loses=("a tag", "a PIN"))], frozenset(), NOW, "Europe/Amsterdam")
    assert change.sentence == (
        "Delete customer ann, who loses a tag and a PIN: no access left, the last was until 2026-03-10 10:00."
    )
    assert (change.cause, change.takes_away, change.group) == (ChangeCause.NO_ACCESS_LEFT, True, "")


PEOPLE = st.lists(
    st.builds(
        resident,
        st.sampled_from("abcdef"),
        st.floats(0, 6),
        subscribed=st.booleans(),
        elsewhere=st.booleans(),
    ),
    unique_by=lambda one: one.customer_id,
)


@given(PEOPLE, st.frozensets(st.sampled_from("abcdef")), st.sampled_from([SUSPEND, DELETE, NoAccessRules()]))
def test_nobody_leaves_who_is_busy_or_elsewhere_and_order_changes_nothing(
    people: list[DeprovisionCandidate], busy: frozenset[str], rules: NoAccessRules
) -> None:
    found = deprovision(rules, people, busy, NOW, "UTC")
    assert found == deprovision(rules, list(reversed(people)), busy, NOW, "UTC")
    gone = {one.customer_id for one in found}
    assert not gone & busy
    assert not gone & {one.customer_id for one in people if one.elsewhere}
    assert gone <= {one.customer_id for one in due_candidates(rules, people, busy, NOW)}


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


SPANS = st.tuples(st.integers(-9, 30), st.integers(1, 9)).map(lambda span: Window(at(span[0]), at(span[0] + span[1])))
GROUPS = st.sampled_from(["Club", "saltoks room-1"])
GRANTS = st.lists(
    st.builds(Grant, st.builds(MembershipKey, st.sampled_from("abcdef"), GROUPS), SPANS, st.just(("booking 1",)))
)


@given(PEOPLE, GRANTS, st.sampled_from([SUSPEND, DELETE]), st.integers(0, 24), st.integers(0, 24))
def test_nobody_leaves_who_has_a_grant_now_or_soon(
    people: list[DeprovisionCandidate], grants: list[Grant], rules: NoAccessRules, soon: int, more: int
) -> None:
    """F161: whatever the policy and the grace, and however far it looks ahead."""
    found = people_with_access(grants, [], {}, NOW, soon=at(soon), ready=at(soon + more))
    gone = {one.customer_id for one in deprovision(rules, people, found.customers, NOW, "UTC")}
    for grant in grants:
        limit = at(soon) if grant.key.group == "Club" else at(soon + more)
        if grant.window.covers(NOW) or NOW <= grant.window.starts_at < limit:
            assert grant.key.customer_id not in gone


def entry(group: str, user: str, ends: float) -> MembershipRecord:
    return MembershipRecord(MembershipKey("c", group), user, adopted=False, window=Window(at(-5), at(ends)), sent=False)


def test_whoever_is_in_a_group_by_the_books_or_by_sight_is_busy() -> None:
    """A slot whose window is over opens nothing, so nobody is kept by it; somebody else's stay there is not known."""
    records = [entry("Club", "u1", -1), entry("saltoks room-1 #1", "u2", -1), entry("saltoks room-1 #2", "u3", 1)]
    seen = {"Club": {"u4"}, "saltoks room-1 #1": {"u2", "u5"}}
    assert people_with_access([], records, seen, NOW, soon=NOW, ready=NOW).users == {"u1", "u3", "u4", "u5"}
