"""One access sync of one site in the soak, in a process of its own or in this one, and what it said of itself."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from saltoks.core.errors import SaltoksError
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.flows.sync import sync
from saltoks.sandbox.salto.admin.client import SandboxAdmin
from saltoks.settings import Settings, load
from saltoks.warehouse.engine.database import Warehouse

_NO_SEAT = re.compile(r"customer (\S+) gets no seat")
_NO_FILES = "the source could not be read"
_CUSTOMER = re.compile(r"customer (\S+)")


@dataclass(frozen=True, slots=True)
class Job:
    """A run to make."""

    config: Path
    warehouse_url: str
    salto_url: str
    site: str
    at: datetime
    fully: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a run said: `failures` with the error that ended it, and the customers that it left out or held back."""

    site: str
    failures: tuple[str, ...] = ()
    seatless: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()
    planned: int = 0
    confirmed: int = 0

    @property
    def stuck(self) -> bool:
        """Whether something failed that neither the files nor a lack of seats are to blame for."""
        return any(not text.startswith(_NO_FILES) and not _NO_SEAT.match(text) for text in self.failures)


@dataclass(slots=True)
class SoakClock:
    """One instant; a run that waits makes the sandbox's time go by, and runs of other sites wait at the same time."""

    at: datetime
    admin: SandboxAdmin
    waited: timedelta = timedelta()

    def now(self) -> datetime:
        """The instant of the run."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Moves the sandbox's clock on to where it is after all that this run has waited, unless it is there."""
        self.waited += timedelta(seconds=seconds)
        if self.admin.now() < self.at + self.waited:
            self.admin.set_clock(self.at + self.waited)


def run(job: Job) -> Ran:
    """Makes a run; whatever it says, or dies of, is in the answer."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    clock = SoakClock(job.at, _admin(job.salto_url))
    rt = Runtime(_settings(job.config), _warehouse(job.warehouse_url), clock)
    site = rt.settings.site(job.site)
    try:
        done = sync(rt, site, f"soak/{job.at:%Y-%m-%dT%H:%MZ}", fully=job.fully)
    except SaltoksError as error:
        return Ran(site=job.site, failures=(error.message,))
    return _said(job.site, done)


def _said(site: str, done: Iterable[Outcome]) -> Ran:
    steps = {one.step: one for one in done}
    planned, applied = steps["plan"], steps["apply"]
    failures = [text for one in steps.values() for text in one.failures]
    held = [*applied.held, *planned.held]
    return Ran(
        site=site,
        failures=tuple(failures),
        seatless=frozenset(found for text in failures for found in _NO_SEAT.findall(text)),
        held=frozenset(found for text in held for found in _CUSTOMER.findall(text)),
        planned=sum(number for name, number in planned.counts.items() if name not in ("held", "late")),
        confirmed=applied.counts.get("confirmed", 0),
    )


@lru_cache
def _settings(config: Path) -> Settings:
    return load(config)


@lru_cache
def _warehouse(url: str) -> Warehouse:
    return Warehouse(url)


@lru_cache
def _admin(url: str) -> SandboxAdmin:
    return SandboxAdmin(url)
