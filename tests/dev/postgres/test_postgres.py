"""The embedded PostgreSQL: started for real."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from saltoks.core.errors import FixInput
from saltoks.dev.postgres import binaries
from saltoks.dev.postgres.server import ELSEWHERE, Postgres
from saltoks.dev.postgres.service_user import ServiceUser, run_as, service_user
from saltoks.dev.stack import ports
from saltoks.dev.stack.components import wait_until


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose server is stopped and gone at the end."""
    folder = tmp_path / "data"
    yield folder
    left = Postgres(folder, throwaway=True)
    if folder.exists():
        left.stop()
        left.remove()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One running server for the tests that only look at it."""
    with Postgres(tmp_path_factory.mktemp("server") / "data", throwaway=True) as running:
        yield running


def ask(dsn: str, question: str) -> object:
    """One value from the database."""
    engine = create_engine(dsn)
    try:
        with engine.begin() as connection:
            answer = connection.execute(text(question))
            return answer.scalar() if answer.returns_rows else None
    finally:
        engine.dispose()


def test_a_fresh_server_answers_and_takes_everything_as_utc(server: Postgres) -> None:
    """UTF-8, UTC, scram passwords, loopback only, no socket file."""
    dsn = server.dsn("postgres")
    assert ask(dsn, "SELECT 1") == 1
    for setting, value in {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
        "password_encryption": "scram-sha-256",
    }.items():
        assert ask(dsn, f"SELECT current_setting('{setting}')") == value
    assert ask(dsn, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0


def test_data_and_port_survive_a_restart(data_dir: Path) -> None:
    """The same port, the same password, the same rows."""
    server = Postgres(data_dir)
    server.start()
    server.create_database("warehouse", "warehouse")
    dsn = server.dsn("warehouse")
    ask(dsn, "CREATE TABLE kept AS SELECT 42 AS n")
    server.stop()
    assert not server.running()
    again = Postgres(data_dir)
    again.start()
    assert again.dsn("warehouse") == dsn
    assert ask(dsn, "SELECT n FROM kept") == 42


def test_a_running_server_is_reused(server: Postgres) -> None:
    """A second start does not start a second server."""
    before = ask(server.dsn("postgres"), "SELECT pg_postmaster_start_time()")
    other = Postgres(server.data_dir, throwaway=True)
    other.start()
    assert ask(other.dsn("postgres"), "SELECT pg_postmaster_start_time()") == before


def test_a_crashed_server_starts_again_with_its_data(data_dir: Path) -> None:
    """After a kill the stale process file does not get in the way, and what was committed is there."""
    server = Postgres(data_dir)
    server.start()
    ask(server.dsn("postgres"), "CREATE TABLE kept AS SELECT 7 AS n")
    pid_file = server.log_file.parent / "cluster" / "postmaster.pid"
    os.kill(int(pid_file.read_text().split()[0]), signal.SIGKILL)
    assert wait_until(lambda: not server.running(), 10)
    assert pid_file.exists()
    server.start()
    assert ask(server.dsn("postgres"), "SELECT n FROM kept") == 7


def test_a_process_file_with_a_reused_id_is_not_trusted(data_dir: Path) -> None:
    """The id in a stale process file belongs to this test by now: the server starts all the same."""
    server = Postgres(data_dir, throwaway=True)
    server.start()
    server.stop()
    cluster = server.log_file.parent / "cluster"
    (cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster}\n1\n{server.port}\n")
    assert not server.running()
    server.start()
    assert server.running()


def test_only_the_loopback_address_answers(server: Postgres) -> None:
    """The server cannot be reached at any other address of this machine, not even another loopback one."""
    others = {"127.0.0.2"} if sys.platform == "linux" else set()
    others |= {str(each[4][0]) for each in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    others -= {"127.0.0.1"}
    for address in others:
        with pytest.raises(OSError), socket.create_connection((address, server.port), timeout=2):  # noqa: PT011
            pytest.fail(f"{address} answered")
    with socket.create_connection(("127.0.0.1", server.port), timeout=2):
        pass


def test_a_wrong_password_is_refused(server: Postgres) -> None:
    """There is no sign-in without the password, on this machine either."""
    _, _, rest = server.dsn("postgres").partition("@")
    with pytest.raises(OperationalError, match="password authentication failed"):
        ask(f"postgresql+psycopg://postgres:wrong@{rest}", "SELECT 1")


def test_databases_are_closed_to_each_other(server: Postgres) -> None:
    """The owner of one database cannot look into another one."""
    server.create_database("airflow", "airflow")
    server.create_database("warehouse", "warehouse")
    server.create_database("warehouse", "warehouse")
    assert ask(server.dsn("warehouse"), "SELECT current_user") == "warehouse"
    with pytest.raises(OperationalError, match="permission denied for database"):
        ask(server.dsn("warehouse").removesuffix("warehouse") + "airflow", "SELECT 1")


def test_passwords_are_private(server: Postgres) -> None:
    """The file with the passwords is for its user only, and no other copy stays behind."""
    assert stat.S_IMODE((server.data_dir / "access.json").stat().st_mode) == 0o600
    assert not list(server.log_file.parent.glob("*.part"))


def test_a_given_port_is_used(data_dir: Path) -> None:
    """Who gives a port gets that port."""
    port = ports.any_free()
    with Postgres(data_dir, port, throwaway=True) as server:
        assert server.port == port


def test_a_given_port_that_is_taken_is_refused_in_one_sentence(data_dir: Path) -> None:
    """It is never swapped silently: somebody relies on it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(FixInput, match=f"Port {port} is in use by another program"):
            Postgres(data_dir, port, throwaway=True).start()


