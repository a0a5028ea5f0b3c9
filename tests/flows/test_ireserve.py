"""A site whose rows come from i-Reserve: from a reservation to a door, by status code (F46, F61, F62, F67)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from saltoks.core.model.canonical import BookingStatus
from saltoks.flows.check import check
from saltoks.flows.lint import lint
from saltoks.systems.ireserve.stand_in.faults import Fault
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.ireserve.stand_in.world import (
    BookingSpec,
    CustomerSpec,
    IReserveWorld,
    ObjectSpec,
    Options,
    UserSpec,
)
from saltoks.warehouse.src import extracts
from stage import SITE_UID, Stage

PRESETS = Path(__file__).parents[2] / "config" / "presets"
RULES = {"preset": "ireserve", "rules": {"status_codes": ["30", "23"], "before_minutes": 15}}


def reservation(status: int = 30) -> BookingSpec:
    """Half past one to half past two in Amsterdam, half an hour from the stage's noon in UTC."""
    return BookingSpec(
        id=1126,
        object_id=1,
        customer_id=501,
        customer="Noor Dijkstra",
        email="noor@house.example",
        date_from=datetime(2026, 3, 10, 13, 30),  # noqa: DTZ001 - the tenant's wall clock
        date_till=datetime(2026, 3, 10, 14, 30),  # noqa: DTZ001 - the tenant's wall clock
        status_code=status,
    )


