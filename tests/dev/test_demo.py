"""The demo from start to stop, as a process of its own: real Airflow, real PostgreSQL, all three DAGs."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from saltoks.cli.exits import Exit
from saltoks.dev.home import Home
from saltoks.dev.postgres import Postgres

COMMAND = (sys.executable, "-m", "saltoks.dev.demo")
STAYING = "Stop with Ctrl-C"
HOLDING = re.compile(
    r"^ (?P<group>.*?) {2,}(?P<who>\S.*?) {2,}.* – .*(?P<how>came now|in since before|about to leave|not in)"
)
LEAVING = {("Studio B", "Femke Bos"), ("Loft 2", "Olivia Brooks")}


@dataclass(frozen=True)
class Telling:
    """What one demo said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def holdings(self) -> dict[tuple[str, str], str]:
        """How each person is in each access group."""
        found, group = {}, ""
        for line in self.out.splitlines():
            if match := HOLDING.match(line):
                group = match["group"].strip() or group
                found[group, match["who"]] = match["how"]
        return found

    @property
    def inside(self) -> set[tuple[str, str]]:
        """Who is in which access group."""
        return {who for who, how in self.holdings.items() if how != "not in"}

    def number(self, pattern: str) -> int:
        """A number that the summary tells."""
        found = re.search(pattern, self.out)
        assert found, f"{pattern} is not in:\n{self.out}"
        return int(found[1])

    def says(self, pattern: str) -> None:
        """Require a line."""
        assert re.search(pattern, self.out), f"{pattern} is not in:\n{self.out}{self.err}"


def environment() -> dict[str, str]:
    """A shell that knows nothing of this product, with room for every table."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "SALTOKS"))}
    return kept | {"COLUMNS": "160"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home for all starts of this file, gone with its database at the end."""
    folder = tmp_path_factory.mktemp("demo") / "home"
    yield folder
    Postgres(folder / "postgres").remove()


def once(home: Path) -> Telling:
    """A demo that ends after its summary."""
    done = subprocess.run(
        [*COMMAND, "--once", "--home", str(home)], env=environment(), capture_output=True, text=True, check=False
    )
    return Telling(done.returncode, done.stdout, done.stderr)


def until_interrupted(home: Path) -> Telling:
    """A demo that stays up, and gets a Ctrl-C then."""
    with subprocess.Popen(
        [*COMMAND, "--home", str(home)], env=environment(), stdout=subprocess.PIPE, text=True
    ) as demo:
        assert demo.stdout is not None
        said: list[str] = []
        for line in demo.stdout:
            first = STAYING in line and not any(STAYING in before for before in said)
            said.append(line)
            if first:  # a print that is interrupted may say its line again
                demo.send_signal(signal.SIGINT)
        return Telling(demo.wait(), "".join(said), "")


def assert_nothing_runs(home: Path) -> None:
    """Everything that the demo started has ended."""
    assert Home(home).holder() is None
    assert not Home(home).running.exists()
    assert not Postgres(home / "postgres").running()


def query(home: Path, database: str, statement: str) -> list[tuple[object, ...]]:
    """Rows of one of the demo's databases, which has been stopped."""
    with Postgres(home / "postgres") as server:
        engine = create_engine(server.dsn(database))
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(text(statement))]
        engine.dispose()
    return rows


