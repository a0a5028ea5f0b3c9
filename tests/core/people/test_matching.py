"""Laws of who is who: whatever a source does to its rows, an account stays with whom it was made for (T12)."""

from __future__ import annotations

import time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.worlds import customer
from saltoks.core.model.canonical import Customer
from saltoks.core.people.identity import Identity, are_several_people, may_be_one_person, may_be_related
from saltoks.core.people.matching import PersonRecords, match_customers
from saltoks.core.people.site_users import MatchedPeople, ObservedUser, PersonIds, primary_customers

NAMES = ("Ann Able", "Bob Baker", "Cyd Cole", "Dan Dole", "Eve Even")
MAILS = tuple(f"{name.split()[0].lower()}@house.example" for name in NAMES)


def user(n: int) -> ObservedUser:
    """The account of a person."""
    first, last = NAMES[n].split()
    return ObservedUser(PersonIds(f"u{n}", f"su{n}"), MAILS[n], None, True, False, first, last)


def found(rows: list[Customer], users: list[ObservedUser], record: PersonRecords) -> MatchedPeople:
    """Who is who among these rows."""
    person = primary_customers(rows)
    standing = [row for row in rows if person[row.source_id] == row.source_id]
    return match_customers("desk", standing, users, record, person)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[tuple[int, Customer]], list[ObservedUser], PersonRecords]:
    """People with accounts, and rows of another day: ids given anew, mailboxes handed on, rows that went.

    Each row comes with the person whom it is about. A row keeps its id only with its name, or loses both data.
    """
    count = draw(st.integers(1, 5))
    record = PersonRecords(
        ids={f"c{n}": user(n).ids for n in range(count)},
        told={f"c{n}": Identity(NAMES[n], MAILS[n]) for n in range(count)},
    )
    about = draw(st.lists(st.integers(0, 4), unique=True, max_size=5))
    ids = draw(st.permutations([f"c{n}" for n in range(7)]))
    rows = []
    for at, person in enumerate(about):
        name = draw(st.sampled_from([f"c{person}", ids[at]]))
        mail = draw(st.sampled_from([*MAILS, f"new{person}@house.example"]))
        told = record.told.get(name)
        if told and told.email == mail and told.name != NAMES[person]:
            mail = f"new{person}@house.example"
        if name in {row.source_id for _, row in rows}:
            name = f"x{person}"
        active = draw(st.booleans())
        rows.append((person, customer(name, full_name=NAMES[person], email=mail, active=active)))
    return rows, [user(n) for n in range(count)], record


@given(histories(), st.randoms())
def test_t12_an_account_opens_for_nobody_but_its_person(
    history: tuple[list[tuple[int, Customer]], list[ObservedUser], PersonRecords], chance: st.DataObject
) -> None:
    """T12: and the order of rows and users changes nothing; nobody shares an account, nobody is both."""
    rows, users, record = history
    people = found([row for _, row in rows], users, record)
    about = {row.source_id: person for person, row in rows}
    for name, ids in people.known.items():
        if name in about:
            assert ids.user_id == f"u{about[name]}"
    kept = [ids for name, ids in people.known.items() if name in about]
    assert len(set(kept)) == len(kept)
    assert not people.barred.keys() & people.known.keys()
    shuffled, others = [row for _, row in rows], list(users)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    chance.shuffle(others)  # type: ignore[attr-defined]
    again = found(shuffled, others, record)
    assert (again.known, again.barred, again.former) == (people.known, people.barred, people.former)


@given(histories())
def test_whoever_can_be_made_has_an_e_mail_of_their_own(
    history: tuple[list[tuple[int, Customer]], list[ObservedUser], PersonRecords],
) -> None:
    """T12: so that no create and no invitation reaches somebody else's account."""
    rows, users, record = history
    people = found([row for _, row in rows], users, record)
    made = [row for _, row in rows if row.source_id not in people.known and row.source_id not in people.barred]
    mails = [row.email for row in made]
    assert len(set(mails)) == len(mails)
    assert not set(mails) & {one.email for one in users}


def test_of_two_users_with_one_alias_the_order_of_the_list_chooses_none() -> None:
    users = [ObservedUser(PersonIds(f"u{n}", f"su{n}"), None, "saltoks desk/c1", True, False) for n in (1, 2)]
    guest = customer("c1", reservation_only=True)
    for listed in permutations(users):
        assert found([guest], list(listed), PersonRecords(ids={})).known == {"c1": users[0].ids}


