"""The demo's folder, its configuration, and the environment it hands out."""

from __future__ import annotations

import json
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from saltoks.core.errors import FixInput
from saltoks.dev.demo.place import Place, served_systems, sites
from saltoks.dev.stack.ports import Ports
from saltoks.flows.run.connections import account, connection, database_url
from saltoks.settings import load
from saltoks.systems.tabular.settings.tables import TabularSource

PROJECT = Path(__file__).resolve().parents[3]
URLS = {"salto": "http://127.0.0.1:1", "ireserve": "http://127.0.0.1:2", "nexudus": "http://127.0.0.1:3"}
DSN = "postgresql+psycopg://warehouse:p%40ss@127.0.0.1:5433/warehouse"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A demo's folder."""
    made = Place(tmp_path / "demo")
    made.make(PROJECT)
    return made


def test_config_holds_the_demo_sites_only(place: Place, tmp_path: Path) -> None:
    """A real site that somebody adds to the project is never touched by the demo; an edit of a demo site counts."""
    project = tmp_path / "project"
    (project / "config" / "sites").mkdir(parents=True)
    for name in ("saltoks.yaml", *(f"sites/{site}.yaml" for site in sites())):
        (project / "config" / name).write_text((PROJECT / "config" / name).read_text())
    (project / "config" / "presets").symlink_to(PROJECT / "config" / "presets")
    (project / "config" / "sites" / "real.yaml").write_text("salto: {connection: real}\n")
    place.make(project)
    place.make(project)
    edited = project / "config" / "sites" / "loop.yaml"
    edited.write_text(edited.read_text() + "rules: {before_minutes: 3}\n")
    settings = load(place.config, place.variables(DSN, URLS))
    assert [site.name for site in settings.sites] == sorted(sites())
    assert settings.site("loop").rules.before_minutes == 3


def test_a_missing_site_file_is_said(tmp_path: Path) -> None:
    """The demo needs its sites: one sentence names the file."""
    with pytest.raises(FixInput, match=r"saltoks\.yaml is not there"):
        Place(tmp_path / "demo").make(tmp_path)


def test_connections_are_what_the_flows_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warehouse, Salto KS and booking systems are found through the same connections as in production."""
    for name, value in place.variables(DSN, URLS).items():
        monkeypatch.setenv(name, value)
    assert database_url(connection("saltoks_warehouse")) == DSN
    settings = load(place.config)
    found = account(connection(settings.site("harbour").salto.connection), settings.site("harbour").salto)
    assert found.is_loopback
    assert found.grant == "password"
    for name in ("harbour", "wharf"):
        source = settings.site(name).source
        assert not isinstance(source, TabularSource)
        one = connection(source.connection)
        assert (one.host, bool(one.login), bool(one.password)) == (URLS[source.system], True, True)


def test_env_file_is_private_and_survives_a_shell(place: Place) -> None:
    """`source` gives back every value as it was, and puts `saltoks` on the path."""
    values = {"SALTOKS_DATA": "/a folder/with 'quotes' and $dollars", "AIRFLOW_CONN_X": json.dumps({"password": 'p"w'})}
    place.write_env(values)
    assert stat.S_IMODE(place.env.stat().st_mode) == 0o600
    script = f'set -u; . "{place.env}"; printf "%s\\n%s\\n" "$SALTOKS_DATA" "$AIRFLOW_CONN_X"; command -v saltoks'
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    data, salto, command = done.stdout.splitlines()
    assert (data, salto) == tuple(values.values())
    assert command.endswith("/saltoks")


@pytest.mark.parametrize("system", served_systems())
def test_a_sandbox_keeps_its_port_while_it_is_free(place: Place, system: str) -> None:
    """The addresses in a sourced environment stay right over a restart; a taken port is replaced and said."""
    with Ports() as held:
        first = place.choose_port(system, held)
        assert place.choose_port(system, held) == first
        with socket.create_server(("127.0.0.1", first.number)):
            other = place.choose_port(system, held)
    assert other.number != first.number
    assert other.instead_of == first.number
