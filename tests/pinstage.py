"""A stage that hands out PINs: keypads on the doors, a mail server, and looks at what came of it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from mailhouse import MailHouse, Received
from saltoks.flows.run.steps import Outcome
from saltoks.sandbox.salto.admin.client import Attempt
from stage import SITE_UID, Stage

LETTER = Path(__file__).resolve().parents[1] / "config" / "mail" / "pin.txt"
KEY = Fernet.generate_key().decode()
GUS_MAIL = "gus@guest.example"
_CODE = re.compile(r"^ {4}(\d+)$", re.MULTILINE)


def keypads(world: dict[str, Any]) -> None:
    """Every door of the house takes PINs."""
    for lock in world["sites"][0]["locks"]:
        lock["lock_type"] = "wall_reader_pin"


def hand_out_pins(stage: Stage, house: MailHouse, patch: pytest.MonkeyPatch, **credentials: object) -> None:
    """From now on the stage hands out PINs to everyone, by mail, unless `credentials` say otherwise."""
    folder = stage.root / "config" / "mail"
    folder.mkdir(exist_ok=True)
    shutil.copy(LETTER, folder)
    stage.configure(credentials={"pin": "everyone", "mail_connection": "post"} | credentials)
    patch.setenv("AIRFLOW_CONN_POST", json.dumps(house.connection()))
    patch.setenv("AIRFLOW__CORE__FERNET_KEY", KEY)


def code_in(mail: Received) -> str:
    """The PIN that a mail carries."""
    [code] = _CODE.findall(mail.text)
    return str(code)


def types(stage: Stage, code: str, room: str, minute: int | None = None) -> Attempt:
    """What a room's door does when somebody types a PIN."""
    if minute is not None:
        stage.move(minute)
    return stage.sandbox.admin.attempt(SITE_UID, f"{room} door", pin=code)


def pins(stage: Stage) -> dict[str, str]:
    """The state of the last PIN of each customer."""
    return {row["customer_id"]: row["state"] for row in stage.query("select * from access.pins order by pin_id")}


def pin_of(stage: Stage, who: str) -> str | None:
    """The PIN that Salto has for somebody, by e-mail or alias."""
    users: list[Mapping[str, Any]] = stage.sandbox.admin.world()["sites"][SITE_UID]["users"]
    return next(one["pin"] for one in users if who in (one["email"], one["alias"]))


def asked(stage: Stage) -> int:
    """How often Salto was asked for a PIN since the calls were forgotten."""
    return sum(call.method == "PUT" and call.path.endswith("/pin") for call in stage.sandbox.admin.calls())


def codes(house: MailHouse) -> dict[str, list[str]]:
    """The PINs that each address was sent, in their order."""
    found: dict[str, list[str]] = {}
    for mail in house.mails:
        found.setdefault(mail.to, []).append(code_in(mail))
    return found


def outbox(stage: Stage) -> list[tuple[str, str, int, str | None]]:
    """Every mail: whose, its state, how often it was tried, and what is wrong with it."""
    rows = stage.query(
        """
        select pins.customer_id, mail.state, mail.attempts, mail.reason
        from ops.mail_outbox as mail join access.pins using (pin_id) order by mail.made_at, mail.mail_key
        """
    )
    return [(row["customer_id"], row["state"], row["attempts"], row["reason"]) for row in rows]


def with_pins(stage: Stage, house: MailHouse, patch: pytest.MonkeyPatch, **credentials: object) -> Stage:
    """The same stage, handing out PINs by mail; gus has an e-mail."""
    hand_out_pins(stage, house, patch, **credentials)
    stage.add("customers", "gus", "Gus Guest", GUS_MAIL, "yes", "yes")
    return stage


def later(stage: Stage, minute: int) -> list[Outcome]:
    """One whole sync at a minute from noon; calls are counted from here on."""
    stage.move(minute)
    stage.sandbox.admin.forget_calls()
    return stage.sync()
