"""Our membership records against what Salto shows: what arrived, what is gone, what is not ours (F146, F156, F162)."""

from __future__ import annotations

from core.worlds import by_key, cases, grant, window
from saltoks.core.access.grants import MembershipKey
from saltoks.core.people.site_users import MatchedPeople, PersonIds
from saltoks.core.plan.membership_records import MembershipRecord, Reconciliation, reconcile
from saltoks.core.plan.plan import ObservedAccess, RecordedMembership, removable_memberships

C1, C2 = MembershipKey("c1", "Entrance"), MembershipKey("c2", "Entrance")
PEOPLE = MatchedPeople({"c1": PersonIds("u1", "su1"), "c2": PersonIds("u2", "su2")}, frozenset(), frozenset())
PROMISE = window("10:00", "11:00")
KNOWN = frozenset({"c1", "c2"})


def entry(key: MembershipKey = C1, user_id: str = "u1", adopted: bool = False, sent: bool = False) -> MembershipRecord:
    return MembershipRecord(key, user_id, adopted, PROMISE, sent)


def balanced(
    entries: list[MembershipRecord], *inside: str, wanted: bool = False, group: str = "Entrance"
) -> Reconciliation:
    return reconcile(entries, {group: frozenset(inside)}, by_key(grant()) if wanted else {}, PEOPLE)


def site(*members: MembershipKey, records: dict[MembershipKey, RecordedMembership] | None = None) -> ObservedAccess:
    return ObservedAccess(known=KNOWN, members=frozenset(members), records=records or {})


HELD = {C1: RecordedMembership(window=PROMISE)}


@cases(
    "found, expected",
    {
        "nothing": (balanced([]), Reconciliation(site(), {}, (), (), {}, (), ())),
        "in the records and there": (
            balanced([entry()], "u1"),
            Reconciliation(site(C1, records=HELD), {}, (), (), {}, (), ()),
        ),
        "asked for, and there": (
            balanced([entry(sent=True)], "u1"),
            Reconciliation(site(C1, records=HELD), {}, (C1,), (), {}, (), ()),
        ),
        "asked for, and not there": (balanced([entry(sent=True)]), Reconciliation(site(), {}, (), (C1,), {}, (), ())),
        "in the membership records and gone": (balanced([entry()]), Reconciliation(site(), {}, (), (C1,), {}, (), ())),
        "in a group that Salto does not show": (
            balanced([entry()], "u1", group="Gym"),
            Reconciliation(site(MembershipKey("c1", "Gym")), {}, (), (C1,), {}, (), ()),
        ),
        "adopted and there": (
            balanced([entry(adopted=True)], "u1"),
            Reconciliation(
                site(C1, records={C1: RecordedMembership(window=PROMISE, adopted=True)}), {}, (), (), {}, (), ()
            ),
        ),
        "F162 wanted, there, not in the membership records": (
            balanced([], "u1", wanted=True),
            Reconciliation(site(C1), {}, (), (), {grant(): "u1"}, (), ()),
        ),
        "wanted and there": (
            balanced([entry()], "u1", wanted=True),
            Reconciliation(site(C1, records=HELD), {}, (), (), {}, (grant(),), ()),
        ),
        "wanted and not there": (balanced([], wanted=True), Reconciliation(site(), {}, (), (), {}, (), ())),
        "a customer nobody asked for": (balanced([], "u1"), Reconciliation(site(C1), {}, (), (), {}, (), ())),
        "F156 members that are no customer's": (
            balanced([], "u9", "u8"),
            Reconciliation(site(), {}, (), (), {}, (), (("Entrance", "u8"), ("Entrance", "u9"))),
        ),
        "in the membership records for a user that is no customer's now": (
            balanced([entry(MembershipKey("c7", "Entrance"), "u7")], "u7"),
            Reconciliation(
                site(
                    MembershipKey("c7", "Entrance"),
                    records={MembershipKey("c7", "Entrance"): RecordedMembership(window=PROMISE)},
                ),
                {},
                (),
                (),
                {},
                (),
                (),
            ),
        ),
    },
)
def test_f156_f162_one_look_at_salto(found: Reconciliation, expected: Reconciliation) -> None:
    """F156, F162."""
    assert found == expected


def test_what_was_only_found_is_never_ours_to_remove() -> None:
    """F162: adoption takes nothing away."""
    found = balanced([entry(C2, "u2", adopted=True)], "u1", "u2", wanted=True)
    assert found.observed.members == {C1, C2}
    assert removable_memberships(found.observed) == frozenset()


def test_f146_every_list_is_sorted() -> None:
    """F146."""
    entries = [
        entry(MembershipKey(f"x{number}", "Entrance"), f"v{number}", sent=number < 3) for number in (5, 2, 4, 1, 0, 3)
    ]
    found = balanced(entries, "v2", "v0", "v1", "u9", "u8", "u7")
    assert [key.customer_id for key in found.arrived] == ["x0", "x1", "x2"]
    assert [key.customer_id for key in found.gone] == ["x3", "x4", "x5"]
    assert [user for _, user in found.foreign] == ["u7", "u8", "u9"]


def test_two_customers_of_one_person_share_the_row_of_the_one_who_stands_for_both() -> None:
    """A row whose user is another customer's by now is theirs: nobody is taken out who is still entitled."""
    found = balanced([entry(MembershipKey("c7", "Entrance"), "u1")], "u1", wanted=True)
    assert found.renamed == {MembershipKey("c7", "Entrance"): C1}
    assert found.observed.records == HELD
    assert (found.gone, found.found, found.kept) == ((), {}, (grant(),))


def test_a_second_row_of_one_person_is_closed_not_taken_out() -> None:
    found = balanced([entry(), entry(MembershipKey("c7", "Entrance"), "u1")], "u1", wanted=True)
    assert (found.renamed, found.gone) == ({}, (MembershipKey("c7", "Entrance"),))
    assert removable_memberships(found.observed) == {C1}
