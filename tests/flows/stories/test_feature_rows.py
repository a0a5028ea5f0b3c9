"""Rows of the feature list that no other file of tests is about, each from the booking system to the door."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import yaml

from flows.acts import ANN, GUS, fresh, membership_records, said, site, tick
from flows.conftest import OpenStage
from flows.doors import by_lock, slots
from saltoks.core.errors import ConfigError
from saltoks.flows.run.steps import Outcome
from saltoks.flows.sync import sync
from saltoks.settings import load
from saltoks.systems.nexudus.stand_in.server import NexudusSandbox
from stage import SITE_UID, Stage, minutes

ANNEX_UID = "NL0000000010"
ADA, ED = "ada@lime.example", "ed@bay.example"
ZOE = {"first_name": "Zoe", "last_name": "Zane", "email": "zoe@elsewhere.example"}
DAY = 24 * 60


def with_annex(world: dict[str, Any]) -> None:
    """A second site of the same account, with the same rooms."""
    world["sites"].append(deepcopy(world["sites"][0]) | {"site_uid": ANNEX_UID, "customer_reference": "The Annex"})
    world["accounts"][0]["sites"].append({"site_uid": ANNEX_UID, "role": "site_admin", "remote_access": True})


def annex(stage: Stage, *, uid: str = ANNEX_UID, **changes: object) -> None:
    """A site file `annex`: that of the house, at another Salto site, with a source of its own name."""
    made = deepcopy(stage.site) | changes
    made["salto"]["site_uid"] = uid
    made["source"] |= {"name": "annex-desk"}
    (stage.root / "config" / "sites" / "annex.yaml").write_text(yaml.safe_dump(made), encoding="utf-8")


def sync_all(stage: Stage) -> list[Outcome]:
    """One access sync of every site there is."""
    with stage.runtime() as rt:
        return [done for one in rt.sites() for done in sync(rt, one, f"all/{stage.at.isoformat()}")]


def members(stage: Stage, uid: str) -> dict[str, set[str]]:
    """Who Salto has in each group of a site that is not empty."""
    seen = stage.sandbox.admin.world()["sites"][uid]
    names = {one["user_id"]: one["email"] or one["alias"] for one in seen["users"]}
    return {
        group["customer_reference"]: {names[user] for user in group["members"]}
        for group in seen["groups"]
        if group["members"]
    }


def people(stage: Stage) -> set[str]:
    """Everybody at the site, apart from the account that signs in."""
    return {one["email"] or one["alias"] for one in site(stage)["users"]} - {"pipeline@house.example"}


def test_f54_what_is_left_blank_is_not_connected(stage: Stage) -> None:
    """F54: a room and a plan without a mapping are no error, and make nobody a user; the rest of a person counts."""
    stage.configure(mapping=[entry for entry in stage.site["mapping"] if entry["item"] == "room-1"])
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "ann", "room-2", 0, 60)
    stage.book("b3", "gus", "room-2", 0, 60)
    stage.add("memberships", "m1", "gus", "club", "2026-03-01", "", "active")
    outcomes = stage.sync()
    assert members(stage, SITE_UID) == {"Room 1": {ANN}}
    assert people(stage) == {ANN}
    assert {one.state for one in outcomes} <= {"done", "warned"}
    assert "item club is not mapped, so 1 entitlement(s) to it open nothing" in said(outcomes)


def test_f58_two_places_of_one_nexudus_are_two_sites(open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch) -> None:
    """F58: each site reads its own location, in that location's time zone."""
    stage = open_stage(with_annex)
    with NexudusSandbox("house") as spaces:
        login = {"login": "pipeline@house.example", "password": "house-password"}
        monkeypatch.setenv("AIRFLOW_CONN_SPACES", json.dumps({"conn_type": "http", "host": spaces.url} | login))
        source = {"system": "nexudus", "name": "canal", "connection": "spaces", "rate_per_second": 500}
        rooms = [{"item": "resource:101", "groups": ["Room 1"]}, {"item": "resource:201", "groups": ["Room 1"]}]
        stage.configure(source=source | {"businesses": [10]}, mapping=rooms)
        annex(stage, source=source | {"businesses": [20]}, timezone="America/Los_Angeles")
        for hour, inside in {9: ({ADA}, set()), 15: (set(), {ED})}.items():
            stage.at = datetime(2031, 3, 27, hour, tzinfo=UTC)
            stage.sandbox.admin.set_clock(stage.at)
            spaces.admin.set_clock(stage.at)
            sync_all(stage)
            here, there = (members(stage, uid).get("Room 1", set()) for uid in (SITE_UID, ANNEX_UID))
            assert (here & {ADA, ED}, there & {ADA, ED}) == inside


