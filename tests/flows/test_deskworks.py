"""A center whose rows come from files of Deskworks, read as the shipped example says (F51–F53, F70–F78, T2, T33)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.acts import membership_records, said, site
from saltoks.flows.run.steps import Outcome
from saltoks.flows.who import who
from saltoks.systems.deskworks.stand_in import DeskworksExport
from saltoks.systems.values.guests import guest_id
from stage import Stage, minutes

CONFIG = Path(__file__).parents[2] / "config"
ANN, BO, CY = "ann@house.example", "bo@house.example", "cy@house.example"
DI, EVE = "saltoks deskworks/m4", f"saltoks deskworks/{guest_id('eve@house.example')}"


@pytest.fixture
def tenant(stage: Stage) -> DeskworksExport:
    """A tenant whose files are the source of the stage's site: Bo holds a plan, Ann has nothing but a co-member."""
    folder = stage.root / "export" / "deskworks"
    stage.configure(
        preset="deskworks",
        rules={},
        source=source(folder),
        mapping=[
            {"item": "unit:studio", "groups": ["Room 1"], "door": "Room 1 door"},
            {"item": "unit:office", "groups": ["Room 2"], "door": "Room 2 door"},
            {"item": "product:night", "groups": ["Room 2"]},
            {"item": "product:full", "groups": ["Club"]},
        ],
    )
    (stage.root / "config" / "presets").symlink_to(CONFIG / "presets")
    export = DeskworksExport(folder, "Europe/Amsterdam", control=True)
    export.center("1", "The House", site_uid="NL0000000009")
    export.member("m1", "Ann", "Able", ANN, center="1")
    export.member("m2", "Bo", "Baker", BO)
    export.co_member("m3", "Cy", "Cole", CY, of="m1")
    export.non_member("m4", "Di", "Dean", "di@house.example")
    export.product("full", "Full time")
    export.product("night", "Night owl")
    export.product("print", "Prints", kind="Print")
    export.unit("studio", "Studio", center="1")
    export.unit("office", "Office", center="1", kind="Private office")
    export.billing("b2", "m2", "full", start=date(2026, 1, 1))
    return export


def source(folder: Path, **guards: int) -> dict[str, Any]:
    """The source of the shipped example in another folder, with a control file beside each of its files."""
    text = (CONFIG / "examples" / "deskworks" / "sites" / "deskworks.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text.replace("${SALTOKS_DATA}/deskworks", str(folder)))["source"]
    found["guards"] |= guards
    for table in found["tables"].values():
        for part in table if isinstance(table, list) else [table]:
            part["control"] = part["csv"].removesuffix(".csv") + ".ctl"
    return found


@pytest.fixture
def deliver(stage: Stage, tenant: DeskworksExport) -> Callable[[int], list[Outcome]]:
    """One delivery and one whole sync, so many minutes from noon."""

    def at(minute: int) -> list[Outcome]:
        stage.move(minute)
        tenant.write(stage.at)
        return stage.sync()

    return at


Deliver = Callable[[int], list[Outcome]]


def test_f53_an_active_billing_of_a_product_opens_its_group(
    stage: Stage, tenant: DeskworksExport, deliver: Deliver
) -> None:
    """F53; a second look at the same files changes nothing."""
    first = {one.step: one for one in deliver(0)}
    assert first["extract"].ids["completeness"] == first["validate"].ids["completeness"] == "complete"
    assert first["validate"].counts["rejected"] == 0
    assert (stage.members("Club"), stage.members("Room 1"), stage.members("Room 2")) == ({BO}, set(), set())
    assert stage.lets_in(BO, "Club")
    again = {one.step: one for one in deliver(15)}
    assert (again["plan"].counts["add_member"], again["plan"].counts["remove_member"]) == (0, 0)


def test_f75_several_billings_add_up(stage: Stage, tenant: DeskworksExport, deliver: Deliver) -> None:
    """F75."""
    tenant.billing("b3", "m2", "night")
    deliver(0)
    assert (stage.members("Club"), stage.members("Room 2")) == ({BO}, {BO})


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        pytest.param("deskworks", 30, 120, id="a quarter of an hour"),
        pytest.param("deskworks-half-hour", 15, 135, id="half an hour"),
    ],
)
def test_f51_f70_f71_f72_a_reservation_opens_its_unit(
    preset: str, first: int, last: int, stage: Stage, tenant: DeskworksExport, deliver: Deliver
) -> None:
    """F51, F70–F72: from one to two hours after noon, in the wall clock of the center, with either lead and tail.

    A tick gives what starts before the next one has reached the doors, and takes what has ended.
    """
    stage.configure(preset=preset)
    tenant.reserve("r1", "studio", minutes(60), minutes(120), member="m2", made=minutes(-60))
    seen = {}
    for minute in (first - 15, first, last, last + 15):
        deliver(minute)
        seen[minute] = stage.members("Room 1")
    assert seen == {first - 15: set(), first: {BO}, last: {BO}, last + 15: set()}


