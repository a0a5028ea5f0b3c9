from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from saltoks.net.pace import LocalPacer


class FakeTime:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.at = 100.0

    def monotonic(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


def test_requests_are_spaced_by_the_rate(time: FakeTime) -> None:
    pacer = LocalPacer(4.0, monotonic=time.monotonic, sleep=time.sleep)
    sent = []
    for _ in range(9):
        pacer.wait()
        sent.append(time.at)
    assert sent == pytest.approx([100.0 + step / 4 for step in range(9)])


def test_idle_time_is_not_saved_up(time: FakeTime) -> None:
    pacer = LocalPacer(4.0, monotonic=time.monotonic, sleep=time.sleep)
    pacer.wait()
    time.at += 60
    before = time.at
    for _ in range(3):
        pacer.wait()
    assert time.at - before == pytest.approx(0.5)


def test_a_pause_holds_everybody_and_a_shorter_one_does_not_cut_it(time: FakeTime) -> None:
    pacer = LocalPacer(4.0, monotonic=time.monotonic, sleep=time.sleep)
    pacer.pause(30)
    pacer.pause(5)
    pacer.wait()
    assert time.at == pytest.approx(130.0)


def test_a_pause_reaches_those_who_already_wait_for_their_slot(time: FakeTime) -> None:
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        time.sleep(seconds)
        if len(naps) == 1:
            pacer.pause(10)

    pacer = LocalPacer(4.0, monotonic=time.monotonic, sleep=sleep)
    pacer.wait()
    pacer.wait()
    assert time.at == pytest.approx(100.25 + 10)


def test_threads_share_one_rate() -> None:
    naps: list[float] = []
    lock = threading.Lock()

    def sleep(seconds: float) -> None:
        with lock:
            naps.append(seconds)

    pacer = LocalPacer(2.0, monotonic=lambda: 0.0, sleep=sleep)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(40):
            pool.submit(pacer.wait)
    assert sorted(naps) == pytest.approx([step / 2 for step in range(1, 40)])
