"""Rows of pushing, credentials and operations, each told from the source's files to a door."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flows.acts import ANN, GUS, by_hand, do, fresh, said, site, sync_at, writes
from flows.conftest import OpenStage
from flows.lint.lintrig import FILE, found, opened
from saltoks.cli.app import main
from saltoks.core.errors import SignInFailed, Unavailable
from saltoks.flows import access
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

DOCS = Path(__file__).resolve().parents[3] / "docs"
EVE = "eve@house.example"
TAGGED = {"first_name": "Ann", "last_name": "Able", "email": ANN, "tag_number": "TAG-7"}


def typed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """A command as somebody types it: its exit code and what it printed."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    assert isinstance(left.value.code, int)
    return left.value.code, capsys.readouterr().out


def test_f84_who_is_billed_is_put_in_and_made_active(stage: Stage) -> None:
    """F84: as soon as the recurring plan is there, in one run; each of both takes a seat."""
    before = site(stage)["seats_used"]
    stage.add("memberships", "m1", "ann", "club", "2026-03-10", "", "active")
    stage.add("memberships", "m2", "gus", "club", "2026-03-10", "", "active")
    assert stage.sync()[-1].state == "done"
    states = {one["email"] or one["alias"]: one["subscription_state"] for one in site(stage)["users"]}
    assert (states[ANN], states[GUS]) == ("subscribed", "subscribed")
    assert site(stage)["seats_used"] == before + 2
    assert (stage.opens(ANN, "Club"), stage.lets_in(GUS, "Club")) == (True, True)


def test_f85_behind_an_iq_that_is_offline_nothing_new_works(stage: Stage) -> None:
    """F85, T23: who had access keeps it; who was let in or taken out since is not known there until it is back."""
    stage.book("b1", "ann", "room-1", 0, 15)
    stage.sync()
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False)
    stage.book("b2", "gus", "room-2", 15, 600)
    assert sync_at(stage, 30)[-1].state == "done"
    assert (stage.members("Room 1"), stage.members("Room 2")) == (set(), {GUS})
    assert (stage.opens(ANN, "Room 1"), stage.lets_in(GUS, "Room 2")) == (True, False)
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=True)
    assert (stage.opens(ANN, "Room 1"), stage.lets_in(GUS, "Room 2")) == (False, True)
    stage.move(45)
    assert fresh(stage, stage.sync)[1] == 0


def test_f85_while_the_api_is_down_nothing_new_works_and_nothing_is_lost(stage: Stage) -> None:
    """F85: the run is red and goes on later; the doors of those who are in stay open."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    stage.book("b2", "gus", "room-2", 15, 600)
    stage.sandbox.admin.faults(Fault("cut_before", route="* /v1*"))
    stage.move(15)
    with pytest.raises(Unavailable):
        stage.sync()
    assert (stage.opens(ANN, "Room 1"), stage.members("Room 2")) == (True, set())
    stage.sandbox.admin.faults()
    assert sync_at(stage, 30)[-1].state == "done"
    assert stage.lets_in(GUS, "Room 2")


def test_f90_f97_a_tag_opens_with_the_booking_and_stays_its_persons(open_stage: OpenStage) -> None:
    """F90, F97: assigned in Salto KS; the sync hands out none, takes none away, and asks for none."""
    stage = open_stage(lambda world: world["sites"][0]["users"].append(TAGGED))
    stage.book("b1", "ann", "room-1", 45, 60)
    tried = []
    for minute in (0, 30, 75, 90):
        sync_at(stage, minute)
        tried.append(stage.sandbox.admin.attempt(SITE_UID, "Room 1 door", tag="TAG-7").opened)
    assert tried == [False, True, False, False]
    [ann] = [one for one in site(stage)["users"] if one["email"] == ANN]
    assert ann["keys"] == ["tag"]
    assert not any("/tags" in call.path or "/keys" in call.path for call in stage.sandbox.admin.calls())


def test_f97_where_tags_come_from_is_written_down() -> None:
    """F97: added to the site, then assigned to the person, in Salto KS and in the booking system."""
    told = " ".join((DOCS / "by-hand.md").read_text(encoding="utf-8").split())
    assert "A tag is first added to the site, then given to the person, both in Salto KS" in told
    assert "must have it assigned to the customer there as well (F97)" in told


def test_f91_a_mobile_key_opens_for_as_long_as_the_booking(stage: Stage) -> None:
    """F91, F95: Salto invites to the app once, when the user is made; the key follows the booking."""
    stage.book("b1", "ann", "room-1", 45, 60)
    tried = []
    for minute in (0, 30, 75):
        sync_at(stage, minute)
        known = any(one["email"] == ANN for one in site(stage)["users"])
        tried.append(known and stage.opens(ANN, "Room 1"))
    assert tried == [False, True, False]
    assert [mail.to for mail in stage.sandbox.admin.mailbox()] == [ANN]


def test_f98_keys_that_open_offline_at_any_hour_are_counted(open_stage: OpenStage) -> None:
    """F98: told by lock, since such a key opens an offline door out of the group's hours, and all the others do not."""
    evening = {"days": ["monday"], "start_time": "18:00", "end_time": "19:00"}

    def change(house: dict[str, object]) -> None:
        house["users"].append(TAGGED)  # type: ignore[attr-defined]
        house["groups"][0] |= {"schedule": evening, "members": [ANN]}  # type: ignore[index]

    stage = opened(open_stage, change)
    door = (SITE_UID, "Room 1 door")
    stage.sandbox.admin.set_lock(*door, online=False)
    assert not stage.sandbox.admin.attempt(*door, tag="TAG-7").opened
    stage.sandbox.admin.set_lock(*door, online=True)
    with by_hand(stage) as hand:
        [ann] = [one["site_user_id"] for one in site(stage)["users"] if one["email"] == ANN]
        path = f"/v1.2/sites/{site(stage)['id']}/users/{ann}/keys"
        [key] = hand.get(path).json()["items"]
        hand.patch(f"{path}/{key['id']}", json={"offline_access": True}).raise_for_status()
    assert not stage.sandbox.admin.attempt(*door, tag="TAG-7").opened
    stage.sandbox.admin.set_lock(*door, online=False)
    assert stage.sandbox.admin.attempt(*door, tag="TAG-7").opened
    told = [(one.level, one.where.removeprefix(FILE), one.message) for one in found(stage) if "F98" in one.message]
    assert told == [("note", "mapping", "1 key(s) open “Room 1 door” at any hour while it is offline (F98)")]


