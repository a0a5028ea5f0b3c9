"""A stop at any step of a PIN: nobody is left without one, and no PIN that somebody has is replaced (T11, T20)."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from fnmatch import fnmatch

import pytest

from flows.acts import ANN, GUS, judge, push, said
from flows.apply.test_crashes import HOLD
from mailhouse import MailHouse
from pinstage import GUS_MAIL, asked, codes, later, pin_of, pins, types
from saltoks.core.errors import TryAgain
from saltoks.sandbox.salto.admin.client import Fault, FaultKind
from stage import Stage

WRITES = "P[AU]T* */users/*"
"""Every write about a PIN: `use_pin` with PATCH, the PIN with PUT."""
COUNT = 4
"""Those of Ann, then those of Gus."""


@pytest.fixture
def scene(ready: Stage) -> Stage:
    """Ann and Gus, with bookings of their own that are read and not pushed yet."""
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.book("b2", "gus", "room-2", 5, 600)
    return ready


def check_all_is_well(stage: Stage, house: MailHouse) -> None:
    """The next run, without faults, has both PINs delivered; the ones after it leave them alone."""
    stage.sandbox.admin.faults()
    house.seconds = 0
    assert said(later(stage, 20)) == ""
    assert pins(stage) == {"ann": "delivered", "gus": "delivered"}
    sent = codes(house)
    assert (sent[ANN][-1], sent[GUS_MAIL][-1]) == (pin_of(stage, ANN), pin_of(stage, GUS))
    assert {len(set(told)) for told in sent.values()} == {1}  # nobody was ever told another PIN
    assert types(stage, sent[ANN][-1], "Room 1").opened
    assert types(stage, sent[GUS_MAIL][-1], "Room 2").opened
    count = len(house.mails)
    later(stage, 30)
    assert (asked(stage), len(house.mails)) == (0, count)


def about_pins(stage: Stage) -> int:
    """How many writes about PINs Salto has answered."""
    return sum(fnmatch(f"{call.method} {call.path}", WRITES) for call in stage.sandbox.admin.calls())


def test_the_scene_takes_so_many_writes(scene: Stage, mail_house: MailHouse) -> None:
    """The cases below stop at each of them."""
    scene.sync()
    assert about_pins(scene) == COUNT
    check_all_is_well(scene, mail_house)


CUTS: tuple[FaultKind, ...] = ("cut_before", "cut_after")


@pytest.mark.parametrize("number", range(1, COUNT + 1))
@pytest.mark.parametrize("kind", CUTS)
def test_a_wire_cut_at_any_write_about_a_pin(scene: Stage, mail_house: MailHouse, kind: FaultKind, number: int) -> None:
    """T20: whether Salto made a PIN or not; one whose answer got lost was nobody's, so another is asked for."""
    scene.sandbox.admin.faults(Fault(kind, route=WRITES, skip=number - 1, times=1))
    with contextlib.suppress(TryAgain):
        scene.sync()
    assert any(call.status is None for call in scene.sandbox.admin.calls())
    check_all_is_well(scene, mail_house)


FAULTS: dict[str, Fault] = {
    "429 on the PIN": Fault("status", route="PUT */pin", status=429, retry_after=0.2, times=2),
    "503 on the PIN": Fault("status", route="PUT */pin", status=503, times=1),
    "503 on use_pin": Fault("status", route="PATCH */users/*", status=503, times=1),
    "an answer without a body": Fault("empty_body", route="PUT */pin", times=1),
    "an answer that is no PIN": Fault("garbage", route="PUT */pin", times=1),
    "a PIN that hangs": Fault("hang", route="PUT */pin", seconds=0.2, times=1),
    "a token that is refused": Fault("status", route="PUT */pin", status=401, times=1),
    "503 on the site": Fault("status", route="GET /v1.2/sites/*", status=503, times=1),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_on_the_way_to_a_pin(scene: Stage, mail_house: MailHouse, fault: Fault) -> None:
    """F158, T36: the run or the next one has it; other people's PINs never change."""
    scene.sandbox.admin.faults(fault)
    with contextlib.suppress(TryAgain):
        scene.sync()
    check_all_is_well(scene, mail_house)


def test_a_pin_that_was_issued_goes_out_although_salto_fails_at_the_next(scene: Stage, mail_house: MailHouse) -> None:
    """T22: Gus's PIN does not come, Ann's is on its way all the same."""
    scene.sandbox.admin.faults(Fault("status", route="PUT */pin", status=503, skip=1))
    with pytest.raises(TryAgain):
        scene.sync()
    assert codes(mail_house) == {ANN: [pin_of(scene, ANN)]}
    assert pins(scene) == {"ann": "delivered", "gus": "asked"}
    check_all_is_well(scene, mail_house)


def killed(stage: Stage, when: Callable[[], object]) -> None:
    """A sync in a process of its own, killed once something is true."""
    child = multiprocessing.get_context("fork").Process(target=push, args=(stage, "r2"))
    child.start()
    assert child.pid
    wait(when)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    wait(lambda: not stage.query("select 1 from pg_locks where locktype = 'advisory'"))


def wait(true: Callable[[], object]) -> None:
    """Waits until something is true, half a minute at most."""
    until = time.monotonic() + 30
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize("number", range(1, COUNT + 1))
def test_a_process_killed_while_salto_acts(scene: Stage, mail_house: MailHouse, number: int) -> None:
    """T20: `kill -9` between a write and its answer, which then takes effect without us."""
    judge(scene, "r2")
    scene.sandbox.admin.forget_calls()
    scene.sandbox.admin.faults(Fault("slow", route=WRITES, seconds=HOLD, skip=number - 1, times=1))
    killed(scene, lambda: about_pins(scene) == number - 1 and scene.sandbox.admin.held())
    scene.sandbox.admin.faults()
    wait(lambda: about_pins(scene) == number)
    check_all_is_well(scene, mail_house)


def test_a_process_killed_while_a_mail_is_handed_over(scene: Stage, mail_house: MailHouse) -> None:
    """The mail server has it, we do not know: it is sent once more, with the same PIN."""
    judge(scene, "r2")
    mail_house.seconds = 2
    killed(scene, lambda: mail_house.mails)
    assert pins(scene) == {"ann": "issued", "gus": "issued"}
    check_all_is_well(scene, mail_house)
    assert codes(mail_house)[ANN] == [pin_of(scene, ANN)] * 2
