"""What of a person at Salto follows the source, and what never does (F87, T11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.worlds import cases, customer, law
from saltoks.core.model.canonical import Customer
from saltoks.core.model.rules import AliasKind
from saltoks.core.people.site_users import ObservedUser, PersonIds, names_of
from saltoks.core.plan.plan import ChangeCause, ChangeKind
from saltoks.core.plan.profile_updates import (
    LONGEST_STAY,
    ProfileStyle,
    ProfileUpdate,
    end_of,
    guest_expiry,
    profile_update,
    profile_updates,
)
from saltoks.core.time.windows import ALWAYS, FOREVER

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
STYLE = ProfileStyle(source="desk", alias=AliasKind.ID, mobile=True)
NAMED = ProfileStyle(source="desk", alias=AliasKind.NAME, mobile=True)
QUIET = ProfileStyle(source="desk", alias=AliasKind.ID, mobile=False)
GUEST = customer("g1", reservation_only=True, full_name="Gus Guest")


def user(**more: object) -> ObservedUser:
    values: dict[str, object] = {
        "email": "ann@example.org",
        "alias": None,
        "first_name": "Ann",
        "last_name": "Example",
    }
    return ObservedUser(PersonIds("u1", "su1"), subscribed=True, blocked=False, **(values | more))  # type: ignore[arg-type]


def guest(hours: float = 1, alias: str = "saltoks desk/g1") -> ObservedUser:
    return user(email=None, alias=alias, first_name="Site", last_name="Guest", expires_at=NOW + timedelta(hours=hours))


@cases(
    "who, found, style, words",
    {
        "all the same": (customer(), user(), STYLE, ()),
        "another name": (customer(full_name="Ann Other"), user(), STYLE, ("name",)),
        "names in parts": (customer(first_name="An", last_name="Example"), user(), STYLE, ("name",)),
        "blanks around": (customer(full_name=" Ann Example "), user(last_name="Example "), STYLE, ()),
        "another e-mail": (customer(email="new@example.org"), user(), STYLE, ("e-mail",)),
        "in another case": (customer(email="ANN@example.org"), user(), STYLE, ()),
        "both": (customer(email="new@example.org", full_name="A B"), user(), STYLE, ("name", "e-mail")),
        "F87 with a profile": (customer(full_name="Ann Other"), user(has_profile=True), STYLE, ()),
        "no e-mail in the source": (customer(email=""), user(), STYLE, ()),
        "no e-mail at Salto": (customer(), user(email=None), STYLE, ()),
        "nobody is invited here": (customer(email="new@example.org"), user(), QUIET, ()),
        "a guest": (GUEST, guest(), STYLE, ()),
        "a guest by name": (GUEST, guest(), NAMED, ("alias",)),
        "a guest without the name": (GUEST, guest(alias="saltoks desk/g1 · Gus Guest"), STYLE, ("alias",)),
    },
)
def test_what_follows_the_source(
    who: Customer, found: ObservedUser, style: ProfileStyle, words: tuple[str, ...]
) -> None:
    assert profile_update(who, found, style, ALWAYS, NOW).words == words


@pytest.mark.parametrize(
    ("hours", "until", "expected"),
    [
        pytest.param(1, NOW + timedelta(hours=2), NOW + timedelta(hours=2), id="a longer stay"),
        pytest.param(2, NOW + timedelta(hours=1), None, id="a shorter one"),
        pytest.param(-5, NOW, None, id="over"),
        pytest.param(-5, NOW + timedelta(hours=1), NOW + timedelta(hours=1), id="back again"),
        pytest.param(24 * 31, FOREVER, None, id="no end, far off"),
        pytest.param(24 * 29, FOREVER, NOW + LONGEST_STAY, id="no end, near"),
        pytest.param(24, NOW + 2 * LONGEST_STAY, NOW + LONGEST_STAY, id="two years"),
    ],
)
def test_t11_a_guest_expires_when_the_access_does(hours: float, until: datetime, expected: datetime | None) -> None:
    assert profile_update(GUEST, guest(hours), STYLE, until, NOW).expires_at == expected


@law
@given(st.integers(-5000, 50000), st.one_of(st.just(FOREVER), st.integers(-5000, 50000)))
def test_one_edit_is_enough(hours: int, until: int | datetime) -> None:
    """An edit that was made is not asked for again, now or an hour later."""
    end = until if isinstance(until, datetime) else NOW + timedelta(hours=until, microseconds=7)
    edit = profile_update(GUEST, guest(hours), STYLE, end, NOW)
    if edit.expires_at:
        seen = guest((edit.expires_at - NOW) / timedelta(hours=1))
        for later in (timedelta(), timedelta(hours=1)):
            if end <= NOW + LONGEST_STAY or end == FOREVER:
                assert profile_update(GUEST, seen, STYLE, end, NOW + later) == ProfileUpdate()


def planned(who: Customer, found: ObservedUser, until: datetime | None = None) -> tuple[list[str], list[str]]:
    ends = {who.source_id: until} if until else {}
    taken = {"eve@example.org": "u2", "ann@example.org": "u1"}
    changes, notes = profile_updates([who], {who.source_id: found}, ends, STYLE, taken=taken, now=NOW, zone="UTC")
    assert {(one.kind, one.cause, one.group) for one in changes} <= {(ChangeKind.UPDATE_PERSON, ChangeCause.EDITED, "")}
    return [one.sentence for one in changes], notes


def test_a_sentence_says_which_data_and_never_what_they_are() -> None:
    changed = customer(full_name="Zoe Zander", email="zoe@example.org")
    assert planned(changed, user())[0] == ["Change name and e-mail of customer c1 to what the source has."]
    assert "Zander" not in repr(profile_update(changed, user(), STYLE, ALWAYS, NOW))
    assert planned(GUEST, guest(), NOW + timedelta(hours=5))[0] == [
        "Change end of the stay of customer g1 to what the source has, until 2026-03-10 17:00."
    ]


def test_the_address_of_another_user_is_never_taken() -> None:
    """T12."""
    sentences, notes = planned(customer(email="Eve@example.org"), user())
    assert sentences == []
    assert notes == ["customer c1 has the e-mail of another user of the site: correct one of them"]


def test_who_is_managed_elsewhere_is_told() -> None:
    sentences, notes = planned(customer(full_name="Ann Other"), user(managed_here=False))
    assert (sentences, notes) == ([], ["customer c1 is managed by another site, so name must be changed there"])
    assert planned(customer(), user(managed_here=False)) == ([], [])


def test_a_change_carries_the_end_that_it_is_about() -> None:
    """What is not about an end never moves one."""
    until = NOW + timedelta(hours=5)
    look = {"taken": {}, "now": NOW, "zone": "UTC"}
    [prolonged], _ = profile_updates([GUEST], {"g1": guest()}, {"g1": until}, STYLE, **look)  # type: ignore[arg-type]
    [named], _ = profile_updates([GUEST], {"g1": guest()}, {}, NAMED, **look)  # type: ignore[arg-type]
    assert (end_of(prolonged), end_of(named)) == (until, ALWAYS)


@pytest.mark.parametrize(
    ("full", "expected"), [("Ann van Able", ("Ann van", "Able")), ("Cher", ("Cher", "Cher"))], ids=["three", "one"]
)
def test_salto_wants_two_names(full: str, expected: tuple[str, str]) -> None:
    assert names_of(customer(full_name=full)) == expected
    assert guest_expiry(FOREVER, NOW) == NOW + LONGEST_STAY