def test_a_remembered_port_that_is_taken_is_replaced(data_dir: Path) -> None:
    """A port nobody asked for may change between two starts."""
    server = Postgres(data_dir, throwaway=True)
    server.start()
    server.stop()
    with socket.create_server(("127.0.0.1", server.port)) as taken:
        server.start()
        assert server.port != taken.getsockname()[1]
        assert ask(server.dsn("postgres"), "SELECT 1") == 1


def test_throwaway_data_is_gone_afterwards(data_dir: Path) -> None:
    """Wherever the cluster was put, nothing of it stays."""
    with Postgres(data_dir, throwaway=True) as server:
        cluster = server.log_file.parent
        assert cluster.exists()
    assert not cluster.exists()
    assert not data_dir.exists()


def test_data_of_another_version_is_refused(data_dir: Path) -> None:
    """No server program of that version: the message names the version."""
    with Postgres(data_dir) as server:
        version = server.log_file.parent / "cluster" / "PG_VERSION"
        server.stop()
        right = version.read_text()
        version.write_text("9\n")
        with pytest.raises(FixInput, match="No PostgreSQL 9, which made the existing data"):
            server.start()
        version.write_text(right)


def test_the_wheel_comes_first() -> None:
    """Everybody gets the same PostgreSQL, whatever the machine has."""
    first = next(binaries.installed())
    assert binaries.WHEEL in str(first.folder)
    assert first.major == 18


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to switch accounts")
def test_as_root_the_files_belong_to_a_service_account(data_dir: Path, tmp_path: Path) -> None:
    """The server runs as somebody else; where that account cannot go, its folder moves to /var/tmp."""
    tmp_path.chmod(0o700)
    with Postgres(data_dir, throwaway=True) as server:
        user = service_user()
        assert isinstance(user, ServiceUser)
        folder = server.log_file.parent
        assert folder.stat().st_uid == user.uid
        assert folder.parent.parent == ELSEWHERE
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to switch accounts")
def test_binaries_that_the_service_account_cannot_reach_are_copied(tmp_path: Path) -> None:
    """A project below /root still gets the wheel's PostgreSQL."""
    user = service_user()
    assert user is not None
    place = ELSEWHERE / f"saltoks-test-{os.getpid()}"
    place.mkdir(mode=0o711)
    place.chmod(0o711)
    try:
        copy = next(binaries.installed()).copied_to(place)
        assert copy.folder.is_relative_to(place)
        assert run_as(user, [copy.tool("initdb"), "--version"]).returncode == 0
    finally:
        shutil.rmtree(place)