@pytest.mark.parametrize("mail", ["zed@house.example", ""])
def test_t12_an_id_that_another_guest_had_does_not_hand_on_their_user(mail: str) -> None:
    """T12: the alias is made of the id, so it says no more than the id; whatever the order of users, the newcomer's
    own user is found, also when it never came on record."""
    old, new = (ObservedUser(PersonIds(f"u{n}", f"su{n}"), None, "saltoks desk/g7", True, False) for n in (1, 2))
    record = PersonRecords(ids={"g7": old.ids}, told={"g7": Identity("Ann Able", "ann@house.example" if mail else "")})
    guest = customer("g7", full_name="Zed Zulu", email=mail or None, reservation_only=True)
    assert "g7" not in found([guest], [old], record).known
    for listed in permutations((old, new)):
        people = found([guest], list(listed), record)
        assert people.known["g7"] == new.ids
        assert set(people.former.values()) == set(people.known) - {"g7"}


def test_a_name_that_was_only_an_id_is_nobody_else_s() -> None:
    """T12: a booking without a name has the id in its place, until somebody fills the name in."""
    old = ObservedUser(PersonIds("u1", "su1"), None, "saltoks desk/abc12", True, False)
    before = customer("abc12", full_name="abc12", email=None, reservation_only=True)
    record = PersonRecords(ids={"abc12": old.ids}, told={"abc12": Identity.of(before)})
    now = customer("abc12", full_name="Gus Guest", email=None, reservation_only=True)
    assert found([now], [old], record).known == {"abc12": old.ids}


def test_another_surname_and_another_e_mail_are_told() -> None:
    """T12: it may be a marriage, or the next Ann under an old id."""
    record = PersonRecords(ids={"c0": user(0).ids}, told={"c0": Identity(NAMES[0], MAILS[0])})
    people = found([customer("c0", full_name="Ann Baker", email="ab@house.example")], [user(0)], record)
    assert people.known == {"c0": user(0).ids}
    assert [note.partition(":")[0] for note in people.notes] == [
        "customer c0 has another surname and another e-mail than before"
    ]
    same = found([customer("c0", full_name="A. Able", email="ab@house.example")], [user(0)], record)
    assert same.notes == ()


def test_addresses_at_salto_are_compared_as_those_of_the_source() -> None:
    """F138: in capitals, by a Turkish keyboard, or as an international domain."""
    for here, there in (
        ("ali@house.example", "AL\u0130@House.example"),
        ("a@xn--bcher-kva.example", "A@b\u00fccher.example"),
    ):
        users = [ObservedUser(PersonIds("u1", "su1"), there, None, True, False)]
        assert set(found([customer("c1", email=here)], users, PersonRecords(ids={})).known) == {"c1"}


def test_twenty_thousand_customers_are_matched_at_once() -> None:
    """In one go over them: everybody is looked up, nobody is compared with everybody."""
    rows = [customer(f"c{n}", full_name=f"Person {n}", email=f"p{n}@house.example") for n in range(20_000)]
    users = [
        ObservedUser(PersonIds(f"u{n}", f"su{n}"), f"p{n}@house.example", None, True, False) for n in range(20_000)
    ]
    began = time.perf_counter()
    assert len(found(rows, users, PersonRecords(ids={})).known) == 20_000
    assert time.perf_counter() - began < 60


@pytest.mark.parametrize(
    ("name", "other", "one", "kin"),
    [
        ("Ann Able", "Able, Ann", True, True),
        ("Ann Able", "Mrs Ann Able", True, True),
        ("Ann Able", "A. Able", True, True),
        ("Ann Able", "Ann Baker", True, True),
        ("José Núñez", "Jose Nunez", True, True),
        ("Ann Able", "", True, True),
        ("Ann Able", "Abe Able", False, True),
        ("Ann Able", "Cyd Cole", False, False),
        ("Mr Bob Baker", "Mr Cyd Cole", False, False),
        ("Jan de Vries", "Piet de Boer", False, False),
        ("A Able", "Adam Carter", False, False),
        ("Ann Able", "A. Cole", False, False),
        ("Ann Able", "A. A.", True, True),
        ("J. de Vries", "Jan de Vries", True, True),
    ],
)
def test_names_of_one_person_and_of_two(name: str, other: str, one: bool, kin: bool) -> None:
    for here, there in permutations((name, other)):
        assert (may_be_one_person(here, there), may_be_related(here, there)) == (one, kin)


@pytest.mark.parametrize(
    ("told", "several"),
    [
        ([("Ann Able", "a@x.example"), ("Bob Baker", "b@x.example")], True),
        ([("Ann Able", "a@x.example"), ("Ann Able", "b@x.example")], False),
        ([("Ann Able", "a@x.example"), ("Reception", "a@x.example")], False),
        ([("", "a@x.example"), ("", "b@x.example")], True),
        ([("Ann Able", ""), ("Bob Baker", "")], True),
        ([("Ann Able", ""), ("", "b@x.example")], False),
    ],
)
def test_what_is_told_under_one_id(told: list[tuple[str, str]], several: bool) -> None:
    assert are_several_people([Identity(*one) for one in told]) is several
