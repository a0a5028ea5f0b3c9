"""PINs and the mail server's password: nowhere in clear but in the mail and at Salto (F190, design §5.8)."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re

import pytest

from flows.test_secrets import PEOPLE, SECRETS, everything, leaks, log, said, tables
from mailhouse import SIGN_IN, MailHouse, asking_for_a_password, mail_house
from pinstage import KEY, code_in, later, pin_of, with_pins
from saltoks.core.errors import SaltoksError
from saltoks.flows.credentials import manual_actions
from saltoks.flows.credentials.overview import credentials, diagnose_invitation
from saltoks.flows.run.runtime import runtime
from saltoks.sandbox.salto.admin.client import Fault
from stage import Stage

MINA, ZEB = "mina@secret.example", "zeb@secret.example"
TROUBLE = (
    Fault("garbage", route="PUT */pin", times=1),
    Fault("empty_body", route="PUT */pin", times=1),
    Fault("cut_after", route="PUT */pin", times=1),
    Fault("status", route="PUT */pin", status=400, times=1),
    Fault("status", route="PATCH */users/*", status=403, times=1),
)

__all__ = ["log"]


def by_hands(stage: Stage) -> list[object]:
    """What a person may do by hand, without `pin show`."""
    with runtime(at=stage.at) as rt:
        house = rt.settings.site("house")
        found: list[object] = [
            credentials(rt, house),
            diagnose_invitation(rt, house, "w"),
            diagnose_invitation(rt, house, "z"),
        ]
        with contextlib.suppress(SaltoksError):
            found.append(manual_actions.reissue(rt, house, f"by/{stage.at}", "z", by="Desk", because="lost"))
    return found


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_no_pin_and_no_password_is_written_down(
    stage: Stage, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F190, F96: at DEBUG of every library, in trouble of every kind; tables, errors, logs and XCom."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # the test's own server talks of its mails
    pins: set[str] = set()
    with mail_house(options=asking_for_a_password()) as house:
        prepared(stage, house, monkeypatch)
        done = everything(stage)
        for minute, fault in enumerate(TROUBLE, start=1):
            stage.move(minute)
            pins |= held(stage)
            stage.add("customers", f"g{minute}", "Zebulon Oddfellow", ZEB, "yes", "yes")
            stage.book(f"g{minute}", f"g{minute}", "room-2", 0, 60)
            stage.sandbox.admin.faults(fault)
            house.refusals = {ZEB: "550 no such user"} if minute == 2 else {}
            house.cuts = int(minute == 3)
            done += everything(stage)
            stage.sandbox.admin.faults()
            hands = by_hands(stage)
        house.close()
        done += later(stage, 10)
        pins |= held(stage) | {code_in(mail) for mail in house.mails}
    assert len(pins) > 5
    words = (SIGN_IN[1], KEY, *SECRETS)
    assert len(log.getvalue()) > 10_000
    assert leaks(log.getvalue(), (*words, *PEOPLE)) + told(log.getvalue(), pins) == []
    assert leaks(said(done), (*words, *PEOPLE)) + told(said(done), pins) == []
    assert leaks(tables(stage), words) + told(tables(stage), pins) == []
    assert leaks(repr(hands), (*words, MINA, ZEB)) + told(repr(hands), pins) == []


def told(text: str, pins: set[str]) -> list[str]:
    """The PINs in a text: as a word of their own, or as bytes of a column; not by chance in a hash or a fraction."""
    plain = set(re.findall(r"(?<![\w.])\d{4,8}(?!\w)", text))
    return sorted(pin for pin in pins if pin in plain or pin.encode().hex() in text)


@pytest.mark.parametrize("text", ["pin=012345", '{"pin": "012345"}', "(1,012345,x)", "\\x303132333435"])
def test_a_pin_in_a_text_would_be_noticed(text: str) -> None:
    assert told(text, {"012345"}) == ["012345"]
    assert told("1e012345af 0.012345", {"012345"}) == []


def prepared(stage: Stage, house: MailHouse, patch: pytest.MonkeyPatch) -> None:
    """A member and a guest with names of their own, and a mail server that wants a password."""
    with_pins(stage, house, patch)
    login, password = SIGN_IN
    patch.setenv("AIRFLOW_CONN_POST", json.dumps(house.connection() | {"login": login, "password": password}))
    stage.write(
        "customers",
        [("w", "Wilhelmina Quackenbush", MINA, "yes", "no"), ("z", "Zebulon Oddfellow", ZEB, "yes", "yes")],
    )
    stage.book("b1", "w", "room-1", 0, 60)
    stage.book("b2", "z", "room-2", 0, 60)


def held(stage: Stage) -> set[str]:
    """The PINs that Salto has now."""
    found = (pin_of(stage, who) for who in (MINA, "saltoks desk/z"))
    return {pin for pin in found if pin}
