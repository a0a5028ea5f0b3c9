"""How often the warehouse is asked: a tick without a change sends a constant, all else follows batches (design §9)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Engine, event

from flows.conftest import OpenStage
from flows.plan.test_calls import crowded
from saltoks.flows.apply.users import AT_ONCE
from saltoks.warehouse.engine.database import BATCH, Warehouse
from saltoks.warehouse.src import extracts
from stage import NOON, Stage

ROOMS = ("room-1", "room-2", "club")
QUIET = 150
"""Statements of a plan and an apply without a change, whatever the number of customers and groups."""
A_GROUP = 12
"""Statements for the changes of one group: announced, written, read back, kept."""
A_CALL = 2
"""Statements for one request to Salto: its turn in the budget that all tasks share."""


@dataclass
class Counter:
    """Statements that were sent; each set of values of an executemany is one."""

    sent: int = 0


@contextmanager
def counted() -> Iterator[Counter]:
    """Counts what every warehouse sends meanwhile, but for COPY."""
    counter = Counter()

    def sent(_connection: Any, _cursor: Any, _statement: str, values: Any, _context: Any, executemany: bool) -> None:
        counter.sent += len(values) if executemany else 1

    event.listen(Engine, "before_cursor_execute", sent)
    try:
        yield counter
    finally:
        event.remove(Engine, "before_cursor_execute", sent)


def fill(stage: Stage, people: int) -> None:
    """Gives the house so many customers, each with a booking for ten hours in one of its rooms."""
    stage.write("customers", [(f"p{n}", f"Guest {n}", f"p{n}@house.example", "yes", "no") for n in range(people)])
    hours = ("2026-03-10T12:00:00+00:00", "2026-03-10T22:00:00+00:00")
    stage.write("bookings", [(f"b{n}", ROOMS[n % 3], f"p{n}", *hours, "confirmed") for n in range(people)])


def quiet_sync(stage: Stage, minute: int) -> int:
    """How many statements a whole sync sends that changes nothing."""
    stage.move(minute)
    with counted() as warehouse:
        outcome = stage.sync()[-1]
    assert outcome.counts.get("confirmed", 0) == 0
    return warehouse.sent


def adapters_built(work: Callable[[], object]) -> int:
    """How many of pydantic's readers a piece of work builds."""
    built = 0

    def called(frame: FrameType, kind: str, _argument: object) -> None:
        nonlocal built
        built += kind == "call" and frame.f_code is TypeAdapter.__init__.__code__

    sys.setprofile(called)
    try:
        work()
    finally:
        sys.setprofile(None)
    return built


def test_a_tick_without_a_change_sends_the_same_for_few_and_many_people(stage: Stage) -> None:
    """Design §9: promises, people and records are written together, not one by one; what is said takes one more."""
    fill(stage, 3)
    stage.sync()
    few = quiet_sync(stage, 1)
    fill(stage, 60)
    stage.move(2)
    stage.sync()
    assert len(stage.members("Club")) == 20
    assert quiet_sync(stage, 3) - 1 <= few <= QUIET


def test_a_tick_without_a_change_sends_no_more_for_many_groups(open_stage: OpenStage) -> None:
    """Design §9: of 250 groups none is written again; users and groups take three pages each.

    A run also reads locks and schedules of groups of which they are not known yet, each in one request.
    """
    stage = crowded(open_stage)
    stage.sync()
    stage.sandbox.admin.forget_calls()
    sent = quiet_sync(stage, 1)
    assert sent - A_CALL * sum(stage.sandbox.admin.count().values()) <= QUIET


def test_what_a_first_run_sends_follows_its_batches(stage: Stage) -> None:
    """Design §9: people are written down together, and so are the members of a group."""
    fill(stage, AT_ONCE + 10)
    with counted() as warehouse:
        stage.sync()
    calls = sum(stage.sandbox.admin.count().values())
    assert len(stage.members("Club")) == (AT_ONCE + 10) // 3
    assert warehouse.sent - A_CALL * calls <= QUIET + A_GROUP * len(ROOMS) + 2 * A_GROUP


def test_many_rows_are_one_statement_a_batch(warehouse: Warehouse) -> None:
    """A promise too many begins a second statement; no rows are no statement."""
    rows = [{"site": "house", "lock_name": f"Door {n}", "days": 7} for n in range(BATCH + 1)]
    with counted() as sent, warehouse.session() as session:
        session.write_rows("readings/save_lock_history_limits", [])
        assert sent.sent == 0
        session.write_rows("readings/save_lock_history_limits", rows)
        assert sent.sent == 2
        assert (
            session.connection.exec_driver_sql("select count(*) from device.lock_history_limits").scalar() == BATCH + 1
        )


def test_open_bookings_are_read_by_one_reader(stage: Stage) -> None:
    """Four thousand of them took seconds a tick, while a reader was built for every row."""
    fill(stage, 40)
    stage.sync()
    with stage.runtime() as rt, rt.warehouse.session() as session:
        assert len(extracts.open_bookings(session, "desk", NOON)) == 40
        assert adapters_built(lambda: extracts.open_bookings(session, "desk", NOON)) == 0
    stage.move(1)
    assert adapters_built(stage.sync) <= 1  # the settings are read anew by every runtime of the stage
    assert adapters_built(lambda: TypeAdapter(int)) == 1
