"""The system account PostgreSQL runs under when we are root, because PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from saltoks.core.errors import FixInput

NAMES = ("postgres", "saltoks-postgres")


@dataclass(frozen=True, slots=True)
class ServiceUser:
    """An account of this machine that owns the database's files."""

    name: str
    uid: int
    gid: int

    def can_reach(self, path: Path) -> bool:
        """Whether this account may pass through every folder on the way and enter or run `path`."""
        return run_as(self, ["test", "-x", str(path)]).returncode == 0


def run_as(user: ServiceUser | None, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, as `user` or as ourselves, away from our terminal and our environment."""
    return subprocess.run(
        command,
        cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        start_new_session=True,
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )


def service_user() -> ServiceUser | None:
    """The account to switch to: None for a normal user, an existing or a new system account for root.

    Raises:
        FixInput: we are root and cannot switch to such an account.
    """
    if os.geteuid() != 0:
        return None
    user = _known() or _created()
    try:
        run_as(user, ["true"])
    except (OSError, subprocess.SubprocessError) as error:
        raise FixInput(
            f"PostgreSQL refuses to run as root and this machine does not let root become {user.name}: "
            "run the command as a normal user."
        ) from error
    return user


def _known() -> ServiceUser | None:
    for name in NAMES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return ServiceUser(entry.pw_name, entry.pw_uid, entry.pw_gid)
    return None


def _created() -> ServiceUser:
    tool = shutil.which("useradd")
    if tool:
        run_as(None, [tool, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAMES[-1]])
    user = _known()
    if user is None:
        raise FixInput(
            "PostgreSQL refuses to run as root and no system account could be made for it: "
            "run the command as a normal user, or add an account named postgres."
        )
    return user
