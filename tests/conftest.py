"""What all tests share: one real PostgreSQL, a database of its own per test, and a stage with a sandbox."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from databases import Databases, kept_open
from mailhouse import MailHouse
from mailhouse import mail_house as opened_mail_house
from saltoks.core.secrecy import KNOWN_SECRETS, SecretRegistry
from saltoks.dev.postgres.server import Postgres
from saltoks.warehouse.engine.database import Warehouse
from stage import Stage, served

settings.register_profile("saltoks", settings.default, deadline=None)  # laws hold on a busy machine as well
settings.load_profile("saltoks")


@pytest.fixture(autouse=True)
def _nothing_is_secret_yet() -> None:
    """Every test begins as a process does, that has read no connection."""
    vars(KNOWN_SECRETS).update(vars(SecretRegistry()))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL for this test run."""
    with Postgres(tmp_path_factory.mktemp("postgres"), throwaway=True) as server:
        yield server


@pytest.fixture(scope="session")
def databases(postgres: Postgres) -> Databases:
    """Databases in the shape that this version needs."""
    found = Databases(postgres)
    found.make_template()
    return found


@pytest.fixture
def warehouse_url(databases: Databases) -> Iterator[str]:
    """An empty database of this test alone, in the shape that this version needs."""
    with databases.empty() as url:
        yield url


@pytest.fixture
def warehouse(warehouse_url: str) -> Warehouse:
    """A warehouse of this test alone."""
    return kept_open(warehouse_url)


@pytest.fixture
def stage(
    tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Stage]:
    """A site with its source files, a sandbox of its own, and a warehouse of its own."""
    caplog.set_level(logging.INFO, logger="saltoks")
    made = Stage(tmp_path, warehouse_url)
    with served(made.world()) as sandbox:
        made.open(sandbox)
        for name, value in made.environment().items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture
def mail_house() -> Iterator[MailHouse]:
    """A mail server of this test alone."""
    with opened_mail_house() as house:
        yield house