def test_f58_two_centers_of_one_export_are_two_sites(open_stage: OpenStage) -> None:
    """F58: both read the same files, each the rows of its own center; one member's plan opens one place."""
    stage = open_stage(with_annex)
    stage.headers["bookings"] += ("center",)
    stage.headers["memberships"] += ("center",)
    day = ("2026-03-10T12:00:00+00:00", "2026-03-10T13:00:00+00:00")
    stage.write("bookings", [("b1", "room-1", "ann", *day, "confirmed", "north")])
    stage.add("memberships", "m1", "gus", "club", "2026-03-01", "", "active", "south")

    def of(center: str) -> dict[str, Any]:
        tables = deepcopy(stage.site["source"]["tables"])
        for name in ("bookings", "memberships"):
            tables[name]["only_where"] = {"center": [center]}
        return dict(stage.site["source"]) | {"tables": tables}

    annex(stage, source=of("south"))
    stage.configure(source=of("north"))
    outcomes = sync_all(stage)
    assert {one.ids["completeness"] for one in outcomes if one.step == "validate"} == {"complete"}
    assert members(stage, SITE_UID) == {"Room 1": {ANN}}
    assert members(stage, ANNEX_UID) == {"Club": {"saltoks annex-desk/gus"}}


@pytest.mark.parametrize("exclusive", [False, True], ids=["in a shared group", "in an exclusive group"])
def test_f66_people_put_in_by_hand_are_not_fought(open_stage: OpenStage, exclusive: bool) -> None:
    """F66: Zoe is nobody's customer; she stays and costs no write, and is told of where the group is ours alone."""
    stage = open_stage(lambda world: world["sites"][0].update(users=[ZOE]))
    stage.configure(exclusive_groups=["Room 1"] if exclusive else [])
    stage.book("b1", "ann", "room-1", 0, 30)
    stage.sync()
    stage.sandbox.admin.set_members(SITE_UID, "Room 1", add=[stage.user_id(str(ZOE["email"]))])
    stage.move(15)
    outcomes: list[Outcome] = []
    assert fresh(stage, lambda: outcomes.extend(stage.sync()))[1] == 0
    told = "“Room 1” has 1 member(s) that are no customers of ours"
    assert (told in said(outcomes)) is exclusive
    tick(stage, 45)  # Ann's booking is over
    assert stage.members("Room 1") == {ZOE["email"]}


def test_f79_of_a_series_only_the_next_booking_is_pushed(stage: Stage) -> None:
    """F79: every day of a week at two in Amsterdam; by group it is the one that is due."""
    for day in range(7):
        stage.book(f"series-{day}", "gus", "room-1", day * DAY + 60, day * DAY + 120)
    for noon in (0, DAY, 2 * DAY):
        stage.move(noon)
        stage.sync()
        assert stage.members("Room 1") == set()
        tick(stage, noon + 30)
        assert stage.members("Room 1") == {GUS}
        [row] = stage.query("select promised_until from access.group_memberships where state = 'in'")
        assert row["promised_until"] == minutes(noon + 135)
        tick(stage, noon + 135)
        assert stage.members("Room 1") == set()


def test_f79_of_a_series_windows_are_made_a_day_ahead(stage: Stage) -> None:
    """F79: by lock, the next day's as well, since the door keeps the time; never the whole series."""
    by_lock(stage)
    for day in range(7):
        stage.book(f"series-{day}", "gus", "room-1", day * DAY + 30, day * DAY + 90)
    stage.sync()
    assert [one.hours for one in slots(stage).values()] == [(("2026-03-10T13:15:00", "2026-03-10T14:45:00"),)]
    tick(stage, 105)
    assert [one.hours for one in slots(stage).values()] == [(("2026-03-11T13:15:00", "2026-03-11T14:45:00"),)]


def consented(stage: Stage) -> str:
    """The refresh token that a person's consent gives: the code of the redirect, handed in once."""
    asked = {"client_id": "stage-client", "response_type": "code", "redirect_uri": "http://127.0.0.1/cb"}
    scope = {"scope": "user_api.full_access openid profile offline_access"}
    answer = httpx.get(f"{stage.sandbox.url}/connect/authorize", params=asked | scope)
    [code] = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://127.0.0.1/cb"}
    auth = ("stage-client", "planted-client-secret")
    return str(httpx.post(f"{stage.sandbox.url}/connect/token", data=form, auth=auth).json()["refresh_token"])


