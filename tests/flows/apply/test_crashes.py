"""A stop at any write, by a broken wire or a killed process, loses nothing and doubles nothing (design §5.5)."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from databases import Databases
from flows.acts import ANN, GUS, do, fresh, membership_records, push, site, writes
from flows.frozen import Frozen
from saltoks.core.errors import NotPermitted, TryAgain
from saltoks.flows import access
from saltoks.sandbox.salto.admin.client import Fault, FaultKind
from stage import Stage

WRITES = "P* /v1*"
"""Every write of a sync: it makes people with POST and changes groups with PATCH."""
BEA, EVE = "bea@house.example", "eve@house.example"
HAL = "saltoks desk/hal"
AFTER = {"Room 1": {EVE}, "Room 2": {ANN, HAL}, "Club": {GUS}}
BOOKS = {
    ("Room 1", "eve", "ours"),
    ("Room 2", "ann", "ours"),
    ("Room 2", "hal", "ours"),
    ("Club", "gus", "ours"),
}
COUNT = 6
"""Eve, Hal; Room 1 with Eve, Room 2 with Ann and Hal, Room 1 without Ann, Club without Bea."""


def scene(stage: Stage) -> None:
    """At noon Ann is in Room 1, Bea and Gus in the Club. At 12:45 two people come, three move in, two move out."""
    stage.write(
        "customers",
        [
            *stage.tables["customers"],
            ("bea", "Bea Bold", BEA, "yes", "no"),
            ("eve", "Eve Even", EVE, "yes", "no"),
            ("hal", "Hal Hall", "", "yes", "yes"),
        ],
    )
    stage.book("b1", "ann", "room-1", 0, 30)
    stage.book("b2", "bea", "club", 0, 30)
    stage.book("b3", "gus", "club", 0, 600)
    stage.book("b4", "ann", "room-2", 60, 600)
    stage.book("b5", "eve", "room-1", 60, 600)
    stage.book("b6", "hal", "room-2", 60, 600)
    stage.sync("r1")
    assert {room: stage.members(room) for room in AFTER} == {"Room 1": {ANN}, "Room 2": set(), "Club": {BEA, GUS}}
    stage.move(45)


@pytest.fixture(scope="module")
def frozen(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """The scene, set once."""
    return Frozen(databases, tmp_path_factory.mktemp("crashes"), scene)


@pytest.fixture
def ready(frozen: Frozen) -> Iterator[Stage]:
    """The scene, for this test alone."""
    with frozen.thawed() as stage:
        yield stage


def check_all_is_well(stage: Stage) -> None:
    """The next run, without faults, ends exactly right; the one after it has nothing to do."""
    stage.sandbox.admin.faults()
    stage.move(60)
    assert push(stage, "r3").failures == []
    assert {room: stage.members(room) for room in AFTER} == AFTER
    people = Counter(one["email"] or one["alias"] for one in site(stage)["users"])
    assert people == Counter([ANN, GUS, BEA, EVE, HAL, "pipeline@house.example"])
    assert membership_records(stage) == BOOKS
    assert {row["state"] for row in stage.query(NEWEST)} <= {"confirmed"}
    stage.move(75)
    assert fresh(stage, lambda: push(stage, "r4"))[1] == 0


NEWEST = """
select state from access.changes where plan_id = (select plan_id from access.plans order by serial desc limit 1)
"""


def test_the_scene_takes_so_many_writes(ready: Stage) -> None:
    """The cases below stop at each of them."""
    push(ready, "r2")
    assert writes(ready) == COUNT
    check_all_is_well(ready)


CUTS: tuple[FaultKind, ...] = ("cut_before", "cut_after")
EVERY_WRITE = pytest.mark.parametrize("number", range(1, COUNT + 1))


@EVERY_WRITE
@pytest.mark.parametrize("kind", CUTS)
def test_a_wire_cut_at_any_write(ready: Stage, kind: FaultKind, number: int) -> None:
    """T20, T22: whether the request took effect or not, the run or the next one gets it right."""
    ready.sandbox.admin.faults(Fault(kind, route=WRITES, skip=number - 1, times=1))
    with contextlib.suppress(TryAgain):
        push(ready, "r2")
    assert any(call.status is None for call in ready.sandbox.admin.calls())
    check_all_is_well(ready)


HOLD = 60.0
"""For how long Salto holds a write at most: it goes on once the process is dead."""


@EVERY_WRITE
@pytest.mark.parametrize("kind", ["hang", "slow"], ids=["before it acts", "though it acts"])
def test_a_process_killed_at_any_write(ready: Stage, kind: FaultKind, number: int) -> None:
    """T20: no last word, no clean-up; a request in flight may still take effect after the sender is dead."""
    ready.sandbox.admin.faults(Fault(kind, route=WRITES, skip=number - 1, times=1, seconds=HOLD))
    child = multiprocessing.get_context("fork").Process(target=push, args=(ready, "r2"))
    child.start()
    assert child.pid
    wait_for(lambda: applying(ready) and writes(ready) == number - 1 and ready.sandbox.admin.held())
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    ready.sandbox.admin.faults()
    wait_for(lambda: writes(ready) == number)
    wait_for(lambda: not ready.query("select 1 from pg_locks where locktype = 'advisory'"))
    [plan] = ready.query("select state from access.plans where run_id = 'r2'")
    assert plan["state"] == "applying"
    check_all_is_well(ready)


def applying(stage: Stage) -> bool:
    """Whether the child has come to its writes: on a busy machine it may take a while to get there."""
    return bool(stage.query("select 1 from access.plans where run_id = 'r2' and state = 'applying'"))


def wait_for(true: Callable[[], object]) -> None:
    """Waits until something is true, five seconds at most."""
    until = time.monotonic() + 5
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_swap_that_was_cut_off_is_taken_back_when_nobody_wants_it_any_more(stage: Stage) -> None:
    """T20: one came and one went, so the count tells nothing; what was asked for is looked up all the same."""
    stage.add("customers", "eve", "Eve Even", EVE, "yes", "no")
    stage.book("b1", "ann", "room-1", 0, 30)
    stage.book("b2", "eve", "room-2", 0, 600)
    stage.book("b3", "eve", "room-1", 60, 600)
    stage.sync("r1")
    stage.move(45)
    do(stage, "r2", access.plan)
    stage.sandbox.admin.faults(Fault("status", route="GET */access_groups/*/users", status=403, times=1))
    with pytest.raises(NotPermitted):
        do(stage, "r2", access.apply)
    assert stage.members("Room 1") == {EVE}  # Salto made the swap; nobody told us
    stage.book("b3", "eve", "room-1", 60, 600, status="cancelled")
    stage.move(60)
    stage.sync("r3")
    assert stage.members("Room 1") == set()
    assert membership_records(stage) == {("Room 2", "eve", "ours")}
