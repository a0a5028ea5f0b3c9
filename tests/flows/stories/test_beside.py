"""The nightly run and the quarter-hourly one beside each other: neither takes away what the other knows (F189)."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from databases import Databases
from flows.acts import ANN, do, said
from flows.frozen import Frozen
from saltoks.core.errors import TryAgain
from saltoks.flows import access, nightly
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.sandbox.salto.admin.client import Fault
from saltoks.settings import Site
from saltoks.warehouse.access import plans
from stage import Stage

BEA = "bea@house.example"
CY = "cy@house.example"
Work = Callable[[Runtime, Site, str], Outcome]


def house(stage: Stage) -> None:
    """Bea is in Room 1 until 13:00, Cy in Room 2 all day."""
    stage.add("customers", "bea", "Bea Bell", BEA, "yes", "no")
    stage.add("customers", "cy", "Cy Cole", CY, "yes", "no")
    stage.book("bea-1", "bea", "room-1", -60, 60)
    stage.book("cy-1", "cy", "room-2", -60, 600)
    stage.sync("before")
    assert (stage.members("Room 1"), stage.members("Room 2")) == ({BEA}, {CY})


@pytest.fixture(scope="module")
def frozen(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """The house with two people in it, set once."""
    return Frozen(databases, tmp_path_factory.mktemp("beside"), house)


@pytest.fixture
def ready(frozen: Frozen) -> Iterator[Stage]:
    """The house with two people in it, for this test alone."""
    with frozen.thawed() as stage:
        yield stage


def news(stage: Stage) -> None:
    """What the booking system learns between the two readings: Ann comes, Bea stays, Cy has gone."""
    stage.book("ann-1", "ann", "room-1", 60, 600)
    stage.book("bea-1", "bea", "room-1", -60, 600)
    stage.book("cy-1", "cy", "room-2", -60, 600, status="cancelled")


NIGHT: dict[str, Work] = {one: getattr(nightly, one) for one in ("extract", "validate", "plan", "apply")}
TICK: dict[str, Work] = {one: getattr(access, one) for one in ("extract", "validate", "plan", "apply")}


@dataclass
class Beside:
    """Two runs whose steps are taken in some order; `night` has read the source before there was news, `tick` after."""

    stage: Stage
    done: list[Outcome] = field(default_factory=list)

    def begin(self) -> None:
        """The night reads, then comes the news, then the tick reads."""
        self.take("night", "extract")
        news(self.stage)
        self.take("tick", "extract")

    def take(self, run: str, step: str) -> None:
        """One step of a run, a second after the step before; every step asks the clock."""
        self.stage.at += timedelta(seconds=1)
        self.stage.sandbox.admin.set_clock(self.stage.at)
        work = (NIGHT if run == "night" else TICK)[step]
        self.done += do(self.stage, run, work)


REST = ("validate", "plan", "apply")
NIGHTS = itertools.combinations(range(2 * len(REST)), len(REST))
ORDERS = [tuple("night" if n in nights else "tick" for n in range(2 * len(REST))) for nights in NIGHTS]
"""All ways in which the last three steps of two runs can follow each other."""


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "".join(run[0] for run in order))
def test_in_whatever_order_steps_come_what_the_newest_rows_say_is_done(ready: Stage, order: tuple[str, ...]) -> None:
    """At 13:20 Bea's old booking is over: rows that were read before the news must not end her access.

    Once the newest rows are there and Bea is in, she is never out again; in the end Ann and Bea are in, and Cy is out.
    """
    ready.move(80)
    beside = Beside(ready)
    beside.begin()
    left, kept = {"night": iter(REST), "tick": iter(REST)}, False
    for run in order:
        step = next(left[run])
        beside.take(run, step)
        inside = BEA in ready.members("Room 1")
        assert inside or not kept, (run, step)
        kept = kept or (inside and (run, step) == ("tick", "validate"))
    assert ready.members("Room 1") == {ANN, BEA}
    assert ready.members("Room 2") == set()
    assert [one.failures for one in beside.done if one.failures] == []


def test_rows_that_were_read_earlier_never_replace_newer_ones(ready: Stage) -> None:
    """Design §5.6: the night's rows stay out, and its record says whose are in."""
    beside = Beside(ready)
    beside.begin()
    beside.take("tick", "validate")
    beside.take("night", "validate")
    assert beside.done[-1].warnings == ["run tick has read the source since: its rows stay"]
    [bea] = ready.query("select ends_at, extract_id from src.bookings where source_id = 'bea-1'")
    assert bea["extract_id"] == "tick/desk"
    states = ready.query("select run_id, state from src.extracts where run_id <> 'before'")
    assert {row["run_id"]: row["state"] for row in states} == {"night": "passed_over", "tick": "loaded"}
    assert ready.query("select 1 from src.staged") == []


