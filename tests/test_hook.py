"""The connection type `salto_ks` in Airflow: its form, its Test button, and the client that it gives."""

from __future__ import annotations

import json
import socket
from dataclasses import astuple
from typing import TYPE_CHECKING

import pytest

import airflow_home
from saltoks.core.errors import FixInput
from saltoks.flows.run.connections import account
from saltoks.provider import get_provider_info
from saltoks.sandbox.salto.server import SandboxServer
from saltoks.sandbox.salto.world import World
from saltoks.settings.connection import Connection
from stage import SITE_UID, Stage

airflow_home.set_up()

if TYPE_CHECKING:
    from saltoks.hook import SaltoKsHook

TESTED = "saltoks_tested"
FORM, *_ = get_provider_info()["connection-types"]
OWN_FIELDS = sorted(FORM["conn-fields"])


@pytest.fixture
def waits() -> list[float]:
    """The seconds that a hook asked to wait."""
    return []


@pytest.fixture
def hook(stage: Stage, waits: list[float]) -> SaltoKsHook:
    """A hook on the stage's connection that does not really wait."""
    from saltoks.hook import SaltoKsHook

    assert stage.sandbox.url
    return SaltoKsHook("stage", sleep=waits.append)


def keep(stage: Stage, monkeypatch: pytest.MonkeyPatch, **fields: str) -> None:
    """The stage's connection with some of its standard fields replaced."""
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps({**stage.connection(), **fields}))


def point(stage: Stage, monkeypatch: pytest.MonkeyPatch, **extra: str) -> None:
    """The stage's connection with some of its own fields replaced."""
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(stage.connection(**extra)))


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_airflow_lists_the_connection_type() -> None:
    from airflow.providers_manager import ProvidersManager

    providers = ProvidersManager()  # type: ignore[no-untyped-call]  # Airflow gives it no types
    found = providers.hooks["salto_ks"]
    assert found is not None
    assert found.hook_class_name == "saltoks.hook.SaltoKsHook"
    assert found.connection_id_attribute_name == "salto_conn_id"
    assert found.connection_testable
    assert sorted(name for name in providers.connection_form_widgets if name.startswith("extra__salto_ks__")) == [
        f"extra__salto_ks__{field}" for field in OWN_FIELDS
    ]


def test_the_hook_and_the_form_name_the_same_type() -> None:
    from saltoks.hook import SaltoKsHook

    assert FORM["connection-type"] == SaltoKsHook.conn_type
    assert FORM["hook-name"] == SaltoKsHook.hook_name


@pytest.mark.parametrize("name", sorted(set(OWN_FIELDS) - {"environment", "grant"}))
def test_every_field_of_the_form_reaches_the_account(name: str) -> None:
    """A field that nothing reads would be filled in for nothing."""
    filled = {field: f"the-{field}" for field in OWN_FIELDS} | {
        "environment": "custom",
        "grant": "refresh_token" if name == "refresh_token" else "password",
        "api_url": "https://api.salto.example",
        "identity_url": "https://identity.salto.example",
    }
    made = account(Connection("c", login="client", password="secret", extra=filled))
    assert filled[name] in astuple(made)


@pytest.mark.parametrize("name", ["environment", "grant"])
def test_every_choice_of_the_form_is_understood(name: str) -> None:
    person = {"username": "u", "user_password": "p", "refresh_token": "r"}
    custom = {"api_url": "https://api.salto.example", "identity_url": "https://identity.salto.example"}
    for choice in FORM["conn-fields"][name]["schema"]["enum"]:
        extra = person | {"environment": "accept"} | (custom if choice == "custom" else {}) | {name: choice}
        made = account(Connection("c", login="client", password="secret", extra=extra))
        assert getattr(made, name) == choice


def test_the_form_never_begins_with_real_doors() -> None:
    """Whoever fills in a form from top to bottom must choose production in so many words."""
    assert FORM["conn-fields"]["environment"]["schema"]["default"] == "accept"


def test_secrets_of_the_form_are_password_fields() -> None:
    hidden = {name for name, field in FORM["conn-fields"].items() if field["schema"].get("format") == "password"}
    assert hidden == {"user_password", "refresh_token"}


def test_get_conn_gives_a_client(hook: SaltoKsHook) -> None:
    with hook.get_conn() as client:
        assert [site.site_uid for site in client.sites()] == [SITE_UID]


def test_the_test_button_names_the_sites(hook: SaltoKsHook) -> None:
    """F21."""
    assert hook.test_connection() == (True, f"signed in; sites of this account: {SITE_UID}")


def test_the_test_button_works_on_fields_that_are_not_saved_yet(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """F21: Airflow tests a form by way of a connection that exists only as an address in the environment."""
    from airflow.models.connection import Connection as FormConnection

    fields = stage.connection()
    form = FormConnection(
        conn_id=TESTED,
        conn_type="salto_ks",
        login=str(fields["login"]),
        password=str(fields["password"]),
        extra=json.dumps(fields["extra"]),
    )
    monkeypatch.setenv(f"AIRFLOW_CONN_{TESTED.upper()}", form.get_uri())
    said = form.test_connection()  # type: ignore[no-untyped-call]  # Airflow gives it no types
    assert said == (True, f"signed in; sites of this account: {SITE_UID}")


def test_a_wrong_secret_is_refused_with_the_way_out(
    stage: Stage, hook: SaltoKsHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F22."""
    keep(stage, monkeypatch, password="planted-wrong-secret")
    well, said = hook.test_connection()
    assert not well
    assert "check that client id and client secret" in said
    assert "planted" not in said


def test_a_server_that_is_down_is_said_so(
    stage: Stage, hook: SaltoKsHook, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    point(stage, monkeypatch, api_url=nowhere, identity_url=nowhere)
    well, said = hook.test_connection()
    assert not well
    assert "no connection to 127.0.0.1" in said
    assert waits


def test_a_missing_field_is_named(stage: Stage, hook: SaltoKsHook, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(stage, monkeypatch, login="")
    well, said = hook.test_connection()
    assert not well
    assert "client_id is missing" in said


def test_an_account_without_a_site_is_not_well(
    stage: Stage, hook: SaltoKsHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    lonely = stage.world().model_dump()
    lonely["accounts"][0]["sites"] = []
    with SandboxServer(World.model_validate(lonely)) as elsewhere:
        point(stage, monkeypatch, api_url=elsewhere.url, identity_url=elsewhere.url)
        well, said = hook.test_connection()
    assert not well
    assert "check that client and user belong to this environment" in said


def test_a_refresh_token_is_not_used_up_by_a_test(
    stage: Stage, hook: SaltoKsHook, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(stage, monkeypatch, grant="refresh_token", refresh_token="planted-refresh-token")
    well, said = hook.test_connection()
    assert not well
    assert "saltoks check" in said
    assert stage.sandbox.admin.count() == {}
    with pytest.raises(FixInput):
        hook.get_conn()
