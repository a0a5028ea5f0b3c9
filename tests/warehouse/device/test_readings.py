"""The present state of devices is kept, so that no look at it reads every reading ever made."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from saltoks.core.devices.readings import IqReading, LockReading
from saltoks.dev.postgres.server import Postgres
from saltoks.package_data import sql_folder
from saltoks.warehouse.device import readings
from saltoks.warehouse.engine.database import Session, Warehouse
from saltoks.warehouse.engine.migrate import migrate

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NEW = "023_devices_now"
LOOKS = 20_000


def lock(minute: int, **changes: object) -> LockReading:
    """A reading of one lock, so many minutes from noon."""
    usual = {"lock_id": "l", "name": "Front", "battery_level": "fresh", "locked_state": "locked", "iq_id": "q"}
    at = NOON + timedelta(minutes=minute)
    return LockReading(**usual | {"online": True, "read_at": at} | changes)  # type: ignore[arg-type]


def iq(minute: int, *, online: bool = True) -> IqReading:
    """A reading of its IQ."""
    return IqReading(iq_id="q", name="IQ", online=online, state="ok", read_at=NOON + timedelta(minutes=minute))


def stretches(session: Session) -> list[tuple[int, int, bool]]:
    """The history of the lock: from and until when, in minutes from noon, and what it said."""
    rows = session.connection.execute(text("select read_at, last_seen, online from device.locks order by read_at"))
    return [(_minute(row.read_at), _minute(row.last_seen), row.online) for row in rows]


def _minute(at: datetime) -> int:
    return int((at - NOON).total_seconds() // 60)


def test_readings_that_say_the_same_are_one_row_with_the_time_of_the_last(warehouse: Warehouse) -> None:
    """F168: a change begins a row, and so does a look after none for more than an hour."""
    with warehouse.session() as session:
        for minute, online in [(0, True), (5, True), (10, False), (15, False), (20, True), (25, True), (200, True)]:
            readings.save(session, "house", [lock(minute, online=online)], [iq(minute)])
        assert stretches(session) == [(0, 5, True), (10, 15, False), (20, 25, True), (200, 200, True)]
        readings.save(session, "house", [lock(3, online=False)], [iq(3)])
        assert len(stretches(session)) == 4
        [now] = readings.locks_now(session, "house")
        assert now.lock == lock(200)
        assert now.iq == replace(iq(200), state=None)


def test_a_look_at_the_devices_reads_no_history(warehouse: Warehouse) -> None:
    """F168: whatever was read in years, a view touches one row a lock."""
    with warehouse.session() as session:
        readings.save(session, "house", [lock(0)], [iq(0)])
        for table, names in (("locks", "lock_id"), ("iqs", "iq_id")):
            session.connection.execute(
                text(
                    f"insert into device.{table} (site, {names}, read_at, last_seen, name, online)"  # noqa: S608
                    f" select 'house', 'x', at, at, 'Front', true from generate_series(0, {LOOKS}) as n,"
                    " lateral (select timestamptz '2020-01-01' + n * interval '5 minutes') as t (at)"
                )
            )
        session.connection.execute(text("analyze"))
        for view in ("report.locks_now", "device.doors", "report.exposure", "report.pending_behind_iq"):
            assert touched(session, view) < 50, view


def touched(session: Session, view: str) -> int:
    """The rows that a look at a view reads from tables."""
    [[[plan]]] = session.connection.execute(text(f"explain (analyze, format json) table {view}")).all()
    return _rows(plan["Plan"] if isinstance(plan, dict) else json.loads(plan)["Plan"])


def _rows(node: dict) -> int:  # type: ignore[type-arg]
    own = (
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        if "Relation Name" in node
        else 0
    )
    return int(own) + sum(_rows(one) for one in node.get("Plans", ()))


@pytest.fixture
def old(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Warehouse, Path]]:
    """A database as it was before the present state was kept, and its project."""
    shutil.copytree(sql_folder(), tmp_path / "sql")
    monkeypatch.setenv("SALTOKS_HOME", str(tmp_path))
    for path in sorted((tmp_path / "sql" / "schema").glob("*.sql")):
        if path.stem >= NEW:
            path.rename(tmp_path / path.name)
    for path in (tmp_path / "sql" / "report").glob("*.sql"):
        path.rename(tmp_path / f"view {path.name}")
    name = f"d_{uuid.uuid4().hex}"
    postgres.create_database(name, "warehouse")
    warehouse = Warehouse(postgres.dsn(name))
    migrate(warehouse)
    yield warehouse, tmp_path
    warehouse.close()


def test_the_migration_keeps_every_reading(old: tuple[Warehouse, Path]) -> None:
    """The latest becomes the present state, with when it was last online; the rest stays history."""
    warehouse, project = old
    with warehouse.session() as session:
        for n, online in enumerate([True, True, False]):
            at = {"at": NOON + timedelta(minutes=5 * n), "online": online}
            session.connection.execute(
                text(
                    "insert into device.locks (site, lock_id, read_at, name, online, iq_id)"
                    " values ('house', 'l', :at, 'Front', :online, 'q')"
                ),
                at,
            )
            session.connection.execute(
                text(
                    "insert into device.iqs (site, iq_id, read_at, name, online)"
                    " values ('house', 'q', :at, 'IQ', :online)"
                ),
                at,
            )
    for path in project.glob("*.sql"):
        new = (
            project
            / "sql"
            / ("report" if path.stem.startswith("view ") else "schema")
            / path.name.removeprefix("view ")
        )
        path.rename(new)
    assert NEW in migrate(warehouse)
    with warehouse.session() as session:
        assert stretches(session) == [(0, 0, True), (5, 5, True), (10, 10, False)]
        [now] = session.connection.execute(
            text("select online, since, read_at, last_online from device.locks_now")
        ).all()
        assert (now.online, *map(_minute, now[1:])) == (False, 10, 10, 5)
        [gateway] = session.connection.execute(text("select online, last_online from device.iqs_now")).all()
        assert (gateway.online, _minute(gateway.last_online)) == (False, 5)
        assert [one.lock.online for one in readings.locks_now(session, "house")] == [False]
