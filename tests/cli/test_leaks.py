"""Servers that repeat a request in their errors: no secret of it comes out, in whatever form they repeat it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import unquote_plus

import pytest

from cli.conftest import Run, now
from net.servers import Asked, Reply, serving
from stage import Stage

CLIENT_SECRET = "Kq7/planted+client secret"
PASSWORD = 'Zw9 "planted" päss&word'
TOKEN = "eyJhbGciOiJub25lIn0.planted-access-token"
BOOKING_PASSWORD = "vL3-planted-desk-password"


def trace_of(text: str) -> list[str]:
    """What of a secret a text shows, as anybody would find it who looks for it."""
    basic = [f"{user}:{secret}" for user in ("stage-client", "desk") for secret in (CLIENT_SECRET, BOOKING_PASSWORD)]
    known = [
        CLIENT_SECRET,
        PASSWORD,
        TOKEN,
        BOOKING_PASSWORD,
        *(base64.b64encode(one.encode()).decode() for one in basic),
    ]
    shapes = [one for secret in known for one in (secret, json.dumps(secret)[1:-1])]
    plain = unquote_plus(text)
    return [one for one in shapes if one[:10] in text or one[:10] in plain or one[-10:] in plain]


ECHOES: dict[str, Callable[[Asked], str]] = {
    "whole": lambda asked: asked.whole,
    "decoded": lambda asked: unquote_plus(asked.whole),
    "one line": lambda asked: " ".join(asked.whole.split()),
    "header alone": lambda asked: f"bad header {asked.headers.get('Authorization')}",
    "start of the header": lambda asked: f"bad header {(asked.headers.get('Authorization') or '')[:22]}",
    "body alone": lambda asked: f"bad body {asked.body}",
    "body in base64": lambda asked: base64.b64encode(asked.body.encode()).decode(),
    "header decoded": lambda asked: _decoded(asked.headers.get("Authorization") or ""),
    "behind much": lambda asked: "x" * 90 + " " + (asked.headers.get("Authorization") or "") + asked.body,
}
FIELDS = ("Message", "error_description", "error", "ErrorCode", "title")


def _decoded(header: str) -> str:
    kind, _, text = header.partition(" ")
    return base64.b64decode(text).decode() if kind == "Basic" else header


def refusing(echo: Callable[[Asked], str], status: int, *, signs_in: bool) -> Callable[[Asked], Reply]:
    """A server that says of a request what it was, in every field that a client may read; tokens it may give."""

    def answer(asked: Asked) -> Reply:
        token = asked.path in ("/connect/token", "/api/token")
        if token and signs_in:
            body: dict[str, object] = {"access_token": TOKEN, "expires_in": 3600}
            return Reply(200, [json.dumps(body).encode()])
        return Reply(status, [json.dumps(dict.fromkeys(FIELDS, echo(asked))).encode()])

    return answer


@pytest.fixture
def everything_said(stage: Stage, run: Run, caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """What a sync says on the terminal, in its logs and in the warehouse."""

    def said() -> str:
        caplog.clear()
        printed = [run(*command, *now(stage)) for command in (["sync"], ["sync", "--json"])]
        checked = run("check")
        assert {one.code for one in [*printed, checked]} == {2}
        rows = json.dumps(stage.query("select * from ops.runs"), default=str)
        terminal = "".join(one.out + one.err for one in [*printed, checked])
        return terminal + rows + "".join(record.getMessage() for record in caplog.records)

    return said


@pytest.mark.parametrize("signs_in", [False, True], ids=["at the identity server", "at the API"])
@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES.keys())
def test_salto_repeats_the_request(
    stage: Stage,
    everything_said: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    echo: Callable[[Asked], str],
    signs_in: bool,
) -> None:
    with serving(refusing(echo, 400, signs_in=signs_in)) as url:
        made = dict(stage.connection(api_url=url, identity_url=url, user_password=PASSWORD)) | {
            "password": CLIENT_SECRET
        }
        monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(made))
        text = everything_said()
    assert "(connection 'stage')" in text
    assert trace_of(text) == []
    assert "pipeline" not in text


@pytest.mark.parametrize("system", ["nexudus", "ireserve"])
@pytest.mark.parametrize("signs_in", [False, True], ids=["at sign-in", "at a list"])
@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES.keys())
def test_a_booking_system_repeats_the_request(
    stage: Stage,
    everything_said: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    echo: Callable[[Asked], str],
    signs_in: bool,
    system: str,
) -> None:
    source = {"system": system, "name": "house", "connection": "desk", "rate_per_second": 500}
    stage.configure(
        source=source | ({"businesses": [10]} if system == "nexudus" else {}),
        mapping=[{"item": "resource:1" if system == "nexudus" else "object:1", "groups": ["Room 1"]}],
        rules={},
    )
    with serving(refusing(echo, 400, signs_in=signs_in)) as url:
        made = {"conn_type": "http", "host": url, "login": "desk", "password": BOOKING_PASSWORD}
        monkeypatch.setenv("AIRFLOW_CONN_DESK", json.dumps(made))
        monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(stage.connection(api_url=url, identity_url=url)))
        text = everything_said()
    assert trace_of(text) == []


def test_what_a_vendor_says_otherwise_is_still_quoted(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(refusing(lambda _: "The site is being moved", 400, signs_in=True)) as url:
        monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(stage.connection(api_url=url, identity_url=url)))
        said = run("sync", *now(stage))
    assert "(The site is being moved)" in said.err
