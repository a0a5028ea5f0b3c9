"""Whatever Salto answers, it is taken or refused with a sentence of ours: never with a traceback."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saltoks.core.errors import SaltoksError, UnexpectedAnswer
from saltoks.core.time.windows import ALWAYS, FOREVER
from saltoks.salto.client import SaltoKs

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
DEEP = "[" * 20_000 + "]" * 20_000
ASKS = {
    "sites": lambda salto: salto.sites(),
    "users": lambda salto: salto.users("s1"),
    "groups": lambda salto: salto.groups("s1"),
    "locks": lambda salto: salto.locks("s1"),
    "iqs": lambda salto: salto.iqs("s1"),
    "schedules": lambda salto: salto.schedules("s1", "g1"),
    "entries": lambda salto: list(salto.entries("s1", since=SINCE)),
    "me": lambda salto: salto.me(),
    "subscription": lambda salto: salto.subscription("s1"),
}
BODIES = {
    "deep": DEEP,
    "deep inside": f'{{"items": [{{"id": "1", "new": {DEEP}}}]}}',
    "deep, just readable": f'{{"items": [{{"id": "1", "new": {"[" * 900 + "]" * 900}}}]}}',
    "digits": f'{{"items": [{{"id": {"9" * 6000}}}]}}',
    "a surrogate as id": '{"items": [{"id": "\\ud800", "user": {"id": "\\ud800"}}]}',
    "dots as id": '{"items": [{"id": "..", "user": {"id": ".."}}]}',
    "not an object": '{"items": [null, 3, "x", []]}',
    "a surrogate as key": '{"items": [{"\\udead": 1, "id": "1", "user": {"id": "1"}}]}',
    "a count beyond all": '{"items": [], "count": 1e300}',
    "bytes that are no text": b'{"items": [{"id": "\xed\xa0\x80"}]}'.decode("latin-1"),
    "utf-16": '{"items": []}'.encode("utf-16").decode("latin-1"),
}


def asked(salto: SaltoKs, ask: str) -> object:
    """The answer, or the sentence of our refusal."""
    try:
        return ASKS[ask](salto)
    except SaltoksError as error:
        return error


def said(found: object) -> None:
    """What is said is one line that can be printed."""
    if isinstance(found, SaltoksError):
        assert found.message.encode()
        assert "\n" not in found.message


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [200, 400, 503])
@pytest.mark.parametrize("ask", ASKS)
def test_an_odd_body_gives_an_answer_or_a_sentence(scripted, ask: str, status: int, body: str) -> None:
    salto, _ = scripted(lambda _: httpx.Response(status, content=BODIES[body].encode("latin-1")))
    said(asked(salto, ask))


@pytest.mark.parametrize("token", ["\ud800", "a\r\nX: y", "\0", "\x7f"])
def test_a_continuation_token_that_cannot_be_sent_back_is_said(scripted, token: str) -> None:
    body = json.dumps({"items": [], "continuation_token": token})
    salto, _ = scripted(lambda _: httpx.Response(200, content=body))
    with pytest.raises(UnexpectedAnswer, match="token is none that can be sent back"):
        list(salto.entries("s1", since=SINCE))


LINKS = [
    "https://[::1",
    "//\0",
    "http://xn--/",
    "/" + "a" * 70_000,
    "\ud800",
    "/v1.2/sites?\ud800",
    "https://salto.example:x/",
]


@pytest.mark.parametrize("link", LINKS, ids=ascii)
def test_a_malformed_link_to_the_next_page_is_said(scripted, link: str) -> None:
    body = json.dumps({"items": [], "next_page_link": link})
    salto, _ = scripted(lambda _: httpx.Response(200, content=body))
    with pytest.raises(UnexpectedAnswer):
        salto.sites()


@pytest.mark.parametrize("address", [b"http://xn--/", b"https://[", b"/\x01", b"https://\xff\xfe/"])
def test_a_redirect_to_nowhere_is_said(scripted, address: bytes) -> None:
    salto, _ = scripted(lambda _: httpx.Response(302, headers=[(b"location", address)]))
    found = asked(salto, "sites")
    assert isinstance(found, SaltoksError)
    said(found)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0001-01-01T00:00:00+14:00", ALWAYS),
        ("0001-01-01T00:00:00Z", ALWAYS),
        ("9999-12-31T23:59:59.9999999Z", FOREVER),
        ("9999-12-31T23:59:59-14:00", FOREVER),
    ],
)
def test_the_ends_of_the_calendar_mean_always_and_for_ever(scripted, text: str, meant: datetime) -> None:
    body = {"items": [{"id": "1", "user": {"id": "2"}, "expires_at": text}]}
    salto, _ = scripted(lambda _: httpx.Response(200, json=body))
    assert [one.expires_at for one in salto.users("s1")] == [meant]


any_text = st.text(st.characters(codec=None, categories=None), max_size=6)
odd = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**40), 10**40) | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["id", "user", "roles", "expires_at", "items", "count", "customer_reference", "user_count", "iq", "online"]
FIELDS += ["utc_date_time", "ttl_in_seconds", "next_page_link", "continuation_token"]
answers = st.dictionaries(st.sampled_from(FIELDS) | any_text, odd, max_size=6)
pages = st.fixed_dictionaries({"items": st.lists(answers | odd, max_size=3) | odd}, optional={
    "next_page_link": odd, "count": odd, "continuation_token": odd
})  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ask=st.sampled_from(sorted(ASKS)), value=pages | answers | odd)
def test_law_any_json_gives_an_answer_or_a_sentence(scripted, ask: str, value: object) -> None:
    salto, _ = scripted(lambda _: httpx.Response(200, content=json.dumps(value)))
    said(asked(salto, ask))
