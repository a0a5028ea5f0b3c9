"""Who gets a PIN, and who does not: switches, seats, schedules, newcomers, people who have one (F88, F93)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from flows.acts import ANN, GUS, by_hand, do, fresh, judge, said, site, tick
from flows.apply.test_people import MovingClock, sync_on
from flows.conftest import OpenStage
from mailhouse import MailHouse
from pinstage import GUS_MAIL, asked, codes, keypads, later, pins, types, with_pins
from saltoks.flows import access
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

WHO: dict[str, set[str]] = {"off": set(), "visitors": set(), "guests": {"gus"}, "everyone": {"gus", "ann"}}


@pytest.mark.parametrize(("switch", "expected"), WHO.items(), ids=WHO.keys())
def test_the_switch_says_who_gets_one(
    open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch, switch: str, expected: set[str]
) -> None:
    """F88: whoever is not covered is let in all the same; a guest without a PIN has nothing to open with."""
    stage = with_pins(open_stage(keypads), mail_house, monkeypatch, pin=switch)
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "gus", "room-2", 0, 60)
    assert said(stage.sync()) == ""
    assert pins(stage).keys() == expected
    assert asked(stage) == len(expected)
    assert stage.opens(ANN, "Room 1")
    assert stage.lets_in(GUS, "Room 2")
    gus, means = stage.user_id(GUS), ("mkey", "tag", "pin")
    tried = {by: stage.sandbox.admin.attempt(SITE_UID, "Room 2 door", user_id=gus, by=by).reason for by in means}
    assert tried == {"mkey": "no_mkey", "tag": "no_tag", "pin": "granted" if "gus" in expected else "no_pin"}


def visitors(stage: Stage, *rows: tuple[str, ...]) -> None:
    """Gives the source a table of visitors, all of them approved."""
    header = ("source_id", "full_name", "email", "host_customer_id", "expected_at", "approval")
    file = stage.root / "data" / "visitors.csv"
    file.write_text("\n".join(",".join(row) for row in (header, *rows)), encoding="utf-8")
    tables = stage.site["source"]["tables"] | {"visitors": {"csv": str(file), "columns": {one: one for one in header}}}
    mapping = [*stage.site["mapping"], {"item": "visitors", "groups": ["Club"]}]
    stage.configure(source=stage.site["source"] | {"tables": tables}, mapping=mapping)


def test_visitors_get_theirs_and_their_hosts_for_them(
    open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F93: to the visitor's own address, else to that of the host; guests who are no visitors get none."""
    stage = with_pins(open_stage(keypads), mail_house, monkeypatch, pin="visitors")
    soon = "2026-03-10T12:10:00+00:00"
    visitors(
        stage,
        ("v1", "Vic Visitor", "vic@guest.example", "ann", soon, "granted"),
        ("v2", "Viv Visitor", "", "ann", soon, "granted"),
    )
    stage.book("b1", "gus", "room-2", 0, 60)
    assert said(stage.sync()) == ""
    sent = codes(mail_house)
    assert sent.keys() == {"vic@guest.example", ANN}
    assert "Hello Viv Visitor" in next(mail.text for mail in mail_house.mails if mail.to == ANN)
    for [code] in sent.values():
        assert types(stage, code, "Club", 5).opened


