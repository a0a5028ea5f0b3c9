"""A site whose rows come from Nexudus: bookings, passes, desks and visitors to doors (F50, F51, F52, F70, F73, F93)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from saltoks.cli import main
from saltoks.flows import audit
from saltoks.flows.check import check
from saltoks.flows.lint import lint
from saltoks.systems.nexudus.api.entities import ALL, Entity
from saltoks.systems.nexudus.stand_in.faults import Fault
from saltoks.systems.nexudus.stand_in.server import NexudusSandbox
from stage import Stage

PRESETS = Path(__file__).parents[2] / "config" / "presets"
MORNING = datetime(2031, 3, 27, 9, 0, tzinfo=UTC)
ADA, BO, CY = "ada@lime.example", "bo@lime.example", "cy@plum.example"
FLO = "saltoks spaces/visitor:801"


@pytest.fixture
def spaces(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[NexudusSandbox]:
    """A Nexudus of two houses, of which the stage's site is the first, on a morning at ten."""
    with NexudusSandbox("house") as running:
        connection = {"conn_type": "http", "host": running.url, "login": "pipeline@house.example"}
        monkeypatch.setenv("AIRFLOW_CONN_SPACES", json.dumps(connection | {"password": "house-password"}))
        source = {"system": "nexudus", "name": "spaces", "connection": "spaces", "businesses": [10]}
        stage.configure(
            preset="nexudus",
            rules={},
            source=source | {"rate_per_second": 500},
            mapping=[
                {"item": "resource:101", "groups": ["Room 1"], "door": "Room 1 door"},
                {"item": "desk:33", "groups": ["Room 2"]},
                {"item": "pass:7", "groups": ["Club"]},
            ],
        )
        (stage.root / "config" / "presets").symlink_to(PRESETS)
        at(stage, running, MORNING)
        yield running


def at(stage: Stage, spaces: NexudusSandbox, moment: datetime) -> None:
    """Sets all clocks."""
    stage.at = moment
    stage.sandbox.admin.set_clock(moment)
    spaces.admin.set_clock(moment)


def test_f50_f51_f52_f93_everything_that_opens_a_door(stage: Stage, spaces: NexudusSandbox) -> None:
    """F50–F52, F70, F73, F93: a booking and its visitor, a desk, passes of two kinds; teams do not inherit."""
    stage.sync("one")
    assert stage.members("Room 1") == {ADA, FLO}
    assert stage.members("Room 2") == {ADA}
    assert stage.members("Club") == {BO, CY}
    assert stage.lets_in(FLO, "Room 1")


def test_f93_a_visitor_opens_the_visitors_group_only(stage: Stage, spaces: NexudusSandbox) -> None:
    """F93: where the site says so, not the room that their host booked."""
    groups = [*stage.site["mapping"][:2], {"item": "visitors", "groups": ["Club"]}]
    stage.configure(mapping=groups, rules={"visitors_open": "visitors"})
    stage.sync("one")
    assert stage.members("Room 1") == {ADA}
    assert stage.members("Club") == {FLO}
    assert not stage.lets_in(FLO, "Room 1")
    assert stage.lets_in(FLO, "Club")


def test_a_tick_after_the_sweep_reads_changes_and_changes_nothing(stage: Stage, spaces: NexudusSandbox) -> None:
    stage.sync("one")
    at(stage, spaces, MORNING + timedelta(minutes=5))
    outcomes = {one.step: one for one in stage.sync("two")}
    assert outcomes["extract"].ids["completeness"] == "complete"
    assert outcomes["validate"].counts["rejected"] == 0
    assert (outcomes["plan"].counts["add_member"], outcomes["plan"].counts["remove_member"]) == (0, 0)
    assert stage.members("Club") == {BO, CY}


def test_f65_a_booking_that_is_cancelled_ends(stage: Stage, spaces: NexudusSandbox) -> None:
    """F65, T10: it leaves the bookings and turns up among the cancelled ones; its visitor stays outside too."""
    stage.sync("one")
    at(stage, spaces, MORNING + timedelta(minutes=5))
    spaces.admin.cancel(9001)
    stage.configure(limits={"removals_per_group": {"absolute": 9, "percent": 100}})
    stage.sync("two")
    assert stage.members("Room 1") == set()
    assert stage.members("Room 2") == {ADA}


def test_f71_f73_windows_end_by_themselves(stage: Stage, spaces: NexudusSandbox) -> None:
    """F71, F73: the booking a quarter of an hour after its end, the used day pass at midnight."""
    stage.sync("one")
    at(stage, spaces, datetime(2031, 3, 27, 10, 45, tzinfo=UTC))
    stage.sync("two")
    assert ADA not in stage.members("Room 1")
    at(stage, spaces, datetime(2031, 3, 27, 23, 0, tzinfo=UTC))
    stage.sync("three")
    assert stage.members("Club") == {BO}


