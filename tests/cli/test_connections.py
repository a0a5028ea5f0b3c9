"""Wrong connections: one sentence each that says what, where and what to do, and shows none of the secrets."""

from __future__ import annotations

import json
import os

import pytest

from cli.conftest import Run, now
from stage import Stage

DOWN = "http://127.0.0.1:9"


def signed_in_with(stage: Stage, monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    """Another connection to Salto: fields of the connection, or of its extra."""
    found = dict(stage.connection())
    extra = dict(found["extra"])  # type: ignore[call-overload]
    for name, value in changes.items():
        (found if name in found else extra)[name] = value
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(found | {"extra": extra}))


@pytest.mark.parametrize("command", ["plan", "sync", "audit", "status"])
def test_as_of_is_refused_where_the_doors_are_real(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Design §5.6: no real door is set by a pretended clock, and no request leaves this machine."""
    hosts = {"api_url": "https://doors.example.invalid", "identity_url": "https://identity.example.invalid"}
    signed_in_with(stage, monkeypatch, **hosts)
    said = run(command, *now(stage))
    assert said.code == 2
    reason = "--as-of is refused for site house: its Salto hosts are real, and real doors live in real time"
    assert reason in said.err
    assert len(said.err.splitlines()) == 1


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "client id": ({"login": "someone"}, "check that client id and client secret belong to this environment"),
    "client secret": ({"password": "guess"}, "check that client id and client secret belong to this environment"),
    "a space behind the secret": ({"password": "planted-client-secret "}, "client_secret starts or ends with a space"),
    "user": ({"username": "who@house.example"}, "check the user name and the password of the connection"),
    "user's password": ({"user_password": "guess"}, "check the user name and the password of the connection"),
    "environment": ({"environment": "moon"}, "environment is 'moon'; known are accept, production, custom"),
    "grant": ({"grant": "wish"}, "grant is 'wish'; known are password, refresh_token"),
    "no secret": ({"password": ""}, "client_secret is missing"),
    "server down": ({"api_url": DOWN, "identity_url": DOWN}, "no connection to 127.0.0.1"),
    "plain http": ({"api_url": "http://doors.example"}, "api_url must start with https"),
}


@pytest.mark.parametrize(("changes", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_connection_is_one_sentence(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], sentence: str
) -> None:
    """F18 to F24: what, where and what to do, and none of the values that were entered."""
    stage.book("b1", "ann", "room-1", 0, 60)
    signed_in_with(stage, monkeypatch, **changes)
    said = run("sync", *now(stage))
    assert said.code == 2
    assert sentence in said.err
    assert "'stage'" in said.err
    assert len(said.err.splitlines()) == 1
    assert "planted" not in said.out + said.err
    assert "guess" not in said.out + said.err


def test_an_account_that_cannot_see_the_site(stage: Stage, run: Run) -> None:
    """F9, F10: the sites that it can see are named."""
    stage.configure(salto=stage.site["salto"] | {"site_uid": "NL0000000007"})
    said = run("sync", *now(stage))
    assert said.code == 2
    assert (
        "salto.site_uid NL0000000007 is not among the sites that connection 'stage' can see (NL0000000009)" in said.err
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"port": 9}, "the warehouse at 127.0.0.1:9/"),
        ({"password": "guess"}, "refuses the user or password: correct its connection"),
        ({"schema": "postgres"}, "lacks our tables: run `saltoks migrate` first"),
        ({"schema": None}, "connection 'saltoks_warehouse' names no host or no database: fill in both"),
    ],
    ids=["down", "wrong password", "no tables", "no database named"],
)
def test_a_warehouse_that_is_not_right(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], sentence: str
) -> None:
    """One sentence for what is wrong with the database, too."""
    found = json.loads(os.environ["AIRFLOW_CONN_SALTOKS_WAREHOUSE"])
    monkeypatch.setenv("AIRFLOW_CONN_SALTOKS_WAREHOUSE", json.dumps(found | changes))
    said = run("sync", *now(stage))
    assert said.code == 2
    assert sentence in said.err
    assert len(said.err.splitlines()) == 1
    assert found["password"] not in said.err


def test_a_connection_that_is_no_json(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is named, its content is not shown."""
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", '{"conn_type": "salto_ks", "password": "planted')
    said = run("sync", *now(stage))
    assert said.code == 2
    assert "AIRFLOW_CONN_STAGE is not a JSON object: write it as Airflow documents" in said.err
    assert "planted" not in said.err
