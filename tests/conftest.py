"""What all tests share: one real PostgreSQL, a database of its own per test, and a stage with a sandbox."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from saltoks.dev.postgres import Postgres
from saltoks.sandbox.server import SandboxServer
from saltoks.warehouse.database import Warehouse
from saltoks.warehouse.migrate import migrate
from stage import Stage

TEMPLATE = "warehouse_template"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A PostgreSQL for this test run, with a migrated database to copy from."""
    with Postgres(tmp_path_factory.mktemp("postgres"), throwaway=True) as server:
        server.create_database(TEMPLATE, "warehouse")
        warehouse = Warehouse(server.dsn(TEMPLATE))
        migrate(warehouse)
        warehouse.close()
        yield server


@pytest.fixture
def warehouse_url(postgres: Postgres) -> Iterator[str]:
    """A database of this test alone, in the shape that this version needs."""
    name = f"t_{uuid.uuid4().hex}"
    admin = create_engine(postgres.dsn("postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name} template {TEMPLATE} owner warehouse"))
    yield postgres.dsn(name)
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture
def warehouse(warehouse_url: str) -> Iterator[Warehouse]:
    """A warehouse of this test alone."""
    opened = Warehouse(warehouse_url)
    yield opened
    opened.close()


@pytest.fixture
def stage(tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A site with its source files, a sandbox of its own, and a warehouse of its own."""
    logging.getLogger("saltoks").setLevel(logging.INFO)
    made = Stage(tmp_path, warehouse_url)
    with SandboxServer(made.world()) as sandbox:
        made.open(sandbox)
        for name, value in made.environment().items():
            monkeypatch.setenv(name, value)
        yield made
