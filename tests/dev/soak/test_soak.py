"""A soak of a night in which clocks change and everything goes wrong once; and soaks that must fail."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from saltoks.dev.soak.course import FIRST, Soak, opened
from saltoks.dev.soak.faults import API_FAULTS, FULL, LATE, Trouble, Troubles, drawn
from saltoks.dev.soak.observed import customer_of
from saltoks.dev.soak.show import must_be_zero, report
from saltoks.dev.soak.sites import PLACES, Place
from saltoks.dev.soak.source import SOURCE_FAULTS
from saltoks.sandbox.salto.admin.client import SandboxAdmin

PROJECT = Path(__file__).resolve().parents[3]
NIGHT = datetime(2026, 3, 28, 18, 0, tzinfo=UTC)
"""The evening before the clocks of Amsterdam and London go forward."""
HARBOUR, WHARF, _ = PLACES
CALM = Troubles(())


@contextmanager
def soak(root: Path, url: str, places: tuple[Place, ...], troubles: Troubles, first: datetime) -> Iterator[Soak]:
    """A soak whose runs are made one after the other in this process."""
    with ThreadPoolExecutor(1) as thread, opened(root, places, url, troubles, thread, seed=7, first=first) as run:
        yield run


def everything_once(sites: tuple[str, ...]) -> Troubles:
    """Every fault, each in one run (a full site, an outage and late guests in three), with a quiet run in between.

    Throttles come last: all that is asked after one is asked slowly, in real time.
    """
    found: list[Trouble] = []
    ends = dict.fromkeys(sites, 2)
    for n, name in enumerate((FULL, *LATE, *reversed(API_FAULTS))):
        site, lasts = sites[n % len(sites)], 3 if name in (*LATE, FULL, "API down") else 1
        found.append(Trouble(site, name, ends[site], ends[site] + lasts - 1))
        ends[site] += lasts + 1
    found += [Trouble(sites[n % len(sites)], name, 5 + 8 * n, 7 + 8 * n) for n, name in enumerate(SOURCE_FAULTS)]
    return Troubles(tuple(found))


def test_a_night_in_which_everything_goes_wrong(tmp_path: Path, warehouse_url: str) -> None:
    """T36 and what else can go wrong, files too: two sites, a clock change; nothing that must be zero is not."""
    troubles = everything_once(("harbour", "wharf"))
    with soak(tmp_path, warehouse_url, (HARBOUR, WHARF), troubles, NIGHT) as run:
        for _ in range(max(one.last for one in troubles.every) + 4):
            run.tick()
        run.finish()
        course = run.course
    wrong = [one.sentence for tally in course.tallies.values() for one in tally.mistakes]
    assert (wrong, course.touched) == ([], [])
    assert set(must_be_zero(course).values()) == {0}
    assert sum(one.entitled for one in course.tallies.values()) > 10_000
    assert sum(one.ran.confirmed for one in course.rounds) > 100
    assert sum(one.shut_by.total() + one.open_by.total() for one in course.tallies.values()) > 0


Sabotage = Callable[[SandboxAdmin], None]


def _opens_for_all(admin: SandboxAdmin) -> None:
    """Somebody lets every customer into the club by hand."""
    admin.set_members(WHARF.site_uid, "Club", add=_customers(admin))


def _shuts_out(admin: SandboxAdmin) -> None:
    """Somebody blocks every customer by hand."""
    for one in _customers(admin):
        admin.set_user(WHARF.site_uid, one, blocked=True)


def _wharf(admin: SandboxAdmin) -> dict[str, Any]:
    found: dict[str, Any] = admin.world()["sites"][WHARF.site_uid]
    return found


def _customers(admin: SandboxAdmin) -> list[str]:
    return [one["user_id"] for one in _wharf(admin)["users"] if customer_of(WHARF, one)]


def _changes_foreign(admin: SandboxAdmin) -> None:
    """Somebody takes the cleaners' only member out."""
    [member] = next(one for one in _wharf(admin)["groups"] if one["customer_reference"] == "Cleaners")["members"]
    admin.set_members(WHARF.site_uid, "Cleaners", remove=[member])


def _slows_down(admin: SandboxAdmin) -> None:
    """Salto suddenly allows less than was agreed."""
    admin.options(rate_per_second=4)


SABOTAGE: dict[str, Sabotage] = {
    "minutes open to somebody not entitled": _opens_for_all,
    "minutes shut for somebody entitled": _shuts_out,
    "objects touched that are not ours": _changes_foreign,
    "requests over the allowed rate": _slows_down,
}


@pytest.mark.parametrize(("what", "act"), SABOTAGE.items(), ids=SABOTAGE.keys())
def test_a_soak_can_fail(tmp_path: Path, warehouse_url: str, what: str, act: Sabotage) -> None:
    """Somebody else works against it, and the number that is there for it is not zero any more, and no other."""
    with soak(tmp_path, warehouse_url, (WHARF,), CALM, FIRST) as run:
        run.tick()
        act(run.admin)
        for _ in range(2):
            run.tick()
        run.finish()
        course = run.course
    assert [name for name, number in must_be_zero(course).items() if number] == [
        name for name in must_be_zero(course) if name.startswith(what)
    ]
    console = Console(width=200)
    with console.capture() as printed:
        for one in report(course, 7, 60):
            console.print(one)
    assert ("What is wrong" in printed.get()) is (what != "requests over the allowed rate")


def test_faults_are_drawn_by_the_seed_and_all_kinds_come_up() -> None:
    """In a week each site meets each of them."""
    names = ("harbour", "wharf", "loop")
    week = drawn(7, names, 672)
    assert week == drawn(7, names, 672) != drawn(8, names, 672)
    for site in names:
        theirs = [one for one in week.every if one.site == site]
        assert {one.name for one in theirs} == {*API_FAULTS, *LATE, FULL, *SOURCE_FAULTS}
        for kind in (True, False):
            line = [one for one in theirs if one.of_source is kind]
            assert all(one.first <= one.last for one in line)
            assert all(one.last < two.first for one, two in pairwise(line))


def test_the_command_prints_its_tables(tmp_path: Path) -> None:
    """As `make soak TICKS=3` starts it: a table a subject, and exit code 0."""
    done = subprocess.run(
        ["make", "--no-print-directory", "--assume-old=.venv/.ready", "soak", "TICKS=3", "SEED=3"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Soak of 3 ticks at 3 sites, seed 3" in done.stdout
    for words in ("must be zero", "requests over the allowed rate", "Minutes of a customer", "What it cost"):
        assert words in done.stdout
