"""A warehouse of the shape before tables and columns got names that people know: not one row, key or view is lost."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from saltoks.dev.postgres.server import Postgres
from saltoks.package_data import sql_folder
from saltoks.warehouse.engine.database import Session, Warehouse
from saltoks.warehouse.engine.migrate import migrate

LAST_BEFORE = "029"
TABLES = {
    "access.memberships": "access.group_memberships",
    "access.past_promises": "access.group_membership_promises",
    "access.named_items": "access.name_mapped_items",
    "access.pin_acts": "access.pin_actions",
    "access.people": "access.people",
    "access.pins": "access.pins",
    "device.look_backs": "device.lock_history_limits",
    "device.codes": "device.one_time_codes",
    "ops.mails": "ops.mail_outbox",
    "ops.rates": "ops.rate_limits",
    "ops.said": "ops.run_messages",
    "ops.owner_acts": "ops.owner_takeovers",
    "ops.warnings": "ops.warnings",
}
COLUMNS = {
    "access.pin_acts": {"act_id": "action_id", "act": "action"},
    "access.people": {
        "told_name": "source_name",
        "told_email": "source_email",
        "elsewhere": "has_other_access",
        "loses": "would_lose",
        "looked_at": "other_access_read_at",
    },
    "access.pins": {"turn": "request_number"},
    "device.codes": {"what": "purpose"},
    "ops.mails": {"turn": "request_number"},
    "ops.said": {"said_at": "reported_at"},
    "ops.owner_acts": {"act_id": "takeover_id", "acted_at": "taken_at"},
    "ops.warnings": {"about": "fingerprint"},
}
FILLED = """
insert into access.memberships (
    site, group_name, customer_id, user_id, adopted, reasons, promised_from, promised_until, state, sent_at, added_at,
    plan_id, shown_at, withdrawn_at
)
values
    ('house', 'Room 1', 'ann', 'u1', false, '{booking b1}', '2026-03-10 09:00Z', '2026-03-10 10:00Z', 'in',
     '2026-03-10 08:45Z', '2026-03-10 08:46Z', 'p1', '2026-03-10 08:47Z', null),
    ('house', 'Club', 'bob', 'u2', true, '{membership m1}', '2026-01-01 00:00Z', '2026-02-01 00:00Z', 'out', null,
     '2026-01-01 00:00Z', 'p0', null, '2026-02-01 00:00Z');
insert into access.past_promises
values (1, '2026-03-09 12:00Z', '2026-03-10 08:30Z', '2026-03-10 09:30Z', '{booking b1}');
insert into access.named_items values ('house', 'room-1', 'Room 1', '2026-03-01 00:00Z', null);
insert into access.pins (
    site, customer_id, stay, site_user_id, starts_at, ends_at, state, turn, sealed, issued_at
)
values ('house', 'gus', 's1', 'su3', '2026-03-10 09:00Z', '2026-03-12 09:00Z', 'issued', 1, 'shut', '2026-03-09');
insert into access.pin_acts (pin_id, act, author, reason, acted_at)
values (1, 'show', 'Desk', 'lost', '2026-03-09 01:00Z');
insert into access.people (
    site, customer_id, user_id, site_user_id, subscribed, blocked, seen_at, made_at, elsewhere, loses, looked_at,
    told_name, told_email
)
values ('house', 'ann', 'u1', 'su1', true, false, '2026-03-09 00:00Z', '2026-03-01 00:00Z', true, '{a tag}',
    '2026-03-09 02:00Z', 'Ann Able', 'ann@house.example');
