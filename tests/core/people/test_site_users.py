"""Whom Salto knows as which customer (F77, F95, F138, T12)."""

from __future__ import annotations

from itertools import permutations

import pytest

from core.worlds import cases, customer
from saltoks.core.model.canonical import Customer
from saltoks.core.model.rules import PersonKind
from saltoks.core.people.matching import PersonRecords, match_customers
from saltoks.core.people.site_users import ObservedUser, PersonIds, guest_alias, person_kind, primary_customers


def seen(
    number: int, email: str | None = None, alias: str | None = None, subscribed: bool = True, blocked: bool = False
) -> ObservedUser:
    return ObservedUser(PersonIds(f"u{number}", f"su{number}"), email, alias, subscribed, blocked)


@cases(
    "who, kind",
    {
        "member with an e-mail": (customer(), PersonKind.SITE_USER),
        "member without": (customer(email=None), None),
        "member with an empty one": (customer(email=""), None),
        "F77 one reservation": (customer(reservation_only=True), PersonKind.GUEST),
        "F77 one reservation, no e-mail": (customer(reservation_only=True, email=None), PersonKind.GUEST),
    },
)
def test_f77_what_a_customer_becomes_at_salto(who: Customer, kind: PersonKind | None) -> None:
    """F77, F95."""
    assert person_kind(who) is kind


STORED = {"c1": PersonIds("u1", "su1")}
ALIAS = guest_alias("desk", "c1")


@cases(
    "who, users, stored, found",
    {
        "by stored id": (customer(), [seen(1)], STORED, "u1"),
        "stored before alias and e-mail": (
            customer(),
            [seen(3, email="ann@example.org"), seen(2, alias=ALIAS), seen(1)],
            STORED,
            "u1",
        ),
        "alias before e-mail": (customer(), [seen(3, email="ann@example.org"), seen(2, alias=ALIAS)], {}, "u2"),
        "by e-mail": (customer(), [seen(3, email="ann@example.org")], {}, "u3"),
        "by e-mail in another case": (customer(email="Ann@Example.org"), [seen(3, email="aNN@example.ORG")], {}, "u3"),
        "stored but gone": (customer(), [seen(2, email="other@example.org")], STORED, None),
        "stored but gone, another has the e-mail": (customer(), [seen(3, email="ann@example.org")], STORED, "u3"),
        "stored for somebody else": (customer("c2", email=None), [seen(1)], STORED, None),
        "a guest is nobody's user": (
            customer(reservation_only=True),
            [seen(3, email="ann@example.org")],
            {},
            None,
        ),
        "no e-mail on either side": (customer(email=None), [seen(2)], {}, None),
        "empty e-mail on both sides": (customer(email=""), [seen(2, email="")], {}, None),
        "T12 the same name is not the same person": (customer(email=None), [seen(2, alias="Ann Example")], {}, None),
        "a guest of another source": (customer(email=None), [seen(2, alias=guest_alias("gym", "c1"))], {}, None),
        "nobody there": (customer(), [], {}, None),
    },
)
def test_f138_a_person_is_found_in_one_stated_order(
    who: Customer, users: list[ObservedUser], stored: dict[str, PersonIds], found: str | None
) -> None:
    """F138, T12: stored ids, then our alias, then the e-mail, in whatever order Salto lists its users."""
    for listed in permutations(users):
        known = match_customers("desk", [who], listed, PersonRecords(ids=stored)).known
        assert known == ({who.source_id: PersonIds(found, f"s{found}")} if found else {})


@pytest.mark.parametrize("subscribed", [True, False], ids=["subscribed", "suspended"])
@pytest.mark.parametrize("blocked", [True, False], ids=["blocked", "free"])
def test_people_who_are_shut_out_are_known_and_named(subscribed: bool, blocked: bool) -> None:
    users = [seen(1, subscribed=subscribed, blocked=blocked), seen(2, email="eve@example.org")]
    people = match_customers(
        "desk", [customer(), customer("c2", email="eve@example.org")], users, PersonRecords(ids=STORED)
    )
    assert set(people.known) == {"c1", "c2"}
    assert people.suspended == (frozenset() if subscribed else {"c1"})
    assert people.blocked == ({"c1"} if blocked else frozenset())


def test_users_that_are_no_customer_are_nobody() -> None:
    people = match_customers(
        "desk", [], [seen(1, email="ann@example.org", subscribed=False, blocked=True)], PersonRecords(ids=STORED)
    )
    assert (people.known, people.suspended, people.blocked) == ({}, frozenset(), frozenset())


def test_f138_the_platform_id_leads_back_to_the_customer() -> None:
    """F138."""
    users = [seen(1), seen(2, email="eve@example.org")]
    people = match_customers(
        "desk", [customer(), customer("c2", email="eve@example.org")], users, PersonRecords(ids=STORED)
    )
    assert people.customer_of() == {"u1": "c1", "u2": "c2"}


def test_an_alias_names_source_and_customer() -> None:
    assert guest_alias("desk", "c1") == "saltoks desk/c1"


def test_site_users_with_one_e_mail_are_one_person_and_guests_stay_apart() -> None:
    """salto-ks §3.2: an e-mail is one identity on the whole platform."""
    everybody = [
        customer("c2", email="ann@example.org"),
        customer("c1"),
        customer("c3", email="eve@example.org"),
        customer("g1", reservation_only=True),
        customer("x1", email=None),
        customer("x2", email=None),
    ]
    assert primary_customers(everybody) == {"c1": "c1", "c2": "c1", "c3": "c3", "g1": "g1", "x1": "x1", "x2": "x2"}
