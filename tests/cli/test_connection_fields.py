"""Connections as exports, forms and backends write them: used, or one sentence that names connection and field."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from cli.conftest import Run, now
from stage import Stage

PLANTED = "planted-client-secret"


def connection(stage: Stage) -> dict[str, Any]:
    """The connection to the sandbox, to be spoilt."""
    return json.loads(json.dumps(stage.connection()))


def wrapped(value: object, times: int) -> object:
    """JSON in JSON in JSON."""
    for _ in range(times):
        value = json.dumps(value)
    return value


USABLE: dict[str, Any] = {
    "extra as text": lambda found: found | {"extra": wrapped(found["extra"], 1)},
    "extra as text in text": lambda found: found | {"extra": wrapped(found["extra"], 3)},
    "all as text in text": lambda found: wrapped(found, 2),
    "as an export writes it": lambda found: found | {"id": 4, "conn_id": "stage", "description": None, "port": None},
    "empty fields": lambda found: found | {"host": "", "port": "", "schema": ""},
}


@pytest.mark.parametrize("spoilt", USABLE.values(), ids=USABLE.keys())
def test_what_can_be_meant_is_used(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, spoilt: Any) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(spoilt(connection(stage))))
    assert run("sync", *now(stage)).code == 0


def extra(**changes: object) -> Any:
    """Another extra, key by key."""
    return lambda found: found | {"extra": found["extra"] | changes}


def field(**changes: object) -> Any:
    """Other fields."""
    return lambda found: found | changes


WRONG: dict[str, tuple[Any, str]] = {
    "port is a word": (field(port="https"), "port is not a number from 1 to 65535"),
    "port is out of range": (field(port=70000), "port is not a number from 1 to 65535"),
    "port is true": (field(port=True), "port is not a number from 1 to 65535"),
    "port is a list": (field(port=[443]), "port is not a number from 1 to 65535"),
    "port is no digit": (field(port="²"), "port is not a number from 1 to 65535"),
    "extra is a list": (field(extra=["environment"]), "extra is a list"),
    "extra is a number": (field(extra=7), "extra is a number"),
    "extra is true": (field(extra=True), "extra is true or false"),
    "extra is no JSON": (field(extra="environment=accept"), "extra is not JSON"),
    "extra is a text in JSON": (field(extra='"  x  "'), "extra is not JSON"),
    "extra is too deep": (field(extra="[" * 100_000), "extra is not JSON"),
    "extra holds a long number": (field(extra='{"environment": ' + "9" * 5000 + "}"), "extra is not JSON"),
    "an object in extra": (extra(user_password={"a": PLANTED}), "extra.user_password is an object"),
    "secret is a number": (field(password=4711), "password is a number and must be text"),
    "secret is true": (field(password=True), "password is true or false and must be text"),
    "secret is a list": (field(password=[PLANTED]), "password is a list and must be text"),
    "login is a number": (field(login=4711), "login is a number and must be text"),
    "host is a number": (field(host=4711), "host is a number and must be text"),
    "user's password is a number": (extra(user_password=4711), "extra.user_password is a number and must be text"),
    "user's password is true": (extra(user_password=False), "extra.user_password is true or false"),
    "half a letter": (field(password="planted\ud800"), "password holds a line break or another character"),
    "a line break": (extra(user_password="plan\nted"), "extra.user_password holds a line break"),
    "half a letter in extra": (extra(username="pipeline\udfff"), "extra.username holds a line break"),
    "no environment": (lambda found: found | {"extra": {"username": "u"}}, "environment is missing; write accept"),
    "empty environment": (extra(environment=""), "environment is missing; write accept"),
    "no extra": (field(extra=None), "environment is missing; write accept"),
    "a host": (field(host="connect.my-clay.com"), "host is not used by this kind of connection"),
    "a port": (field(port=8443), "port is not used by this kind of connection"),
    "a proxy": (extra(proxy="http://proxy:3128"), "extra.proxy is not known here"),
    "verification": (extra(verify=False), "extra.verify is not known here"),
    "a word mistyped": (
        extra(enviroment="production"),
        "extra.enviroment is not known here: did you mean",
    ),
    "a field mistyped": (field(passwort=PLANTED), "passwort is no field of a Connection: did you mean 'password'"),
}


@pytest.mark.parametrize("command", ["sync", "check"])
@pytest.mark.parametrize(("spoilt", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_is_one_sentence(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, spoilt: Any, sentence: str, command: str
) -> None:
    """Exit code 2, the connection and the field, and nothing of what was entered."""
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(spoilt(connection(stage))))
    said = run(command, *(now(stage) if command == "sync" else ()))
    text = " ".join((said.out + said.err).split())
    assert said.code == 2
    assert "onnection 'stage'" in text
    assert sentence in text
    assert "planted" not in text
    assert "4711" not in text


@pytest.mark.parametrize("text", ["[]", '"planted"', '["planted"]', "{" * 5000, '{"conn_type": }'])
def test_no_object_at_all(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", text)
    said = run("sync", *now(stage))
    assert said.code == 2
    assert "AIRFLOW_CONN_STAGE is not a JSON object: write it as Airflow documents" in said.err
    assert "planted" not in said.err


DESK: dict[str, tuple[str, dict[str, object], str]] = {
    "scheme": ("ireserve", {"schema": "ftp"}, "schema is 'ftp'; write https"),
    "port twice": ("ireserve", {"host": "https://desk.example:8443", "port": 443}, "host names another port"),
    "no address": ("ireserve", {"host": "https://desk example"}, "host"),
    "plain http": ("nexudus", {"host": "desk.example", "schema": "http"}, "host must start with https"),
    "extra": ("ireserve", {"extra": {"verify": False}}, "extra.verify is not known here: take it out"),
    "way to sign in": ("nexudus", {"extra": {"auth": "bassic"}}, "extra.auth is 'bassic': write token or basic"),
    "second factor": ("nexudus", {"extra": {"totp_secret": 4711}}, "extra.totp_secret is a number"),
}


@pytest.mark.parametrize(("system", "changes", "sentence"), DESK.values(), ids=DESK.keys())
def test_the_connection_of_a_booking_system(
    stage: Stage,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    changes: dict[str, object],
    sentence: str,
) -> None:
    stage.configure(
        source={"system": system, "name": "house", "connection": "desk"}
        | ({"businesses": [10]} if system == "nexudus" else {}),
        mapping=[{"item": "resource:1" if system == "nexudus" else "object:1", "groups": ["Room 1"]}],
        rules={},
    )
    found = {"conn_type": "http", "host": "desk.example", "login": "u", "password": PLANTED} | changes
    monkeypatch.setenv("AIRFLOW_CONN_DESK", json.dumps(found))
    said = run("sync", *now(stage))
    assert said.code == 2
    assert "onnection 'desk'" in said.err
    assert sentence in said.err
    assert "planted" not in said.err


WAREHOUSE: dict[str, tuple[dict[str, object], str]] = {
    "another database": ({"conn_type": "mysql"}, "conn_type is 'mysql': only postgres is read"),
    "an address": ({"host": "postgres://db.example"}, "host is not the name or address of a server alone"),
    "a port in the host": ({"host": "db.example:5432"}, "host is not the name or address of a server alone"),
    "unknown option": ({"extra": {"ssl_mode": "require"}}, "extra.ssl_mode is no option of PostgreSQL's libpq"),
    "Airflow's own": ({"extra": {"cursor": "dictcursor"}}, "extra.cursor is no option of PostgreSQL's libpq"),
    "host in extra": ({"extra": {"host": "db.example"}}, "extra.host belongs in the field host"),
    "database in extra": ({"extra": {"dbname": "other"}}, "extra.dbname belongs in the field schema"),
    "TLS that is not there": ({"extra": {"sslmode": "require"}}, "server does not support SSL, but SSL was required"),
    "full TLS": ({"extra": {"sslmode": "verify-full", "sslrootcert": "system"}}, "does not support SSL"),
    "no certificate": ({"extra": {"sslmode": "verify-full", "sslrootcert": "/nowhere/ca.pem"}}, "sslmode"),
    "mode mistyped": ({"extra": {"sslmode": "requrie"}}, 'invalid sslmode value: "requrie"'),
    "time mistyped": ({"extra": {"connect_timeout": "soon"}}, "connect_timeout"),
    "no server's setting": ({"extra": {"options": "-c nonsense=5"}}, 'unrecognized configuration parameter "nonsense"'),
    "no service": ({"extra": {"service": "nowhere"}}, 'definition of service "nowhere" not found: correct extra'),
    "no address": ({"extra": {"hostaddr": "1.2.3.4.5"}}, 'could not parse network address "1.2.3.4.5"'),
    "an empty label": ({"host": "db..example"}, "host is not a name that DNS could know"),
    "a label without end": ({"host": "d" * 64 + ".example"}, "host is not a name that DNS could know"),
    "port is a word": ({"port": "postgres"}, "port is not a number from 1 to 65535"),
}


@pytest.mark.parametrize("command", ["check", "sync"])
@pytest.mark.parametrize(("changes", "sentence"), WAREHOUSE.values(), ids=WAREHOUSE.keys())
def test_the_connection_of_the_warehouse(
    stage: Stage,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    sentence: str,
    command: str,
) -> None:
    """TLS that an admin asked for is never dropped in silence."""
    found = json.loads(os.environ["AIRFLOW_CONN_SALTOKS_WAREHOUSE"])
    monkeypatch.setenv("AIRFLOW_CONN_SALTOKS_WAREHOUSE", json.dumps(found | changes))
    said = run(command, *(now(stage) if command == "sync" else ()))
    text = " ".join((said.out + said.err).split())
    assert said.code == 2
    assert sentence in text
    assert "cannot be reached" not in text
    assert found["password"] not in text


def test_options_of_the_warehouse_are_used(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server itself says under which name and with which settings it was asked."""
    found = json.loads(os.environ["AIRFLOW_CONN_SALTOKS_WAREHOUSE"])
    options = {"application_name": "night porter", "options": "-c statement_timeout=4711", "connect_timeout": 9}
    monkeypatch.setenv("AIRFLOW_CONN_SALTOKS_WAREHOUSE", json.dumps(found | {"extra": options}))
    from saltoks.flows.run.runtime import runtime

    with runtime() as rt, rt.warehouse.session() as session:
        query = "select current_setting('application_name'), current_setting('statement_timeout')"
        row = session.connection.exec_driver_sql(query).one()
    assert tuple(row) == ("night porter", "4711ms")


def test_a_mode_from_the_environment_is_used(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "require")
    said = run("check")
    assert said.code == 2
    assert "does not support SSL" in " ".join((said.out + said.err).split())


ADDRESSES = {
    "port is a word": "salto-ks://u:planted@host:https/?environment=accept",
    "port is out of range": "salto-ks://u:planted@host:99999/?environment=accept",
    "half a bracket": "salto-ks://u:planted@[::1:443/?environment=accept",
    "port in no address": "salto-ks://u:planted@host:0/",
}


@pytest.mark.parametrize("text", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_a_connection_that_is_written_as_an_address(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", text)
    said = run("sync", *now(stage))
    assert said.code == 2
    assert "connection 'stage': port " in said.err
    assert "planted" not in said.err


@pytest.mark.parametrize("text", ["null", "7", "true", "planted", "planted secret"])
def test_a_connection_that_is_nothing_at_all(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", text)
    said = run("sync", *now(stage))
    assert said.code == 2
    assert "AIRFLOW_CONN_STAGE is not a JSON object" in said.err
    assert "planted" not in said.err
