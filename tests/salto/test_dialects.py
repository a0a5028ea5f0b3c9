from __future__ import annotations

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
    TryAgain,
    Unavailable,
    UnexpectedAnswer,
)
from saltoks.net.answers.errors import About, error_for
from saltoks.net.answers.quotes import QUOTE_LENGTH
from saltoks.net.calls import SIGN_IN
from saltoks.salto.dialects import CONNECT, IDENTITY
from saltoks.salto.sign_in import TOKEN_ROUTE

WHAT = "list the users (connection 'main')"
LIST = About("list the users", "connection 'main'", CONNECT)
SIGNING_IN = About("sign in", "connection 'main'", IDENTITY)


def answered(
    status: int,
    *,
    method: str = "GET",
    route: str = "/v1.2/sites",
    grant: str = "password",
    **answer: object,
) -> httpx.Response:
    signs_in = {SIGN_IN: grant} if route == TOKEN_ROUTE else {}
    request = httpx.Request(method, "https://salto.example/x", extensions={"route": route, **signs_in})
    return httpx.Response(status, request=request, **answer)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        pytest.param(400, {"ErrorCode": "1100", "Message": "Bad."}, Refused, "by its UUID", id="F10 site UID"),
        pytest.param(400, {"ErrorCode": "1101", "Message": "Day"}, Refused, "1101 (Day)", id="bad value"),
        pytest.param(400, {"ErrorCode": "2210"}, Refused, "not released", id="not released"),
        pytest.param(405, None, Refused, "asking again cannot help", id="method"),
        pytest.param(409, {"ErrorCode": "9"}, Refused, "409 9", id="conflict"),
        pytest.param(415, None, Refused, "answered 415", id="media type"),
        pytest.param(422, None, Refused, "answered 422", id="other 4xx"),
        pytest.param(401, None, SignInFailed, "still a member", id="token refused twice"),
        pytest.param(403, {"ErrorCode": "2203"}, NotPermitted, "rights of a Site Admin", id="F23 rights"),
        pytest.param(403, {"ErrorCode": "2212"}, NotPermitted, "subscription has ended", id="subscription"),
        pytest.param(404, {"ErrorCode": "2202", "Message": "User not found"}, NotThere, "gone", id="gone"),
        pytest.param(429, None, Throttled, "lower the connection's rate", id="throttled"),
        pytest.param(408, None, Unavailable, "try again later", id="request timeout"),
        pytest.param(500, {"ErrorCode": "2201"}, Unavailable, "500 2201", id="internal"),
        pytest.param(503, None, Unavailable, "status.saltoks.com", id="outage"),
        pytest.param(302, None, UnexpectedAnswer, "not followed", id="redirect"),
    ],
)
def test_each_status_has_its_error(status: int, body: object, kind: type[SaltoksError], words: str) -> None:
    error = error_for(answered(status, json=body) if body else answered(status), LIST)
    assert type(error) is kind
    assert str(error).startswith(f"Could not {WHAT}: Salto KS answered {status}")
    assert words in str(error)


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        pytest.param(400, "invalid_client", SignInFailed, "belong to this environment", id="F19 F22 client 400"),
        pytest.param(401, "invalid_client", SignInFailed, "without spaces", id="F18 client 401"),
        pytest.param(401, None, SignInFailed, "not expired", id="F20 F22 401 without a word"),
        pytest.param(400, "invalid_grant", SignInFailed, "user name and the password", id="user"),
        pytest.param(400, "invalid_scope", SignInFailed, "scope", id="scope"),
        pytest.param(400, "unauthorized_client", SignInFailed, "may not use this grant", id="grant"),
        pytest.param(400, "unsupported_grant_type", SignInFailed, "may not use this grant", id="server grant"),
        pytest.param(400, "new_error", SignInFailed, "check the grant and the client", id="unknown error"),
        pytest.param(400, None, UnexpectedAnswer, "not an answer of an identity server", id="400 without a word"),
        pytest.param(302, None, UnexpectedAnswer, "not an answer of an identity server", id="redirect"),
        pytest.param(403, None, NotPermitted, "firewall", id="403"),
        pytest.param(404, None, Unavailable, "down or its address is wrong", id="measured outage"),
        pytest.param(503, None, Unavailable, "down", id="outage"),
        pytest.param(429, None, Throttled, "wait", id="throttled"),
    ],
)
def test_each_refused_sign_in_says_what_to_check(
    status: int, body: str | None, kind: type[SaltoksError], words: str
) -> None:
    content = {"json": {"error": body}} if body else {"content": b"<html>"}
    error = error_for(answered(status, method="POST", route=TOKEN_ROUTE, **content), SIGNING_IN)
    assert type(error) is kind
    assert error.code == body
    assert words in str(error)
    assert not getattr(error, "sent", False)


