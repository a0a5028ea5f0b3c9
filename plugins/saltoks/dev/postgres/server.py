"""An embedded PostgreSQL: one data folder, loopback TCP only, password always, as root or as anybody else.

The data folder holds `access.json` (passwords, 0600), `port` and `server/` (the cluster and its log). Where
PostgreSQL has to run under another account that cannot reach the folder, `server/` moves to a folder below
/var/tmp that is named after it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import psycopg
from psycopg import sql

from saltoks.core.errors import FixInput, Unavailable
from saltoks.dev.postgres import binaries
from saltoks.dev.postgres.binaries import Binaries
from saltoks.dev.postgres.database_access import SUPERUSER, DatabaseAccess
from saltoks.dev.postgres.service_user import ServiceUser, run_as, service_user
from saltoks.dev.stack import ports, processes
from saltoks.dev.stack.ports import Ports
from saltoks.dev.stack.preflight import require_disk

ELSEWHERE = Path("/var/tmp")  # noqa: S108 - survives a reboot; the folder's owner is checked before use
FREE_GIB = 2.0
THROWAWAY_FREE_GIB = 0.3
SETTINGS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "timezone=UTC", "log_timezone=UTC", "jit=off")
UNSAFE_AND_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
ATTEMPTS = 3


class Postgres:
    """A PostgreSQL server that lives in `data_dir`.

    `port`: use exactly this one; otherwise a free one is taken and remembered. `throwaway`: for tests, faster
    and without a promise to survive a crash; the context manager then deletes the data at the end.
    """

    def __init__(self, data_dir: Path, port: int | None = None, *, throwaway: bool = False) -> None:
        self.data_dir = data_dir.absolute()
        self.throwaway = throwaway
        self._given_port = port
        self._user: ServiceUser | None = None

    def __enter__(self) -> Postgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if self.throwaway:
            self.remove()

    @property
    def log_file(self) -> Path:
        """Where the server writes its log."""
        return self._server_dir() / "server.log"

    @property
    def port(self) -> int:
        """The port of the running, or last run, server."""
        return int((self.data_dir / "port").read_text(encoding="utf-8"))

    def start(self) -> None:
        """Make the cluster if there is none, and start it unless it already runs.

        Raises:
            FixInput: no server program, no disk space, the given port is taken, or root cannot switch account.
            Unavailable: the server did not come up; the message quotes its log.
        """
        self._user = service_user()
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.data_dir.chmod(0o711)
        require_disk(self.data_dir, THROWAWAY_FREE_GIB if self.throwaway else FREE_GIB)
        with self._alone():
            self._make_server_dir()
            access = DatabaseAccess.load(self._access_file)
            if self.running():
                self._check_reused()
                return
            chosen = self._binaries()
            self._make_cluster(chosen, access)
            self._launch(chosen)

    def stop(self) -> None:
        """Stop the server if it runs, also when somebody else started it."""
        self._user = service_user()
        if self.running():
            done = run_as(
                self._user, [self._binaries().tool("pg_ctl"), "-D", str(self._cluster), "-m", "fast", "-w", "stop"]
            )
            if done.returncode:
                raise Unavailable(f"PostgreSQL did not stop: {_last_line(done.stdout)}; its log is {self.log_file}.")

    def remove(self) -> None:
        """Delete the stopped server's data, wherever it lies."""
        for folder in (self._server_dir(), self._elsewhere(), self.data_dir):
            shutil.rmtree(folder, ignore_errors=True)

    def running(self) -> bool:
        """Whether a server process of this very cluster is alive."""
        lines = self._pid_lines()
        if len(lines) < 4 or Path(lines[1]) != self._cluster:
            return False
        pid = int(lines[0])
        return processes.program(pid) == "postgres" and processes.folder(pid) in (None, self._cluster)

    def dsn(self, database: str) -> str:
        """The address of `database` for SQLAlchemy, signed in as its owner (the superuser if it has none)."""
        access = DatabaseAccess.load(self._access_file)
        role = access.role_of(database)
        return f"postgresql+psycopg://{role}:{access.passwords[role]}@{ports.LOOPBACK}:{self.port}/{database}"

    def passwords(self) -> tuple[str, ...]:
        """The passwords of all roles, for hiding them in what is shown."""
        return tuple(DatabaseAccess.load(self._access_file).passwords.values())

    def create_database(self, name: str, owner_role: str) -> None:
        """Make sure database `name` exists, owned by `owner_role` and open to nobody else."""
        access = DatabaseAccess.load(self._access_file).with_database(name, owner_role)
        with self._connect(access.passwords[SUPERUSER]) as connection:
            _make_role(connection, owner_role, access.passwords[owner_role])
            _make_database(connection, name, owner_role)
        access.save(self._access_file)

    @property
    def _access_file(self) -> Path:
        return self.data_dir / "access.json"

    @property
    def _cluster(self) -> Path:
        return self._server_dir() / "cluster"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.data_dir / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _elsewhere(self) -> Path:
        digest = hashlib.sha256(os.fsencode(self.data_dir.resolve())).hexdigest()[:12]
        return ELSEWHERE / f"saltoks-{digest}"

    def _server_dir(self) -> Path:
        moved = self._elsewhere() / "server"
        return moved if moved.exists() else self.data_dir.resolve() / "server"

    def _make_server_dir(self) -> None:
        if self._user and not self._user.can_reach(self.data_dir):
            _own_folder(self._elsewhere())
            (self._elsewhere() / "server").mkdir(mode=0o700, exist_ok=True)
        folder = self._server_dir()
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._user:
            os.chown(folder, self._user.uid, self._user.gid)

    def _binaries(self) -> Binaries:
        version_file = self._cluster / "PG_VERSION"
        major = int(version_file.read_text()) if version_file.exists() else None
        for found in binaries.installed():
            if major in (None, found.major) and (usable := self._usable(found)):
                return usable
        raise binaries.none_found(major)

    def _usable(self, found: Binaries) -> Binaries | None:
        if self._user is None or self._user.can_reach(found.folder / "postgres"):
            return found
        if not found.from_wheel:
            return None
        _own_folder(self._elsewhere())
        return found.copied_to(self._elsewhere())

    def _make_cluster(self, chosen: Binaries, access: DatabaseAccess) -> None:
        if (self._cluster / "PG_VERSION").exists():
            return
        draft, password = self._server_dir() / "cluster.part", self._server_dir() / "password.part"
        shutil.rmtree(draft, ignore_errors=True)
        password.touch(mode=0o600)
        password.write_text(access.passwords[SUPERUSER], encoding="utf-8")
        if self._user:
            os.chown(password, self._user.uid, self._user.gid)
        try:
            done = run_as(self._user, _initdb(chosen, draft, password, self.throwaway))
        finally:
            password.unlink()
        if done.returncode:
            raise Unavailable(f"PostgreSQL could not make its data folder {draft}: {_last_line(done.stdout)}.")
        draft.rename(self._cluster)

    def _launch(self, chosen: Binaries) -> None:
        if self._pid_lines() and not self.running():
            (self._cluster / "postmaster.pid").unlink()  # left by a crash; the server would trust a reused id
        with Ports() as held:
            for _ in range(ATTEMPTS):
                port = self._choose_port(held)
                if self._launch_on(chosen, port):
                    (self.data_dir / "port").write_text(str(port), encoding="utf-8")
                    return
        raise Unavailable(f"PostgreSQL did not start: {self._complaint()}; its log is {self.log_file}.")

    def _launch_on(self, chosen: Binaries, port: int) -> bool:
        settings = (*SETTINGS, f"port={port}", *(UNSAFE_AND_FAST if self.throwaway else ()))
        options = " ".join(f"-c '{setting}'" for setting in settings)
        command = [chosen.tool("pg_ctl"), "-D", str(self._cluster), "-l", str(self.log_file), "-t", "60", "-w"]
        return run_as(self._user, [*command, "-o", options, "start"]).returncode == 0

    def _choose_port(self, held: Ports) -> int:
        if self._given_port is None:
            remembered = self.data_dir / "port"
            return held.choose(self.port if remembered.exists() else None).number
        if not ports.is_free(self._given_port):
            raise FixInput(
                f"Port {self._given_port} is in use by another program, so PostgreSQL cannot start on it: "
                "stop that program or give another port."
            )
        return self._given_port

    def _check_reused(self) -> None:
        running_on = int(self._pid_lines()[3])
        if self._given_port not in (None, running_on):
            raise FixInput(
                f"This PostgreSQL already runs on port {running_on}, not on {self._given_port}: stop it first."
            )
        (self.data_dir / "port").write_text(str(running_on), encoding="utf-8")

    def _pid_lines(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _complaint(self) -> str:
        text = self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""
        return next(reversed(re.findall(r"(?:FATAL|PANIC):\s+(.*)", text)), "it gave no reason")

    def _connect(self, password: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=ports.LOOPBACK, port=self.port, user=SUPERUSER, password=password, dbname="postgres", autocommit=True
        )


def _initdb(chosen: Binaries, cluster: Path, password_file: Path, throwaway: bool) -> list[str]:
    """The command for a new cluster: UTF-8, the same order of texts everywhere, a password for every sign-in."""
    provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if chosen.major >= 17 else []
    locale = "C" if provider else "C.UTF-8"
    command = [
        chosen.tool("initdb"),
        "-D",
        str(cluster),
        "-U",
        SUPERUSER,
        "-E",
        "UTF8",
        f"--locale={locale}",
        *provider,
    ]
    command += ["-A", "scram-sha-256", f"--pwfile={password_file}", "--no-instructions"]
    return [*command, "--no-sync"] if throwaway else command


def _own_folder(folder: Path) -> None:
    """Make `folder` in a place that everybody may write to; refuse one that somebody else made."""
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise FixInput(f"{folder} belongs to somebody else: remove it, or move this project to another folder.")
    folder.chmod(0o711)


def _make_role(connection: psycopg.Connection[tuple[object, ...]], role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
    verb = sql.SQL("ALTER" if known else "CREATE")
    statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
    connection.execute(statement.format(verb, sql.Identifier(role), sql.Literal(password)))


def _make_database(connection: psycopg.Connection[tuple[object, ...]], name: str, owner: str) -> None:
    database = sql.Identifier(name)
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, sql.Identifier(owner)))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "no reason given")