def test_a_gate_that_is_cleared_alone_believes_no_empty_table(ready: Stage) -> None:
    """Design §5.6: what was staged is gone after the first time, which does not mean that everybody is."""
    [again] = do(ready, "before", access.validate)
    assert "was judged before: clear `extract` as well" in again.warnings[0]
    assert ready.query("select 1 from src.bookings where is_deleted") == []
    ready.move(15)
    ready.sync("after")
    assert ready.members("Room 2") == {CY}


def test_a_plan_on_rows_that_were_replaced_is_made_anew(ready: Stage) -> None:
    """The night planned Bea's leave at 13:20; before it came to that, a tick had read that she stays."""
    ready.move(80)
    do(ready, "night", nightly.extract, nightly.validate, nightly.plan)
    beside = Beside(ready)
    news(ready)
    beside.take("tick", "extract")
    beside.take("tick", "validate")
    beside.take("night", "apply")
    assert {ANN, BEA} <= ready.members("Room 1")


def until(true: Callable[[], object]) -> None:
    """Waits for what another thread does."""
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_plan_waits_while_another_run_writes(ready: Stage) -> None:
    """F189: it looks at Salto once nobody changes it, so it plans nothing that is done already."""
    ready.book("ann-1", "ann", "room-1", 0, 600)
    do(ready, "tick", access.extract, access.validate, access.plan)
    ready.sandbox.admin.faults(Fault("slow", route="PATCH */users", seconds=1.5, times=1))
    writer = threading.Thread(target=lambda: do(ready, "tick", access.apply))
    writer.start()
    until(lambda: ready.query("select 1 from access.changes where kind = 'add_member' and state = 'sent'"))
    [planned] = do(ready, "night", nightly.plan)
    writer.join()
    assert planned.counts["add_member"] == planned.counts["remove_member"] == 0


def test_a_plan_does_not_wait_for_ever(ready: Stage) -> None:
    """The task is tried again later; nobody else is disturbed."""
    waited: list[float] = []
    with ready.runtime() as rt, plans.site_lock(rt.warehouse, "house"):
        with (
            pytest.raises(TryAgain, match="another run is writing to site house now"),
            plans.site_lock(rt.warehouse, "house", patience=3, sleep=waited.append),
        ):
            pass
        assert len(waited) == 3
    with ready.runtime() as rt, plans.site_lock(rt.warehouse, "house"):
        pass


def test_who_has_been_overtaken_says_so_without_waiting(ready: Stage) -> None:
    """A run that would write nothing does not come back later to say it."""
    do(ready, "night", *NIGHT.values())
    do(ready, "tick", access.plan)
    with ready.runtime() as rt, plans.site_lock(rt.warehouse, "house"):
        outcomes = do(ready, "night", nightly.apply)
    assert "run tick has planned since: this run writes nothing" in said(outcomes)


def test_the_whole_source_is_read_at_night(ready: Stage) -> None:
    """Every extract of the night is a full one, and every group's members are read back (F156)."""
    ready.sandbox.admin.forget_calls()
    do(ready, "night", *NIGHT.values())
    members = "GET /v1.2/sites/{site_id}/access_groups/{access_group_id}/users"
    assert ready.sandbox.admin.count()[members] == 3
    assert ready.query("select is_full from src.extracts where run_id = 'night'") == [{"is_full": True}]
