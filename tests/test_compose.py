"""`docker-compose.yaml` as far as it can be checked without Docker: references, secrets and health."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[1]
FILE = PROJECT / "docker-compose.yaml"
TEXT = FILE.read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
AIRFLOW = ("api-server", "scheduler", "dag-processor", "triggerer")
SERVICE_KEYS = {
    *("image", "build", "restart", "init", "environment", "volumes", "depends_on", "command", "ports"),
    *("healthcheck", "stop_grace_period", "configs"),
}
SECRET_WORDS = re.compile(r"PASSWORD|SECRET|FERNET_KEY|CONNECTION")
SECRETS_OF_ALL = ("AIRFLOW__CORE__FERNET_KEY", "AIRFLOW__API__SECRET_KEY", "AIRFLOW__API_AUTH__JWT_SECRET")


def test_the_parts_are_all_there() -> None:
    """A database, a preparation and the four processes of Airflow."""
    assert set(SERVICES) == {"postgres", "init", *AIRFLOW}
    assert SERVICES["postgres"]["image"] == "postgres:18"


@pytest.mark.parametrize("name", SERVICES)
def test_only_known_keys_are_used(name: str) -> None:
    """A misspelt key would be an error only when somebody starts the file."""
    assert set(SERVICES[name]) <= SERVICE_KEYS


@pytest.mark.parametrize("name", SERVICES)
def test_dependencies_exist_and_can_be_met(name: str) -> None:
    """Each names a service; whoever has to be healthy has a health check; whoever has to end, ends."""
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        match how["condition"]:
            case "service_healthy":
                assert "healthcheck" in SERVICES[other]
            case "service_completed_successfully":
                assert SERVICES[other]["restart"] == "no"
            case unknown:
                pytest.fail(f"{unknown} is no condition")


def test_the_dependencies_have_no_circle() -> None:
    """There is an order in which all of them can start."""
    started: set[str] = set()
    while len(started) < len(SERVICES):
        ready = {name for name, each in SERVICES.items() if set(each.get("depends_on", {})) <= started}
        assert ready > started
        started = ready


@pytest.mark.parametrize("name", ["postgres", *AIRFLOW])
def test_everything_that_keeps_running_has_a_health_check(name: str) -> None:
    """And comes back after a crash."""
    assert SERVICES[name]["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_every_secret_has_to_be_given() -> None:
    """No variable has a default, so nothing starts with a password that everybody knows."""
    used = re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", TEXT)
    assert used
    for name, rest in used:
        assert rest.startswith(":?"), name
    assert all(SECRET_WORDS.search(name) or name == "SALTO_CONNECTION" for name, _ in used)


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_is_written_into_the_file(name: str) -> None:
    """A value whose name says secret comes from a variable."""
    for variable, value in SERVICES[name]["environment"].items():
        if SECRET_WORDS.search(variable) and not variable.endswith("_FILE"):
            assert "${" in value, variable


@pytest.mark.parametrize("variable", SECRETS_OF_ALL)
def test_all_processes_have_the_same_keys(variable: str) -> None:
    """Containers that make their own keys refuse each other's tokens."""
    assert len({SERVICES[name]["environment"][variable] for name in AIRFLOW}) == 1


def test_only_the_web_interface_is_published_and_only_here() -> None:
    """The database has no port on the host; the web interface is on the loopback address."""
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert published == {"api-server": ["127.0.0.1:8080:8080"]}


def test_named_volumes_and_configs_are_declared() -> None:
    """What a service mounts is declared, or a folder of this project."""
    for each in SERVICES.values():
        for source in (volume.partition(":")[0] for volume in each.get("volumes", ())):
            assert source.startswith("./") or source in COMPOSE["volumes"]
        assert {config["source"] for config in each.get("configs", ())} <= set(COMPOSE["configs"])


def test_what_the_image_copies_exists() -> None:
    """Every path after COPY is in this project."""
    build = SERVICES["init"]["build"]["dockerfile_inline"]
    for line in re.findall(r"^COPY (.+)$", build, re.MULTILINE):
        *sources, _ = [word for word in line.split() if not word.startswith("--")]
        for source in sources:
            assert (PROJECT / source).exists(), source


def test_shell_scripts_in_it_are_well_formed() -> None:
    """The database's script and the preparation's, as a shell reads them after `$$` became `$`."""
    for script in (COMPOSE["configs"]["databases"]["content"], SERVICES["init"]["command"][-1]):
        done = subprocess.run(["sh", "-n"], input=script.replace("$$", "$"), text=True, check=False)
        assert done.returncode == 0
        assert "${" not in script.replace("$${", "")
