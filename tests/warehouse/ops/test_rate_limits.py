"""One request budget per Salto account, whoever asks: threads and processes take turns from one row."""

from __future__ import annotations

import multiprocessing
import threading
import time
from itertools import pairwise
from multiprocessing.queues import SimpleQueue

import pytest

from saltoks.sandbox.limiter import Limiter
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.ops.rate_limits import SharedPacer

RATE = 50.0
TURNS = 10


class Waits:
    """Remembers how long each turn had to wait, instead of waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def take(url: str, account: str, when: SimpleQueue[float]) -> None:
    """Takes turns as a task of its own would, and says when each one came."""
    warehouse = Warehouse(url)
    pacer = SharedPacer(warehouse, account, RATE)
    for _ in range(TURNS):
        pacer.wait()
        when.put(time.monotonic())
    warehouse.close()


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_all_who_ask_for_one_account_share_one_rate(warehouse_url: str, kind: str) -> None:
    """T36: twenty turns at fifty a second take 0.38 s at least, and no two come together."""
    context = multiprocessing.get_context("fork")
    when: SimpleQueue[float] = context.SimpleQueue()
    worker = threading.Thread if kind == "threads" else context.Process
    began = time.monotonic()
    workers = [worker(target=take, args=(warehouse_url, "one", when)) for _ in range(2)]
    for one in workers:
        one.start()
    turns = sorted(when.get() for _ in range(2 * TURNS))
    for one in workers:
        one.join()
    assert turns[-1] - began >= (2 * TURNS - 1) / RATE
    late = sum(after - before > 0.5 / RATE for before, after in pairwise(turns))
    assert late >= TURNS  # most turns keep their distance; a busy machine may wake two sleepers together


def test_another_account_has_a_budget_of_its_own(warehouse: Warehouse) -> None:
    """One tenant's queue is not another's."""
    waits = Waits()
    SharedPacer(warehouse, "busy", 0.1, sleep=waits).wait()
    SharedPacer(warehouse, "idle", 0.1, sleep=waits).wait()
    assert waits.seconds == []


def test_turns_are_handed_out_one_gap_apart(warehouse: Warehouse) -> None:
    """Whoever comes third waits two gaps."""
    waits = Waits()
    pacer = SharedPacer(warehouse, "a", 0.1, sleep=waits)
    for _ in range(3):
        pacer.wait()
    assert waits.seconds == [pytest.approx(10, abs=1), pytest.approx(20, abs=1)]


def test_a_pause_holds_everybody_and_a_shorter_one_shortens_nothing(warehouse: Warehouse) -> None:
    """T36: `Retry-After` of one task is kept to by the next."""
    SharedPacer(warehouse, "a", 1000).pause(60)
    SharedPacer(warehouse, "a", 1000).pause(5)
    waits = Waits()
    SharedPacer(warehouse, "a", 1000, sleep=waits).wait()
    assert waits.seconds == [pytest.approx(60, abs=2)]


def test_who_sleeps_through_a_pause_queues_again(warehouse: Warehouse) -> None:
    """T36: a turn that was handed out before the throttle is not used during it."""
    waits = Waits()

    def interrupted(seconds: float) -> None:
        waits(seconds)
        if len(waits.seconds) == 1:
            SharedPacer(warehouse, "a", 2).pause(60)

    pacer = SharedPacer(warehouse, "a", 2, sleep=interrupted)
    pacer.wait()
    pacer.wait()
    assert waits.seconds == [pytest.approx(0.5, abs=0.4), pytest.approx(60, abs=2)]


ALLOWED = 20
FULL_USE = 0.95 * ALLOWED * 2
PATIENCE = 60
"""Seconds that a machine with other work gets for it; a free one needs five."""


def work(url: str, limiter: Limiter, over: threading.Event, told: list[tuple[float, bool]]) -> None:
    """Asks without a break, as a client of its own would; notes when, and whether it was allowed."""
    warehouse = Warehouse(url)
    pacer = SharedPacer(warehouse, "one", 3 * ALLOWED)
    while not over.is_set():
        pacer.wait()
        if not limiter.admits("one", ALLOWED):
            pacer.pause(0.5)
            told.append((time.monotonic(), False))
        else:
            told.append((time.monotonic(), True))
    warehouse.close()


def test_several_clients_find_the_servers_rate_and_use_it(warehouse_url: str) -> None:
    """T36: three times too much is configured; soon there is a second of full use without a refusal."""
    limiter, told, over = Limiter(), list[tuple[float, bool]](), threading.Event()
    began = time.monotonic()
    workers = [threading.Thread(target=work, args=(warehouse_url, limiter, over, told)) for _ in range(4)]
    for one in workers:
        one.start()
    while _best(told, began + 2) < FULL_USE and time.monotonic() < began + PATIENCE:
        time.sleep(0.5)
    over.set()
    for one in workers:
        one.join()
    assert any(not allowed for _, allowed in told)
    assert _best(told, began + 2) >= FULL_USE
    late = [allowed for at, allowed in told if at > began + 3]
    assert late.count(False) <= 1 + len(late) // 50  # a busy machine may wake two sleepers together


def _best(told: list[tuple[float, bool]], since: float) -> int:
    """The most that was answered in any two seconds without a refusal."""
    starts = [since + n / 10 for n in range(10 * PATIENCE)]
    return max(_answered(list(told), start, start + 2) for start in starts)


def _answered(told: list[tuple[float, bool]], start: float, end: float) -> int:
    """How many were allowed in a stretch of time; none where one was refused."""
    found = [allowed for at, allowed in told if start <= at < end]
    return len(found) if all(found) else 0


def test_a_budget_that_nobody_used_for_long_gives_no_burst(warehouse: Warehouse) -> None:
    """Idle time is not saved up."""
    waits = Waits()
    pacer = SharedPacer(warehouse, "a", 20, sleep=waits)
    pacer.wait()
    time.sleep(0.2)
    pacer.wait()
    pacer.wait()
    assert len(waits.seconds) == 1
