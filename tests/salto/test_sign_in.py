from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import httpx
import pytest

from saltoks.core.errors import SignInFailed, Unavailable, UnexpectedAnswer
from saltoks.salto.account import Account
from saltoks.salto.client import SaltoKs

URL = "https://salto.example"
Make = Callable[..., Account]


class Identity:
    """A transport with an identity server that grants what `grants` says, in turn; the API takes the last token."""

    def __init__(self, *grants: httpx.Response | dict[str, object]) -> None:
        self.grants = list(grants)
        self.forms: list[dict[str, list[str]]] = []
        self.headers: list[httpx.Headers] = []
        self.api_calls = 0
        self.grant_seconds = 0.0
        self.valid: set[str] | None = None
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/connect/token":
            time.sleep(self.grant_seconds)
            self.forms.append(parse_qs(request.content.decode()))
            self.headers.append(request.headers)
            grant = self.grants.pop(0) if len(self.grants) > 1 else self.grants[0]
            return grant if isinstance(grant, httpx.Response) else httpx.Response(200, json=grant)
        self.api_calls += 1
        token = request.headers["Authorization"].removeprefix("Bearer ")
        if self.valid is not None and token not in self.valid:
            return httpx.Response(401)
        return httpx.Response(200, json={"items": []})


class Store:
    """A TokenStore that can be looked into."""

    def __init__(self, **tokens: str) -> None:
        self.tokens = dict(tokens)

    def load(self, account_key: str) -> str | None:
        return self.tokens.get(account_key)

    def save(self, account_key: str, refresh_token: str) -> None:
        self.tokens[account_key] = refresh_token


def granted(token: str, seconds: float = 3600, **more: object) -> dict[str, object]:
    return {"access_token": token, "expires_in": seconds, "token_type": "Bearer", **more}


def refused(error: str = "invalid_grant") -> httpx.Response:
    return httpx.Response(400, json={"error": error})


def refresh_account(make_account: Make) -> Account:
    return make_account(URL, grant="refresh_token", username=None, password=None, refresh_token="configured")


def client(identity: Identity, account: Account, clock, naps, **more: object) -> SaltoKs:
    return SaltoKs(account, now=clock, sleep=naps, transport=identity.transport, **more)  # type: ignore[arg-type]


def test_sign_in_sends_the_client_as_basic_and_the_user_in_the_form(make_account: Make, clock, naps) -> None:
    identity = Identity(granted("one"))
    account = make_account(URL, client_id="an:id", client_secret="se+cret %")
    with client(identity, account, clock, naps) as salto:
        salto.sites()
    assert identity.forms == [
        {
            "grant_type": ["password"],
            "username": ["pipeline+doors@saltoks.example"],
            "password": ["planted password"],
            "scope": ["user_api.full_access"],
        }
    ]
    scheme, value = identity.headers[0]["Authorization"].split()
    assert (scheme, httpx.BasicAuth("an%3Aid", "se%2Bcret+%25")._auth_header) == ("Basic", f"Basic {value}")
    assert identity.headers[0]["User-Agent"].startswith("saltoks/")


@pytest.mark.parametrize(
    ("lifetime", "still", "renewed"), [(3600, 3539, 3540), (90, 44, 45)], ids=["an hour", "shorter than the margin"]
)
def test_a_token_is_renewed_before_it_expires(
    make_account: Make, clock, naps, lifetime: int, still: int, renewed: int
) -> None:
    identity = Identity(granted("one", lifetime))
    with client(identity, make_account(URL), clock, naps) as salto:
        salto.sites()
        clock.move(still)
        salto.sites()
        assert len(identity.forms) == 1
        clock.move(renewed - still)
        salto.sites()
    assert len(identity.forms) == 2
    assert salto.calls.token_requests == 2


def test_a_refused_token_is_renewed_once(make_account: Make, clock, naps) -> None:
    identity = Identity(granted("one"), granted("two"))
    identity.valid = {"two"}
    with client(identity, make_account(URL), clock, naps) as salto:
        assert salto.sites() == []
    assert (len(identity.forms), identity.api_calls) == (2, 2)


def test_a_token_refused_twice_is_no_longer_tried(make_account: Make, clock, naps) -> None:
    identity = Identity(granted("one"))
    identity.valid = set()
    with client(identity, make_account(URL), clock, naps) as salto, pytest.raises(SignInFailed):
        salto.sites()
    assert (len(identity.forms), identity.api_calls) == (2, 2)


def test_many_threads_share_one_token(make_account: Make, clock, naps) -> None:
    identity = Identity(granted("one"))
    identity.grant_seconds = 0.05
    with (
        client(identity, make_account(URL, at_once=8), clock, naps) as salto,
        ThreadPoolExecutor(8) as pool,
    ):
        assert all(answer == [] for answer in pool.map(lambda _: salto.sites(), range(40)))
    assert (len(identity.forms), identity.api_calls) == (1, 40)


