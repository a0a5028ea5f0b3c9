"""`saltoks sandbox` says what one needs to use it: an address, a login, a connection to paste, and what to try."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from saltoks.dev.stack import ports

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


@pytest.mark.parametrize(
    ("system", "name"),
    [("salto", "SALTO_DEMO"), ("ireserve", "IRESERVE_DEMO"), ("nexudus", "NEXUDUS_DEMO")],
    ids=lambda one: str(one),
)
def test_a_sandbox_says_how_it_is_used(system: str, name: str) -> None:
    """As soon as it answers; the connection can be pasted, and is one that the demo's sites name."""
    port = ports.any_free()
    command = [sys.executable, "-c", "from saltoks.cli import main; main()", "sandbox", "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(PLUGINS)}
    with subprocess.Popen([*command, "--system", system], env=environment, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout
        said: list[str] = []
        while not said or not said[-1].startswith("saltoks plan"):
            said.append(served.stdout.readline().strip())
        address = f"http://127.0.0.1:{port}"
        assert httpx.get(address, timeout=10).status_code < 500
        served.send_signal(signal.SIGINT)
    assert address in said[0]
    assert any(line.startswith("user pipeline@saltoks.example, password ") for line in said)
    [line] = [line for line in said if line.startswith("export ")]
    [_, pasted] = shlex.split(line)
    variable, _, body = pasted.partition("=")
    assert variable == f"AIRFLOW_CONN_{name}"
    assert address in json.dumps(json.loads(body))


def test_a_taken_port_promises_nothing() -> None:
    """Nobody is sent to a stranger's address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-c", "from saltoks.cli import main; main()", "sandbox", "--port", str(port)]
        environment = os.environ | {"PYTHONPATH": str(PLUGINS)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is taken" in done.stderr


def test_a_sandbox_without_its_server_says_what_to_install() -> None:
    """The extra `demo` is no part of a production environment."""
    environment = os.environ | {"PYTHONPATH": f"{Path(__file__).parent / 'bare'}:{PLUGINS}"}
    command = [sys.executable, "-c", "from saltoks.cli import main; main()", "sandbox"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "saltoks: a sandbox needs uvicorn, which is not installed: pip install 'saltoks[demo]'\n"
