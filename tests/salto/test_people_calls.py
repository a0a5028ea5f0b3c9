"""PINs, keys, invitations and changes of site users: against the sandbox, and against scripted answers."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import pytest

from salto.test_secrets import told
from saltoks.core.errors import NotPermitted, Refused, Throttled, Unavailable, UnexpectedAnswer
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import NewUser, SiteUser, UserChange

SITE_UID = "NL0000000001"


@pytest.fixture
def role_id(salto: SaltoKs, site_id: str) -> str:
    return next(role.id for role in salto.roles(site_id) if role.code == "site_user")


@pytest.fixture
def somebody(salto: SaltoKs, site_id: str, role_id: str) -> Iterator[SiteUser]:
    """A new user of the site with an e-mail, gone after the test."""
    user = salto.create_user(site_id, NewUser("Some", "Body", f"{uuid4()}@guest.example", [role_id]))
    yield user
    salto.delete_user(site_id, user.id)


def test_a_change_is_in_the_answer_and_stays(salto, site_id, somebody) -> None:
    """Only what is given is sent."""
    changed = salto.change_user(site_id, somebody.id, UserChange(use_pin=True, alias="Booking 1"))
    assert (changed.use_pin, changed.alias, changed.blocked) == (True, "Booking 1", False)
    assert salto.user(site_id, somebody.id) == changed
    renamed = salto.change_user(site_id, somebody.id, UserChange(first_name="Other", last_name="Name"))
    assert (renamed.user.first_name, renamed.user.last_name, renamed.use_pin) == ("Other", "Name", True)


@pytest.mark.parametrize(
    ("change", "body"),
    [
        (UserChange(use_pin=False), {"use_pin": False}),
        (UserChange(blocked=True, email="a@b.example"), {"email": "a@b.example", "blocked": True}),
        (UserChange(), {}),
    ],
)
def test_what_is_none_is_not_sent(scripted, change: UserChange, body: dict[str, object]) -> None:
    salto, script = scripted(lambda _: httpx.Response(200, json={"id": "1", "user": {"id": "2"}}))
    salto.change_user("s", "u", change)
    assert json.loads(script.requests[0].content) == body


def test_the_repr_of_a_change_names_nobody() -> None:
    assert "planted" not in repr(UserChange("planted", "planted", "planted@x.example", "planted"))


@pytest.mark.parametrize("as_text", [False, True], ids=["JSON text", "plain text"])
def test_a_pin_of_the_sandbox(salto, sandbox, site_id, somebody, as_text: bool) -> None:
    """F88, salto-ks §3.3: in either form; asked again it is another one."""
    sandbox.admin.options(pin_as_text=as_text)
    pins = [salto.ask_pin(site_id, somebody.id) for _ in range(2)]
    assert all(len(pin) == 6 and pin.isdigit() for pin in pins)
    assert pins[0] != pins[1]
    assert [key.type for key in salto.keys(site_id, somebody.id)] == ["pin"]


SHAPES = {
    "JSON text": (b'"012345"', "012345"),
    "plain text": (b"012345", "012345"),
    "a line of plain text": (b"012345\r\n", "012345"),
    "seven digits": (b'"0123456"', "0123456"),
    "a number": (b"525149", "525149"),
}


@pytest.mark.parametrize(("body", "pin"), SHAPES.values(), ids=SHAPES.keys())
def test_a_pin_keeps_its_leading_zeros(scripted, body: bytes, pin: str) -> None:
    """salto-ks §3.3: some saw JSON text, some plain text."""
    salto, script = scripted(lambda _: httpx.Response(200, content=body))
    assert salto.ask_pin("s", "u") == pin
    assert (script.requests[0].method, script.requests[0].url.path) == ("PUT", "/v1.2/sites/s/users/u/pin")
    assert json.loads(script.requests[0].content) == {}


NO_PINS = {
    "empty": b"",
    "a word": b"planted",
    "an object": b'{"pin": "135792"}',
    "a list": b'["135792"]',
    "half a text": b'"135792',
    "too long": b'"135792135792"',
    "digits of another script": "١٢٣٤٥٦".encode(),
}


@pytest.mark.parametrize("body", NO_PINS.values(), ids=NO_PINS.keys())
def test_what_is_no_pin_is_not_repeated_in_the_error(scripted, body: bytes) -> None:
    """F190: it may hold one."""
    salto, _ = scripted(lambda _: httpx.Response(200, content=body))
    with pytest.raises(UnexpectedAnswer, match=r"Could not ask for a PIN .*: the answer is no PIN") as caught:
        salto.ask_pin("s", "u")
    assert "135792" not in told(caught.value)
    assert "planted" not in told(caught.value)


@pytest.mark.parametrize("status", [500, 503])
def test_a_pin_that_may_have_been_made_is_not_asked_for_again(scripted, status: int) -> None:
    """T11: a repeat would make another one, and which of the two holds would not be sure."""
    salto, script = scripted(lambda _: httpx.Response(status))
    with pytest.raises(Unavailable) as caught:
        salto.ask_pin("s", "u")
    assert (len(script.requests), caught.value.sent) == (1, True)


def test_a_throttled_pin_was_not_made_and_is_asked_for_again(scripted) -> None:
    salto, script = scripted(lambda _: httpx.Response(429))
    with pytest.raises(Throttled):
        salto.ask_pin("s", "u")
    assert len(script.requests) == 4


def test_a_pin_is_in_no_log(salto, site_id, somebody, caplog: pytest.LogCaptureFixture) -> None:
    """F190: at DEBUG of every library."""
    caplog.set_level(logging.DEBUG)
    pin = salto.ask_pin(site_id, somebody.id)
    lines = "\n".join(f"{record.getMessage()} {record.args!r}" for record in caplog.records)
    assert "salto: PUT /v1.2/sites/{site_id}/users/{site_user_id}/pin 200" in lines
    assert pin not in lines


def test_a_site_without_pins_refuses(scripted) -> None:
    answer = {"ErrorCode": "2203", "Message": "PIN codes are not enabled on this site"}
    salto, _ = scripted(lambda _: httpx.Response(403, json=answer))
    with pytest.raises(NotPermitted) as caught:
        salto.ask_pin("s", "u")
    assert caught.value.code == "2203"


def test_keys_without_their_digits(salto, site_id, somebody) -> None:
    """F90, F91: what somebody can open with."""
    assert salto.keys(site_id, somebody.id) == []
    salto.ask_pin(site_id, somebody.id)
    [key] = salto.keys(site_id, somebody.id)
    assert (key.type, key.blocked, key.offline_access, key.expiry_date) == ("pin", False, False, None)
    assert key.registration_date is not None
    assert abs((key.registration_date - datetime.now(UTC)).total_seconds()) < 60


def test_the_groups_of_a_user(salto, site_id, somebody) -> None:
    assert salto.user_groups(site_id, somebody.id) == []
    group = next(one for one in salto.groups(site_id) if one.customer_reference == "Everybody")
    salto.add_member(site_id, group.id, somebody.user.id)
    assert [one.id for one in salto.user_groups(site_id, somebody.id)] == [group.id]


def test_a_person_is_found_by_email(salto, site_id, somebody) -> None:
    """Who has an account on the platform is found in whatever case, with the id for `add_existing_user`."""
    found = salto.search_users(site_id, str(somebody.user.email).upper())
    assert [one.id for one in found] == [somebody.user.id]
    assert salto.search_users(site_id, "nobody@guest.example") == []


def test_an_invitation_is_sent_again(salto, sandbox, site_id, somebody) -> None:
    """F95."""
    before = [mail.to for mail in sandbox.admin.mailbox()].count(str(somebody.user.email))
    salto.resend_invite(site_id, somebody.id)
    assert [mail.to for mail in sandbox.admin.mailbox()].count(str(somebody.user.email)) == before + 1
    sandbox.admin.set_user(SITE_UID, somebody.id, has_profile=True)
    with pytest.raises(Refused):
        salto.resend_invite(site_id, somebody.id)
