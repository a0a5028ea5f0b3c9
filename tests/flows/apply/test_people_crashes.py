"""A stop at any write of people's changes, by a broken wire or a killed process: the next run gets it right (F163)."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from databases import Databases
from flows.acts import ANN, do, fresh, site, tick, writes
from flows.apply.test_crashes import HOLD, NEWEST, wait_for
from flows.frozen import Frozen
from saltoks.core.errors import TryAgain
from saltoks.flows import access, nightly
from saltoks.sandbox.salto.admin.client import Fault, FaultKind
from stage import Stage

WRITES = "[PD]* /v1*"
SENT = "select 1 from access.changes where state = 'sent'"
BEA, EVE = "bea@house.example", "eve@house.example"
HAL = "saltoks desk/hal"
HOUSE = "pipeline@house.example"
People = dict[str, tuple[str, str | None]]


@dataclass(frozen=True)
class Story:
    """A scene, how many writes its next run takes, and who is there after it, with seat and expiry."""

    scene: Callable[[Stage], None]
    writes: int
    after: People
    inside: dict[str, set[str]]


def customers(stage: Stage) -> None:
    stage.add("customers", "bea", "Bea Bold", BEA, "yes", "no")
    stage.add("customers", "eve", "Eve Even", EVE, "yes", "no")
    stage.add("customers", "hal", "Hal Hall", "", "yes", "yes")


def deleting(stage: Stage) -> None:
    """Ann and Gus are gone since the morning; Eve comes, and Hal stays longer."""
    customers(stage)
    stage.configure(no_access={"policy": "delete", "grace_hours": 1})
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "gus", "room-2", 0, 60)
    stage.book("b3", "hal", "room-2", 0, 600)
    stage.sync("r1")
    tick(stage, 90)
    stage.book("b3", "hal", "room-2", 0, 900)
    stage.book("b4", "eve", "room-1", 590, 900)
    do(stage, "rows", access.extract, access.validate)
    stage.move(585)


def suspending(stage: Stage) -> None:
    """Ann was suspended and comes back, Bea leaves."""
    customers(stage)
    stage.configure(no_access={"policy": "suspend", "grace_hours": 0, "just_in_time": True})
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "ann", "room-1", 220, 600)
    stage.book("b3", "bea", "room-2", 0, 150)
    stage.sync("r1")
    for minute in (90, 105, 180):
        tick(stage, minute)
    stage.move(195)


STORIES = {
    "delete": Story(
        deleting,
        5,
        {EVE: ("subscribed", None), HAL: ("subscribed", "2026-03-11T03:15:00Z"), HOUSE: ("subscribed", None)},
        {"Room 1": {EVE}, "Room 2": {HAL}},
    ),
    "suspend": Story(
        suspending,
        3,
        {ANN: ("subscribed", None), BEA: ("suspended", None), HOUSE: ("subscribed", None)},
        {"Room 1": {ANN}, "Room 2": set()},
    ),
}
STEPS = [
    pytest.param(name, number, id=f"{name} {number}")
    for name in STORIES
    for number in range(1, STORIES[name].writes + 1)
]


@pytest.fixture(scope="module")
def frozen(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Frozen]:
    """The scenes, each set once."""
    return {name: Frozen(databases, tmp_path_factory.mktemp(name), story.scene) for name, story in STORIES.items()}


@pytest.fixture
def ready(frozen: dict[str, Frozen], name: str) -> Iterator[Stage]:
    """A scene, for this test alone."""
    with frozen[name].thawed() as stage:
        yield stage


def run(stage: Stage, run_id: str) -> list[str]:
    """Plans with everything read anew, and applies; gives what failed."""
    return do(stage, run_id, nightly.plan, nightly.apply)[-1].failures


def check_all_is_well(stage: Stage, story: Story) -> None:
    """The next run, without faults, ends exactly right; the one after it has nothing to do."""
    stage.sandbox.admin.faults()
    assert run(stage, "r3") == []
    users = site(stage)["users"]
    assert set(Counter(one["email"] or one["alias"] for one in users).values()) == {1}
    assert {
        one["email"] or one["alias"]: (one["subscription_state"], one["expires_at"]) for one in users
    } == story.after
    assert {room: stage.members(room) for room in story.inside} == story.inside
    assert {row["state"] for row in stage.query(NEWEST)} <= {"confirmed"}
    assert fresh(stage, lambda: run(stage, "r4"))[1] == 0
    why = stage.query(
        "select customer_id, suspended_because from access.people where not subscribed and gone_at is null"
    )
    assert {row["suspended_because"] for row in why} <= {"no_access"}


@pytest.mark.parametrize("name", STORIES)
def test_the_scenes_take_so_many_writes(ready: Stage, name: str) -> None:
    """The cases below stop at each of them."""
    assert run(ready, "r2") == []
    assert writes(ready) == STORIES[name].writes
    check_all_is_well(ready, STORIES[name])


@pytest.mark.parametrize(("name", "number"), STEPS)
@pytest.mark.parametrize("kind", ["cut_before", "cut_after"])
def test_a_wire_cut_at_any_write(ready: Stage, name: str, kind: FaultKind, number: int) -> None:
    """T20, T22, F163: whether the request took effect or not, nobody is doubled, lost or left without a seat."""
    ready.sandbox.admin.faults(Fault(kind, route=WRITES, skip=number - 1, times=1))
    with contextlib.suppress(TryAgain):
        run(ready, "r2")
    assert any(call.status is None for call in ready.sandbox.admin.calls())
    check_all_is_well(ready, STORIES[name])


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_a_process_killed_at_any_write(ready: Stage, name: str, number: int) -> None:
    """F163: killed while Salto acts, so that its answer reaches nobody."""
    ready.sandbox.admin.faults(Fault("slow", route=WRITES, skip=number - 1, times=1, seconds=HOLD))
    child = multiprocessing.get_context("fork").Process(target=run, args=(ready, "r2"))
    child.start()
    assert child.pid
    wait_for(lambda: ready.query(SENT) and writes(ready) == number - 1 and ready.sandbox.admin.held())
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    ready.sandbox.admin.faults()
    wait_for(lambda: writes(ready) == number)
    wait_for(lambda: not ready.query("select 1 from pg_locks where locktype = 'advisory'"))
    check_all_is_well(ready, STORIES[name])
