"""The course of a soak: diaries turn, files are written, every site is synced, doors are looked at and judged."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from saltoks.dev.soak import observed
from saltoks.dev.soak.booking_activity import Diary
from saltoks.dev.soak.expected import spans
from saltoks.dev.soak.faults import LATE, Breaker, Troubles
from saltoks.dev.soak.judge import Judge, Sight, Tally
from saltoks.dev.soak.observed import Site, Traffic
from saltoks.dev.soak.runs import Job, Ran, run
from saltoks.dev.soak.sites import PUSH, SEATS, TICK, Place, environment, world, write_config
from saltoks.dev.soak.source import Files
from saltoks.sandbox.salto.admin.client import Call, SandboxAdmin
from saltoks.sandbox.salto.server import SandboxServer
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.engine.migrate import migrate

FIRST = datetime(2026, 3, 23, tzinfo=UTC)
"""A Monday; on the Sunday after it the clocks of Amsterdam and London go forward, those of Chicago have done so."""
_TICK = timedelta(minutes=TICK)
_NIGHT = 3 * 4
"""The run of a day, counted from midnight UTC, in which everything is read anew."""


@dataclass(frozen=True, slots=True)
class Round:
    """One run of one site, as the report counts it."""

    ran: Ran
    traffic: Traffic
    quiet: bool
    fully: bool


@dataclass(slots=True)
class Course:
    """All that a soak has seen so far."""

    troubles: Troubles
    ticks: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    refused: int = 0
    busiest: int = 0
    requests: int = 0


@dataclass(slots=True)
class _House:
    place: Place
    diary: Diary
    files: Files
    judge: Judge


class Soak:
    """A soak that is set up: `tick` goes on by a quarter of an hour."""

    def __init__(
        self,
        root: Path,
        places: Sequence[Place],
        sandbox: SandboxServer,
        warehouse_url: str,
        troubles: Troubles,
        workers: Executor,
        seed: int,
        first: datetime = FIRST,
    ) -> None:
        self._root = root
        self._sandbox = sandbox
        self._warehouse_url = warehouse_url
        self._warehouse = Warehouse(warehouse_url)
        self._workers = workers
        self._first = first
        self.course = Course(troubles, tallies={one.name: Tally() for one in places})
        self._houses = [self._house(place, seed) for place in places]
        self._sites = {place.name: str(self._dump()[place.site_uid]["id"]) for place in places}
        self._breaker = Breaker(sandbox.admin, self._sites, {one.name: one.site_uid for one in places}, SEATS)
        self._foreign = self._look_at_foreign()

    @property
    def admin(self) -> SandboxAdmin:
        """The sandbox's remote control, for whoever plays against the soak."""
        return self._sandbox.admin

    def close(self) -> None:
        """Gives the connections back."""
        self._warehouse.close()

    def tick(self) -> None:
        """One run of every site."""
        number = self.course.ticks
        at = self._first + number * _TICK
        sights = [self._written(house, at, number) for house in self._houses]
        self._breaker.break_all({one: self.course.troubles.of_salto(one, number) for one in self._sites})
        self.admin.set_clock(at)
        self.admin.forget_calls()
        fully = number % (24 * 4) == _NIGHT
        ran = list(self._workers.map(run, [self._job(house, at, fully=fully) for house in self._houses]))
        self._breaker.mend()
        self._count(ran, sights, self.admin.calls(), fully=fully)
        self._judged(ran, sights, at)
        with self._warehouse.session() as session:
            session.run("soak/age_rates", minutes=TICK)
        self.course.ticks += 1

    def finish(self) -> None:
        """Everything is mended; then the last look at what must be as it was."""
        self._breaker.break_all(dict.fromkeys(self._sites))
        after = self._look_at_foreign()
        self.course.touched = [
            f"{name}: {what}" for name in after for what in observed.touched(self._foreign[name], after[name])
        ]
        self.course.refused = self.admin.refused()

    def _house(self, place: Place, seed: int) -> _House:
        diary = Diary(place, random.Random(f"{seed}/{place.name}"))
        diary.open(self._first)
        files = Files(place, self._root / "data" / place.name)
        return _House(place, diary, files, Judge(place.name, self.course.tallies[place.name]))

    def _written(self, house: _House, at: datetime, number: int) -> Sight:
        """The rows of this run, in files, and what they mean; what the run itself says is not known yet."""
        name, files = house.place.name, house.files
        fault = self.course.troubles.of_source(name, number)
        rows = house.diary.turn(at)
        files.write(rows, at, fault)
        return Sight(
            run=at,
            real=spans(house.place, rows),
            seen=spans(house.place, files.seen),
            whole=spans(house.place, files.whole),
            files=fault,
            salto=self.course.troubles.felt(name, number),
        )

    def _job(self, house: _House, at: datetime, *, fully: bool) -> Job:
        return Job(self._root / "config", self._warehouse_url, self._sandbox.url, house.place.name, at, fully)

    def _count(self, ran: Sequence[Ran], sights: Sequence[Sight], calls: Sequence[Call], *, fully: bool) -> None:
        self.course.requests += len(calls)
        self.course.busiest = max(self.course.busiest, observed.busiest(calls))
        for one, sight in zip(ran, sights, strict=True):
            found = observed.traffic(calls, self._sites[one.site])
            self.course.rounds.append(Round(one, found, sight.salto in (None, *LATE), fully))

    def _judged(self, ran: Sequence[Ran], sights: Sequence[Sight], at: datetime) -> None:
        """The state that a run leaves behind counts until the changes of the next run do."""
        minutes = [at + timedelta(minutes=PUSH + minute) for minute in range(TICK)]
        sites = self._dump()
        for house, one, sight in zip(self._houses, ran, sights, strict=True):
            place = house.place
            found = observed.opened(self.admin, place, sites[place.site_uid], minutes)
            house.judge.hear(sight.after(one.stuck, one.seatless, one.held), found)

    def _look_at_foreign(self) -> dict[str, dict[str, object]]:
        sites = self._dump()
        return {one.place.name: observed.foreign(one.place, sites[one.place.site_uid]) for one in self._houses}

    def _dump(self) -> Mapping[str, Site]:
        found: Mapping[str, Site] = self.admin.world()["sites"]
        return found


@contextmanager
def opened(
    root: Path,
    places: tuple[Place, ...],
    warehouse_url: str,
    troubles: Troubles,
    workers: Executor,
    *,
    seed: int,
    first: datetime = FIRST,
) -> Iterator[Soak]:
    """Sets a soak up in an empty folder and an empty database; its connections are in the environment meanwhile.

    `first` is its first run, on a full quarter of an hour.
    """
    warehouse = Warehouse(warehouse_url)
    migrate(warehouse)
    warehouse.close()
    write_config(root, places)
    with SandboxServer(world(places), seed=seed) as sandbox, _environment(root, warehouse_url, sandbox.url):
        soak = Soak(root, places, sandbox, warehouse_url, troubles, workers, seed, first)
        try:
            yield soak
        finally:
            soak.close()


@contextmanager
def _environment(root: Path, warehouse_url: str, salto_url: str) -> Iterator[None]:
    ours = environment(root, warehouse_url, salto_url)
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
