"""The tables of a soak: what must be zero, what the faults explain, and what it cost."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Iterable
from statistics import median

from rich.table import Table

from saltoks.cli.show.tables import table
from saltoks.dev.soak.course import Course, Round
from saltoks.dev.soak.judge import Tally
from saltoks.dev.soak.sites import ALLOWED, TICK
from saltoks.flows.run.clock import SystemClock


def must_be_zero(course: Course) -> dict[str, int]:
    """The numbers that must be zero, by what they count."""
    tallies = course.tallies.values()
    return {
        "minutes open to somebody not entitled, beyond the edge rule, that no fault explains": sum(
            one.open_mistakes for one in tallies
        ),
        "minutes shut for somebody entitled that no fault explains": sum(one.shut_mistakes for one in tallies),
        "objects touched that are not ours": len(course.touched),
        "requests over the allowed rate": course.refused,
        "writes in runs without a change": sum(one.traffic.writes for one in _unchanged(course)),
    }


def report(course: Course, seed: int, seconds: float) -> list[Table]:
    """All tables of a soak that took so many seconds."""
    tables = [
        table(_title(course, seed), ("must be zero", "found"), must_be_zero(course).items()),
        table("Minutes of a customer at a door", ("site", *_MINUTES), _minutes(course)),
        table("Explained by faults, in minutes", ("fault", "runs", "shut", "still open"), _explained(course)),
        table("What it cost", ("what", "number"), _cost(course, seconds)),
    ]
    wrong = [one.sentence for tally in course.tallies.values() for one in tally.mistakes] + course.touched
    return [*tables, *([table("What is wrong", ("first of them",), [(one,) for one in wrong])] if wrong else [])]


_MINUTES = ("entitled", "open", "open by the edge rule alone", "shut, explained", "open, explained")


def _minutes(course: Course) -> list[tuple[str, ...]]:
    rows = [(name, *_numbers(one)) for name, one in course.tallies.items()]
    total = [sum(column) for column in zip(*(_numbers(one) for one in course.tallies.values()), strict=True)]
    return [(name, *map("{:,}".format, numbers)) for name, *numbers in [*rows, ("all", *total)]]


def _numbers(one: Tally) -> tuple[int, ...]:
    return one.entitled, one.opened, one.edge, one.shut_by.total(), one.open_by.total()


def _explained(course: Course) -> list[tuple[str, ...]]:
    shut = sum((one.shut_by for one in course.tallies.values()), Counter[str]())
    still = sum((one.open_by for one in course.tallies.values()), Counter[str]())
    runs = Counter({one.name: 0 for one in course.troubles.every})
    for one in course.troubles.every:
        runs[one.name] += one.last - one.first + 1
    return [
        (name, str(runs.get(name, "")), f"{shut[name]:,}", f"{still[name]:,}")
        for name in sorted(runs.keys() | shut.keys() | still.keys())
    ]


def _unchanged(course: Course) -> list[Round]:
    """Runs in which nothing was to be changed, nothing went wrong, and not everything was read anew."""
    return [
        one for one in course.rounds if not one.ran.planned and one.quiet and not one.ran.failures and not one.fully
    ]


def _cost(course: Course, seconds: float) -> list[tuple[str, str]]:
    unchanged = [one.traffic.reads for one in _unchanged(course)]
    changes = sum(one.ran.confirmed for one in course.rounds)
    reads, writes = (sum(found) for found in zip(*_traffic(course.rounds), strict=True))
    simulated = course.ticks * TICK * 60
    return [
        ("runs, of which failed", f"{len(course.rounds):,}, {sum(bool(one.ran.failures) for one in course.rounds):,}"),
        ("runs without a change: reads, median and most", f"{median(unchanged or [0]):g}, {max(unchanged, default=0)}"),
        ("changes confirmed", f"{changes:,}"),
        ("writes a change", f"{writes / max(changes, 1):.2f}"),
        ("reads and writes a change, with all runs without one", f"{(reads + writes) / max(changes, 1):.2f}"),
        ("requests, of which in the busiest second (allowed)", f"{course.requests:,}, {course.busiest} ({ALLOWED})"),
        ("simulated time per real time", f"{simulated / seconds:,.0f}"),
    ]


def _traffic(rounds: Iterable[Round]) -> list[tuple[int, int]]:
    return [(one.traffic.reads, one.traffic.writes) for one in rounds]


def _title(course: Course, seed: int) -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    when = f"{SystemClock().now():%Y-%m-%d %H:%M} UTC"
    return f"Soak of {course.ticks} ticks at {len(course.tallies)} sites, seed {seed}: {when}, {machine}"