def test_a_refused_refresh_token_is_named_as_such() -> None:
    response = answered(400, route=TOKEN_ROUTE, grant="refresh_token", json={"error": "invalid_grant"})
    assert "refresh token is used up" in str(error_for(response, SIGNING_IN))


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"ErrorCode": "2202"}, "2202"),
        ({"ErrorCode": 2202}, "2202"),
        ({"errorCode": 2202}, "2202"),
        ({"ErrorCode": None, "Message": None}, None),
        ({"ErrorCode": {"a": 1}}, None),
        ({"title": "Forbidden", "status": 404}, None),
        (["2202"], None),
        ("2202", None),
    ],
)
def test_the_code_is_text_in_every_error_shape(body: object, code: str | None) -> None:
    assert error_for(answered(404, json=body), LIST).code == code


@pytest.mark.parametrize("content", [b"", b"<html>", b"{", b"\xff\xfe", b"\x80"])
def test_a_body_that_is_no_json_still_gives_the_error_of_its_status(content: bytes) -> None:
    assert isinstance(error_for(answered(404, content=content), LIST), NotThere)


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"title": "Not Found", "status": 404}'])
def test_a_404_without_a_code_of_salto_says_what_is_not_known(content: bytes) -> None:
    """salto-ks §1.1: whole outages answer so, on every path."""
    error = error_for(answered(404, content=content), LIST)
    assert type(error) is MaybeGone
    assert isinstance(error, TryAgain)
    assert "whether this is gone is not known" in str(error)
    assert "never there" not in str(error)


def test_a_403_without_a_code_may_be_anybodys() -> None:
    text = str(error_for(answered(403, content=b"<html>blocked</html>"), LIST))
    assert (
        "a firewall or proxy may have answered; if it was Salto KS, give the user of this connection the rights" in text
    )


def test_an_activation_that_is_only_begun_is_told_by_its_word() -> None:
    """salto-ks §2.5: which code goes with it was not recorded."""
    for code in ("3102", "2203", None):
        text = str(error_for(answered(403, json={"ErrorCode": code, "Message": "pin_not_changed"}), LIST))
        assert "begun and not confirmed: do so with `saltoks iq confirm`" in text
        assert "20 minutes" not in text


def test_the_title_of_a_problem_document_is_quoted() -> None:
    assert "(Forbidden)" in str(error_for(answered(403, json={"title": "Forbidden", "type": "x"}), LIST))


def test_a_quote_is_short_and_without_emails() -> None:
    text = "Email 'anna.planted@guest.example' and <b@planted.example>\n is not valid " + "x" * 500
    message = str(error_for(answered(400, json={"ErrorCode": "1101", "Message": text}), LIST))
    assert "planted" not in message
    assert "@" not in message
    assert "\n" not in message
    assert "x" * 20 in message
    assert "x" * QUOTE_LENGTH not in message


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("-3", None),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    headers = {"Retry-After": value, "Date": "Fri, 20 Nov 2026 12:00:00 GMT"}
    error = error_for(answered(429, headers=headers), LIST)
    assert isinstance(error, Throttled)
    assert error.retry_after == seconds


def test_retry_after_as_a_date_needs_the_servers_own_date() -> None:
    error = error_for(answered(429, headers={"Retry-After": "Fri, 20 Nov 2026 12:00:30 GMT"}), LIST)
    assert isinstance(error, Throttled)
    assert error.retry_after is None


@pytest.mark.parametrize(("method", "sent"), [("GET", False), ("POST", True), ("DELETE", True)])
def test_a_failed_server_may_have_carried_a_write_out(method: str, sent: bool) -> None:
    error = error_for(answered(500, method=method), LIST)
    assert isinstance(error, Unavailable)
    assert error.sent is sent
    assert ("may have been carried out" in str(error)) is sent
