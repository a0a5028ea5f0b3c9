"""A real headless Chromium over its debugging pipe: opens a page and tells what it did, nothing but the page's own."""

from __future__ import annotations

import base64
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # as root it starts in no other way; it only ever opens pages of ours
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
)
PIPED = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execvp(sys.argv[3], sys.argv[3:])"
)
"""Puts the pipe where Chromium looks for it, then becomes Chromium."""

Said = dict[str, Any]


def installed() -> str | None:
    """Where this machine has a Chromium."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass
class Visit:
    """What happened while a page was open: every address it asked for, and every complaint of the browser."""

    browser: Browser
    session: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def value(self, script: str) -> Any:
        """What an expression gives inside the page."""
        found = self.browser.ask("Runtime.evaluate", self.session, expression=script, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def picture(self, file: Path) -> None:
        """The whole page as a PNG file."""
        found = self.browser.ask("Page.captureScreenshot", self.session, captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(found["data"]))

    def note(self, said: Said) -> None:
        """Keeps what an event says."""
        values = said.get("params", {})
        if said["method"] == "Network.requestWillBeSent":
            self.requests.append(values["request"]["url"])
        elif said["method"] == "Log.entryAdded":
            self.complaints.append(values["entry"]["text"])
        elif said["method"] in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
            self.complaints.append(json.dumps(values))


class Browser:
    """One running Chromium."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer = reader, writer
        self._numbers = itertools.count(1)
        self._rest = b""
        self._visits: dict[str, Visit] = {}

    @contextmanager
    def visit(
        self,
        url: str,
        *,
        width: int = 1200,
        dark: bool = False,
        media: str = "screen",
        cookie: tuple[str, str] | None = None,
    ) -> Iterator[Visit]:
        """Opens an address in a fresh tab of that width and waits until it is loaded."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        visit = self._visits[session] = Visit(self, session)
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.ask(f"{domain}.enable", session)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", session, media=media, features=[scheme])
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            session,
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        if cookie:
            self.ask("Network.setCookie", session, name=cookie[0], value=cookie[1], url=url)
        self.ask("Page.navigate", session, url=url)
        self._until("Page.loadEventFired", session)
        yield visit
        self.ask("Target.closeTarget", targetId=target)

    def ask(self, method: str, session: str | None = None, /, **values: object) -> Said:
        """One command and its answer; what happens meanwhile is noted."""
        number = next(self._numbers)
        said: Said = {"id": number, "method": method, "params": values}
        os.write(self._writer, json.dumps(said | ({"sessionId": session} if session else {})).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                assert "error" not in answer, (method, answer["error"])
                result: Said = answer["result"]
                return result

    def _until(self, event: str, session: str) -> None:
        while True:
            said = self._next()
            if said.get("method") == event and said.get("sessionId") == session:
                return

    def _next(self, seconds: float = 60) -> Said:
        end = time.monotonic() + seconds
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._reader], [], [], max(0.0, end - time.monotonic()))
            read = os.read(self._reader, 1 << 20) if ready else b""
            assert read, "Chromium says nothing any more"
            self._rest += read
        text, _, self._rest = self._rest.partition(b"\0")
        said: Said = json.loads(text)
        visit = self._visits.get(said.get("sessionId", ""))
        if visit and "method" in said:
            visit.note(said)
        return said


@contextmanager
def opened(program: str, profile: Path) -> Iterator[Browser]:
    """A Chromium with a profile of its own, gone afterwards."""
    theirs, commands = os.pipe()
    answers, ours = os.pipe()
    command = [sys.executable, "-c", PIPED, str(theirs), str(ours), program, *FLAGS, f"--user-data-dir={profile}"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, pass_fds=(theirs, ours), stdin=quiet, stdout=quiet, stderr=quiet) as process:
        os.close(theirs)
        os.close(ours)
        browser = Browser(answers, commands)
        try:
            yield browser
        finally:
            browser.ask("Browser.close")
            process.wait(20)
            os.close(answers)
            os.close(commands)
