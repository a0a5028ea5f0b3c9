"""Behaves like the commands the stack starts; STANDIN_* variables make it misbehave."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

COMMAND = sys.argv[1]
PARTS = ("scheduler", "triggerer", "dag_processor")


class Api(BaseHTTPRequestHandler):
    """The health route of Airflow's API, and its sign-in."""

    def do_GET(self) -> None:
        """Say when each part last sent a heartbeat."""
        parts = {part: {"status": "healthy", f"latest_{part}_heartbeat": heartbeat(part)} for part in PARTS}
        body = json.dumps({"metadatabase": {"status": "healthy"}, **parts}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """A token for who has the right password."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        known = json.loads(Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]).read_text())
        self.send_response(201 if known.get(asked["username"]) == asked["password"] else 401)
        self.end_headers()
        self.wfile.write(json.dumps({"access_token": "a-token"}).encode())


def note(text: str) -> None:
    """Tell the test what was called."""
    with open(os.environ["STANDIN_CALLS"], "a", encoding="utf-8") as file:
        file.write(text + "\n")


def beat_file(part: str) -> Path:
    """What a part touches when it has started."""
    return Path(os.environ["AIRFLOW_HOME"]) / f"{part.replace('-', '_')}.beat"


def heartbeat(part: str) -> str | None:
    """When the part started, as Airflow's API says it; None before it ever did."""
    file = beat_file(part)
    return datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat() if file.exists() else None


def main() -> None:
    """Run one command."""
    note(" ".join(sys.argv[1:3]))
    signal.signal(signal.SIGTERM, lambda *_: (note(f"{COMMAND} ended"), sys.exit(0)))
    if os.environ.get("STANDIN_FAILS") == COMMAND:
        sys.exit(f"cannot go on with {os.environ['AIRFLOW__DATABASE__SQL_ALCHEMY_CONN']}")
    if COMMAND in ("db", "pools"):
        return
    if COMMAND == "scheduler":
        task = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], process_group=0)
        note(f"task {task.pid}")
    if COMMAND == "api-server":
        ThreadingHTTPServer(("127.0.0.1", int(os.environ["AIRFLOW__API__PORT"])), Api).serve_forever()
    beat_file(COMMAND).touch()
    while True:
        time.sleep(1)


main()
