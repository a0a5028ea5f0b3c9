from __future__ import annotations

from collections.abc import Callable

import pytest

from saltoks.core.errors import ConfigError
from saltoks.salto.account import Account, Environment, Hosts

URL = "https://salto.example"
Make = Callable[..., Account]


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        pytest.param({"client_id": ""}, "client_id is missing", id="no client id"),
        pytest.param({"client_secret": None}, "client_secret is missing", id="no secret"),
        pytest.param({"password": ""}, "password is missing", id="no password"),
        pytest.param({"grant": "refresh_token"}, "refresh_token is missing", id="no refresh token"),
        pytest.param({"identity_url": ""}, "identity_url is missing", id="custom without identity"),
        pytest.param({"client_id": " saltoks"}, "client_id starts or ends with a space", id="F18 id"),
        pytest.param({"client_secret": "planted\n"}, "client_secret starts or ends", id="F18 secret"),
        pytest.param({"username": "a@b.example "}, "username starts or ends", id="F18 user"),
        pytest.param({"environment": "staging"}, "environment is 'staging'; known are accept", id="environment"),
        pytest.param({"grant": "client_credentials"}, "grant is 'client_credentials'", id="grant"),
        pytest.param({"environment": "accept"}, "api_url is only for environment custom", id="url not custom"),
        pytest.param({"api_url": "http://salto.example"}, "api_url must start with https", id="plain http"),
        pytest.param({"identity_url": "http://10.0.0.1"}, "identity_url must start with https", id="private net"),
        pytest.param({"api_url": "http://localhost.example"}, "must start with https", id="not quite localhost"),
        pytest.param({"api_url": "https://user:pw@salto.example"}, "plain address", id="user in address"),
        pytest.param({"api_url": "ftp://salto.example"}, "plain address", id="other scheme"),
        pytest.param({"api_url": "salto.example"}, "plain address", id="no scheme"),
        pytest.param({"api_url": "https://[::1"}, "not a web address", id="not an address"),
        pytest.param({"api_url": "https://xn--"}, "not a web address", id="no letters in a coded name"),
        pytest.param({"api_url": "https://api..example"}, "not a web address", id="an empty label"),
        pytest.param({"api_url": "https://https://api.example"}, "not a web address", id="two schemes"),
        pytest.param({"rate_per_second": 0}, "rate_per_second must be more than 0", id="no rate"),
        pytest.param({"rate_per_second": float("nan")}, "rate_per_second must be", id="rate not a number"),
        pytest.param({"at_once": 0}, "at_once must be 1 or more", id="none at once"),
    ],
)
def test_a_wrong_field_is_named_with_its_connection(make_account: Make, fields: dict, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        make_account(URL, **fields)
    assert str(caught.value).startswith("Connection 'main': ")
    assert named in str(caught.value)
    assert "planted" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080/"])
def test_http_is_allowed_on_this_very_machine(make_account: Make, url: str) -> None:
    account = make_account(url)
    assert account.is_loopback
    assert account.hosts() == Hosts(url.rstrip("/"), url.rstrip("/"))


def test_https_is_allowed_anywhere_and_is_not_loopback(make_account: Make) -> None:
    assert not make_account(URL).is_loopback


def test_one_host_elsewhere_is_not_loopback(make_account: Make) -> None:
    assert not make_account("http://127.0.0.1:8080", identity_url=URL).is_loopback


@pytest.mark.parametrize(
    ("environment", "api"),
    [
        (Environment.ACCEPT, "https://clp-accept-user.my-clay.com"),
        (Environment.PRODUCTION, "https://connect.my-clay.com"),
    ],
)
def test_known_environments_bring_their_hosts(make_account: Make, environment: Environment, api: str) -> None:
    account = make_account("", environment=environment)
    assert account.hosts().api == api
    assert account.hosts().identity.startswith("https://identity")


def test_repr_and_key_hold_nothing_secret(make_account: Make) -> None:
    account = make_account(URL, refresh_token="planted-refresh")
    assert "planted" not in f"{account!r} {account} {account.key}"
    assert "pipeline" not in repr(account)


def test_key_is_the_budget_of_one_user_of_one_client_on_one_host(make_account: Make) -> None:
    plain = make_account(URL)
    assert plain.key == make_account(URL, name="other", password="changed", client_secret="changed").key
    others = [make_account("https://b.example"), make_account(URL, client_id="b"), make_account(URL, username="b")]
    assert len({plain.key, *(other.key for other in others)}) == 4


def test_key_tells_refresh_token_connections_apart(make_account: Make) -> None:
    fields = {"grant": "refresh_token", "username": None, "password": None, "refresh_token": "planted"}
    assert make_account(URL, **fields).key != make_account(URL, **fields, name="other").key
