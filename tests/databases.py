"""Migrated databases for tests, emptied and used again: making a new one takes longer than most tests."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Connection, create_engine

from saltoks.dev.postgres.server import Postgres
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.engine.migrate import migrate

TEMPLATE = "warehouse_template"
APART = 1_000_000
"""How far numbering jumps where rows of another database were put in: new rows get higher numbers than those."""

TABLES = """
select format('%%I.%%I', schemaname, tablename) as name from pg_tables
where schemaname not in ('pg_catalog', 'information_schema', 'meta') order by 1
"""
SHAPE = """
select md5(string_agg(format('%%s.%%s.%%s', nspname, relname, attname), ',' order by nspname, relname, attnum))
from pg_class join pg_namespace on pg_namespace.oid = relnamespace join pg_attribute on attrelid = pg_class.oid
where nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and relkind in ('r', 'v')
"""
OTHERS_OUT = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid() and pid <> all(%s)
"""
AS_NEW = "select pg_advisory_unlock_all(); reset all; discard temp"
NUMBERING = "select setval(format('%%I.%%I', schemaname, sequencename), %s) from pg_sequences"

Rows = dict[str, bytes]


@cache
def kept_open(url: str) -> Warehouse:
    """The warehouse at an address, for this and for later tests: a connection that is new knows no table and no plan.

    A process that is forked off shares none of its connections. A test that makes tables of its own closes it at the
    end, since its connections remember them.
    """
    warehouse = Warehouse(url)
    os.register_at_fork(after_in_child=lambda: warehouse.engine.dispose(close=False))
    return warehouse


@dataclass
class Databases:
    """The databases of one PostgreSQL that nobody uses at the moment."""

    postgres: Postgres
    free: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    shape: str = ""
    number: int = 0

    def make_template(self) -> None:
        """Makes the migrated database that others are copies of."""
        self.postgres.create_database(TEMPLATE, "warehouse")
        warehouse = Warehouse(self.postgres.dsn(TEMPLATE))
        migrate(warehouse)
        warehouse.close()
        with self._inside(TEMPLATE) as connection:
            self.tables = [row.name for row in connection.exec_driver_sql(TABLES)]
            self.shape = str(connection.exec_driver_sql(SHAPE).scalar())

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The address of a database without rows, for one user."""
        name = self.free.pop() if self.free else self._made()
        url = self.postgres.dsn(name)
        yield url
        if self._cleared(kept_open(url)):
            self.free.append(name)

    def rows(self, url: str) -> Rows:
        """Everything that lies in a database."""
        with self._inside(url.rpartition("/")[2]) as connection:
            return {table: found for table in self.tables if (found := _copied(connection, table))}

    def fill(self, url: str, rows: Rows) -> None:
        """Puts rows of another database into an empty one."""
        with self._inside(url.rpartition("/")[2]) as connection:
            connection.exec_driver_sql("set session_replication_role = replica")
            for table, found in rows.items():
                with connection.connection.cursor().copy(f"copy {table} from stdin") as stream:
                    stream.write(found)
            self.number += APART
            connection.exec_driver_sql(NUMBERING, (self.number,))

    def _cleared(self, warehouse: Warehouse) -> bool:
        """Puts everybody else out and every row away; False for a database that has lost its shape."""
        with ExitStack() as stack:
            pool = warehouse.engine.pool
            mine = [stack.enter_context(_alone(warehouse)) for _ in range(max(1, pool.checkedin()))]
            for connection in mine:
                connection.exec_driver_sql(AS_NEW)
            backends = [connection.connection.driver_connection.info.backend_pid for connection in mine]
            mine[0].exec_driver_sql(OTHERS_OUT, (backends,))
            whole = mine[0].exec_driver_sql(SHAPE).scalar() == self.shape
            if whole:
                self._clear(mine[0])
        return whole

    def _clear(self, connection: Connection) -> None:
        statements = [f"delete from {table}" for table in self.tables]  # noqa: S608 - names from the catalogue
        connection.exec_driver_sql("; ".join(["set session_replication_role = replica", *statements, "reset all"]))

    def _made(self) -> str:
        name = f"t_{uuid.uuid4().hex}"
        with self._inside("postgres") as connection:
            connection.exec_driver_sql(f"create database {name} template {TEMPLATE} owner warehouse")
        return name

    @contextmanager
    def _inside(self, name: str) -> Iterator[Connection]:
        engine = create_engine(self.postgres.dsn(name), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()


def _alone(warehouse: Warehouse) -> Connection:
    """A connection on which each statement stands alone."""
    return warehouse.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _copied(connection: Connection, table: str) -> bytes:
    with connection.connection.cursor().copy(f"copy {table} to stdout") as stream:
        return b"".join(bytes(part) for part in stream)