def check_first(told: Telling) -> None:
    """The summary of a first start, fact by fact."""
    assert told.code == Exit.DONE, told.out + told.err
    assert {how for how in told.holdings.values()} == {"came now", "not in"}
    assert (
        LEAVING | {("Studio A", "Ada Amstel"), ("Podcast booth", "Chloé Laurent"), ("Loft 2", "Uma Reyes")}
        <= told.inside
    )
    assert told.holdings["Studio B", "Ivo Petrov"] == "not in"
    told.says(r"Ada Amstel .*\d\d:\d\d – .*\d\d:\d\d +booking 4102 +came now")
    told.says(r"\d\d:\d\d:\d\d +Studio A door +Ada Amstel +mobile key +opened: checks in for booking 4102")
    told.says(r"Studio A door +Hana Nováková +mobile key +turned away: too early, booking 4103 opens it at \d\d:\d\d")
    told.says(r"Studio A door +a stranger +PIN +turned away: a PIN that nobody has")
    told.says(r"Podcast booth door +Chloé Laurent +mobile key +shut: lock offline; the entry comes once it is back")
    told.says(r"Podcast booth door +offline +low +Harbour IQ")
    told.says(r"Loft 1 door +online +good +Loop IQ 1")
    told.says(r"data/harbour/bookings\.csv:5: ends_at is not after starts_at .*4004")
    told.says(r"item unit:sauna is not mapped")
    told.says(r"customer 1009 has no e-mail")
    told.says(r"booking 4001 is tentative \(Option\), which opens no door")
    told.says(r"(?s)Held back by a limit\n • nothing.*Held back by a limit\n • nothing")
    for dag in ("access_sync", "audit_trail", "device_status"):
        told.says(rf"{dag} +success +\d+\.\d")
    told.says(r"Airflow +http://127\.0\.0\.1:\d+ +user admin +password \S+")
    told.says(r"source \S+/demo/env\.sh")


def check_second(first: Telling, second: Telling) -> None:
    """A second start goes on where the first one stopped."""
    assert second.code == Exit.DONE, second.out
    assert "Preparing Airflow's database" not in second.out
    assert first.inside - second.inside <= LEAVING
    assert second.holdings["Studio A", "Ada Amstel"] == "in since before"
    assert {("Studio B", "Kofi Mensah"), ("Loft 2", "Victor Lindgren")} == second.inside - first.inside
    for group, who in first.inside - second.inside:
        second.says(f"{who} left {group}: its window is over")
    told_now = len(re.findall(r"(mobile key|PIN) +(opened|turned away)", second.out))
    entries = r"(\d+) entries and \d+ check-ins since the first start"
    assert second.number(entries) == first.number(entries) + told_now
    check_ins = r"\d+ entries and (\d+) check-ins since the first start"
    assert second.number(check_ins) == first.number(check_ins) + 2
    assert 0 < second.number(r"(\d+) writes") < first.number(r"(\d+) writes")


def check_kept(home: Path) -> None:
    """What lies in the files after two starts."""
    triggered = "select dag_id, state, count(*) from dag_run where run_type = 'manual' group by 1, 2 order by 1"
    dags = ("access_sync", "audit_trail", "device_status")
    assert query(home, "airflow", triggered) == [(dag, "success", 2) for dag in dags]
    assert query(home, "warehouse", "select count(distinct run_id) >= 2 from access.plans") == [(True,)]
    state = json.loads((home / "demo" / "sandbox.json").read_text(encoding="utf-8"))
    people = Counter(person["email"] for person in state["persons"].values() if person["email"])
    assert max(people.values()) == 1
    assert (home / "demo" / "env.sh").stat().st_mode & 0o777 == 0o600


@pytest.mark.timeout(400)
def test_two_starts_tell_everything_and_lose_nothing(home: Path) -> None:
    """First once, then staying until Ctrl-C: both end well, and the second goes on where the first one stopped."""
    first = once(home)
    check_first(first)
    assert_nothing_runs(home)
    second = until_interrupted(home)
    check_second(first, second)
    assert_nothing_runs(home)
    check_kept(home)


@pytest.mark.timeout(300)
def test_a_failed_run_ends_the_demo_with_the_reason(home: Path) -> None:
    """A source file without its header: red, with DAG, task, reason and log; nobody who is inside is put out (T1)."""
    if not (home / "demo").exists():
        pytest.skip("goes on where the test before stopped")
    customers = home / "demo" / "data" / "loop" / "customers.csv"
    customers.write_text("something else\n" + customers.read_text(encoding="utf-8"), encoding="utf-8")
    told = once(home)
    assert told.code == Exit.FAILED, told.out + told.err
    assert re.search(r"access_sync failed in task apply: .*the source could not be read.*customers\.csv", told.err), (
        told.err
    )
    log = re.search(r"log (\S.*\.log)", told.err)
    assert log
    assert Path(log[1]).exists()
    assert "Traceback" not in told.err
    told.says(r"access_sync +failed")
    assert {("Loft 2", "Uma Reyes"), ("Loop Members", "Lee Park"), ("Studio A", "Ada Amstel")} <= told.inside
    assert_nothing_runs(home)
