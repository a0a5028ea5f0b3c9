"""Trouble with the database is one sentence that says what, where and what to do, and never shows a secret."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from saltoks.core.errors import FixInput, SaltoksError, Unavailable
from saltoks.dev.postgres.server import Postgres
from saltoks.package_data import sql_folder
from saltoks.warehouse.engine.database import Warehouse, to_json
from saltoks.warehouse.engine.statements import statement

PASSWORD = "planted-warehouse-password"


def refused(url: str, kind: type[SaltoksError]) -> str:
    """What is said when a statement of ours cannot run at that address."""
    warehouse = Warehouse(url)
    with pytest.raises(kind) as caught, warehouse.session() as session:
        session.rows("salto_sites/load", site="house", site_uid="NL")
    warehouse.close()
    assert type(caught.value) is kind
    return caught.value.message


def test_a_database_that_is_down() -> None:
    """Retried later, and it says where."""
    message = refused(f"postgresql+psycopg://someone:{PASSWORD}@127.0.0.1:9/warehouse", Unavailable)
    assert message == "the warehouse at 127.0.0.1:9/warehouse cannot be reached: start it, or correct its connection"


def test_a_wrong_password(warehouse_url: str) -> None:
    """Not retried: somebody must correct it."""
    url = make_url(warehouse_url).set(password=PASSWORD)
    message = refused(url.render_as_string(hide_password=False), FixInput)
    place = f"127.0.0.1:{url.port}/{url.database}"
    assert message == f"the warehouse at {place} refuses the user or password: correct its connection"


def test_a_database_that_is_not_there(postgres: Postgres) -> None:
    """The name in the connection is wrong."""
    message = refused(postgres.dsn("no_such_database"), FixInput)
    assert message.endswith("/no_such_database is not there: create it, or correct its connection")


def test_a_database_without_our_tables(postgres: Postgres) -> None:
    """The command that helps is in the sentence."""
    message = refused(postgres.dsn("postgres"), FixInput)
    assert message.endswith("/postgres lacks our tables: run `saltoks migrate` first")


def test_a_load_into_a_table_that_is_not_there(warehouse: Warehouse) -> None:
    """Loads by COPY speak to the driver itself, and are explained all the same."""
    with pytest.raises(FixInput, match="lacks our tables"), warehouse.session() as session:
        session.copy(("src", "no_such_table"), ("a",), [("1",)])
    with pytest.raises(FixInput, match="lacks our tables"), warehouse.session() as session:
        session.twin("incoming", of=("src", "no_such_table"))


def test_a_connection_that_dies_in_the_middle(warehouse: Warehouse) -> None:
    """T20: what was begun may or may not hold; the pool recovers by itself."""
    with pytest.raises(Unavailable) as caught, warehouse.session() as session:
        session.connection.execute(text("select pg_terminate_backend(pg_backend_pid())"))
    assert caught.value.sent
    with warehouse.session() as session:
        assert session.connection.execute(text("select 1")).scalar() == 1


def test_a_refused_value_is_not_repeated(warehouse: Warehouse) -> None:
    """A row may hold a name or an e-mail, and errors go to logs."""
    with pytest.raises(SaltoksError) as caught, warehouse.session() as session:
        session.connection.execute(text("select cast(:value as int)"), {"value": "ann@house.example"})
    assert "ann@house.example" not in str(caught.value)
    assert "refused a statement" in str(caught.value)


def test_a_transaction_holds_whole_or_not_at_all(warehouse: Warehouse) -> None:
    """An error of our own undoes what was written before it."""
    with pytest.raises(LookupError):
        _writes_and_fails(warehouse)
    with warehouse.session() as session:
        assert session.connection.execute(text("select * from ops.rate_limits")).all() == []


def _writes_and_fails(warehouse: Warehouse) -> None:
    with warehouse.session() as session:
        session.run("rate_limits/make", account="a")
        raise LookupError


def test_nothing_is_shown_of_the_password(warehouse_url: str) -> None:
    """Neither the place for messages nor the object itself."""
    url = make_url(warehouse_url)
    warehouse = Warehouse(warehouse_url)
    assert url.password
    assert url.password not in warehouse.place + repr(warehouse) + repr(warehouse.engine)


def test_equal_values_are_equal_json() -> None:
    """Keys are sorted, and text stays readable."""
    assert to_json({"b": 1, "a": "Zoë"}) == to_json({"a": "Zoë", "b": 1}) == '{"a": "Zoë", "b": 1}'


NOT_OURS = {"schema", "report", "extract", "replay"}
"""Folders of `sql/` with migrations and views, and with statements for tables of somebody else."""
SRC_TABLES = """
select table_name from information_schema.tables
where table_schema = 'src' and table_name not in ('extracts', 'staged', 'quarantine', 'checks')
"""


def test_the_database_understands_every_statement(warehouse: Warehouse) -> None:
    """Each file is prepared against the migrated tables; `incoming_…` stands beside the table that it loads."""
    files = [path for path in sql_folder().glob("*/*.sql") if path.parent.name not in NOT_OURS]
    names = sorted(f"{path.parent.name}/{path.stem}" for path in files)
    assert len(names) > 150
    with warehouse.session() as session:
        for table in session.connection.execute(text(SRC_TABLES)).scalars().all():
            session.twin(f"incoming_{table}", of=("src", table))
        for number, name in enumerate(names):
            session.connection.exec_driver_sql(f"prepare s{number} as {numbered(name)}")


def numbered(name: str) -> str:
    """A statement with `$1`, `$2` in place of its named parameters."""
    found = statement(name)
    sql = found.text
    for place, one in enumerate(sorted(found.compile().params, key=len, reverse=True), start=1):
        sql = re.sub(rf"(?<!:):{one}\b", f"${place}", sql)
    return sql
