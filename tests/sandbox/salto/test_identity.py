"""Tokens: grants, errors, claims, expiry, the code flow and discovery."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from saltoks.sandbox.plain import TRUSTS_NOBODY
from saltoks.sandbox.salto.world import World
from sandbox.rig import BASIC, LOGIN, SCOPE, Rig, house

PASSWORD = {"grant_type": "password", "scope": SCOPE, **LOGIN}
VERIFIER = "a-verifier-that-is-long-enough-for-the-rules-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
AUTHORIZE = {
    "response_type": "code",
    "client_id": BASIC[0],
    "redirect_uri": "http://127.0.0.1/cb",
    "scope": f"{SCOPE} openid profile offline_access",
    "state": "xyz",
    "login_hint": LOGIN["username"],
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def token(rig: Rig, form: dict[str, str], auth: tuple[str, str] = BASIC) -> httpx.Response:
    return httpx.post(f"{rig.url}/connect/token", data=form, auth=auth, verify=TRUSTS_NOBODY)


def works(rig: Rig, access_token: str) -> bool:
    answer = httpx.get(f"{rig.url}/v1.2/me", headers={"Authorization": f"Bearer {access_token}"}, verify=TRUSTS_NOBODY)
    return answer.status_code == 200


def claims(access_token: str) -> dict[str, object]:
    part = access_token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))


def test_a_password_gives_a_bearer_token_for_an_hour(rig: Rig) -> None:
    answer = token(rig, PASSWORD)
    assert answer.status_code == 200
    body = answer.json()
    assert {k: body[k] for k in ("expires_in", "token_type", "scope")} == {
        "expires_in": 3600,
        "token_type": "Bearer",
        "scope": SCOPE,
    }
    assert "refresh_token" not in body
    assert works(rig, body["access_token"])


def test_a_token_carries_the_measured_claims(rig: Rig) -> None:
    found = claims(token(rig, PASSWORD).json()["access_token"])
    assert found["iss"] == rig.url
    assert found["aud"] == "user_api"
    assert found["scope"] == [SCOPE]
    assert found["client_id"] == BASIC[0]
    assert found["amr"] == ["password"]
    assert found["exp"] == int(str(found["iat"])) + 3600


def test_the_subject_is_neither_of_the_two_user_ids(rig: Rig) -> None:
    subject = claims(token(rig, PASSWORD).json()["access_token"])["sub"]
    me = rig.ok("GET", "/me")
    assert subject not in (me["id"], me["user"]["id"])


@pytest.mark.parametrize(
    ("changes", "auth", "expected"),
    [
        pytest.param({}, ("nobody", "x"), (400, "invalid_client"), id="unknown client"),
        pytest.param({}, (BASIC[0], "wrong"), (400, "invalid_client"), id="wrong client secret"),
        pytest.param({"username": "x@y.z"}, BASIC, (400, "invalid_grant"), id="unknown user"),
        pytest.param({"password": "wrong"}, BASIC, (400, "invalid_grant"), id="wrong password"),
        pytest.param({"scope": f"{SCOPE} openid"}, BASIC, (400, "invalid_scope"), id="openid by password"),
        pytest.param({"scope": "core_api.full"}, BASIC, (400, "invalid_scope"), id="another api's scope"),
        pytest.param({"scope": ""}, BASIC, (400, "invalid_scope"), id="no scope"),
        pytest.param({"grant_type": "magic"}, BASIC, (400, "unsupported_grant_type"), id="unknown grant"),
        pytest.param(
            {"grant_type": "refresh_token", "refresh_token": "x"}, BASIC, (400, "invalid_grant"), id="bad refresh"
        ),
        pytest.param({"grant_type": "authorization_code", "code": "x"}, BASIC, (400, "invalid_grant"), id="bad code"),
    ],
)
def test_refusals(rig: Rig, changes: dict[str, str], auth: tuple[str, str], expected: tuple[int, str]) -> None:
    answer = token(rig, PASSWORD | changes, auth)
    assert (answer.status_code, answer.json()["error"]) == expected


def test_invalid_client_can_be_401(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house(invalid_client_status=401))
    assert token(rig, PASSWORD, ("nobody", "x")).status_code == 401


def test_a_client_may_only_use_its_grants(rig: Rig) -> None:
    answer = httpx.post(f"{rig.url}/connect/token", data=PASSWORD | {"client_id": "house-app"}, verify=TRUSTS_NOBODY)
    assert answer.json() == {"error": "unauthorized_client"}


def test_a_refresh_token_works_once_and_is_replaced(rig: Rig) -> None:
    first = token(rig, PASSWORD | {"scope": f"{SCOPE} offline_access"}).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = token(rig, form).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert works(rig, second["access_token"])
    assert token(rig, form).json() == {"error": "invalid_grant"}
    form["refresh_token"] = second["refresh_token"]
    assert token(rig, form).status_code == 200


def test_a_refresh_token_stays_without_rotation(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house(rotate_refresh_tokens=False))
    first = token(rig, PASSWORD | {"scope": f"{SCOPE} offline_access"}).json()
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    assert [token(rig, form).json()["refresh_token"] for _ in range(2)] == [first["refresh_token"]] * 2


def authorize(rig: Rig, **changes: str | None) -> dict[str, str]:
    query = {name: text for name, text in (AUTHORIZE | changes).items() if text is not None}
    answer = httpx.get(f"{rig.url}/connect/authorize", params=query, verify=TRUSTS_NOBODY)
    assert answer.status_code == 302
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == "http://127.0.0.1/cb"
    return {name: texts[0] for name, texts in parse_qs(location.query).items()}


def code_form(code: str, **changes: str) -> dict[str, str]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1/cb"}
    return form | {"code_verifier": VERIFIER} | changes


def test_the_code_flow_gives_access_and_refresh_tokens_once(rig: Rig) -> None:
    answer = authorize(rig)
    assert answer["state"] == "xyz"
    body = token(rig, code_form(answer["code"])).json()
    assert works(rig, body["access_token"])
    assert body["refresh_token"]
    assert token(rig, code_form(answer["code"])).json() == {"error": "invalid_grant"}


def test_a_public_client_needs_pkce(rig: Rig) -> None:
    assert authorize(rig, client_id="house-app", code_challenge=None)["error"] == "invalid_request"
    scope = f"{SCOPE} openid"
    code = authorize(rig, client_id="house-app", scope=scope)["code"]
    form = code_form(code, client_id="house-app")
    answer = httpx.post(f"{rig.url}/connect/token", data=form, verify=TRUSTS_NOBODY)
    assert works(rig, answer.json()["access_token"])


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"code_verifier": "another"}, id="wrong verifier"),
        pytest.param({"redirect_uri": "http://127.0.0.1/else"}, id="another redirect address"),
    ],
)
def test_a_code_is_bound_to_its_request(rig: Rig, changes: dict[str, str]) -> None:
    form = code_form(authorize(rig)["code"], **changes)
    assert token(rig, form).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="plain challenge"),
        pytest.param({"login_hint": "x@y.z"}, "login_required", id="unknown account"),
        pytest.param({"login_hint": None}, "login_required", id="which account"),
        pytest.param({"scope": "everything"}, "invalid_scope", id="unknown scope"),
        pytest.param({"response_type": "token"}, "unsupported_response_type", id="implicit flow"),
    ],
)
def test_authorize_reports_errors_to_the_redirect_address(
    rig: Rig, changes: dict[str, str | None], expected: str
) -> None:
    assert authorize(rig, **changes)["error"] == expected


def test_authorize_never_redirects_to_an_unregistered_address(rig: Rig) -> None:
    query = AUTHORIZE | {"redirect_uri": "http://evil.example/cb"}
    assert httpx.get(f"{rig.url}/connect/authorize", params=query, verify=TRUSTS_NOBODY).status_code == 400


def test_discovery_names_this_server(rig: Rig) -> None:
    found = httpx.get(f"{rig.url}/.well-known/openid-configuration", verify=TRUSTS_NOBODY).json()
    assert found["token_endpoint"] == f"{rig.url}/connect/token"
    assert found["authorization_endpoint"] == f"{rig.url}/connect/authorize"
    assert {"password", "refresh_token", "authorization_code"} <= set(found["grant_types_supported"])


def test_a_token_ends_with_the_sandbox_clock(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house())
    rig.admin.set_clock(rig.admin.now(), frozen=True)
    access = token(rig, PASSWORD).json()["access_token"]
    rig.admin.advance(timedelta(minutes=59, seconds=59).total_seconds())
    assert works(rig, access)
    rig.admin.advance(1)
    assert not works(rig, access)


def test_revoked_tokens_are_invalid_at_once(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house())
    body = token(rig, PASSWORD | {"scope": f"{SCOPE} offline_access"}).json()
    form = {"grant_type": "refresh_token", "refresh_token": body["refresh_token"]}
    rig.admin.revoke_tokens()
    assert not works(rig, body["access_token"])
    refreshed = token(rig, form).json()
    assert works(rig, refreshed["access_token"])
    rig.admin.revoke_tokens(refresh=True)
    assert token(rig, form | {"refresh_token": refreshed["refresh_token"]}).json() == {"error": "invalid_grant"}
