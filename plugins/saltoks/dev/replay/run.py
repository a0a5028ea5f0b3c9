"""Real bookings through the whole access sync: who can open a door in two hotels on one evening, and on the next.

``python -m saltoks.dev.replay.run --data FILE --day YYYY-MM-DD`` loads a file of hotel bookings into a warehouse of its
own, syncs both hotels of `config/examples/hotels` with a sandbox Salto KS, and shows whom Salto then lets in.
"""

from __future__ import annotations

import logging
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from typer.exceptions import TyperException

from saltoks.cli.exits import Exit
from saltoks.cli.show.tables import console as show_console
from saltoks.core.errors import FixInput, SaltoksError
from saltoks.core.plan.owner_marker import owner_of
from saltoks.dev.postgres.server import Postgres
from saltoks.dev.replay import hotel_data, show
from saltoks.dev.replay.findings import Calls, Evening, HotelEvening
from saltoks.dev.replay.hotel_data import Bookings, HotelData
from saltoks.dev.replay.hotel_world import connected, hotel_of, world
from saltoks.dev.stack.commands import interruptible
from saltoks.dev.stack.progress import Progress, progress_for
from saltoks.flows.run.clock import FixedClock
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.sync import run_name, sync
from saltoks.package_data import ROOT
from saltoks.salto.sign_in import TOKEN_ROUTE
from saltoks.sandbox.salto.server import SandboxServer
from saltoks.settings import Settings, Site, load
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.engine.migrate import migrate

CONFIG = ROOT / "config" / "examples" / "hotels"
HOUR = wall_time(18)
"""After check-in and long before check-out: whoever is in the house now sleeps there."""
_INTERRUPTED = 130  # what typer makes of Ctrl-C
_STOPPED = "stopped, and everything that it started is gone"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@dataclass(frozen=True, slots=True)
class Replay:
    """An open replay: the bookings are loaded, the sandbox runs, and evenings can be played in order of time."""

    settings: Settings
    warehouse: Warehouse
    sandbox: SandboxServer
    data: HotelData

    @property
    def zone(self) -> str:
        """The time zone of the hotels."""
        return self.settings.sites[0].timezone

    def evening(self, day: date) -> Evening:
        """Sets both clocks to 18:00 in the hotels on `day`, syncs every hotel, and looks at Salto."""
        at = datetime.combine(day, HOUR, ZoneInfo(self.zone)).astimezone(UTC)
        self.sandbox.admin.set_clock(at)
        rt = Runtime(self.settings, self.warehouse, FixedClock(at))
        return Evening(day, at, tuple(self._hotel(rt, site) for site in rt.sites()))

    def _hotel(self, rt: Runtime, site: Site) -> HotelEvening:
        self.sandbox.admin.forget_calls()
        begun = time.monotonic()
        done = sync(rt, site, run_name("replay", rt.clock.now()))
        seconds = time.monotonic() - begun
        return HotelEvening(
            site=site.name,
            hotel=hotel_of(site),
            members=members(self.sandbox.admin.world()["sites"][site.salto.site_uid]),
            quarantined=sum(one.counts["rejected"] for one in done if one.step == "validate"),
            calls=calls(self.sandbox.admin.count()),
            seconds=seconds,
            warnings=_once(text for one in done if one.step != "validate" for text in one.warnings),
            held=_once(text for one in done for text in one.held),
            failures=_once(text for one in done for text in one.failures),
        )


@contextmanager
def opened(url: str, bookings: Bookings, progress: Progress) -> Iterator[Replay]:
    """Loads bookings into the empty database at `url` and starts a sandbox that fits them."""
    settings, warehouse = load(CONFIG), Warehouse(url)
    try:
        with progress.step(f"Loading {len(bookings.rows)} bookings"):
            migrate(warehouse)
            found = hotel_data.load(warehouse, bookings)
        _must_be_of(found, settings)
        with SandboxServer(world(settings, found.room_types)) as sandbox, connected(sandbox.url):
            yield Replay(settings, warehouse, sandbox, found)
    finally:
        warehouse.close()


