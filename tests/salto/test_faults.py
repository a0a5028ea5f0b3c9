"""What the client makes of a server that fails, over HTTP against the sandbox."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from saltoks.core.errors import (
    MaybeGone,
    NotPermitted,
    NotThere,
    Refused,
    SaltoksError,
    SignInFailed,
    Throttled,
    Unavailable,
    UnexpectedAnswer,
)
from saltoks.salto.account import Account
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import NewUser
from saltoks.sandbox.salto.admin.client import Fault

USERS = "GET /v1.2/sites/*/users"
CREATE = "POST /v1.2/sites/*/users"
MEMBERS = "PATCH /v1.2/sites/*/access_groups/*/users"
TOKEN = "POST /connect/token"
Make = Callable[..., Account]


@pytest.mark.parametrize(
    ("fault", "kind", "asked"),
    [
        pytest.param(Fault("status", status=400), Refused, 1, id="400"),
        pytest.param(Fault("status", status=401), SignInFailed, 2, id="401"),
        pytest.param(Fault("status", status=403), NotPermitted, 1, id="F23 403"),
        pytest.param(Fault("status", status=404), NotThere, 1, id="404"),
        pytest.param(Fault("status", status=405), Refused, 1, id="405"),
        pytest.param(Fault("status", status=415), Refused, 1, id="415"),
        pytest.param(Fault("status", status=429), Throttled, 4, id="429"),
        pytest.param(Fault("status", status=429, retry_after=7), Throttled, 4, id="429 with a time"),
        pytest.param(Fault("status", status=500), Unavailable, 4, id="500"),
        pytest.param(Fault("status", status=503), Unavailable, 4, id="503"),
        pytest.param(Fault("outage"), MaybeGone, 1, id="outage"),
        pytest.param(Fault("cut_before"), Unavailable, 4, id="cut before"),
        pytest.param(Fault("cut_after"), Unavailable, 4, id="cut after"),
        pytest.param(Fault("hang", seconds=0.05), Unavailable, 4, id="hang"),
        pytest.param(Fault("empty_body"), UnexpectedAnswer, 1, id="empty body"),
        pytest.param(Fault("garbage"), UnexpectedAnswer, 1, id="garbage"),
    ],
)
def test_a_read_that_fails(salto, site_id, sandbox, fault: Fault, kind: type[SaltoksError], asked: int) -> None:
    sandbox.admin.forget_calls()
    sandbox.admin.faults(_on(fault, USERS))
    with pytest.raises(SaltoksError) as caught:
        salto.users(site_id)
    assert type(caught.value) is kind
    assert "list the users of the site (connection 'main')" in str(caught.value)
    assert sandbox.admin.count()["GET /v1.2/sites/{site_id}/users"] == asked
    assert not getattr(caught.value, "sent", False)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", status=503),
        Fault("status", status=429),
        Fault("status", status=429, retry_after=3),
        Fault("cut_before"),
        Fault("cut_after"),
    ],
    ids=["503", "429", "429 with a time", "cut before", "cut after"],
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_read_gets_over_a_short_failure(salto, site_id, sandbox, naps, fault: Fault, times: int) -> None:
    users = salto.users(site_id)
    sandbox.admin.faults(_on(fault, USERS, times=times))
    assert salto.users(site_id) == users
    assert len([nap for nap in naps if nap > 0.4]) >= times
    assert salto.calls.retries == times


def test_a_failure_on_a_later_page_is_got_over_without_a_gap(make_account: Make, sandbox, site_id, clock, naps) -> None:
    """T2."""
    with SaltoKs(make_account(sandbox.url), now=clock, sleep=naps, page_size=2) as salto:
        users = salto.users(site_id)
        sandbox.admin.faults(Fault("status", USERS, status=503, skip=1, times=2))
        assert salto.users(site_id) == users
        sandbox.admin.faults(Fault("status", USERS, status=503, skip=1))
        with pytest.raises(Unavailable):
            salto.users(site_id)


@pytest.mark.parametrize(
    ("kind", "created"), [("cut_before", 0), ("cut_after", 1)], ids=["before acting", "after acting"]
)
def test_a_create_that_was_cut_is_never_repeated(salto, site_id, sandbox, kind, created: int) -> None:
    role = next(role.id for role in salto.roles(site_id) if role.code == "site_user")
    before = {user.id for user in salto.users(site_id)}
    sandbox.admin.faults(Fault(kind, CREATE, times=1))
    with pytest.raises(Unavailable) as caught:
        salto.create_user(site_id, NewUser("Cut", "Off", None, [role]))
    assert caught.value.sent is True
    assert salto.calls.per_route["POST /v1.2/sites/{site_id}/users"] == 1
    new = {user.id for user in salto.users(site_id)} - before
    assert len(new) == created
    for user_id in new:
        salto.delete_user(site_id, user_id)


def test_a_throttled_create_is_repeated_and_creates_once(salto, site_id, sandbox) -> None:
    role = next(role.id for role in salto.roles(site_id) if role.code == "site_user")
    before = len(salto.users(site_id))
    sandbox.admin.faults(Fault("status", CREATE, status=429, times=2))
    user = salto.create_user(site_id, NewUser("Slowed", "Down", None, [role]))
    assert len(salto.users(site_id)) == before + 1
    salto.delete_user(site_id, user.id)


@pytest.mark.parametrize("kind", ["cut_before", "cut_after", "garbage", "empty_body"])
def test_a_change_of_members_gets_over_a_cut(salto, site_id, sandbox, kind) -> None:
    group = salto.groups(site_id)[0].id
    everybody = [member.id for member in salto.members(site_id, group)]
    sandbox.admin.faults(Fault(kind, MEMBERS, times=1))
    salto.change_members(site_id, group, add=[], remove=everybody)
    assert salto.members(site_id, group) == []
    salto.change_members(site_id, group, add=everybody, remove=[])


def test_a_delete_that_was_cut_after_acting_is_done(salto, site_id, sandbox) -> None:
    """T22: the repeat finds nobody, which is what was wanted."""
    role = next(role.id for role in salto.roles(site_id) if role.code == "site_user")
    user = salto.create_user(site_id, NewUser("Soon", "Gone", None, [role]))
    sandbox.admin.faults(Fault("cut_after", "DELETE *", times=1))
    salto.delete_user(site_id, user.id)
    with pytest.raises(NotThere):
        salto.user(site_id, user.id)


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"client_id": "planted-unknown"}, "client id and client secret belong to this environment"),
        ({"client_secret": "planted-wrong"}, "client id and client secret belong to this environment"),
        ({"password": "planted-wrong"}, "user name and the password"),
        ({"username": "planted@nobody.example"}, "user name and the password"),
        ({"grant": "refresh_token", "refresh_token": "planted-wrong"}, "refresh token is used up"),
    ],
    ids=["client id", "client secret", "password", "user", "refresh token"],
)
def test_a_wrong_credential_is_named(
    make_account: Make, sandbox, clock, naps, fields: dict, words: str, status: int
) -> None:
    """F18–F20, F22."""
    sandbox.admin.options(invalid_client_status=status)
    with (
        SaltoKs(make_account(sandbox.url, **fields), now=clock, sleep=naps) as salto,
        pytest.raises(SignInFailed, match=words) as caught,
    ):
        salto.sites()
    assert "planted" not in str(caught.value)
    assert sandbox.admin.count() == {"POST /connect/token": 1}
    sandbox.admin.options(invalid_client_status=400)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("outage"), Unavailable),
        (Fault("status", status=503), Unavailable),
        (Fault("cut_before"), Unavailable),
        (Fault("cut_after"), Unavailable),
        (Fault("status", status=429), Throttled),
        (Fault("garbage"), UnexpectedAnswer),
        (Fault("empty_body"), UnexpectedAnswer),
    ],
    ids=["outage", "503", "cut before", "cut after", "429", "garbage", "empty body"],
)
def test_an_identity_server_that_fails(make_account: Make, sandbox, clock, naps, fault, kind) -> None:
    sandbox.admin.faults(_on(fault, TOKEN))
    with (
        SaltoKs(make_account(sandbox.url), now=clock, sleep=naps) as salto,
        pytest.raises(SaltoksError) as caught,
    ):
        salto.add_member("s", "g", "u")
    assert type(caught.value) is kind
    assert not getattr(caught.value, "sent", False)
    assert set(sandbox.admin.count()) == {"POST /connect/token"}


def test_a_token_that_expires_by_our_clock_is_renewed_before_use(salto, sandbox, clock) -> None:
    salto.sites()
    clock.move(3541)
    salto.sites()
    assert [call.status for call in sandbox.admin.calls()] == [200] * 4
    assert salto.calls.token_requests == 2


def test_a_token_that_expires_by_their_clock_only_is_renewed_on_refusal(salto, sandbox) -> None:
    salto.sites()
    sandbox.admin.advance(3601)
    salto.sites()
    assert [call.status for call in sandbox.admin.calls()] == [200, 200, 401, 200, 200]


def test_tokens_withdrawn_in_mid_run_are_renewed_also_for_writes(salto, sandbox, site_id) -> None:
    group = salto.groups(site_id)[0].id
    member = salto.members(site_id, group)[0].id
    sandbox.admin.revoke_tokens()
    salto.add_member(site_id, group, member)
    assert salto.calls.token_requests == 2


def test_refresh_tokens_are_used_up_and_stored_as_they_change(make_account: Make, sandbox, clock, naps) -> None:
    stored: dict[str, list[str]] = {}

    class Store:
        def load(self, account_key: str) -> str | None:
            return stored[account_key][-1] if account_key in stored else None

        def save(self, account_key: str, refresh_token: str) -> None:
            stored.setdefault(account_key, []).append(refresh_token)

    fields = {"grant": "refresh_token", "username": None, "password": None}
    account = make_account(sandbox.url, **fields, refresh_token=_first_refresh_token(sandbox.url))
    for _ in range(3):
        with SaltoKs(account, now=clock, sleep=naps, tokens=Store()) as salto:
            assert len(salto.sites()) == 2
    assert len(set(stored[account.key])) == 3


def test_the_default_rate_stays_below_the_servers_limit(make_account: Make, sandbox, clock) -> None:
    """T36."""
    sandbox.admin.options(rate_per_second=8)
    account = make_account(sandbox.url, rate_per_second=4.0, at_once=3)
    began = time.monotonic()
    with SaltoKs(account, now=clock) as salto, ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: salto.sites(), range(5)))
    assert time.monotonic() - began >= 5 / 4 - 0.05
    assert {call.status for call in sandbox.admin.calls()} == {200}
    assert salto.calls.seconds_waited > 1


def test_a_rate_above_the_servers_limit_is_slowed_down_by_it(make_account: Make, sandbox, clock) -> None:
    """T36: with the wait the server tells, every answer comes in the end."""
    sandbox.admin.options(rate_per_second=8)
    with SaltoKs(make_account(sandbox.url), now=clock) as salto:
        assert all(len(salto.sites()) == 2 for _ in range(10))
    assert 429 in {call.status for call in sandbox.admin.calls()}


def test_a_proxy_of_the_machine_is_not_used_on_loopback(
    make_account: Make, sandbox, clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        with SaltoKs(make_account(sandbox.url), now=clock) as salto:
            assert len(salto.sites()) == 2


def _on(fault: Fault, route: str, times: int | None = None) -> Fault:
    return Fault(fault.kind, route, fault.status, fault.retry_after, times, seconds=fault.seconds)


def _first_refresh_token(url: str) -> str:
    form = {
        "grant_type": "password",
        "username": "pipeline+doors@saltoks.example",
        "password": "planted password",
        "scope": "user_api.full_access offline_access",
    }
    client = ("saltoks-test", "planted-client-secret")
    answer = httpx.post(f"{url}/connect/token", data=form, auth=client, trust_env=False)
    return str(answer.raise_for_status().json()["refresh_token"])


def test_a_404_of_an_outage_is_no_removal(salto, site_id, sandbox) -> None:
    """T22: whether somebody is gone is asked again, not taken for granted."""
    role = next(role.id for role in salto.roles(site_id) if role.code == "site_user")
    user = salto.create_user(site_id, NewUser("Still", "There", None, [role]))
    sandbox.admin.faults(Fault("outage", "DELETE *"))
    with pytest.raises(MaybeGone, match="whether this is gone is not known"):
        salto.delete_user(site_id, user.id)
    sandbox.admin.faults()
    assert salto.user(site_id, user.id).id == user.id