def test_f77_guests_of_one_reservation(stage: Stage, tenant: DeskworksExport, deliver: Deliver) -> None:
    """F77: a non-member, and somebody of whom the reservation alone tells, open one unit once."""
    tenant.reserve("r1", "studio", minutes(0), minutes(30), member="m4")
    tenant.reserve("r2", "studio", minutes(0), minutes(30), name="Eve East", email="Eve@House.example", status="")
    deliver(0)
    assert stage.members("Room 1") == {DI, EVE}
    assert stage.lets_in(DI, "Room 1")
    deliver(45)
    assert stage.members("Room 1") == set()
    assert stage.members("Club") == {BO}


@pytest.mark.parametrize("word", ["Pending", "Declined", "Perhaps"])
def test_f62_another_word_opens_nothing(word: str, stage: Stage, tenant: DeskworksExport, deliver: Deliver) -> None:
    """F62: asked for, refused, and one that nobody knows."""
    tenant.reserve("r1", "studio", minutes(0), minutes(30), member="m2", status=word)
    deliver(0)
    assert stage.members("Room 1") == set()


def test_f65_a_cancelled_reservation_ends_at_once(stage: Stage, tenant: DeskworksExport, deliver: Deliver) -> None:
    """F65, T10."""
    tenant.reserve("r1", "studio", minutes(0), minutes(90), member="m2")
    deliver(0)
    tenant.cancel("r1")
    deliver(15)
    assert stage.members("Room 1") == set()


def test_f78_co_members_have_what_the_main_member_has(stage: Stage, tenant: DeskworksExport, deliver: Deliver) -> None:
    """F78, F76: plans and offices, not reservations; and as long as the main member is active."""
    tenant.billing("b1", "m1", "full", unit="office")
    tenant.reserve("r1", "studio", minutes(0), minutes(90), member="m1")
    deliver(0)
    assert (stage.members("Club"), stage.members("Room 2")) == ({ANN, BO, CY}, {ANN, CY})
    assert stage.members("Room 1") == {ANN}
    tenant.inactivate_member("m1")
    deliver(15)
    assert (stage.members("Club"), stage.members("Room 1"), stage.members("Room 2")) == ({BO}, set(), set())


def test_f87_what_is_edited_and_who_joins_is_pushed(stage: Stage, tenant: DeskworksExport, deliver: Deliver) -> None:
    """F87: a new name and e-mail of a member are Salto's too, and a new co-member comes in by the next tick."""
    deliver(0)
    [before] = [one["user_id"] for one in site(stage)["users"] if one["email"] == BO]
    tenant.member("m2", "Bo", "Baker-Bell", "beau@house.example")
    tenant.co_member("m9", "Fay", "Falk", "fay@house.example", of="m2")
    assert deliver(15)[-1].state == "done"
    [now] = [one for one in site(stage)["users"] if one["user_id"] == before]
    assert (now["last_name"], now["email"]) == ("Baker-Bell", "beau@house.example")
    assert stage.members("Club") == {"beau@house.example", "fay@house.example"}


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda tenant: tenant.inactivate_member("m2"), id="member"),
        pytest.param(lambda tenant: tenant.inactivate_billing("b2"), id="billing"),
        pytest.param(lambda tenant: tenant.billing("b2", "m2", "full", end=date(2026, 3, 9)), id="last day"),
    ],
)
def test_f76_access_ends_with_the_member_or_the_billing(
    end: Callable[[DeskworksExport], None], stage: Stage, tenant: DeskworksExport, deliver: Deliver
) -> None:
    """F76, F64."""
    deliver(0)
    end(tenant)
    deliver(15)
    assert stage.members("Club") == set()
    assert membership_records(stage) == set()