def members(site: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Who Salto has in each group of a site but the mark of its owner: aliases by group."""
    names = {user["user_id"]: str(user["alias"] or user["email"]) for user in site["users"]}
    return {
        group["customer_reference"]: frozenset(names[user] for user in group["members"])
        for group in site["groups"]
        if not owner_of(group["customer_reference"])
    }


def calls(count: Mapping[str, int]) -> Calls:
    """What reached a sandbox, from its own count by `METHOD route`."""
    tokens = count.get(f"POST {TOKEN_ROUTE}", 0)
    reads = sum(number for route, number in count.items() if route.startswith("GET "))
    return Calls(reads=reads, writes=sum(count.values()) - reads - tokens, tokens=tokens)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


@app.command()
def replay(
    data: Annotated[Path, typer.Option(metavar="FILE", help="The bookings file, .csv or .csv.gz.")],
    day: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="The first of the two days.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")] = False,
) -> int:
    """Show who can open a door in two hotels at 18:00 on a day and on the next, by a whole access sync."""
    first = _day(day)
    bookings, progress = hotel_data.read(data), progress_for(Console(stderr=True))
    with interruptible(), _database(progress) as url, opened(url, bookings, progress) as run:
        _must_be_in(run.data, first, data)
        evenings = [_played(run, one, progress) for one in (first, first + timedelta(days=1))]
    if as_json:
        print(show.as_json(data, run.data, evenings))
    else:
        show.report(show_console(), evenings[0], evenings[1], run.zone)
    return _exit(evenings)


def main(arguments: list[str] | None = None) -> int:
    """Runs the replay; its exit codes: 0 done, 1 with holds or warnings, 2 failed, 64 wrong use, 130 stopped."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses with ids at INFO
    try:
        code = int(app(arguments, standalone_mode=False) or Exit.DONE)
    except TyperException as error:
        usage = "make replay DATA=bookings.csv.gz DAY=2015-08-15"
        return _said(f"{error.format_message()}\nTry: {usage}", Exit.WRONG_USE)
    except SaltoksError as error:
        return _said(_STOPPED, _INTERRUPTED) if _is_stopped(error) else _said(error.message, Exit.FAILED)
    return _said(_STOPPED, code) if code == _INTERRUPTED else code


def _said(text: str, code: int) -> int:
    print(f"replay: {text}", file=sys.stderr)
    return code


def _is_stopped(error: BaseException | None) -> bool:
    """Whether somebody stopped us: a statement that is cut off by Ctrl-C fails on its own account as well."""
    return isinstance(error, KeyboardInterrupt) or (error is not None and _is_stopped(error.__context__))


@contextmanager
def _database(progress: Progress) -> Iterator[str]:
    """A PostgreSQL of this replay alone, gone afterwards: every replay starts from nothing."""
    with ExitStack() as stack:
        with progress.step("Starting PostgreSQL"):
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="saltoks-replay-"))
            server = Postgres(Path(folder) / "postgres", throwaway=True)
            stack.callback(server.remove)  # both before the start: one that is interrupted leaves something behind
            stack.callback(server.stop)
            server.start()
            server.create_database("warehouse", "warehouse")
        yield server.dsn("warehouse")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FixInput(f"--day {text!r} is no day: write it like 2015-08-15") from error


def _must_be_in(found: HotelData, day: date, data: Path) -> None:
    if not found.first <= day <= found.last:
        raise FixInput(f"{data.name} holds stays from {found.first} to {found.last}: choose a --day among them")


def _must_be_of(found: HotelData, settings: Settings) -> None:
    ours, theirs = {hotel_of(site) for site in settings.sites}, set(found.room_types)
    if ours != theirs:
        named = " and ".join(sorted(theirs))
        raise FixInput(f"the file is of {named}, the sites of {CONFIG.name} are of {' and '.join(sorted(ours))}")


def _played(run: Replay, day: date, progress: Progress) -> Evening:
    with progress.step(f"Syncing {', '.join(map(hotel_of, run.settings.sites))} as of {day} {HOUR:%H:%M}"):
        return run.evening(day)


def _exit(evenings: Iterable[Evening]) -> Exit:
    states = {one.state for one in evenings}
    if "failed" in states:
        return Exit.FAILED
    return Exit.WARNED if "warned" in states else Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
