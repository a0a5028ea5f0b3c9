from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest

from net.rig import Dial
from saltoks.core.errors import SaltoksError, SignInFailed, Throttled, Unavailable, UnexpectedAnswer
from saltoks.net.auth import PasswordToken


class Office:
    """Gives tokens t1, t2, … for an hour and takes the newest only; notes the forms."""

    def __init__(self, *, takes_refresh: bool = True) -> None:
        self.forms: list[dict[str, str]] = []
        self.takes_refresh = takes_refresh

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/token":
            form = {key: values[0] for key, values in parse_qs(request.read().decode()).items()}
            self.forms.append(form)
            if form["grant_type"] == "refresh_token" and not self.takes_refresh:
                return httpx.Response(400, json={"error": "invalid_grant"})
            count = len(self.forms)
            return httpx.Response(
                200, json={"access_token": f"t{count}", "expires_in": 3600, "refresh_token": f"r{count}"}
            )
        known = request.headers["Authorization"] == f"Bearer t{len(self.forms)}"
        return httpx.Response(200 if known else 401, json={})

    @property
    def grants(self) -> list[str]:
        return [form["grant_type"] for form in self.forms]


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2031, 3, 3, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def signed(clock: Clock) -> PasswordToken:
    return PasswordToken("booking", "/token", username="pipe", password="planted&pass", now=clock)


def test_one_token_serves_until_it_is_about_to_expire_and_is_then_refreshed(dial: Dial) -> None:
    """F50"""
    clock, office = Clock(), Office()
    rest, _ = dial(office, auth=signed(clock))
    for _ in range(3):
        rest.get("x", what="read")
    clock.at += timedelta(minutes=58, seconds=59)
    rest.get("x", what="read")
    assert office.grants == ["password"]
    clock.at += timedelta(seconds=1)
    rest.get("x", what="read")
    assert office.forms[0] == {"grant_type": "password", "username": "pipe", "password": "planted&pass"}
    assert office.forms[1] == {"grant_type": "refresh_token", "refresh_token": "r1"}
    assert rest.calls.per_route["POST /token"] == 2


def test_a_refresh_token_that_is_refused_falls_back_to_the_password(dial: Dial) -> None:
    clock, office = Clock(), Office(takes_refresh=False)
    rest, _ = dial(office, auth=signed(clock))
    rest.get("x", what="read")
    clock.at += timedelta(hours=2)
    rest.get("x", what="read")
    assert office.grants == ["password", "refresh_token", "password"]


def test_a_withdrawn_token_is_replaced_once(dial: Dial) -> None:
    office = Office()
    rest, line = dial(office, auth=signed(Clock()))
    rest.get("x", what="read")
    office.forms.append({"grant_type": "somebody else"})
    rest.get("x", what="read")
    assert [request.url.path for request in line.requests].count("/token") == 2


def test_a_second_factor_goes_along(dial: Dial) -> None:
    office = Office()
    auth = PasswordToken("booking", "/token", username="u", password="p", now=Clock(), one_time=lambda: "123456")
    rest, _ = dial(office, auth=auth)
    rest.get("x", what="read")
    assert office.forms[0]["totp"] == "123456"


@pytest.mark.parametrize(
    ("answer", "kind", "requests"),
    [
        pytest.param(httpx.Response(400, json={"error": "invalid_grant"}), SignInFailed, 1, id="refused"),
        pytest.param(httpx.Response(401), SignInFailed, 1, id="unauthorised"),
        pytest.param(httpx.Response(429, headers={"Retry-After": "90"}), Throttled, 1, id="throttled"),
        pytest.param(httpx.Response(503), Unavailable, 4, id="down"),
        pytest.param(httpx.Response(200, json={"token": "x"}), UnexpectedAnswer, 1, id="no token"),
    ],
)
def test_a_sign_in_that_fails_says_so_without_the_secret(
    dial: Dial, answer: httpx.Response, kind: type[SaltoksError], requests: int
) -> None:
    rest, line = dial(lambda _: answer, auth=signed(Clock()))
    with pytest.raises(kind) as caught:
        rest.get("x", what="read")
    assert "Could not sign in (source 'booking')" in str(caught.value)
    assert "planted" not in str(caught.value)
    assert len(line.requests) == requests


def test_a_lost_line_while_signing_in_is_tried_again(dial: Dial) -> None:
    office, lost = Office(), [True]

    def answer(request: httpx.Request) -> httpx.Response:
        if lost and request.url.path == "/token":
            lost.clear()
            raise httpx.ReadTimeout("planted", request=request)
        return office(request)

    rest, line = dial(answer, auth=signed(Clock()))
    rest.get("x", what="read")
    assert len(line.requests) == 3