def test_t33_a_second_active_billing_keeps_access(stage: Stage, tenant: DeskworksExport, deliver: Deliver) -> None:
    """T33: access after the package ended is no mistake, and the record names the reason that is left."""
    tenant.billing("b3", "m2", "full")
    deliver(0)
    assert reasons(stage, "Club") == {("membership b2", "membership b3")}
    tenant.inactivate_billing("b2")
    deliver(15)
    assert stage.members("Club") == {BO}
    assert reasons(stage, "Club") == {("membership b3",)}
    (booked,) = stage.query("select reasons from access.group_memberships where state = 'in' and group_name = 'Club'")
    assert booked["reasons"] == ["membership b3"]


def reasons(stage: Stage, group: str) -> set[tuple[str, ...]]:
    """Why people may open a group now."""
    with stage.runtime() as rt:
        return {one.reasons for one in who(rt, rt.settings.site("house"), stage.at) if one.group == group}


def test_f52_an_office_comes_with_a_billing_and_goes_with_it(
    stage: Stage, tenant: DeskworksExport, deliver: Deliver
) -> None:
    """F52, F76: the only assignment there is may end, although its table is empty then."""
    tenant.billing("b2", "m2", "full", unit="office")
    deliver(0)
    assert stage.members("Room 2") == {BO}
    tenant.billing("b2", "m2", "full")
    outcomes = {one.step: one for one in deliver(15)}
    assert outcomes["validate"].ids["completeness"] == "complete"
    assert (stage.members("Room 2"), stage.members("Club")) == (set(), {BO})


def test_a_member_who_comes_late_waits_for_the_next_delivery(
    stage: Stage, tenant: DeskworksExport, deliver: Deliver
) -> None:
    """T2: the reservation points at nobody yet, so it waits in quarantine, and nobody else loses anything."""
    deliver(0)
    tenant.faults.late("members")
    tenant.member("m9", "Noa", "New", "noa@house.example")
    tenant.reserve("r1", "studio", minutes(15), minutes(75), member="m9")
    outcomes = deliver(15)
    assert "names a customer that is not there" in said(outcomes)
    assert (stage.members("Room 1"), stage.members("Club")) == (set(), {BO})
    deliver(30)
    assert stage.members("Room 1") == {"noa@house.example"}


FAULTS: dict[str, tuple[Callable[[DeskworksExport], None], bool, str]] = {
    "stale": (lambda one: one.faults.stale("members"), True, "members.csv: last written 75 minutes ago"),
    "torn": (lambda one: one.faults.torn("products"), True, "products.csv: 2 rows where"),
    "shrunk": (lambda one: one.faults.shrunk("members", keep=2), True, "members.csv: 2 good rows after 4 last time"),
    "empty": (lambda one: one.faults.empty("members"), False, "members.csv:1: the file is empty"),
    "column": (lambda one: one.faults.missing("members", "status"), False, "the header 'status' for customers.active"),
    "double": (lambda one: one.faults.doubled("reservation_units", "office", name="Two"), True, "is rejected for more"),
}


@pytest.mark.parametrize(("fault", "grants", "problem"), FAULTS.values(), ids=FAULTS.keys())
def test_t1_t2_a_broken_delivery_takes_nothing_away(
    fault: Callable[[DeskworksExport], None],
    grants: bool,
    problem: str,
    stage: Stage,
    tenant: DeskworksExport,
    deliver: Deliver,
) -> None:
    """T1, T2: what can be read may give, and end what says so itself; what is missing counts until all is sound."""
    stage.configure(source=source(stage.root / "export" / "deskworks", max_age_minutes=60))
    tenant.reserve("r0", "office", minutes(-60), minutes(600), member="m2")
    tenant.reserve("r9", "office", minutes(-60), minutes(600), member="m4")
    deliver(0)
    assert stage.members("Room 2") == {BO, DI}
    fault(tenant)
    tenant.inactivate_billing("b2")
    tenant.drop("r0")
    tenant.reserve("r1", "studio", minutes(75), minutes(120), member="m2")
    outcomes = deliver(75)
    assert problem in said(outcomes)
    assert stage.members("Room 2") == {BO, DI}
    assert stage.members("Club") == (set() if grants else {BO})
    assert stage.members("Room 1") == ({BO} if grants else set())
    tenant.faults.repair()
    deliver(90)
    assert [stage.members(room) for room in ("Club", "Room 1", "Room 2")] == [set(), {BO}, {DI}]