def test_f137_a_consent_is_enough_to_sign_in_from_then_on(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F137: no user name and no password; each refresh token works once, so the latest is kept, and sealed."""
    stage = open_stage(lambda world: world["clients"][0].update(redirect_uris=["http://127.0.0.1/cb"]))
    first = consented(stage)
    connection = dict(stage.connection(grant="refresh_token", refresh_token=first, username="", user_password=""))
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(connection))
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "c2FsdG9rcy1hLWtleS1mb3ItdGVzdHMtb25seS0zMmI=")
    stage.book("b1", "ann", "room-1", 0, 60)
    for minute in (0, 15):
        stage.move(minute)
        stage.sync()
    assert stage.opens(ANN, "Room 1")
    [row] = stage.query("select sealed from ops.refresh_tokens")
    assert first not in str(row["sealed"])


def test_f139_one_salto_site_has_one_owner(stage: Stage) -> None:
    """F139: two site files for one Salto site would take each other's people out of the groups."""
    annex(stage, uid=SITE_UID)
    with pytest.raises(ConfigError, match=r"is the same Salto KS site as in config/sites/annex\.yaml"):
        load(stage.root / "config")


def test_f139_what_we_make_carries_our_name_and_nothing_else_is_touched(open_stage: OpenStage) -> None:
    """F139: another system's group, for the same door, is neither read nor written."""

    def change(world: dict[str, Any]) -> None:
        theirs = {"customer_reference": "nexudus room-1 #1", "locks": ["Room 1 door"], "members": [ZOE["email"]]}
        world["sites"][0] |= {"users": [ZOE], "groups": [*world["sites"][0]["groups"], theirs]}

    stage = open_stage(change)
    before = {group["id"]: group for group in site(stage)["groups"]}
    by_lock(stage)
    stage.book("b1", "gus", "room-1", 0, 60)
    stage.sync()
    after = {group["id"]: group for group in site(stage)["groups"]}
    made = [group["customer_reference"] for name, group in after.items() if name not in before]
    assert "saltoks room-1 #1" in made
    assert [name for name in made if not name.startswith("saltoks ")] == []
    assert {name: after[name] for name in before} == before
    assert not any(name in call.path for name in before for call in stage.sandbox.admin.calls())
    assert GUS in people(stage)
    assert GUS.startswith("saltoks ")


def test_f140_one_item_opens_many_groups_and_places(open_stage: OpenStage) -> None:
    """F140: a plan that opens two groups here and one in another place; its end is the end everywhere."""
    stage = open_stage(with_annex)
    annex(stage, mapping=[{"item": "club", "groups": ["Room 2"]}])
    stage.configure(mapping=[{"item": "club", "groups": ["Club", "Room 1"]}])
    stage.add("memberships", "m1", "ann", "club", "2026-03-01", "2026-03-10", "active")
    sync_all(stage)
    assert members(stage, SITE_UID) == {"Club": {ANN}, "Room 1": {ANN}}
    assert members(stage, ANNEX_UID) == {"Room 2": {ANN}}
    stage.move(11 * 60)  # midnight in Amsterdam
    sync_all(stage)
    assert (members(stage, SITE_UID), members(stage, ANNEX_UID)) == ({}, {})


def test_f149_the_last_good_rows_are_served_while_the_source_fails(stage: Stage) -> None:
    """F149: a booking that was read an hour ago opens and ends on time, in runs that say what failed."""
    stage.book("b1", "ann", "room-1", 60, 120)
    stage.sync()
    (stage.root / "data" / "bookings.csv").unlink()
    seen = []
    for minute in (30, 45, 120, 135):
        stage.move(minute)
        outcomes = stage.sync()
        seen.append(ANN in stage.members("Room 1"))
        assert "the source could not be read, so doors follow the last good rows" in outcomes[-1].failures[0]
    assert seen == [True, True, True, False]
    assert membership_records(stage) == set()


def test_f152_whom_a_booker_expects_comes_in_with_the_booking(stage: Stage) -> None:
    """F152: a guest of their own in the booking's room and window; not for a booking that does not open."""
    stage.headers["visitors"] = ("source_id", "full_name", "expected_at", "booking_id", "approval")
    columns = {name: name for name in stage.headers["visitors"]}
    table = {"csv": str(stage.root / "data" / "visitors.csv"), "columns": columns}
    expected = "2026-03-10T12:00:00+00:00"
    stage.write(
        "visitors", [("v1", "Vic Vale", expected, "b1", "granted"), ("v2", "Wes Wu", expected, "b2", "granted")]
    )
    stage.configure(source=stage.site["source"] | {"tables": stage.site["source"]["tables"] | {"visitors": table}})
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "ann", "room-2", 0, 60, status="tentative")
    stage.book("b3", "gus", "club", 0, 60)
    stage.sync()
    vic = "saltoks desk/visitor:v1"
    assert stage.members("Room 1") == {ANN, vic}
    assert stage.members("Room 2") == set()
    assert stage.lets_in(vic, "Room 1")
    stage.book("b1", "ann", "room-1", 0, 60, status="cancelled")
    stage.move(15)
    stage.sync()
    assert stage.members("Room 1") == set()