insert into device.look_backs values ('house', 'Room 1 door', 30);
insert into device.codes (site, iq_id, account, what, lock_name, author, reason, tried_at, outcome)
values ('house', 'iq1', 'acc', 'open', 'Room 1 door', 'Desk', 'courier', '2026-03-09 03:00Z', 'done');
insert into ops.mails
values ('pin/1/1', 1, 1, 'pending', 2, 'the server is away', '2026-03-09 00:01Z', '2026-03-09 00:02Z');
insert into ops.rates values ('acc', '2026-03-09 00:00Z', 4, 8, null, '{2026-03-09 00:00Z}', 3);
insert into ops.runs (run_id, step, site, as_of, started_at) values ('r1', 'plan', 'house', '2026-03-09', '2026-03-09');
insert into ops.said values ('r1', 'plan', 'house', 0, 'warning', 'A door is slow.', '2026-03-09 00:00Z');
insert into ops.owner_acts (site, taken_from, author, reason, acted_at)
values ('house', 'other', 'Desk', 'moved', '2026-03-09 00:00Z');
insert into ops.warnings (site, about, step, sentence, run_id, appeared_at, last_said_at)
values ('house', 'abc', 'plan', 'A door is slow.', 'r1', '2026-03-08 00:00Z', '2026-03-09 00:00Z');
"""
PARTS = """
select rel.relname from pg_class as rel inner join pg_namespace as home on home.oid = rel.relnamespace
where home.nspname = any(:schemas)
union all
select con.conname from pg_constraint as con inner join pg_namespace as home on home.oid = con.connamespace
where home.nspname = any(:schemas)
"""
DEFINED = """
select tablename || indexdef from pg_indexes where schemaname = any(:schemas)
union all
select conrelid::regclass || pg_get_constraintdef(oid) from pg_constraint where conrelid <> 0
"""


def before(statement: str) -> str:
    """SQL of today in the words of the shape before."""
    for old, new in TABLES.items():
        statement = re.sub(rf"\b{re.escape(new)}\b", old, statement)
    return statement.replace("request_number", "turn")


@pytest.fixture
def old(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Warehouse]:
    """A warehouse of the shape before, with its views, and rows in each table that is renamed."""
    for path in sorted(sql_folder().glob("*/*.sql")):
        place = tmp_path / "sql" / path.parent.name
        place.mkdir(parents=True, exist_ok=True)
        if path.parent.name == "report":
            (place / path.name).write_text(before(path.read_text(encoding="utf-8")), encoding="utf-8")
        elif path.parent.name == "schema" and path.stem[:3] <= LAST_BEFORE:
            shutil.copy(path, place)
    name = f"o_{uuid.uuid4().hex}"
    postgres.create_database(name, "warehouse")
    opened = Warehouse(postgres.dsn(name))
    with monkeypatch.context() as at_home:
        at_home.setenv("SALTOKS_HOME", str(tmp_path))
        migrate(opened)
    with opened.session() as session:
        session.connection.exec_driver_sql(FILLED)
    yield opened
    opened.close()


def rows(session: Session, table: str) -> list[dict[str, object]]:
    """Every row of a table."""
    found = session.connection.execute(text(f"select * from {table} order by 1, 2, 3")).mappings()  # noqa: S608 - ours
    return [dict(row) for row in found]


def told(session: Session, statement: str) -> list[str]:
    """The first column of a statement about our schemas, sorted."""
    found = session.connection.execute(text(statement), {"schemas": ["access", "device", "ops"]}).scalars()
    return sorted(found)


def test_each_row_is_found_by_its_new_name(old: Warehouse) -> None:
    with old.session() as session:
        kept = {table: rows(session, table) for table in TABLES}
        reports = {view: rows(session, view) for view in ("report.access_history", "report.pins", "report.exposure")}
    assert all(kept.values())
    migrate(old)
    with old.session() as session:
        for table, before_rows in kept.items():
            columns = COLUMNS.get(table, {})
            expected = [{columns.get(name, name): value for name, value in row.items()} for row in before_rows]
            assert rows(session, TABLES[table]) == expected
        assert {view: rows(session, view) for view in reports} == reports


def test_keys_and_indexes_are_the_same_under_new_names(old: Warehouse) -> None:
    """Nothing of a renamed table keeps the old name, and an old warehouse and a new one are alike."""
    with old.session() as session:
        count = len(told(session, DEFINED))
    migrate(old)
    gone = tuple(table.split(".")[1] + "_" for table, new in TABLES.items() if table != new)
    with old.session() as session:
        assert len(told(session, DEFINED)) == count
        assert [name for name in told(session, PARTS) if name.startswith(gone)] == []
        for table, columns in COLUMNS.items():
            names = [name for name in told(session, PARTS) if name.startswith(TABLES[table].split(".")[1] + "_")]
            assert [name for name in names if any(f"_{column}_" in name for column in columns)] == []


def test_numbering_goes_on(old: Warehouse) -> None:
    migrate(old)
    statement = """
        insert into access.group_memberships (
            site, group_name, customer_id, user_id, adopted, reasons, promised_from, promised_until, state, plan_id
        ) values ('house', 'Room 2', 'ann', 'u1', false, '{}', now(), now(), 'sent', 'p2') returning membership_id
    """
    with old.session() as session:
        assert session.connection.exec_driver_sql(statement).scalar() == 3
