"""From observed to wanted as a value that explains itself (F64, F65, F77, F146, F165, T10)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from core.worlds import apply, by_key, cases, clock, grant, observed, window
from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.rules import PersonKind
from saltoks.core.plan.limits import hold_changes
from saltoks.core.plan.plan import (
    ChangeCause,
    ChangeKind,
    ObservedAccess,
    Plan,
    RecordedMembership,
    calculate_plan,
    removable_memberships,
)

NOW = clock("10:00")
HERE = MembershipKey("c1", "Entrance")
USERS: dict[str, PersonKind | None] = {"c1": PersonKind.SITE_USER, "c2": PersonKind.GUEST, "c3": None}
EMPTY = observed()


def planned(wanted: dict[MembershipKey, Grant], seen: ObservedAccess, now: datetime = NOW) -> Plan:
    return calculate_plan("s1", now, wanted, seen, USERS)


def summary(what: Plan) -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.customer_id, one.group) for one in what.changes]


def mine(ends: str = "11:00", adopted: bool = False) -> ObservedAccess:
    return observed([HERE], {HERE: RecordedMembership(window=window("09:00", ends), adopted=adopted)})


@cases(
    "wanted, seen, changes",
    {
        "wanted and there, made by us": (by_key(grant()), mine(), []),
        "wanted and there, made by others": (by_key(grant()), observed([HERE]), []),
        "wanted and there, adopted": (by_key(grant()), mine(adopted=True), []),
        "F64 wanted, not there, known": (
            by_key(grant()),
            observed(known=["c1"]),
            [("add_member", "c1", "Entrance")],
        ),
        "F64 wanted, not there, unknown": (
            by_key(grant()),
            EMPTY,
            [("create_person", "c1", ""), ("add_member", "c1", "Entrance")],
        ),
        "wanted, in our membership records, gone at Salto": (
            by_key(grant()),
            observed(records={HERE: RecordedMembership(window=window("09:00", "11:00"))}, known=["c1"]),
            [("add_member", "c1", "Entrance")],
        ),
        "F65 T10 no longer wanted, made by us": ({}, mine(), [("remove_member", "c1", "Entrance")]),
        "no longer wanted, made by others": ({}, observed([HERE]), []),
        "no longer wanted, adopted": ({}, mine(adopted=True), []),
        "no longer wanted, adopted, window over": ({}, mine(ends="09:30", adopted=True), []),
        "no longer wanted, gone at Salto": (
            {},
            observed(records={HERE: RecordedMembership(window=window("09:00", "11:00"))}),
            [],
        ),
        "wanted by nobody, held by nobody": ({}, EMPTY, []),
    },
)
def test_f64_f65_every_row_of_the_table(
    wanted: dict[MembershipKey, Grant], seen: ObservedAccess, changes: list[tuple[str, str, str]]
) -> None:
    """F64, F65, T10."""
    assert summary(planned(wanted, seen)) == changes


@cases(
    "ends, over_before, cause, sentence",
    {
        "its window ended": (
            "09:59",
            None,
            ChangeCause.EXPIRED,
            "its window is over (from 2026-03-02 09:00 until 2026-03-02 09:59)",
        ),
        "its window ends now": (
            "10:00",
            None,
            ChangeCause.EXPIRED,
            "its window is over (from 2026-03-02 09:00 until 2026-03-02 10:00)",
        ),
        "its window runs": (
            "10:01",
            None,
            ChangeCause.REVOKED,
            "the source no longer gives a reason for it (from 2026-03-02 09:00 until 2026-03-02 10:01)",
        ),
        "never early: ends before the next tick": (
            "10:14",
            "10:15",
            ChangeCause.EXPIRED,
            "its window is ending (from 2026-03-02 09:00 until 2026-03-02 10:14)",
        ),
        "never early: could have stayed a tick": (
            "10:15",
            "10:15",
            ChangeCause.REVOKED,
            "the source no longer gives a reason for it (from 2026-03-02 09:00 until 2026-03-02 10:15)",
        ),
        "never early: ended before this tick": (
            "10:00",
            "10:15",
            ChangeCause.EXPIRED,
            "its window is over (from 2026-03-02 09:00 until 2026-03-02 10:00)",
        ),
    },
)
def test_f65_a_removal_is_expired_or_revoked(
    ends: str, over_before: str | None, cause: ChangeCause, sentence: str
) -> None:
    """F65: and says which."""
    before = clock(over_before) if over_before else None
    (found,) = calculate_plan("s1", NOW, {}, mine(ends), USERS, over_before=before).changes
    assert found.cause is cause
    assert found.window == window("09:00", ends)
    assert found.sentence == f"Remove customer c1 from “Entrance”: {sentence}."


def test_f77_a_person_is_made_once_for_several_groups() -> None:
    """F77: for as long as the last of them, which need not be the last to start."""
    first = grant("c2", "Studio A", "10:00", "11:00", "booking 7", "booking 8")
    wanted = by_key(
        grant("c2", "Floor 1", "10:10", "10:30"), grant("c2", "Entrance", "10:05", "12:00", "booking 9"), first
    )
    found = planned(wanted, EMPTY)
    created = found.changes[0]
    assert summary(found) == [
        ("create_person", "c2", ""),
        ("add_member", "c2", "Studio A"),
        ("add_member", "c2", "Entrance"),
        ("add_member", "c2", "Floor 1"),
    ]
    assert (created.window, created.person, created.cause) == (
        window("10:00", "12:00"),
        PersonKind.GUEST,
        ChangeCause.GRANTED,
    )
    assert created.sentence == "Make customer c2 a guest, because of booking 7."


def test_a_site_user_is_named_as_such_and_additions_give_all_reasons() -> None:
    found = planned(by_key(grant("c1", "Entrance", "10:00", "11:00", "booking 1", "membership 2")), EMPTY)
    assert [one.sentence for one in found.changes] == [
        "Make customer c1 a site user, because of booking 1.",
        "Add customer c1 to “Entrance” from 2026-03-02 10:00 until 2026-03-02 11:00, "
        "because of booking 1, membership 2.",
    ]
    assert [one.person for one in found.changes] == [PersonKind.SITE_USER, None]
    assert {one.reasons for one in found.changes} == {("booking 1", "membership 2")}


@cases(
    "known, changes, notes",
    {
        "F95 nobody at Salto": (
            [],
            [],
            ("customer c3 has no e-mail, so Salto cannot invite them: add an e-mail in the source",),
        ),
        "known at Salto all the same": (["c3"], ["add_member", "add_member"], ()),
    },
)
def test_f95_a_customer_without_e_mail_becomes_a_note(
    known: list[str], changes: list[str], notes: tuple[str, ...]
) -> None:
    """F95: one note for all their groups, and nobody else waits for them."""
    wanted = by_key(grant("c3", "Entrance"), grant("c3", "Studio A"))
    found = planned(wanted, observed(known=known))
    assert [one.kind.value for one in found.changes] == changes
    assert found.notes == notes


def test_a_customer_nobody_has_heard_of_becomes_a_note_too() -> None:
    found = calculate_plan("s1", NOW, by_key(grant("c9"), grant("c3")), EMPTY, USERS)
    assert [note.split()[1] for note in found.notes] == ["c3", "c9"]
    assert found.changes == ()


def test_grants_come_before_revokes_and_the_soonest_need_first() -> None:
    leaving = [MembershipKey("c1", "Gym"), MembershipKey("c1", "Entrance")]
    seen = observed(leaving, {key: RecordedMembership(window=window("09:00", "11:00")) for key in leaving})
    wanted = by_key(
        grant("c2", "Studio A", "10:10"), grant("c1", "Studio A", "10:10"), grant("c2", "Entrance", "10:05")
    )
    assert summary(planned(wanted, seen)) == [
        ("create_person", "c2", ""),
        ("add_member", "c2", "Entrance"),
        ("add_member", "c1", "Studio A"),
        ("add_member", "c2", "Studio A"),
        ("remove_member", "c1", "Entrance"),
        ("remove_member", "c1", "Gym"),
    ]


def sample() -> Plan:
    seen = observed([HERE], {HERE: RecordedMembership(window=window("09:00", "11:00"))})
    return planned(by_key(grant("c2", "Studio A"), grant("c3")), seen)


def test_f165_planning_and_applying_leave_what_they_were_given_alone() -> None:
    """F165: a dry run is the same run without its last step."""
    records = {HERE: RecordedMembership(window=window("09:00", "11:00"))}
    wanted = by_key(grant("c2"))
    seen = observed([HERE], records)
    apply(planned(wanted, seen), seen)
    assert (records, wanted) == ({HERE: RecordedMembership(window=window("09:00", "11:00"))}, by_key(grant("c2")))


def test_held_changes_are_neither_due_nor_counted_nor_applied() -> None:
    seen = observed([HERE], {HERE: RecordedMembership(window=window("09:00", "11:00"))})
    base = sample()
    removal = base.changes[-1]
    held = hold_changes(base, {removal: "wait"})
    assert [one.held for one in held.changes] == [None, None, "wait"]
    assert (held.due, held.held) == (base.changes[:2], (replace(removal, held="wait"),))
    assert {kind: n for kind in ChangeKind if (n := held.count(kind))} == {
        ChangeKind.CREATE_PERSON: 1,
        ChangeKind.ADD_MEMBER: 1,
    }
    assert json.loads(held.as_json())["counts"]["held"] == 1
    assert HERE in apply(held, seen).members
    assert HERE not in apply(base, seen).members
    assert hold_changes(base, {}) == base


def test_what_was_applied_is_in_our_books() -> None:
    seen = observed([HERE], {HERE: RecordedMembership(window=window("09:00", "11:00"))})
    after = apply(sample(), seen)
    added = MembershipKey("c2", "Studio A")
    assert after == ObservedAccess(
        known=frozenset({"c1", "c2"}),
        members=frozenset({added}),
        records={added: RecordedMembership(window=window("10:00", "11:00"))},
    )


@cases(
    "seen, keys",
    {
        "made by us": (mine(), {HERE}),
        "adopted": (mine(adopted=True), set()),
        "made by others": (observed([HERE]), set()),
        "gone at Salto": (observed(records={HERE: RecordedMembership(window=window("09:00", "11:00"))}), set()),
    },
)
def test_ours_is_what_we_made_and_salto_still_shows(seen: ObservedAccess, keys: set[MembershipKey]) -> None:
    assert removable_memberships(seen) == keys