@pytest.mark.parametrize("how", ["out of the group", "off the site"])
def test_f164_what_is_gone_already_is_revoked(stage: Stage, how: str) -> None:
    """F164: between plan and apply somebody does our work; the run is green, and the records say that she is out."""
    stage.book("b1", "ann", "room-1", 0, 30)
    stage.book("b2", "gus", "room-1", 0, 30)
    stage.sync("r1")
    stage.move(45)
    do(stage, "r2", access.plan)
    if how == "off the site":
        stage.sandbox.admin.remove_user(SITE_UID, stage.user_id(ANN))
    else:
        stage.sandbox.admin.set_members(SITE_UID, "Room 1", remove=[stage.user_id(ANN)])
    [outcome] = do(stage, "r2", access.apply)
    assert (outcome.state, outcome.counts["confirmed"]) == ("done", 2)
    assert stage.members("Room 1") == set()
    assert stage.query("select distinct state from access.group_memberships") == [{"state": "out"}]
    assert fresh(stage, lambda: do(stage, "r2", access.apply))[1] == 0


def test_f184_sync_now_and_everything_read_anew(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """F184: one command between two ticks is enough; with --full a swap is found that leaves every count as it was."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-2", 0, 600)
    now = ("--site", "house", "--as-of", stage.at.isoformat())
    assert typed(capsys, "sync", *now)[0] == 0
    assert (stage.opens(ANN, "Room 1"), stage.lets_in(GUS, "Room 2")) == (True, True)
    ann, gus = stage.user_id(ANN), stage.user_id(GUS)
    stage.sandbox.admin.set_members(SITE_UID, "Room 1", add=[gus], remove=[ann])
    assert typed(capsys, "sync", *now)[0] == 0
    assert stage.members("Room 1") == {GUS}
    typed(capsys, "sync", "--full", *now)
    assert ANN in stage.members("Room 1")


@pytest.mark.parametrize("exclusive", [True, False], ids=["a group that is ours alone", "a shared group"])
def test_f188_what_was_done_by_hand_while_we_were_down(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], exclusive: bool
) -> None:
    """F188: the steps of docs/by-hand.md, and what becomes of them afterwards is what it says."""
    stage.configure(exclusive_groups=["Room 1"] if exclusive else [])
    stage.add("customers", "eve", "Eve Else", EVE, "yes", "no")
    stage.book("b0", "ann", "room-2", 0, 600)
    stage.sync()
    stage.book("b1", "ann", "room-1", 15, 60)
    stage.book("b2", "eve", "room-1", 15, 60)
    stage.book("b3", "gus", "room-1", 15, 60)
    broken = json.dumps(stage.connection(user_password="planted-old"))
    with monkeypatch.context() as down:
        down.setenv("AIRFLOW_CONN_STAGE", broken)
        stage.move(15)
        with pytest.raises(SignInFailed):
            stage.sync()
        code, listed = typed(capsys, "who", "--site", "house", "--json", "--as-of", stage.at.isoformat())
    assert code in (0, 1)
    assert all(f'"{customer}"' in listed for customer in ("ann", "eve", "gus"))
    with by_hand(stage) as hand:
        house = site(stage)
        path, roles = f"/v1.2/sites/{house['id']}", [house["roles"]["site_user"]]
        eve = {"first_name": "Eve", "last_name": "Else", "email": EVE, "role_ids": roles}
        hand.post(f"{path}/users", json=eve).raise_for_status()
        guest = {"alias": GUS, "expires_at": "2026-03-10T20:00:00Z"}
        hand.post(f"{path}/guests", json=guest).raise_for_status()
    people = [stage.user_id(who) for who in (ANN, EVE, GUS)]
    stage.sandbox.admin.set_members(SITE_UID, "Room 1", add=people)
    assert [stage.lets_in(who, "Room 1") for who in (ANN, EVE, GUS)] == [True] * 3
    count = len(site(stage)["users"])
    stage.move(30)
    stage.sandbox.admin.forget_calls()
    outcomes = stage.sync(fully=True)
    assert (outcomes[-1].state, said(outcomes), writes(stage)) == ("done", "", 0)
    assert (len(site(stage)["users"]), stage.members("Room 1")) == (count, {ANN, EVE, GUS})
    sync_at(stage, 90)
    assert stage.members("Room 1") == (set() if exclusive else {ANN, EVE, GUS})


def test_f188_the_procedure_names_commands_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    """F188: it is found from README, and whoever follows it in haste types nothing that is wrong use."""
    told = (DOCS / "by-hand.md").read_text(encoding="utf-8")
    assert "docs/by-hand.md" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
    commands = {"who", "config show", "pin show", "open", "check", "plan", "sync", "drift", "config lint"}
    assert [one for one in commands if f"`saltoks {one}" not in told] == []
    for one in sorted(commands):
        assert typed(capsys, *one.split(), "--help")[0] == 0
