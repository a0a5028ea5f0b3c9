"""The benchmark: every case runs, what it makes is right, and its table sets the numbers beside the budgets."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from saltoks.core.errors import Unavailable
from saltoks.dev.bench.cases import CASES, NOW, Measured, Shape
from saltoks.dev.bench.run import apart, report

PROJECT = Path(__file__).resolve().parents[3]
SCALE = 0.001


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command as `make bench` starts it."""
    command = [sys.executable, "-m", "saltoks.dev.bench.run", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


def test_all_cases_are_measured_each_in_a_process_of_its_own() -> None:
    """A row a case; far from the full size no number is compared with a budget."""
    done = bench("--scale", str(SCALE))
    assert done.returncode == 0, done.stderr
    assert re.search(rf"scale {SCALE}: \d{{4}}-\d\d-\d\d .*\d+ cores, \w+ .*, Python 3\.\d+", done.stdout)
    for case in CASES.values():
        [row] = [line for line in done.stdout.splitlines() if case.what in line]
        given, made, seconds, processor, *_ = re.findall(r"[\d.,]+", row.partition(case.what)[2])
        assert int(given.replace(",", "")) >= 200
        assert int(made.replace(",", "")) >= 1
        assert all(re.fullmatch(r"\d+\.\d\d", number) for number in (seconds, processor))
    assert "%" not in re.sub("1 % differs", "", done.stdout)


def test_the_peak_is_of_the_case_alone_and_of_its_rows_too() -> None:
    small, large = apart("grants", 0.001), apart("grants", 0.05)
    assert (small.given, small.made, large.given) == (3_000, 1_800, 150_000)
    assert large.peak - small.peak > 50 * 2**20


def test_a_case_that_breaks_is_said() -> None:
    with pytest.raises(Unavailable, match="The case nothing broke with exit code 1"):
        apart("nothing", 1)


@pytest.mark.parametrize(
    ("scale", "shares"), [(1, ["120%", "50%"]), (0.5, [])], ids=["at full size", "at another size"]
)
def test_a_number_is_a_share_of_its_budget(scale: float, shares: list[str]) -> None:
    """Also one that is over it, which is no failure."""
    console = Console(width=200)
    with console.capture() as printed:
        console.print(report({"grants": Measured(1, 1, seconds=18, processor=17.5, peak=3 * 2**29)}, scale))
    [row] = [line for line in printed.get().splitlines() if CASES["grants"].what in line]
    assert re.findall(r"\d+%", row) == shares
    assert {"18.00", "17.50", "15", "1.50", "3"} <= set(re.split(r"[│\s]+", row))


def test_the_rows_are_the_same_in_every_run_and_of_the_shapes_that_count() -> None:
    """Bookings that overlap and that follow at once, memberships without an end, items with one group and with two."""
    shape = Shape(SCALE)
    rows = shape.rows(shape.of(3_000_000), shape.of(200_000))
    assert rows == shape.rows(shape.of(3_000_000), shape.of(200_000))
    assert {len(entry.groups) for entry in shape.mapping()} == {1, 2}
    assert all(one.ends_at is None for one in rows.memberships)
    theirs = sorted(
        (one.item_id, one.starts_at, one.ends_at) for one in rows.bookings if one.customer_id == "customer-7"
    )
    pairs = [(a[2], b[1]) for a, b in pairwise(theirs) if a[0] == b[0]]
    assert any(ends == starts for ends, starts in pairs)
    assert any(ends > starts for ends, starts in pairs)
    assert any(ends < starts for ends, starts in pairs)


@pytest.mark.parametrize(("name", "made"), [("tick", 2), ("first", 300), ("desired", None)])
def test_what_is_measured_is_the_work_itself(name: str, made: int | None) -> None:
    """One in two hundred comes and one goes; at a first run everybody comes, half as many people as grants."""
    with ExitStack() as stack:
        job = CASES[name].prepare(Shape(SCALE), stack)
    assert job.run() == made if made else job.run() > 100


def test_some_of_the_wanted_grants_are_in_force() -> None:
    assert any(grant.window.covers(NOW) for grant in Shape(SCALE).wanted().values())


def test_make_hands_the_scale_over() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "--assume-old=.venv/.ready", "bench", "SCALE=0.01"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.rstrip().endswith("-m saltoks.dev.bench.run --scale 0.01")
