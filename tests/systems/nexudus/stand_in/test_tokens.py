"""Who may ask the sandbox: tokens by form, refresh tokens, Basic, roles (booking-systems §2.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pyotp
import pytest

from saltoks.systems.nexudus.stand_in import NexudusAdmin, load_world

USER, PASSWORD = "pipeline@house.example", "house-password"
FORM = {"grant_type": "password", "username": USER, "password": PASSWORD}
BOOKINGS = "/api/spaces/bookings"


def test_a_token_is_given_for_a_form(anyone: httpx.Client) -> None:
    grant = anyone.post("/api/token", data=FORM).json()
    assert (grant["token_type"], grant["expires_in"]) == ("bearer", 604799)
    answer = anyone.get(BOOKINGS, headers={"Authorization": f"Bearer {grant['access_token']}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        pytest.param({"json": FORM}, "unsupported_grant_type", id="json"),
        pytest.param({"data": FORM | {"password": "x"}}, "invalid_grant", id="wrong password"),
        pytest.param({"data": FORM | {"grant_type": "implicit"}}, "unsupported_grant_type", id="other grant"),
        pytest.param({"data": FORM | {"username": "careful@house.example"}}, "two_factor_auth_check", id="no code"),
        pytest.param({"data": {"grant_type": "refresh_token", "refresh_token": "x"}}, "invalid_grant", id="refresh"),
    ],
)
def test_no_token_is_given_for_anything_else(anyone: httpx.Client, sent: dict[str, Any], error: str) -> None:
    answer = anyone.post("/api/token", **sent)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_a_second_factor_goes_by_the_clock_of_the_house(anyone: httpx.Client) -> None:
    (careful,) = [user for user in load_world("house").users if user.totp_secret]
    at = load_world("house").at
    assert careful.totp_secret is not None
    assert at is not None
    code = pyotp.TOTP(careful.totp_secret).at(at)
    form = {"grant_type": "password", "username": careful.username, "password": careful.password, "totp": code}
    assert anyone.post("/api/token", data=form).status_code == 200


def test_a_refresh_token_serves_once_and_wants_the_user_as_client_id(anyone: httpx.Client) -> None:
    grant = anyone.post("/api/token", data=FORM).json()
    form = {"grant_type": "refresh_token", "refresh_token": grant["refresh_token"]}
    assert anyone.post("/api/token", data=form, headers={"client_id": USER}).status_code == 200
    assert anyone.post("/api/token", data=form, headers={"client_id": USER}).status_code == 400
    other = anyone.post("/api/token", data=FORM).json()
    form = {"grant_type": "refresh_token", "refresh_token": other["refresh_token"]}
    assert anyone.post("/api/token", data=form).status_code == 400


def test_a_token_ends_with_its_time_and_when_it_is_withdrawn(
    admin: NexudusAdmin, sign_in: Callable[..., httpx.Client]
) -> None:
    admin.options(token_seconds=60)
    api = sign_in()
    assert api.get(BOOKINGS).status_code == 200
    at = load_world("house").at
    assert at is not None
    admin.set_clock(at.replace(minute=1))
    assert api.get(BOOKINGS).status_code == 401
    api = sign_in()
    admin.revoke_tokens()
    assert api.get(BOOKINGS).status_code == 401


@pytest.mark.parametrize(
    ("auth", "status"),
    [((USER, PASSWORD), 200), ((USER, "x"), 401), (None, 401), (("careful@house.example", PASSWORD), 401)],
    ids=["right", "wrong", "none", "second factor"],
)
def test_basic_works_for_a_user_without_a_second_factor(
    anyone: httpx.Client, auth: tuple[str, str] | None, status: int
) -> None:
    assert anyone.get(BOOKINGS, auth=auth).status_code == status


@pytest.mark.parametrize(("path", "status"), [("visitors", 200), ("visitors/801", 200), ("bookings", 401)])
def test_a_missing_role_is_401(sign_in: Callable[..., httpx.Client], path: str, status: int) -> None:
    assert sign_in("visits@house.example").get(f"/api/spaces/{path}").status_code == status
