"""Pages inside a real Airflow web server: behind its sign-in, in its menu, and in a real browser."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import jwt
import pytest
from sqlalchemy.engine import make_url

from databases import Databases
from pages.browser import Browser
from saltoks.dev.stack import components, ports
from saltoks.dev.stack.airflow_environment import full_environment
from saltoks.dev.stack.metadata import airflow_command
from saltoks.flows import pages
from stage import Stage, served

PROJECT = Path(__file__).resolve().parents[2]
PAGE = "/saltoks/pages/validation"
PASSWORDS = {"vera": "planted-viewer-password", "root": "planted-admin-password"}
WAREHOUSE = "saltoks_warehouse"
JWT_SECRET = "planted-jwt-secret-" * 4


@dataclass(frozen=True, slots=True)
class Airflow:
    """A running web server of Airflow, and the house whose pages it shows."""

    url: str
    stage: Stage
    tokens: dict[str, str]

    def get(self, path: str, who: str | None = None, **cookies: str) -> httpx.Response:
        """An answer to somebody who brings a token, or a cookie, or nothing."""
        headers = {"Authorization": f"Bearer {self.tokens.get(who, who)}"} if who else {}
        with httpx.Client(base_url=self.url, trust_env=False, cookies=cookies, timeout=60) as client:
            return client.get(path, headers=headers)

    def keep_warehouse(self, **changes: object) -> None:
        """The warehouse as a Connection in Airflow's own database, as an administrator would enter it."""
        url = make_url(self.stage.warehouse_url)
        body = {
            "connection_id": WAREHOUSE,
            "conn_type": "postgres",
            "host": url.host,
            "port": url.port,
            "login": url.username,
            "password": url.password,
            "schema": url.database,
        }
        headers = {"Authorization": f"Bearer {self.tokens['root']}"}
        with httpx.Client(base_url=self.url, trust_env=False, headers=headers) as client:
            client.delete(f"/api/v2/connections/{WAREHOUSE}")
            client.post("/api/v2/connections", json=body | changes).raise_for_status()


def settings(home: Path, port: int, config: Path) -> dict[str, str]:
    """An Airflow of its own with two people, one of whom may only look."""
    sign_ins = home / "sign-ins.json"
    sign_ins.write_text(json.dumps(PASSWORDS), encoding="utf-8")
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__FERNET_KEY": "cGxhbnRlZC1mZXJuZXQta2V5LXBsYW50ZWQtZmVybjA=",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "vera:viewer,root:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(sign_ins),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": "planted-secret-key",
        "AIRFLOW__API_AUTH__JWT_SECRET": JWT_SECRET,
        "SALTOKS_CONFIG": str(config),
    }


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage for all tests of this file."""
    with databases.empty() as url:
        made = Stage(tmp_path_factory.mktemp("house"), url)
        with served(made.world()) as sandbox:
            made.open(sandbox)
            yield made


@pytest.fixture(scope="module")
def airflow(house: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Airflow]:
    """A real web server of Airflow with this project's plugin."""
    home, port = tmp_path_factory.mktemp("airflow"), ports.any_free()
    environment = full_environment(os.environ, settings(home, port, house.root / "config"))
    started = [components.launch("migrate", airflow_command("db", "migrate"), environment, home / "migrate.log")]
    try:
        assert components.wait_until(lambda: not started[0].alive(), 120), components.tail(home / "migrate.log")
        started.append(components.launch("web", airflow_command("api-server"), environment, home / "web.log", grace=2))
        made = Airflow(f"http://127.0.0.1:{port}", house, {})
        _until_it_answers(made.url, home / "web.log")
        for name, password in PASSWORDS.items():
            answer = httpx.post(f"{made.url}/auth/token", json={"username": name, "password": password})
            made.tokens[name] = answer.raise_for_status().json()["access_token"]
        made.keep_warehouse()
        yield made
    finally:
        components.stop(started)


def _until_it_answers(url: str, log: Path) -> None:
    end = time.monotonic() + 120
    while True:
        try:
            if httpx.get(f"{url}/api/v2/monitor/health", timeout=30, trust_env=False).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.3)
        assert time.monotonic() < end, components.tail(log)


