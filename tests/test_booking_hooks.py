"""The connection types of booking systems in Airflow: their forms, and the Test button of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import airflow_home
from saltoks.provider import get_provider_info
from saltoks.settings.connection import Connection
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.nexudus.stand_in.server import NexudusSandbox
from saltoks.systems.nexudus.system import account_of

airflow_home.set_up()

if TYPE_CHECKING:
    from saltoks.hook import BookingSystemHook

_, *TYPES = get_provider_info()["connection-types"]
FORMS = {form["connection-type"]: form for form in TYPES}
FIELDS = FORMS["nexudus"]["conn-fields"]
LOGINS = {"ireserve": ("pipeline", "demo-password"), "nexudus": ("pipeline@house.example", "house-password")}
SAYS = {
    "ireserve": "signed in; reservations can be listed",
    "nexudus": "signed in; locations of this account: ",
}


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    """Where the stand-ins are."""
    with ExitStack() as open_ends:
        yield {
            "ireserve": open_ends.enter_context(IReserveSandbox("court")).url,
            "nexudus": open_ends.enter_context(NexudusSandbox("house")).url,
        }


def hook(system: str, address: str, password: str, monkeypatch: pytest.MonkeyPatch) -> BookingSystemHook:
    """The hook that Airflow makes for a connection of a system."""
    from airflow.providers_manager import ProvidersManager

    login, _ = LOGINS[system]
    fields = {"conn_type": system, "host": address, "login": login, "password": password}
    monkeypatch.setenv("AIRFLOW_CONN_BOOKED", json.dumps(fields))
    from airflow.sdk import Connection as SdkConnection

    found = ProvidersManager().hooks[system]  # type: ignore[no-untyped-call]  # Airflow gives it no types
    assert found is not None
    assert found.connection_id_attribute_name == "booking_conn_id"
    made: BookingSystemHook = SdkConnection(conn_id="booked", conn_type=system).get_hook()
    return made


@pytest.mark.parametrize("system", LOGINS)
def test_the_test_button_signs_in(system: str, addresses: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    well, said = hook(system, addresses[system], LOGINS[system][1], monkeypatch).test_connection()
    assert well
    assert said.startswith(SAYS[system])


@pytest.mark.parametrize("system", LOGINS)
def test_a_wrong_password_is_refused_and_not_repeated(
    system: str, addresses: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    well, said = hook(system, addresses[system], "planted-wrong", monkeypatch).test_connection()
    assert not well
    assert "planted" not in said
    assert "user" in said


def test_each_type_is_called_like_its_system_and_drawn_by_its_form() -> None:
    assert sorted(FORMS) == sorted(LOGINS)
    assert {name: form["hook-name"] for name, form in FORMS.items()} == {"ireserve": "i-Reserve", "nexudus": "Nexudus"}
    assert {form["hook-class-name"] for form in TYPES} == {"saltoks.hook.ireserve", "saltoks.hook.nexudus"}


def test_every_field_of_the_form_reaches_the_account() -> None:
    extra = {"totp_secret": "the-totp-secret", "auth": "basic"}
    assert FIELDS.keys() == extra.keys()
    made = account_of(Connection("c", host="https://nexudus.example", login="u", password="p", extra=extra))
    assert set(extra.values()) <= set(astuple(made))
    assert [account_of(Connection("c", extra={"auth": word})).auth for word in FIELDS["auth"]["schema"]["enum"]] == [
        "token",
        "basic",
    ]


@pytest.mark.parametrize(
    "form", [pytest.param(None, id="no module at all"), pytest.param('{"hook-name": ', id="a form that is no JSON")]
)
def test_a_broken_package_keeps_no_connection_type_from_airflow(tmp_path: Path, form: str | None) -> None:
    info = tmp_path / "tills-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tills\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[saltoks.systems]\ntill = of_till.system:TILL\n", encoding="utf-8")
    if form is not None:
        (tmp_path / "of_till").mkdir()
        (tmp_path / "of_till" / "system.py").write_text("raise RuntimeError", encoding="utf-8")
        (tmp_path / "of_till" / "connection_type.json").write_text(form, encoding="utf-8")
    code = "from saltoks.provider import get_provider_info as found; print(len(found()['connection-types']))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([*sys.path, str(tmp_path)])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"{len(TYPES) + 1}\n"
    assert "the connection type of till (of_till.system:TILL) cannot be read" in done.stderr