def test_a_failed_sign_in_lets_the_next_call_try_again(make_account: Make, clock, naps) -> None:
    identity = Identity(refused(), granted("one"))
    with client(identity, make_account(URL), clock, naps) as salto:
        with pytest.raises(SignInFailed, match="user name and the password"):
            salto.sites()
        assert salto.sites() == []
    assert identity.api_calls == 1


def test_a_sign_in_without_an_identity_server_is_repeated_also_before_a_write(make_account: Make, clock, naps) -> None:
    identity = Identity(httpx.Response(503), httpx.Response(404), granted("one"))
    with client(identity, make_account(URL), clock, naps) as salto:
        salto.add_member("s", "g", "u")
    assert (len(identity.forms), identity.api_calls, len(naps)) == (3, 1, 2)


def test_a_lasting_outage_of_the_identity_server_says_that_nothing_was_sent(make_account: Make, clock, naps) -> None:
    identity = Identity(httpx.Response(503))
    with (
        client(identity, make_account(URL), clock, naps) as salto,
        pytest.raises(Unavailable, match=r"sign in \(connection 'main'\)") as caught,
    ):
        salto.add_member("s", "g", "u")
    assert caught.value.sent is False
    assert len(identity.forms) == 4


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"expires_in": 3600}',
        b'{"access_token": "", "expires_in": 3600}',
        b'{"access_token": "a b\\r\\n", "expires_in": 3600}',
        b'{"access_token": "planted"}',
        b'{"access_token": "planted", "expires_in": 0}',
        b'{"access_token": "planted", "expires_in": 1e300}',
    ],
)
def test_an_answer_that_is_no_token_is_unexpected(make_account: Make, clock, naps, content: bytes) -> None:
    identity = Identity(httpx.Response(200, content=content))
    with (
        client(identity, make_account(URL), clock, naps) as salto,
        pytest.raises(UnexpectedAnswer, match="not a token") as caught,
    ):
        salto.sites()
    assert "planted" not in str(caught.value)


def test_a_replaced_refresh_token_is_stored_and_used_next(make_account: Make, clock, naps) -> None:
    account = refresh_account(make_account)
    identity = Identity(granted("one", refresh_token="second"), granted("two"))
    store = Store()
    with client(identity, account, clock, naps, tokens=store) as salto:
        salto.sites()
        clock.move(3600)
        salto.sites()
    assert [form["refresh_token"] for form in identity.forms] == [["configured"], ["second"]]
    assert identity.forms[0]["grant_type"] == ["refresh_token"]
    assert identity.forms[0]["client_id"] == ["saltoks-test"]
    assert store.tokens == {account.key: "second"}


def test_without_a_store_a_replaced_refresh_token_lives_as_long_as_the_client(make_account: Make, clock, naps) -> None:
    identity = Identity(granted("one", refresh_token="second"), granted("two"))
    with client(identity, refresh_account(make_account), clock, naps) as salto:
        salto.sites()
        clock.move(3600)
        salto.sites()
    assert [form["refresh_token"] for form in identity.forms] == [["configured"], ["second"]]


def test_a_newly_configured_refresh_token_wins_over_a_stored_one_that_is_used_up(
    make_account: Make, clock, naps
) -> None:
    account = refresh_account(make_account)
    identity = Identity(refused(), granted("one"))
    with client(identity, account, clock, naps, tokens=Store(**{account.key: "old"})) as salto:
        salto.sites()
    assert [form["refresh_token"] for form in identity.forms] == [["old"], ["configured"]]


def test_a_refresh_token_that_another_process_replaced_meanwhile_is_found(make_account: Make, clock, naps) -> None:
    account = refresh_account(make_account)
    identity = Identity(refused(), granted("one"))

    class Busy(Store):
        def load(self, account_key: str) -> str | None:
            token = super().load(account_key)
            self.tokens[account_key] = "newer"
            return token

    with client(identity, account, clock, naps, tokens=Busy(**{account.key: "old"})) as salto:
        salto.sites()
    assert [form["refresh_token"] for form in identity.forms] == [["old"], ["newer"]]


def test_when_every_refresh_token_is_refused_the_connection_must_sign_in_again(make_account: Make, clock, naps) -> None:
    account = refresh_account(make_account)
    identity = Identity(refused())
    with (
        client(identity, account, clock, naps, tokens=Store(**{account.key: "old"})) as salto,
        pytest.raises(SignInFailed, match="sign in again"),
    ):
        salto.sites()
    assert len(identity.forms) == 2


def test_a_refused_client_is_not_tried_with_other_refresh_tokens(make_account: Make, clock, naps) -> None:
    account = refresh_account(make_account)
    identity = Identity(refused("invalid_client"))
    with (
        client(identity, account, clock, naps, tokens=Store(**{account.key: "old"})) as salto,
        pytest.raises(SignInFailed, match="without spaces"),
    ):
        salto.sites()
    assert len(identity.forms) == 1