def test_t1_a_refused_sign_in_takes_nothing_away(
    stage: Stage, spaces: NexudusSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T1: doors follow the last good rows."""
    stage.sync("one")
    broken = {"conn_type": "http", "host": spaces.url, "login": "pipeline@house.example", "password": "wrong"}
    monkeypatch.setenv("AIRFLOW_CONN_SPACES", json.dumps(broken))
    at(stage, spaces, MORNING + timedelta(minutes=5))
    outcome = stage.sync("two")[-1]
    assert stage.members("Room 1") == {ADA, FLO}
    assert "the source could not be read" in outcome.failures[0]


def later(stage: Stage, spaces: NexudusSandbox) -> None:
    """Half an hour of quiet ticks on, when nothing of the sweep is read again as a change."""
    for minutes in (15, 30):
        at(stage, spaces, MORNING + timedelta(minutes=minutes))
        stage.sync(f"tick {minutes}")
    at(stage, spaces, MORNING + timedelta(minutes=45))


LONG_AGO = "2031-03-01T00:00:00Z"


@pytest.mark.parametrize("shape", ["array", "envelope", "bare"])
@pytest.mark.parametrize("case", ["moved", "taken", "given"])
def test_f52_f74_a_desk_follows_its_contract_with_the_next_tick(
    stage: Stage, spaces: NexudusSandbox, case: str, shape: str
) -> None:
    """F52, F74: the contract does not say that it changed, and batches come as the vendor documents, or as lists."""
    spaces.admin.options(**{"bare": True} if shape == "bare" else {"batches": shape})
    offices = [{"item": f"desk:{desk}", "groups": [room]} for desk, room in ((33, "Room 1"), (34, "Room 2"))]
    stage.configure(mapping=offices, limits={"removals_per_group": {"absolute": 9, "percent": 100}})
    first = [33] if case != "given" else []
    contract(spaces, first)
    stage.sync("one")
    assert stage.members("Room 1") == ({ADA} if first else set())
    later(stage, spaces)
    contract(spaces, then := [34] if case == "moved" else [33] if case == "given" else [])
    outcomes = {one.step: one for one in stage.sync("two")}
    assert outcomes["extract"].ids["completeness"] == "complete"
    assert (stage.members("Room 1"), stage.members("Room 2")) == (
        {ADA} if 33 in then else set(),
        {ADA} if 34 in then else set(),
    )


def contract(spaces: NexudusSandbox, desks: list[int]) -> None:
    """Ada's contract has these desks, as both sides say; nothing says that it was changed."""
    named = ",".join(map(str, desks))
    spaces.admin.put("billing/coworkercontracts", 501, FloorPlanDeskIds=named, Desks=desks, UpdatedOn=LONG_AGO)
    for desk in (33, 34):
        spaces.admin.put("sys/floorplandesks", desk, CoworkerContractIds="501" if desk in desks else None)


@pytest.mark.parametrize("change", ["cancelled", "tentative", "moved", "inactive", "ended"])
def test_f65_what_ends_early_ends_with_the_next_tick_beside_a_contract_that_desks_name(
    stage: Stage, spaces: NexudusSandbox, change: str
) -> None:
    """F65, T10: the answer to a batch is whole, so nothing is held that the next tick can see."""
    stage.configure(limits={"removals_per_group": {"absolute": 9, "percent": 100}})
    spaces.admin.put("sys/floorplandesks", 34, CoworkerContractIds="503")
    booking = {"FromTime": "2031-03-27T09:30:00Z", "ToTime": "2031-03-27T12:00:00Z"}
    spaces.admin.put("spaces/bookings", 9001, **booking)
    stage.sync("one")
    assert ADA in stage.members("Room 1")
    later(stage, spaces)
    if change == "cancelled":
        spaces.admin.cancel(9001)
    elif change == "tentative":
        spaces.admin.put("spaces/bookings", 9001, Tentative=True)
    elif change == "moved":
        spaces.admin.put("spaces/bookings", 9001, FromTime="2031-03-28T09:30:00Z", ToTime="2031-03-28T12:00:00Z")
    elif change == "inactive":
        spaces.admin.put("spaces/coworkers", 1001, Active=False)
    else:
        spaces.admin.put("billing/coworkercontracts", 501, Active=False)
    outcomes = {one.step: one for one in stage.sync("two")}
    assert outcomes["extract"].ids["completeness"] == "complete"
    assert outcomes["plan"].counts["held"] == 0
    assert (ADA in stage.members("Room 1")) is (change == "ended")
    assert (ADA in stage.members("Room 2")) is (change in ("cancelled", "tentative", "moved"))


@pytest.mark.parametrize("named_by", ["number", "guid"])
def test_t10_a_cancellation_ends_the_booking_that_it_names_and_makes_no_second_one(
    stage: Stage, spaces: NexudusSandbox, named_by: str
) -> None:
    """T10: by number or by GUID, although the booking is in no list any more; its one opening checks in once."""
    spaces.admin.options(original_id=named_by)
    stage.configure(limits={"removals_per_group": {"absolute": 9, "percent": 100}})
    stage.sync("one")
    at(stage, spaces, MORNING + timedelta(minutes=2))
    assert stage.opens(ADA, "Room 1")
    later(stage, spaces)
    spaces.admin.cancel(9001)
    stage.sync("two")
    assert ADA not in stage.members("Room 1")
    rows = stage.query("select source_id, status, source_uid from src.bookings where customer_id = '1001'")
    (row,) = rows
    assert (row["source_id"], row["status"]) == ("9001", "cancelled")
    assert row["source_uid"] is not None
    audited(stage)
    assert len(stage.query("select * from report.check_ins")) == 1


def audited(stage: Stage) -> None:
    """The audit trail up to now."""
    with stage.runtime() as rt:
        for work in (audit.pull, audit.normalise, audit.check_in):
            work(rt, rt.settings.site("house"), "audit")


def test_t36_an_account_has_one_budget_whatever_site_or_sweep_asks(stage: Stage, spaces: NexudusSandbox) -> None:
    """T36: turns come from a row that everybody shares, and a throttle that one meets holds all of them up."""
    spaces.admin.faults(Fault("status", route="spaces/bookings", status=409, retry_after=0.1, times=1))
    stage.sync("one", fully=True)
    stage.sync("two")
    kept = stage.query("select account, pauses from ops.rate_limits where account like 'nexudus %'")
    assert kept == [{"account": f"nexudus {spaces.url} pipeline@house.example", "pauses": 1}]


def full_sync(stage: Stage) -> int:
    """`saltoks sync --full` as a person types it; its exit code."""
    with pytest.raises(SystemExit) as left:
        main(["sync", "--full", "--as-of", stage.at.isoformat()])
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.mark.parametrize("case", ["left", "came"])
def test_t35_a_full_sync_reads_the_source_whole_and_finds_what_no_tick_can(
    stage: Stage, spaces: NexudusSandbox, case: str
) -> None:
    """T35: a customer who was made inactive, or active, and whose record does not say that it changed."""
    stage.configure(limits={"removals_per_group": {"absolute": 9, "percent": 100}})
    spaces.admin.put("spaces/coworkers", 1001, Active=case == "left", UpdatedOn=LONG_AGO)
    stage.sync("one")
    before = ADA in stage.members("Room 1")
    later(stage, spaces)
    spaces.admin.put("spaces/coworkers", 1001, Active=case != "left", UpdatedOn=LONG_AGO)
    stage.sync("two")
    assert (ADA in stage.members("Room 1")) is before is (case == "left")
    spaces.admin.forget_calls()
    assert full_sync(stage) in (0, 1)
    assert (ADA in stage.members("Room 1")) is not before
    asked = [call.query for call in spaces.admin.calls() if "spaces/coworkers" in call.route]
    assert asked
    assert not any("UpdatedOn" in query for query in asked)


def test_check_and_lint_read_a_few_rows_of_each_list_however_many_there_are(
    stage: Stage, spaces: NexudusSandbox
) -> None:
    """T36: a large site that was never read costs a request a list, and says that this was all."""
    for number in range(5000, 5040):
        spaces.admin.put("spaces/coworkers", number, FullName=f"C {number}", Active=True, InvoicingBusinessId=10)
    with stage.runtime() as rt:
        for look in (check, lint):
            spaces.admin.forget_calls()
            found = look(rt, rt.settings.site("house"))
            lists = [call for call in spaces.admin.calls() if "token" not in call.route]
            assert sorted(call.route.removeprefix("/api/") for call in lists) == sorted(one.path for one in ALL)
            assert all("size=5" in call.query and "page=1" in call.query for call in lists)
            assert not [one for one in found if one.level == "error" and "source" in one.where]
        [said] = [one.message for one in check(rt, rt.settings.site("house")) if one.where == "source"]
    assert said.startswith("signed in and read the first page of each list: locations 2")
    assert "customers 5" in said
    assert stage.query("select 1 as n from src.extracts") == []


def test_a_sweep_asks_for_the_lists_that_check_looks_at(stage: Stage, spaces: NexudusSandbox) -> None:
    """So that a right that is missing is found beforehand."""
    stage.sync("one")
    asked = {call.route.removeprefix("/api/") for call in spaces.admin.calls() if "token" not in call.route}
    assert {one.path for one in ALL} == asked


@pytest.mark.parametrize("entity", [ALL[0], ALL[-1]], ids=lambda one: one.path)
def test_a_list_that_the_user_may_not_read_is_an_error_of_check_and_lint(
    stage: Stage, spaces: NexudusSandbox, entity: Entity
) -> None:
    spaces.admin.faults(Fault("status", route=entity.path, status=403))
    with stage.runtime() as rt:
        for look in (check, lint):
            found = look(rt, rt.settings.site("house"))
            [said] = [one for one in found if one.level == "error" and one.where.endswith("source")]
            assert said.message.startswith("cannot be read: ")
            assert entity.words in said.message
