"""What `saltoks config lint --site` finds in locks, items, statuses and the site itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import yaml

from flows.acts import fresh, judge
from flows.conftest import OpenStage
from flows.lint.lintrig import FILE, ROOMS, Case, entry, found, group, mapped, opened, sound, tell
from saltoks.flows import devices
from saltoks.flows.check import check
from saltoks.flows.lint import hours
from saltoks.flows.lint.subject import examine
from saltoks.flows.sync import sync
from saltoks.salto.models import TimeSchedule
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID

ANNEX = "NL0000000010"
LOCKS_THERE = ("note", "mapping", "locks of the site: Club door, Room 1 door, Room 2 door (F49)")


CASES: dict[str, Case] = {
    "F47 door with a slip in its name": Case(
        (
            ("error", "mapping.0.door", "“Room 1 dor” is no lock of the site (F47) — did you mean 'Room 1 door'?"),
            LOCKS_THERE,
        ),
        act=lambda stage: mapped(stage, entry("Room 1", door="Room 1 dor")),
    ),
    "F47 lock like no other": Case(
        (("error", "mapping.0.locks", "“Gate” is no lock of the site (F47) — correct the name"), LOCKS_THERE),
        act=lambda stage: mapped(stage, {"item": "room-1", "locks": ["Gate", "Room 1 door"], "door": "Room 1 door"}),
    ),
    "F85 locks without an IQ": Case(
        tuple(
            ("error", "mapping", f"the lock “{name}” hangs on no IQ, so no change of access reaches it (F85)")
            for name in ("Club door", "Room 1 door", "Room 2 door")
        ),
        world=lambda house: house.update(iqs=[], users=[]),
    ),
    "F36 IQ that is not online": Case(
        (
            (
                "warning",
                "mapping",
                "the IQ “House IQ” is not online, so changes of access do not reach “Club door”, “Room 1 door”, “Room",
            ),
        ),
        act=lambda stage: stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False),
    ),
    "F25 IQ that is not activated": Case(
        (("note", "mapping", "the IQ “House IQ” is not activated for this account (F25)"),),
        world=lambda house: house.update(users=[]),
    ),
    "F25 IQ that asks for no code": Case(
        (), world=lambda house: house.update(users=[], iqs=[{"customer_reference": "House IQ", "otp_enabled": False}])
    ),
    "F48 item that somebody holds and nobody mapped": Case(
        (("warning", "mapping", "'club' (Club) is not mapped, so 1 entitlement(s) to it open nothing (F48)"),),
        act=lambda stage: (
            stage.configure(mapping=[entry(room) for room in ROOMS[:2]]),
            stage.add("memberships", "m1", "ann", "club", "2026-03-01", "", "active"),
        ),
    ),
    "F54 item left blank": Case(
        (("note", "mapping", "left blank, and nobody holds them now: club (F54)"),),
        act=lambda stage: stage.configure(mapping=[entry(room) for room in ROOMS[:2]]),
    ),
    "F142 item that is nobody's business": Case(
        (),
        act=lambda stage: (
            stage.configure(mapping=[entry(room) for room in ROOMS[:2]], unmanaged=["club"]),
            stage.add("memberships", "m1", "ann", "club", "2026-03-01", "", "active"),
        ),
    ),
    "F48 mapped item that the source does not have": Case(
        (
            ("note", "mapping", "left blank, and nobody holds them now: room-1 (F54)"),
            (
                "warning",
                "mapping.0.item",
                "the source has no item 'rom-1', so it opens nothing (F48) — did you mean 'room-1'?",
            ),
        ),
        act=lambda stage: mapped(stage, entry("Room 1", item="rom-1")),
    ),
    "visitors are no item of the source": Case(
        (),
        world=lambda house: house["groups"].append({"customer_reference": "Lobby", "locks": ["Club door"]}),
        act=lambda stage: stage.configure(mapping=[*map(entry, ROOMS), {"item": "visitors", "groups": ["Lobby"]}]),
    ),
    "F80 F136 site in another zone": Case(
        (
            (
                "warning",
                "timezone",
                "the site says Europe/Amsterdam, the IQ “House IQ” says Europe/Amsterdam, but config/ says Europe/Lis",
            ),
        ),
        act=lambda stage: stage.configure(timezone="Europe/Lisbon"),
    ),
    "F80 F136 IQ in another zone": Case(
        (("warning", "timezone", "the IQ “House IQ” says Europe/London, but config/ says Europe/Amsterdam"),),
        world=lambda house: house["iqs"][0].update(time_zone="Europe/London"),
    ),
    "T14 no seat left": Case(
        (("error", "salto.site_uid", "all 1 seats are taken: the next person is suspended silently (T14)"),),
        world=lambda house: house.update(seats=1),
    ),
    "F186 subscription over": Case(
        (("error", "salto.site_uid", "the site's subscription is not valid, so no door opens (F186)"),),
        world=lambda house: house.update(subscription_valid=False),
    ),
    "F186 subscription that ends soon": Case(
        (
            (
                "warning",
                "salto.site_uid",
                "the site's subscription ends on 2026-04-06, in 27 day(s), and every seat and IQ with it (F186)",
            ),
        ),
        world=lambda house: house.update(subscription_ends="2026-04-06T23:00:00Z"),
    ),
    "F186 subscription that ends some day": Case(
        (), world=lambda house: house.update(subscription_ends="2026-04-08T00:00:00Z")
    ),
    "F186 subscription that has ended": Case(
        (("error", "salto.site_uid", "the site's subscription ended on 2026-03-09 (F186)"),),
        world=lambda house: house.update(subscription_ends="2026-03-09T23:00:00Z"),
    ),
    "T31 account of a customer": Case(
        (("warning", "salto.connection", "connection 'stage' signs in as customer bo: when they leave, no door"),),
        act=lambda stage: stage.add("customers", "bo", "Bo Boss", "Pipeline@house.example", "yes", "no"),
    ),
    "T31 account that is blocked": Case(
        (("error", "salto.connection", "the account of connection 'stage' is blocked at the site (T31)"),),
        act=lambda stage: stage.sandbox.admin.set_user(SITE_UID, stage.user_id("pipeline@house.example"), blocked=True),
    ),
    "T31 account without a seat": Case(
        (("error", "salto.connection", "the account of connection 'stage' is suspended at the site (T31)"),),
        act=lambda stage: stage.sandbox.admin.set_user(
            SITE_UID, stage.user_id("pipeline@house.example"), subscription_state="suspended"
        ),
    ),
    "F141 items that open the group of their name": Case(
        (("note", "map_by_name", "2 item(s) open the access group of their own name (map_by_name)"),),
        act=lambda stage: stage.configure(mapping=[entry("Room 1")], map_by_name=True),
    ),
    "F141 T15 group that opens by its name, without schedule": Case(
        (("note", "map_by_name", "2 item(s) open"), ("error", "map_by_name", "“Club” has no time schedule")),
        world=group("Club", schedule="none"),
        act=lambda stage: stage.configure(mapping=[entry("Room 1")], map_by_name=True),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_world_and_what_is_doubtful_there(open_stage: OpenStage, case: Case) -> None:
    """F144: every doubt, with its place and its words."""
    assert tell(open_stage, case) == list(case.told)


def with_an_annex(world: dict[str, Any]) -> None:
    """A second site of the same account, with a group and a lock of its own."""
    sound(world["sites"][0])
    annex = {"site_uid": ANNEX, "customer_reference": "Annex", "iqs": [{"customer_reference": "Annex IQ"}]}
    annex |= {"locks": [{"customer_reference": "Sauna door"}]}
    world["sites"].append(annex | {"groups": [{"customer_reference": "Sauna", "locks": ["Sauna door"]}]})
    world["accounts"][0]["sites"].append({"site_uid": ANNEX})


def test_f58_groups_and_locks_of_another_site(open_stage: OpenStage) -> None:
    """F58: a name that is wrong here is right at another site of ours, as that was read last."""
    stage = open_stage(with_an_annex)
    annex = stage.site | {
        "salto": stage.site["salto"] | {"site_uid": ANNEX},
        "source": stage.site["source"] | {"name": "annex"},
        "mapping": [{"item": "club", "groups": ["Sauna"], "door": "Sauna door"}],
    }
    (stage.root / "config" / "sites" / "annex.yaml").write_text(yaml.safe_dump(annex), encoding="utf-8")
    with stage.runtime() as rt:
        sync(rt, rt.settings.site("annex"), "annex")
        devices.pull(rt, rt.settings.site("annex"), "annex")
    judge(stage, "read")
    mapped(stage, entry("Room 1", groups=["Sauna"], door="Sauna door"))
    errors = {one.where.removeprefix(FILE): one.message for one in found(stage) if one.level == "error"}
    assert errors.keys() == {"mapping.0.groups", "mapping.0.door"}
    for message in errors.values():
        assert "site annex has one: map it there" in message
        assert "doors of its own site only (F58)" in message


def test_a_source_that_was_never_read(open_stage: OpenStage) -> None:
    """Nothing is made up about items and statuses; the rest is looked at."""
    stage = opened(open_stage, group(schedule="none"))
    source, schedule = found(stage)
    assert (source.level, source.where) == ("note", f"{FILE}source")
    assert "was never read" in source.message
    assert "(T15, F59)" in schedule.message


def test_files_are_looked_at_even_if_the_site_cannot_be(open_stage: OpenStage) -> None:
    """F24: what Salto answers is one finding more, never the end."""
    stage = opened(open_stage)
    stage.configure(exclusive_groups=["Sauna"])
    stage.sandbox.admin.faults(Fault("status", status=418))
    offline, salto = found(stage)
    assert (offline.level, offline.where) == ("warning", f"{FILE}exclusive_groups")
    assert (salto.level, salto.where) == ("error", f"{FILE}salto.connection")
    assert "answered 418" in salto.message


def test_lists_are_read_once_and_groups_in_two_calls(open_stage: OpenStage) -> None:
    """Design §9: as many reads as there are lists, and two for each mapped group; `check` needs no more."""
    stage = opened(open_stage)
    stage.sync()
    assert fresh(stage, lambda: found(stage)) == (7 + 2 * len(ROOMS), 0)
    house, groups = "/v1.2/sites/{site_id}", "/sites/{site_id}/access_groups"
    lists = [
        house,
        f"{house}/me",
        f"{house}/subscription",
        f"{house}/locks",
        f"{house}/iqs",
        "/v1.2/me/{site_id}/activated_iqs",
        f"/v1.2{groups}",
    ]
    each = [f"/v1.2{groups}/{{access_group_id}}/locks", f"/v1.1{groups}/{{access_group_id}}/time_schedules"]
    expected = Counter({f"GET {route}": 1 for route in lists} | {f"GET {route}": len(ROOMS) for route in each})
    assert Counter(stage.sandbox.admin.count()) - Counter({"POST /connect/token": 1}) == expected

    def checked() -> None:
        with stage.runtime() as rt:
            assert {one.level for one in check(rt, rt.settings.site("house"))} == {"ok"}

    assert fresh(stage, checked) == (8 + 2 * len(ROOMS), 0)  # and which site it is, asked anew (F10)


def test_a_schedule_that_nobody_understands(open_stage: OpenStage) -> None:
    """salto-ks §8.4: a date in another order is told, and nothing is concluded from it."""
    stage = opened(open_stage)
    with stage.runtime() as rt, rt.salto(rt.settings.site("house")) as client:
        subject = examine(rt, rt.settings.site("house"), client)
    odd = TimeSchedule(id="odd", monday=True, start_date="31-12-2026T00:00:00")
    club = replace(subject.observed.mapped["Club"], schedules=(odd,))
    observed = replace(subject.observed, mapped={**subject.observed.mapped, "Club": club})
    [doubt] = hours.findings(replace(subject, observed=observed))
    assert (doubt.level, doubt.where) == ("warning", f"{FILE}mapping.2.groups")
    assert "“Club” has a schedule that cannot be read" in doubt.message
