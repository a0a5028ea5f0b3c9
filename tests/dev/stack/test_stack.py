"""The stack as a whole, with a stand-in for Airflow: real processes, real ports, a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import create_engine, text

from saltoks.core.errors import FixInput, Unavailable
from saltoks.dev.postgres.server import Postgres
from saltoks.dev.stack import components, processes
from saltoks.dev.stack.progress import PlainProgress, Progress
from saltoks.dev.stack.stack import Stack

STANDIN = Path(__file__).parent / "standin"
KEPT_PLUGINS = Path(__file__).resolve().parents[3] / "plugins"


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """What the stand-in was asked to do, one line a call."""
    return tmp_path / "calls"


@pytest.fixture
def variables(calls: Path) -> dict[str, str]:
    """What puts the stand-in in Airflow's place."""
    return {"PYTHONPATH": f"{STANDIN}:{KEPT_PLUGINS}", "STANDIN_CALLS": str(calls)}


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Path]:
    """A home that no stack has used yet, gone with its database at the end."""
    yield tmp_path / "home"
    Postgres(tmp_path / "home" / "postgres").remove()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home that stacks of other tests have used and left in order."""
    folder = tmp_path_factory.mktemp("used") / "home"
    yield folder
    Postgres(folder / "postgres").remove()


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    """Plain lines in a file."""
    return PlainProgress(Console(file=(tmp_path / "said").open("w"), width=200))


def said(tmp_path: Path) -> str:
    """What the stack told so far."""
    return (tmp_path / "said").read_text(encoding="utf-8")


def killed_supervisor(home: Path, variables: dict[str, str]) -> subprocess.Popen[str]:
    """A process that had a stack up when it was killed."""
    script = (
        "import sys; from pathlib import Path; from rich.console import Console\n"
        "from saltoks.dev.stack.progress import PlainProgress; from saltoks.dev.stack.stack import Stack\n"
        f"stack = Stack(Path({str(home)!r}), variables={variables!r}, throwaway=True)\n"
        "stack.up(PlainProgress(Console())); print('ready', flush=True); stack.watch()\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    assert any(line.strip() == "ready" for line in supervisor.stdout)
    supervisor.kill()
    supervisor.communicate()
    return supervisor


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_up_starts_everything_in_order_and_down_ends_it(
    new_home: Path, variables: dict[str, str], calls: Path, progress: Progress
) -> None:
    """Preparation first, then four processes; at the end nothing is left, and the API server ended last."""
    with Stack(new_home, variables=variables, throwaway=True) as stack:
        stack.up(progress)
        stack.check()
        task = int(calls.read_text().partition("task ")[2].split()[0])
        with create_engine(stack.site.warehouse_dsn).connect() as connection:
            assert connection.scalar(text("SELECT current_database()")) == "warehouse"
        assert processes.start_mark(task) is not None
        stack.down(progress)
        assert not stack.postgres.running()
    lines = calls.read_text().splitlines()
    assert lines[:2] == ["db migrate", "pools import"]
    assert {"api-server", "scheduler --skip-serve-logs", "dag-processor", "triggerer --skip-serve-logs"} <= set(
        lines[2:]
    )
    assert lines[-1] == "api-server ended"
    assert processes.start_mark(task) is None


def test_second_start_skips_the_preparation(
    new_home: Path, variables: dict[str, str], calls: Path, progress: Progress
) -> None:
    """The schema and the pools are made ready once for one version of Airflow."""
    for _ in range(2):
        with Stack(new_home, variables=variables, throwaway=True) as stack:
            stack.up(progress)
    assert calls.read_text().count("db migrate") == 1
    assert calls.read_text().count("pools import") == 1


def test_changed_pools_are_loaded_again(
    new_home: Path, tmp_path: Path, variables: dict[str, str], calls: Path, progress: Progress
) -> None:
    """An edit of `config/pools.json` arrives with the next start."""
    pools = tmp_path / "config" / "pools.json"
    pools.parent.mkdir()
    for content in ("{}", '{"salto_api": {"slots": 4, "description": ""}}'):
        pools.write_text(content)
        with Stack(new_home, project=tmp_path, variables=variables, throwaway=True) as stack:
            stack.up(progress)
    assert calls.read_text().count("pools import") == 2


def test_a_part_that_cannot_start_is_named_with_its_log_and_without_secrets(
    home: Path, variables: dict[str, str], progress: Progress
) -> None:
    """The message shows the end of the log; the password in it is hidden, and nothing keeps running."""
    reason = r"The scheduler ended with exit code 1; .*scheduler\.log"
    with Stack(home, variables={**variables, "STANDIN_FAILS": "scheduler"}, throwaway=True) as stack:
        with pytest.raises(Unavailable, match=reason) as caught:
            stack.up(progress)
        assert "cannot go on with postgresql+psycopg://airflow:***@" in caught.value.message
        assert not stack.postgres.running()
        assert stack.home.holder() is None


def test_a_failed_preparation_is_shown(new_home: Path, variables: dict[str, str], progress: Progress) -> None:
    """A migration that fails says so, and is tried again by the next start."""
    failing = {**variables, "STANDIN_FAILS": "db"}
    stack = Stack(new_home, variables=failing, throwaway=True)
    with stack, pytest.raises(Unavailable, match="`airflow db migrate` ended with exit code 1"):
        stack.up(progress)
    assert not (new_home / "prepared.json").exists()


def test_a_part_that_dies_later_is_noticed(home: Path, variables: dict[str, str], progress: Progress) -> None:
    """`check` names the process that a signal ended."""
    with Stack(home, variables=variables, throwaway=True) as stack:
        stack.up(progress)
        records = components.RECORDS.validate_json((home / "running.json").read_bytes())
        victim = next(record for record in records if record.name == "dag-processor")
        os.kill(victim.pid, signal.SIGKILL)
        with pytest.raises(Unavailable, match="The dag-processor ended by signal SIGKILL"):
            stack.watch()


def test_a_database_that_dies_is_noticed(home: Path, variables: dict[str, str], progress: Progress) -> None:
    """`check` looks after PostgreSQL as well."""
    with Stack(home, variables=variables, throwaway=True) as stack:
        stack.up(progress)
        stack.postgres.stop()
        with pytest.raises(Unavailable, match=r"PostgreSQL ended; its log is .*server\.log"):
            stack.check()


def test_down_from_outside_stops_what_a_killed_stack_left(
    home: Path, tmp_path: Path, variables: dict[str, str], progress: Progress
) -> None:
    """The same command serves a running stack, a killed one, and none at all."""
    supervisor = killed_supervisor(home, variables)
    assert supervisor.returncode == -signal.SIGKILL
    left = components.RECORDS.validate_json((home / "running.json").read_bytes())
    stack = Stack(home, throwaway=True)
    stack.down_from_outside(progress)
    assert all(processes.start_mark(record.pid) != record.mark for record in left)
    assert not stack.postgres.running()
    stack.down_from_outside(progress)
    assert said(tmp_path).endswith("No stack runs here.\n")


def test_two_stacks_on_one_home_are_refused(home: Path, variables: dict[str, str], progress: Progress) -> None:
    """The second one says who runs the first, and leaves it alone."""
    with Stack(home, variables=variables, throwaway=True) as first:
        first.start_database(progress)
        second = Stack(home, variables=variables, throwaway=True)
        with pytest.raises(FixInput, match=rf"already runs in .* \(process {os.getpid()}\)"):
            second.up(progress)
        assert first.postgres.running()


def test_a_killed_stack_is_cleaned_up_by_the_next(
    home: Path, tmp_path: Path, variables: dict[str, str], progress: Progress
) -> None:
    """What a killed supervisor left running ends before anything new starts."""
    killed_supervisor(home, variables)
    left = components.RECORDS.validate_json((home / "running.json").read_bytes())
    assert all(processes.start_mark(record.pid) == record.mark for record in left)
    with Stack(home, variables=variables, throwaway=True) as stack:
        stack.start_database(progress)
        assert all(processes.start_mark(record.pid) != record.mark for record in left)
    assert "Stopping what an earlier stack left running" in said(tmp_path)


def test_a_taken_web_port_is_replaced_and_said(home: Path, tmp_path: Path, progress: Progress) -> None:
    """The remembered port is used again when it is free; otherwise the user is told the other one."""
    with Stack(home, throwaway=True) as stack:
        stack.start_database(progress)
        first = stack.site.port
    with Stack(home, throwaway=True) as stack:
        stack.start_database(progress)
        assert stack.site.port == first
    with socket.create_server(("127.0.0.1", first)), Stack(home, throwaway=True) as stack:
        stack.start_database(progress)
        assert stack.site.port != first
        assert f"Port {first} is in use; the web interface takes {stack.site.port} instead." in said(tmp_path)


def test_secrets_are_private_and_stay_the_same(home: Path, progress: Progress) -> None:
    """Keys and passwords are 0600 and survive a restart, or sealed values would be lost."""
    with Stack(home, throwaway=True) as stack:
        stack.start_database(progress)
        first = stack.secrets
        for file in (stack.home.credentials, stack.site.sign_ins, stack.home.postgres / "access.json"):
            assert mode(file) == 0o600, file
    assert Stack(home, throwaway=True).secrets == first
    assert mode(home) == 0o711
    assert mode(home / "logs") == 0o700


def test_remove_deletes_the_databases_too(new_home: Path, progress: Progress) -> None:
    """`make clean` leaves nothing, also where the database lives elsewhere."""
    with Stack(new_home, throwaway=True) as stack:
        stack.start_database(progress)
        cluster = stack.postgres.log_file.parent
        assert cluster.exists()
    stack.remove()
    assert not cluster.exists()
    assert not new_home.exists()


def test_a_home_of_somebody_else_is_refused(new_home: Path, progress: Progress) -> None:
    """A stack once started with sudo cannot be used without it: one sentence says so."""
    new_home.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    shutil.chown(new_home, user="nobody")
    with pytest.raises(FixInput, match="was made by another user of this machine"):
        Stack(new_home, throwaway=True).start_database(progress)


def test_two_stacks_that_start_together_have_two_addresses(
    home: Path, new_home: Path, variables: dict[str, str], progress: Progress
) -> None:
    """Both wish for the same port, and nobody listens on it yet."""
    with Stack(home, variables=variables, throwaway=True) as first:
        first.start_database(progress)
        with Stack(new_home, variables=variables, throwaway=True) as second:
            new_home.mkdir(mode=0o711)
            second.home.port.write_text(str(first.site.port))
            second.start_database(progress)
            assert second.site.port != first.site.port


def test_another_airflow_on_our_port_is_not_ours(
    home: Path, new_home: Path, variables: dict[str, str], progress: Progress
) -> None:
    """It is healthy and does not know our administrator: the start waits for our own, which cannot listen."""
    with Stack(home, variables=variables, throwaway=True) as stranger, Stack(new_home, throwaway=True) as stack:
        stranger.up(progress)
        stack.start_database(progress)
        stack.home.port.write_text(str(stranger.site.port))
        stack.add_variables(variables)
        with pytest.raises(Unavailable, match="The api-server ended with exit code 1"):
            stack.start_airflow(progress)