def test_a_person_without_a_seat_gets_no_pin(
    open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T14: Salto would give a PIN, and the door would stay shut; once there is a seat, there is a PIN."""

    def full(world: dict[str, Any]) -> None:
        keypads(world)
        world["sites"][0]["seats"] = 2

    stage = with_pins(open_stage(full), mail_house, monkeypatch)
    stage.book("b1", "gus", "room-2", 0, 600)
    with planned(stage) as apply:
        somebody = take_a_seat(by_hand(stage), stage)
        outcome = apply()
    assert "customer gus got no seat, the site is full: free or buy seats (T14)" in said([outcome])
    assert (asked(stage), pins(stage), mail_house.mails) == (0, {}, [])
    later(stage, 15)
    assert asked(stage) == 0
    stage.sandbox.admin.remove_user(SITE_UID, somebody)
    stage.sandbox.admin.set_user(SITE_UID, stage.user_id(GUS), subscription_state="subscribed")
    later(stage, 30)
    [code] = codes(mail_house)[GUS_MAIL]
    assert types(stage, code, "Room 2").opened


def take_a_seat(web: httpx.Client, stage: Stage) -> str:
    """Somebody is made a user in Salto's own web application."""
    seen = site(stage)
    body = {"first_name": "Some", "last_name": "Body", "role_ids": [seen["roles"]["site_user"]]}
    return str(web.post(f"/v1.2/sites/{seen['id']}/users", json=body).raise_for_status().json()["id"])


@pytest.mark.parametrize("change", [{"subscription_state": "suspended"}, {"blocked": True}], ids=["no seat", "blocked"])
def test_somebody_shut_out_a_moment_ago_gets_no_pin(
    ready: Stage, mail_house: MailHouse, change: dict[str, Any]
) -> None:
    """T14, F157: the answer to use_pin tells, before a PIN is made; it is not asked again until that has changed."""
    ready.configure(credentials=ready.site["credentials"] | {"pin": "off"})
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.sync()
    ready.configure(credentials=ready.site["credentials"] | {"pin": "everyone"})
    ready.move(5)
    with planned(ready) as apply:
        ready.sandbox.admin.set_user(SITE_UID, ready.user_id(ANN), **change)
        outcome = apply()
    [failure] = outcome.failures
    assert failure.startswith("customer ann gets no PIN: they are suspended or blocked at Salto, so no door opens")
    assert (asked(ready), mail_house.mails, pins(ready)) == (0, [], {})
    later(ready, 15)
    assert asked(ready) == 0


@contextmanager
def planned(stage: Stage) -> Iterator[Any]:
    """A plan that is made and not applied yet; gives what applies it."""
    judge(stage, "between")
    do(stage, "between", access.plan)
    stage.sandbox.admin.forget_calls()
    yield lambda: do(stage, "between", access.apply)[0]


def test_a_group_without_a_schedule_opens_for_no_pin(
    open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T15: nobody is sent to a door with a PIN that no lock knows; once there is a schedule, it comes and opens."""

    def unscheduled(world: dict[str, Any]) -> None:
        keypads(world)
        world["sites"][0]["groups"][0]["schedule"] = "none"

    stage = with_pins(open_stage(unscheduled), mail_house, monkeypatch)
    stage.book("b1", "gus", "room-1", 0, 600)
    stage.book("b2", "ann", "room-2", 0, 600)
    outcome = stage.sync()[-1]
    [failure] = outcome.failures
    assert failure.startswith("customer gus gets no PIN: “Room 1” has no time schedule, so a PIN opens nothing there")
    assert (asked(stage), pins(stage)) == (1, {"ann": "delivered"})
    schedule(by_hand(stage), stage, "Room 1")
    assert later(stage, 15)[-1].failures == []
    [code] = codes(mail_house)[GUS_MAIL]
    assert types(stage, code, "Room 1").opened


def schedule(web: httpx.Client, stage: Stage, group: str) -> None:
    """Gives a group a schedule around the clock, as a person does."""
    seen = site(stage)
    group_id = next(one["id"] for one in seen["groups"] if one["customer_reference"] == group)
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), True)
    path = f"/v1.1/sites/{seen['id']}/access_groups/{group_id}/time_schedules"
    web.post(path, json=days | {"start_time": "00:00", "end_time": "23:59"}).raise_for_status()


@pytest.mark.parametrize("settling", [12, 60], ids=["12 s", "a minute"])
def test_a_new_guest_is_waited_for(
    open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch, settling: float
) -> None:
    """T16, F158: 403/2203 for up to a minute looks final and is not; the PIN comes in the same run."""

    def slow(world: dict[str, Any]) -> None:
        keypads(world)
        world["options"]["guest_settling_seconds"] = (settling, settling)

    stage = with_pins(open_stage(slow), mail_house, monkeypatch)
    stage.add("memberships", "m1", "gus", "club", "2026-03-01", "", "active")
    clock = MovingClock(stage)
    outcomes = sync_on(stage, clock)
    assert outcomes[-1].state == "done"
    assert settling - 2 < clock.slept <= settling + 8
    assert types(stage, codes(mail_house)[GUS_MAIL][0], "Club").opened


def test_somebody_who_is_no_newcomer_is_not_waited_for(ready: Stage) -> None:
    """T16: a 403 against somebody who was there before is final."""
    ready.configure(credentials=ready.site["credentials"] | {"pin": "off"})
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.sync()
    ready.configure(credentials=ready.site["credentials"] | {"pin": "everyone"})
    ready.sandbox.admin.faults(Fault("status", route="PUT */pin", status=403))
    clock = MovingClock(ready)
    assert sync_on(ready, clock)[-1].state == "failed"
    assert clock.slept == 0


def test_a_site_without_pins_says_so_once(
    open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F88: the switch is Salto's; nobody is asked one after another."""
    stage = open_stage(lambda world: world["sites"][0].update(pin_enabled=False))
    with_pins(stage, mail_house, monkeypatch)
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-1", 0, 600)
    outcome = stage.sync()[-1]
    assert outcome.failures == [
        "site house has PIN codes switched off, so nobody gets one: switch them on in Salto KS, or set "
        "credentials.pin: off"
    ]
    assert asked(stage) == 0
    assert stage.opens(ANN, "Room 1")


def test_a_pin_that_somebody_had_before_us_stays(
    open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T11, F162: switching PINs on at a site that runs takes nobody's code away."""
    member = {"first_name": "Ann", "last_name": "Able", "email": ANN, "pin": "246810", "use_pin": True}

    def lived_in(world: dict[str, Any]) -> None:
        keypads(world)
        world["sites"][0]["users"].append(member)

    stage = with_pins(open_stage(lived_in), mail_house, monkeypatch)
    stage.add("memberships", "m1", "ann", "club", "2026-03-01", "", "active")
    assert said(stage.sync()) == ""
    assert (asked(stage), mail_house.mails) == (0, [])
    assert types(stage, "246810", "Club").opened
    [row] = stage.query("select state, request_number from access.pins")
    assert row == {"state": "delivered", "request_number": 0}
    assert fresh(stage, lambda: tick(stage, 15)) == (2, 0)


def test_without_a_key_to_seal_it_with_no_pin_is_asked_for(ready: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """F190: rather none than one in clear; access itself is pushed."""
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "no-fernet-key")
    ready.book("b1", "ann", "room-1", 0, 600)
    outcome = ready.sync()[-1]
    assert outcome.failures == [
        "1 PIN(s) are not asked for: AIRFLOW__CORE__FERNET_KEY holds no Fernet key: make one as Airflow documents"
    ]
    assert asked(ready) == 0
    assert ready.opens(ANN, "Room 1")


def test_without_the_app_nobody_is_invited_and_the_pin_opens(
    open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F91, F95: `mobile: false` makes users without an e-mail; they are found again by their alias."""
    stage = with_pins(open_stage(keypads), mail_house, monkeypatch, mobile="false")
    stage.book("b1", "ann", "room-1", 0, 600)
    assert said(stage.sync()) == ""
    assert stage.sandbox.admin.mailbox() == []
    assert [one["alias"] for one in site(stage)["users"] if one["alias"]] == ["saltoks desk/ann"]
    assert types(stage, codes(mail_house)[ANN][0], "Room 1").opened
    stage.query("delete from access.people returning 1")
    later(stage, 15)
    assert len(site(stage)["users"]) == 2
    assert asked(stage) == 0
