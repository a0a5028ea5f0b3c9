from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.errors import UnexpectedAnswer
from saltoks.salto.models import (
    AccessGroup,
    Answer,
    Entry,
    Iq,
    IqActivation,
    Lock,
    ManagedSite,
    NewUser,
    Role,
    SiteUser,
    Subscription,
    SubscriptionState,
    TimeSchedule,
)
from saltoks.salto.paging import parse

ID = "5b0f6c1d-8a43-4c57-9f21-7e1d0a4b6c22"
SMALLEST = [
    pytest.param(ManagedSite, {"id": ID}, id="site"),
    pytest.param(Subscription, {}, id="subscription"),
    pytest.param(Role, {"id": ID}, id="role"),
    pytest.param(SiteUser, {"id": ID, "user": {"id": ID}}, id="site user"),
    pytest.param(AccessGroup, {"id": ID}, id="group"),
    pytest.param(TimeSchedule, {"id": ID}, id="schedule"),
    pytest.param(Lock, {"id": ID}, id="lock"),
    pytest.param(Iq, {"id": ID}, id="iq"),
    pytest.param(IqActivation, {"iq_id": ID}, id="activation"),
    pytest.param(Entry, {"id": ID, "utc_date_time": "2026-11-20T12:50:38Z", "raw": "{}"}, id="entry"),
]
WORDS = {
    SiteUser: ["subscription_state"],
    Lock: ["locked_state", "lock_type", "battery_level", "iq_link_state", "communication_type"],
    Iq: ["state"],
    ManagedSite: ["installation_state"],
    Entry: ["event_category", "event_detail", "access_by"],
}
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(("model", "smallest"), SMALLEST)
@given(extra=st.dictionaries(st.text(min_size=1).map(lambda name: f"x_{name}"), anything, max_size=4))
def test_new_fields_never_break_a_model(model: type[Answer], smallest: dict, extra: dict) -> None:
    assert parse(model, smallest | extra, "test") == parse(model, smallest, "test")


@pytest.mark.parametrize(("model", "smallest"), [case for case in SMALLEST if case.values[0] in WORDS])
@given(word=st.text(st.characters(codec="utf-8", exclude_characters="\0")))
def test_new_words_are_kept_as_they_came(model: type[Answer], smallest: dict, word: str) -> None:
    for name in WORDS[model]:
        assert getattr(parse(model, smallest | {name: word}, "test"), name) == word


@pytest.mark.parametrize(("model", "smallest"), SMALLEST)
def test_null_is_fine_wherever_a_value_is_not_needed(model: type[Answer], smallest: dict) -> None:
    nulls = dict.fromkeys(model.model_fields, None)
    assert parse(model, nulls | smallest, "test") == parse(model, smallest, "test")


@pytest.mark.parametrize(("model", "smallest"), [case for case in SMALLEST if "id" in case.values[1]])
@pytest.mark.parametrize("bad", [None, "", []], ids=["null", "empty", "list"])
def test_an_id_is_needed(model: type[Answer], smallest: dict, bad: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="at id"):
        parse(model, smallest | {"id": bad}, "test")


def test_a_wrong_answer_is_told_by_its_places_never_by_its_contents() -> None:
    person = {"id": ID, "user": {"id": ID, "first_name": {"planted": "name"}}}
    with pytest.raises(UnexpectedAnswer) as caught:
        parse(SiteUser, person, "list the users")
    assert "list the users" in str(caught.value)
    assert "user.first_name" in str(caught.value)
    assert "planted" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "text",
    ["2026-12-01T10:00:00Z", "2026-12-01T10:00:00", "2026-12-01T11:00:00+01:00", "2026-12-01T10:00:00.0000000Z"],
)
def test_instants_are_utc(text: str) -> None:
    user = parse(SiteUser, {"id": ID, "user": {"id": ID}, "expires_at": text}, "test")
    assert user.expires_at == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert user.expires_at.tzinfo is UTC


def test_numbers_are_read_as_text_where_text_is_agreed() -> None:
    assert parse(Iq, {"id": 7, "revision": 2.5}, "test") == Iq(id="7", revision="2.5")


def test_states_compare_with_their_words() -> None:
    user = parse(SiteUser, {"id": ID, "user": {"id": ID}, "subscription_state": "suspended"}, "test")
    assert user.subscription_state == SubscriptionState.SUSPENDED


def test_people_stay_out_of_repr() -> None:
    names = {"first_name": "Planted", "last_name": "Planted", "email": "planted@x.example", "tag_number": "planted"}
    user = parse(SiteUser, {"id": ID, "user": {"id": ID} | names, "alias": "planted"}, "test")
    raw = {"user_first_name": "planted", "user_last_name": "planted", "user_alias": "planted"}
    entry = {"id": ID, "utc_date_time": "2026-11-20T12:50:38Z", "access_detail": "planted", **raw}
    seen = repr([user, parse(Entry, entry | {"raw": json.dumps(entry)}, "test")])
    assert "planted" not in seen.lower()
    assert "planted" not in repr(NewUser("planted", "planted", "planted@x.example", ["r"], "planted"))
