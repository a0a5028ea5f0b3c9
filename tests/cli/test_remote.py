"""A door from afar, in the terminal and against the sandbox: T17, T18, T19, F86, F89, F167."""

from __future__ import annotations

import json
import logging
import stat
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.fernet import Fernet

from cli.conftest import Run, Said, now
from flows.acts import by_hand, do, site, writes
from saltoks.flows import nightly
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

SERVICE = "pipeline@house.example"
IQ = "House IQ"
DOOR = "Room 1 door"
OPEN = "PATCH /v1.2/sites/{site_id}/locks/{lock_id}/locking"
CHECK = "PUT /v1.2/sites/{site_id}/iqs/{iq_id}/pin"
SIGNED = ("--by", "Desk", "--reason", "the courier is at the door")
KEY = "c2FsdG9rcy1hLWtleS1mb3ItdGVzdHMtb25seS0zMmI="
OTHER_KEY = "c2FsdG9rcy1hbm90aGVyLWtleS1mb3ItdGVzdHMtMzI="


@pytest.fixture
def house(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """The stage with a Fernet key, and nobody at any door."""
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", KEY)
    return stage


@pytest.fixture
def active(house: Stage, run: Run) -> Stage:
    """The same with an IQ that the service account has activated, as the runbook says."""
    assert run("iq", "activate", "--site", "house", *now(house)).code == 0
    pin = house.sandbox.admin.mailbox()[-1].body.split()[-1]
    assert run("iq", "confirm", "--site", "house", "--by", "Desk", "--pin", pin, *now(house)).code == 0
    house.sandbox.admin.forget_calls()
    return house


@pytest.mark.parametrize("shown_once", [False, True])
@pytest.mark.parametrize("broken", [{"kind": "status", "status": 503}, {"kind": "outage"}, {"kind": "cut_before"}])
def test_an_activation_whose_mail_failed_can_be_begun_again(
    house: Stage, run: Run, broken: dict[str, Any], shown_once: bool
) -> None:
    """T18: the secret is kept, whether or not Salto shows it a second time."""
    house.sandbox.admin.options(secret_shown_once=shown_once)
    house.sandbox.admin.faults(Fault(**broken, route="GET */pin*"))
    failed = run("iq", "activate", "--site", "house", *now(house))
    assert failed.code != 0
    assert "`saltoks iq activate --site house` can be run again for the mail" in failed.err
    house.sandbox.admin.faults()
    assert run("iq", "activate", "--site", "house", *now(house)).code == 0
    pin = house.sandbox.admin.mailbox()[-1].body.split()[-1]
    assert run("iq", "confirm", "--site", "house", "--by", "Desk", "--pin", pin, *now(house)).code == 0
    assert opened(house, run).code == 0
    again = run("iq", "activate", "--site", "house", *now(house))
    assert "is activated for this account already" in again.err


def opened(stage: Stage, run: Run, lock: str = DOOR) -> Said:
    """What the terminal says to somebody who wants a door opened."""
    return run("open", "--site", "house", "--lock", lock, *SIGNED, *now(stage))


def entries(stage: Stage) -> list[dict[str, Any]]:
    """What happened at the doors, as Salto has it."""
    with by_hand(stage) as hand:
        answer: httpx.Response = hand.get(f"/v1.1/sites/{site(stage)['id']}/entries")
        return list(answer.raise_for_status().json()["items"])


def spent(stage: Stage, route: str = OPEN) -> int:
    """How many codes were sent since the calls were forgotten."""
    return stage.sandbox.admin.count().get(route, 0)


def outcomes(stage: Stage) -> list[str]:
    """What became of every code so far."""
    return [row["outcome"] for row in stage.query("select outcome from device.one_time_codes order by code_id")]


def lost(stage: Stage) -> None:
    """Somebody signs the service account in to the phone app: the secret is another from now on."""
    stage.sandbox.admin.sign_in_to_app(SITE_UID, IQ, stage.user_id(SERVICE))


def test_f86_f89_exactly_the_named_door_opens(active: Stage, run: Run) -> None:
    """F86, F89: with a token and a code; one request, one entry, and who asked for it and why on record."""
    said = opened(active, run)
    assert (said.code, said.err) == (0, "")
    assert (spent(active), writes(active)) == (1, 1)
    [entry] = entries(active)
    assert (entry["lock_customer_reference"], entry["access_by"], entry["event_category"]) == (
        DOOR,
        "remote",
        "lock_opened",
    )
    [row] = active.query("select lock_name, author, reason, outcome from device.one_time_codes where purpose = 'open'")
    assert tuple(row.values()) == (DOOR, "Desk", "the courier is at the door", "done")


def test_f89_what_keeps_a_door_from_opening_costs_no_code(house: Stage, run: Run) -> None:
    """F86, F89, F143: not activated, no such lock, nobody's name, offline: said with the fix, nothing is sent."""
    told = opened(house, run)
    assert told.code == 2
    assert "is not activated for this connection's account (F25): `saltoks iq activate --site house`" in told.err
    assert "“Room 1” is the name of 0 locks (F86)" in opened(house, run, "Room 1").err
    house.sandbox.admin.set_lock(SITE_UID, DOOR, online=False)
    assert "“Room 1 door” is not online" in opened(house, run).err
    house.sandbox.admin.set_iq(SITE_UID, IQ, online=False)
    assert "the IQ “House IQ” is not online, so “Room 1 door” cannot be opened" in opened(house, run).err
    unsigned = run("open", "--site", "house", "--lock", DOOR, "--by", "", "--reason", "x", *now(house))
    assert "give both" in unsigned.err
    assert (spent(house), writes(house), outcomes(house)) == (0, 0, [])


@pytest.mark.parametrize("kind", ["cut_after", "cut_before", "status"])
def test_f167_one_code_is_all_that_an_attempt_costs(active: Stage, run: Run, kind: Any) -> None:
    """F167: nobody knows whether the door opened; it is not asked again, and says nothing against the code."""
    active.sandbox.admin.faults(Fault(kind, route="PATCH */locking", status=503))
    said = opened(active, run)
    assert said.code == 2
    assert "it may have been carried out" in said.err
    assert (spent(active), outcomes(active)[-1]) == (1, "failed")
    active.sandbox.admin.faults()
    assert opened(active, run).code == 0


def test_t19_f167_wrong_codes_end_long_before_anybody_is_locked_out(active: Stage, run: Run) -> None:
    """T19, F167: Salto blocks after some; we wait 25 minutes, ask never more often, and then not at all."""
    active.sandbox.admin.options(otp_block_after=2)
    lost(active)
    assert "the one-time code is wrong" in opened(active, run).err
    assert "it takes no codes for 20 minutes" in opened(active, run).err
    waiting = [opened(active, run) for _ in range(5)]
    assert {one.code for one in waiting} == {2}
    assert all(
        "takes no codes for the IQ “House IQ” now (F167): try again after 12:25 UTC" in one.err for one in waiting
    )
    assert spent(active) == 2
    active.move(26)
    assert "the one-time code is wrong" in opened(active, run).err
    for minute in (27, 120, 1440):
        active.move(minute)
        said = opened(active, run).err
        assert "the last 3 codes for the IQ “House IQ” were wrong, so no other is sent (F167, T17)" in said
        assert "reset this account's activation in Salto KS, then `saltoks iq activate --site house`" in said
    assert spent(active) == 3


def test_t17_the_night_says_that_the_secret_is_another(active: Stage, run: Run) -> None:
    """T17: every list looks fine at Salto; one harmless code a night finds it, and the run is red. Doors go on."""
    active.book("b1", "ann", "room-1", 0, 2 * 1440)
    steps = (nightly.extract, nightly.validate, nightly.plan, nightly.apply)
    assert do(active, "night 1", *steps)[-1].state == "done"
    assert spent(active, CHECK) == 1
    lost(active)
    with by_hand(active) as hand:
        [own] = hand.get(f"/v1.2/me/{site(active)['id']}/activated_iqs").json()["items"]
    assert own["activated"] is True
    active.move(600)
    last = do(active, "night 2", *steps)[-1]
    assert last.state == "failed"
    [told] = last.failures
    assert "doors behind the IQ “House IQ” open from afar no more (T17)" in told
    assert "never sign the account in to the Salto app" in told
    assert spent(active, CHECK) == 2
    assert active.opens("ann@house.example", "Room 1")
    assert run("iq", "check", "--site", "house", "--by", "Desk", *now(active)).code == 2


def test_nothing_activated_is_nothing_to_ask(stage: Stage) -> None:
    """T17: no Fernet key is needed, and no request made."""
    outcome = do(stage, "night", nightly.extract, nightly.validate, nightly.plan, nightly.apply)[-1]
    assert outcome.state == "done"
    assert spent(stage, CHECK) == 0


def test_t18_a_lost_secret_comes_back_from_its_sealed_copy_alone(
    active: Stage, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T18: Salto shows it no more; the copy is nobody else's to read, and opens with our key only."""
    copy = tmp_path / "iqs.json"
    assert run("iq", "backup", str(copy)).code == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    [kept] = json.loads(copy.read_text(encoding="utf-8"))
    assert (kept["site"], kept["iq_name"], kept["secret"][:5], kept["pin"][:5]) == ("house", IQ, "gAAAA", "gAAAA")
    empty(active)
    again = run("iq", "activate", "--site", "house", *now(active))
    assert again.code == 2
    assert "shows its secret no more (T18): `saltoks iq restore` from a backup" in again.err
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", OTHER_KEY)
    refused = run("iq", "restore", str(copy))
    assert "sealed with another Fernet key" in refused.err
    assert opened(active, run).code == 2
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", KEY)
    assert run("iq", "restore", str(copy)).out == "1 kept: House IQ\n"
    assert opened(active, run).code == 0


@pytest.mark.parametrize("text", ["", "{}", '[{"site": "house"}]', "not JSON"])
def test_what_is_no_backup_is_refused(house: Stage, run: Run, tmp_path: Path, text: str) -> None:
    """T18: and nothing that is kept is touched."""
    file = tmp_path / "odd.json"
    assert "cannot be read" in run("iq", "restore", str(file)).err
    file.write_text(text, encoding="utf-8")
    said = run("iq", "restore", str(file))
    assert (said.code, "is no backup of `saltoks iq backup`" in said.err) == (2, True)
    assert house.query("select 1 from device.iq_keys") == []


def test_t17_after_a_reset_it_is_activated_anew(active: Stage, run: Run) -> None:
    """T17: three wrong codes, a reset in Salto KS, and the way of the runbook once more."""
    lost(active)
    active.sandbox.admin.options(otp_block_after=9)
    for _ in range(4):
        assert opened(active, run).code == 2
    active.sandbox.admin.reset_activation(SITE_UID, IQ, active.user_id(SERVICE))
    active.move(1)
    assert run("iq", "activate", "--site", "house", *now(active)).code == 0
    mistyped = run("iq", "confirm", "--site", "house", "--by", "Desk", "--pin", "0", *now(active))
    assert "the one-time code is wrong" in mistyped.err
    pin = active.sandbox.admin.mailbox()[-1].body.split()[-1]
    assert run("iq", "confirm", "--site", "house", "--by", "Desk", "--pin", pin, *now(active)).code == 0
    assert opened(active, run).code == 0


def test_the_secrets_are_nowhere_in_clear(active: Stage, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    """T18: sealed in the warehouse, and in no word that is said."""
    caplog.set_level(logging.DEBUG)
    opened(active, run)
    lost(active)
    words = opened(active, run).err + caplog.text
    [row] = active.query("select secret, pin from device.iq_keys")
    secret, pin = (Fernet(KEY).decrypt(bytes(one)).decode() for one in row.values())
    assert pin == active.sandbox.admin.mailbox()[-1].body.split()[-1]
    assert len(secret) == 16
    assert secret not in words
    rows = active.query("select * from device.one_time_codes")
    assert len(rows) == 3
    assert secret not in str(rows)


def empty(stage: Stage) -> None:
    """The warehouse is lost and made anew: no key is in it."""
    stage.query("delete from device.iq_keys returning 1")
    assert stage.query("select 1 from device.iq_keys") == []