@pytest.fixture
def built(airflow: Airflow, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page as a nightly run left it, with one row in quarantine whose customer is called what no page may say."""
    stage = airflow.stage
    for name, value in stage.environment().items():
        monkeypatch.setenv(name, value)
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.add("customers", "zoe@planted.example", "Planted Name", "not an address", "perhaps", "no")
    stage.sync("night")
    with stage.runtime() as rt:
        pages.pages(rt, "night")
    [found] = stage.query("select html from ops.pages")
    return str(found["html"])


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("nonsense", 403)], ids=["nobody", "a made-up token"])
def test_only_who_is_signed_in_sees_a_page(airflow: Airflow, built: str, who: str | None, status: int) -> None:
    """Airflow itself lets anybody see a plugin's page that does not ask."""
    answer = airflow.get(PAGE, who)
    assert answer.status_code == status
    assert "house" not in answer.text


def test_signed_in_is_not_enough(airflow: Airflow, built: str) -> None:
    """Somebody whom Airflow knows, and who may view nothing."""
    token = airflow.tokens["vera"]
    claims = jwt.decode(token, options={"verify_signature": False}) | {"role": None}
    kind = jwt.get_unverified_header(token)["alg"]
    nobody = jwt.encode(claims, JWT_SECRET, algorithm=kind)
    assert airflow.get("/api/v2/version", nobody).status_code == 200
    answer = airflow.get(PAGE, nobody)
    assert answer.status_code == 403
    assert "house" not in answer.text


@pytest.mark.parametrize("path", ["/saltoks/docs", "/saltoks/openapi.json", "/saltoks/", "/saltoks/pages/other"])
def test_nothing_else_is_served(airflow: Airflow, path: str) -> None:
    assert airflow.get(path, "root").status_code == 404


def test_before_the_first_night_the_page_says_when_it_comes(airflow: Airflow) -> None:
    """The clock is that of the server: the next half past two."""
    airflow.stage.query("delete from ops.pages returning 1")
    answer = airflow.get(PAGE, "vera")
    assert answer.status_code == 200
    assert "There are none yet: the nightly run makes this page, next on " in answer.text
    assert " at 02:30 UTC." in answer.text
    assert "saltoks report validation" in answer.text


def test_who_may_only_look_sees_the_page_of_the_last_night(airflow: Airflow, built: str) -> None:
    """With a token as a script has it, and with the cookie of a browser; byte for byte as it was built."""
    answer = airflow.get(PAGE, "vera")
    assert (answer.status_code, answer.text) == (200, built)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert airflow.get(PAGE, _token=airflow.tokens["vera"]).text == built


@pytest.mark.parametrize("who", [None, "vera"], ids=["refused", "shown"])
def test_every_answer_forbids_scripts_and_everything_from_elsewhere(
    airflow: Airflow, built: str, who: str | None
) -> None:
    headers = airflow.get(PAGE, who).headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    assert "frame-ancestors 'self'" in policy
    assert not any(word in headers["Content-Security-Policy"] for word in ("script", "http", "*"))
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"


def test_the_page_tells_no_name_and_no_address(built: str) -> None:
    """F190: the row is in quarantine, its place and its reason are on the page, and nothing of what it says."""
    assert "customers.csv:4" in built
    assert [
        word for word in ("Planted Name", "planted.example", "Ann Able", "ann@", "not an address") if word in built
    ] == []


def test_a_warehouse_that_is_away_is_one_sentence(airflow: Airflow) -> None:
    airflow.keep_warehouse(port=ports.any_free())
    try:
        answer = airflow.get(PAGE, "vera")
    finally:
        airflow.keep_warehouse()
    assert answer.status_code == 503
    assert "This page cannot be shown now: the warehouse at 127.0.0.1:" in answer.text
    assert "Traceback" not in answer.text
    assert airflow.get(PAGE, "vera").status_code == 200


def test_the_page_has_its_entry_in_the_menu(airflow: Airflow) -> None:
    plugins = airflow.get("/api/v2/plugins", "root").json()["plugins"]
    [ours] = [one for one in plugins if one["name"] == "saltoks"]
    [view] = [one for one in ours["external_views"] if one["href"] == PAGE]
    assert (view["name"], view["destination"]) == ("Doors: validation", "nav")
    assert view["url_route"]


def test_a_browser_shows_it_and_asks_for_nothing_else(airflow: Airflow, built: str, browser: Browser) -> None:
    with browser.visit(airflow.url + PAGE, cookie=("_token", airflow.tokens["vera"])) as visit:
        assert visit.value("document.querySelector('h1').innerText") == "Validation results"
        assert visit.value("document.querySelector('#site-1 h2').innerText") == "house"
    assert visit.requests == [airflow.url + PAGE]
    assert visit.complaints == []


def test_airflow_shows_it_inside_its_own_pages(airflow: Airflow, built: str, browser: Browser) -> None:
    """Under the menu's entry, in a frame: our own headers must let Airflow do that."""
    inside = "document.querySelector('iframe')?.contentDocument?.querySelector('h1')?.innerText ?? null"
    address = f"{airflow.url}/plugin/saltoks-validation"
    with browser.visit(address, cookie=("_token", airflow.tokens["vera"])) as visit:
        assert components.wait_until(lambda: visit.value(inside) is not None, 30), visit.complaints
        assert visit.value(inside) == "Validation results"
