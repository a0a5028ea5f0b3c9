"""Secrets are found in every form in which they travel, and texts without them stay as they are."""

from __future__ import annotations

import base64
import html
import json
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.secrecy import SecretRegistry

SECRET = 'Zw7/k+9 "Ölplätze" &?=x'


def knowing(*secrets: str) -> SecretRegistry:
    """The secrets of a run that knows these."""
    made = SecretRegistry()
    made.learn(*secrets)
    return made


FORMS = {
    "plain": SECRET,
    "in an address": quote(SECRET, safe=""),
    "in a form": quote_plus(SECRET),
    "in a form, small letters": quote_plus(SECRET).lower(),
    "in a form inside an address": quote(quote(SECRET, safe="")),
    "in JSON": json.dumps(SECRET),
    "in readable JSON": json.dumps(SECRET, ensure_ascii=False),
    "in HTML": html.escape(SECRET),
    "in base64": base64.b64encode(SECRET.encode()).decode(),
    "in base64 behind others": base64.b64encode(f"user:{SECRET}:more".encode()).decode(),
    "in base64 elsewhere": base64.b64encode(f"user7{SECRET}".encode()).decode(),
    "in hex": SECRET.encode().hex(),
    "its beginning": SECRET[:9],
    "its end": SECRET[-9:],
    "its middle": SECRET[5:14],
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_a_strangers_text_with_a_trace_of_a_secret_is_not_quoted(form: str) -> None:
    assert not knowing(SECRET).quotable(f"bad request: …{form}… at line 1")


@pytest.mark.parametrize("short", ["4711", "abc12", "x", "1234567"])
def test_a_short_secret_counts_as_a_word(short: str) -> None:
    secrets = knowing(short)
    assert not secrets.quotable(f"wrong PIN: {short}.")
    assert secrets.quotable("nothing of the kind is told here")


def test_our_own_text_loses_whole_secrets_only() -> None:
    secrets = knowing("Zw7-planted-key", "4711", "password")
    assert secrets.scrubbed("it said Zw7-planted-key twice: Zw7-planted-key") == "it said … twice: …"
    assert knowing("second").scrubbed("a second, 2 seconds") == "a …, 2 seconds"
    assert secrets.scrubbed("customer 4711: check the password") == "customer 4711: check the password"


def test_the_header_of_basic_authorization_is_known_with_its_start() -> None:
    secrets = SecretRegistry()
    secrets.learn_login("desk+1@house.example", "planted:pass word")
    header = base64.b64encode(b"desk+1@house.example:planted:pass word").decode()
    assert not secrets.quotable(f"Authorization: Basic {header[:20]}")
    encoded = f"{quote_plus('desk+1@house.example')}:{quote_plus('planted:pass word')}"
    assert not secrets.quotable(f"Basic {base64.b64encode(encoded.encode()).decode()[:30]}")


def test_nothing_known_leaves_every_text_alone() -> None:
    secrets = knowing("", "   ")
    assert secrets.scrubbed("as it was") == "as it was"
    assert secrets.quotable("as it was")


@given(st.text(min_size=1), st.text(), st.text())
def test_no_secret_survives_in_a_quote(secret: str, before: str, after: str) -> None:
    secrets = knowing(secret)
    text = f"{before} {secret} {after}"
    assert not secret.strip() or not secrets.quotable(text) or secret not in text
    if len(secret) >= 12 and secret.strip() and not secret.isdigit():
        assert secret not in secrets.scrubbed(text)


def test_a_thousand_pins_cost_nothing_to_speak_of() -> None:
    """One is learned for each person, and each may fail with a sentence of its own."""
    secrets = SecretRegistry()
    began = time.process_time()
    for number in range(1000):
        secrets.learn(f"{number:06d}")
        assert secrets.scrubbed("customer 4711 has no e-mail") == "customer 4711 has no e-mail"
        assert secrets.quotable("not a valid address")
    assert time.process_time() - began < 5


def test_a_thousand_tokens_cost_nothing_to_speak_of() -> None:
    """Each run signs in anew, and a process may live through many runs."""
    secrets = SecretRegistry()
    began = time.process_time()
    for number in range(1000):
        secrets.learn(f"token/{number:06d}+{number:0200x}=")
        assert secrets.scrubbed(f"plan: house ok, token/{number:06d}+{number:0200x}=") == "plan: house ok, …"
    assert time.process_time() - began < 5