@pytest.fixture
def tenant(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[IReserveSandbox]:
    """A tenant with one paid reservation, as the source of the stage's site."""
    world = IReserveWorld(
        users=(UserSpec(username="pipeline", password="planted-tenant-password"),),
        objects=(ObjectSpec(id=1, name="ROOM1"),),
        customers=(CustomerSpec(id=501, email="noor@house.example"),),
        bookings=(reservation(),),
        options=Options(now=stage.at),
    )
    with IReserveSandbox(world) as running:
        connection = {"conn_type": "http", "host": running.url, "login": "pipeline"}
        monkeypatch.setenv("AIRFLOW_CONN_TENANT", json.dumps(connection | {"password": "planted-tenant-password"}))
        stage.configure(
            source={"system": "ireserve", "name": "tenant", "connection": "tenant", "rate_per_second": 500},
            mapping=[{"item": "object:1", "groups": ["Room 1"], "door": "Room 1 door"}],
            **RULES,
        )
        (stage.root / "config" / "presets").symlink_to(PRESETS)
        yield running


def opened(stage: Stage) -> bool:
    who = stage.user_id("noor@house.example")
    return stage.sandbox.admin.attempt(SITE_UID, "Room 1 door", user_id=who).opened


def test_f46_f61_f67_a_paid_reservation_opens_its_object(stage: Stage, tenant: IReserveSandbox) -> None:
    """F46, F61, F67; and a second run changes nothing."""
    stage.sync("one")
    assert stage.members("Room 1") == {"noor@house.example"}
    assert opened(stage)
    assert [one.counts.get("add_member") for one in stage.sync("two") if one.step == "plan"] == [0]


@pytest.mark.parametrize("status", [20, 40, 70, 55])
def test_f62_another_status_opens_nothing(stage: Stage, tenant: IReserveSandbox, status: int) -> None:
    """F62: open, changed, cancelled, and one that nobody knows."""
    tenant.admin.put_booking(reservation(status))
    stage.sync("one")
    assert stage.members("Room 1") == set()


@pytest.mark.parametrize("status", [70, 80, 98, 99])
def test_f63_what_nobody_may_come_for_never_opens(stage: Stage, tenant: IReserveSandbox, status: int) -> None:
    """F63: cancelled, rejected, blocked, although the rule lists the code."""
    stage.configure(
        rules={"status_codes": ["30", "23", str(status)], "booking_statuses": [one.value for one in BookingStatus]}
    )
    tenant.admin.put_booking(reservation(status))
    stage.sync("one")
    assert stage.members("Room 1") == set()


def test_f63_without_a_rule_only_what_is_firm_opens(stage: Stage, tenant: IReserveSandbox) -> None:
    """F63: neither preset nor codes; 20 is open, so not paid, 30 paid, and 23 the tenant's own for who is there."""
    del stage.site["preset"], stage.site["rules"]
    stage.configure(source=stage.site["source"] | {"status_map": {23: "checked_in"}})
    inside = {}
    for status in (20, 30, 40, 23, 10):
        tenant.admin.put_booking(reservation(status))
        stage.sync(f"run {status}")
        inside[status] = stage.members("Room 1") != set()
    assert inside == {20: False, 30: True, 40: False, 23: True, 10: False}


def test_a_check_in_status_keeps_the_door_open(stage: Stage, tenant: IReserveSandbox) -> None:
    """S1: otherwise the first opening locks the guest out of the next one."""
    stage.sync("one")
    tenant.admin.put_booking(reservation(23))
    stage.sync("two")
    assert stage.members("Room 1") == {"noor@house.example"}


def test_f65_a_cancelled_reservation_ends_at_once(stage: Stage, tenant: IReserveSandbox) -> None:
    """F65, T10."""
    stage.sync("one")
    tenant.admin.put_booking(reservation(70))
    stage.sync("two")
    assert stage.members("Room 1") == set()


def test_t35_a_reservation_that_was_deleted_ends(stage: Stage, tenant: IReserveSandbox) -> None:
    """T35: gone from a complete read, and 404 when asked for by id."""
    earlier = {"date_from": datetime(2026, 3, 9, 9), "date_till": datetime(2026, 3, 9, 10)}  # noqa: DTZ001 - as above
    tenant.admin.put_booking(reservation().model_copy(update={"id": 1000, **earlier}))
    stage.sync("one")
    tenant.admin.drop_booking(1126)
    stage.sync("two")
    assert stage.members("Room 1") == set()


def test_t1_a_user_who_is_limited_to_other_products_shuts_no_door(stage: Stage, tenant: IReserveSandbox) -> None:
    """T1: an empty filter is no proof that there are no reservations."""
    stage.sync("one")
    world = tenant.admin.world()
    users = tuple(user.model_copy(update={"products": ()}) for user in world.users)
    tenant.admin.load(world.model_copy(update={"users": users}))
    outcomes = stage.sync("two")
    assert opened(stage)
    assert any("limited to other products" in text for text in outcomes[0].warnings)


def test_f144_lint_names_an_object_of_which_no_reservation_was_ever_read(stage: Stage, tenant: IReserveSandbox) -> None:
    """F144: for all we see, the user of the connection is limited to other products."""
    tenant.admin.put_object(ObjectSpec(id=2, name="ROOM2"))
    second = {"item": "object:2", "groups": ["Room 2"], "door": "Room 2 door"}
    stage.configure(mapping=[*stage.site["mapping"], second])
    stage.sync("one")
    with stage.runtime() as rt:
        told = [one for one in lint(rt, rt.settings.site("house")) if "limited products" in one.message]
    assert [(one.level, one.where.rpartition(" ")[2]) for one in told] == [("warning", "mapping.1.item")]
    assert "no reservation of 'object:2' was ever read" in told[0].message


def test_t1_a_tenant_that_is_down_takes_nothing_away(stage: Stage, tenant: IReserveSandbox) -> None:
    """T1: doors follow the last good rows, and the run says so."""
    stage.sync("one")
    tenant.admin.faults(Fault(kind="status", status=401))
    outcome = stage.sync("two")[-1]
    assert stage.members("Room 1") == {"noor@house.example"}
    assert "the source could not be read" in outcome.failures[0]
    with stage.runtime() as rt, rt.warehouse.session() as session:
        last = extracts.last_extract(session, "tenant")
    assert last is not None
    assert last.completeness.value == "failed"


def test_t7_a_mistyped_connection_shuts_nobody_out(
    stage: Stage, tenant: IReserveSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T7: what cannot be asked is unknown, not empty: doors follow the last good rows."""
    stage.sync("one")
    monkeypatch.setenv("AIRFLOW_CONN_TENANT", json.dumps({"conn_type": "http", "host": "desk", "port": "https"}))
    said = [text for one in stage.sync("two") for text in [*one.warnings, *one.failures]]
    assert opened(stage)
    assert any("connection 'tenant': port is not a number" in text and "last good rows" in text for text in said)


def test_check_and_lint_read_the_first_rows_of_the_filter_however_many_there_are(
    stage: Stage, tenant: IReserveSandbox
) -> None:
    """T36: neither each reservation nor a customer is asked for, also before the first run."""
    for number in range(2000, 2040):
        tenant.admin.put_booking(reservation().model_copy(update={"id": number}))
    with stage.runtime() as rt:
        for look in (check, lint):
            tenant.admin.forget_calls()
            found = look(rt, rt.settings.site("house"))
            assert tenant.admin.count() == {"booking/filter": 1}
            assert not [one for one in found if one.level == "error" and one.where.endswith("source")]
        [said] = [one for one in check(rt, rt.settings.site("house")) if one.where == "source"]
    assert (said.level, said.message) == ("ok", "signed in and read the first page of each list: reservations 5")
    assert stage.query("select 1 as n from src.extracts") == []


@pytest.mark.parametrize("status", [401, 403, 418])
def test_a_filter_that_cannot_be_read_is_an_error_of_check_and_lint(
    stage: Stage, tenant: IReserveSandbox, status: int
) -> None:
    tenant.admin.faults(Fault("status", route="booking/filter", status=status))
    with stage.runtime() as rt:
        for look in (check, lint):
            found = look(rt, rt.settings.site("house"))
            [said] = [one for one in found if one.level == "error" and one.where.endswith("source")]
            assert said.message.startswith("cannot be read: ")
