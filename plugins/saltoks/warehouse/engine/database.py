"""One connection pool to the warehouse, and the few ways in which statements are run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, RowMapping, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from saltoks.core.errors import FixInput, SaltoksError, Unavailable
from saltoks.warehouse.engine.statements import statement

_REFUSED = re.compile(r'password authentication failed|no pg_hba\.conf entry|FATAL: +role ".*" ')
BATCH = 5_000
"""How many rows are written with one statement."""

_LET_NOBODY_IN = re.compile(r"FATAL: +([^\n]+)")
"""A server that answers, and has no place or no time for us."""
_OPTION = re.compile(
    r"invalid [^\n]*|bad value for [^\n]*|[^\n:]*does not support SSL[^\n]*|[^\n:]*certificate[^\n]*|SSL error[^\n]*"
    r"|[^\n]*private key[^\n]*|unrecognized configuration parameter[^\n]*|definition of service[^\n]*"
    r"|could not parse network address[^\n]*|channel binding required[^\n]*"
)
"""What libpq says of an option that cannot be used as it is set, in the connection or by PGSSLMODE and its like."""
_NO_DATABASE = re.compile(r'FATAL: +database ".*" does not exist')


class Session:
    """One transaction; every method runs a named statement of `sql/`."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def rows(self, name: str, /, **values: object) -> list[RowMapping]:
        """All rows of a statement."""
        return list(self.connection.execute(statement(name), values).mappings())

    def first(self, name: str, /, **values: object) -> RowMapping | None:
        """The first row of a statement, if there is one."""
        return self.connection.execute(statement(name), values).mappings().first()

    def run(self, name: str, /, **values: object) -> int:
        """Runs a statement for its effect; gives the number of rows it touched."""
        return self.connection.execute(statement(name), values).rowcount

    def write_rows(self, name: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Runs a statement over many rows at once: it reads them with `json_to_recordset` from its parameter `many`.

        One statement for every `BATCH` rows, none for no rows.
        """
        there = iter(rows)
        while batch := list(islice(there, BATCH)):
            self.connection.execute(statement(name), {"many": to_json(batch)})

    def copy(self, table: Sequence[str], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Loads rows by COPY, never row by row (design §9)."""
        command = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(*table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        cursor = self.connection.connection.cursor()
        with cursor.copy(command) as stream:
            for row in rows:
                stream.write_row(row)

    def twin(self, name: str, of: Sequence[str]) -> None:
        """Makes an empty temporary table `name` with the columns of another, gone with the transaction."""
        command = sql.SQL("create temporary table {} (like {} including defaults) on commit drop").format(
            sql.Identifier(name), sql.Identifier(*of)
        )
        self.connection.connection.cursor().execute(command)


class Warehouse:
    """The warehouse behind a SQLAlchemy URL; it opens nothing until it is used."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url).set(drivername="postgresql+psycopg")
        usual = {"connect_timeout": "5", "application_name": "saltoks"}
        self.engine: Engine = create_engine(
            parsed.update_query_dict(usual | dict(parsed.query)), pool_pre_ping=True, json_serializer=to_json
        )

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that commits at the end, or not at all.

        Raises `Unavailable` when the database cannot be reached and `FixInput` when it lacks our tables.
        """
        try:
            with self.engine.begin() as connection:
                yield Session(connection)
        except (DBAPIError, psycopg.Error) as error:  # COPY speaks to the driver itself
            raise explained(error, self.place) from error

    @contextmanager
    def outside_transactions(self) -> Iterator[Session]:
        """A connection on which each statement stands alone: for a lock that outlives transactions."""
        try:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                yield Session(connection)
        except (DBAPIError, psycopg.Error) as error:  # COPY speaks to the driver itself
            raise explained(error, self.place) from error

    @property
    def place(self) -> str:
        """Host, port and database, for messages: never the password."""
        url = self.engine.url
        return f"{url.host or url.query.get('host')}:{url.port or 5432}/{url.database}"

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()


def explained(error: DBAPIError | psycopg.Error, place: str) -> SaltoksError:
    """A database error as one of ours: what, where, what to do; without statement, values or password."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None)
    if state in ("42P01", "3F000", "42703"):
        return FixInput(f"the warehouse at {place} lacks our tables: run `saltoks migrate` first", code=state)
    if state is not None and not state.startswith("08") and isinstance(cause, psycopg.OperationalError):
        reason = str(cause).splitlines()[0]
        return Unavailable(f"the warehouse at {place} gave a statement up: {reason}", sent=True, code=state)
    if state is None and isinstance(cause, psycopg.ProgrammingError) and _OPTION.search(str(cause)):
        return _unreachable(str(cause), place)
    if isinstance(cause, psycopg.OperationalError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return _unreachable(str(cause), place)
    # The text of a data error (class 22) quotes the value, which may be a name or an e-mail.
    quotes = state is None or state.startswith("22")
    reason = type(cause).__name__ if quotes else str(cause).splitlines()[0]
    return SaltoksError(f"the warehouse at {place} refused a statement: {reason}", code=state)


def _unreachable(text: str, place: str) -> SaltoksError:
    """A server that refuses a connection gives its reason as text only (the driver has no code for it)."""
    if _REFUSED.search(text):
        return FixInput(f"the warehouse at {place} refuses the user or password: correct its connection")
    if _NO_DATABASE.search(text):
        return FixInput(f"the warehouse at {place} is not there: create it, or correct its connection")
    if option := _OPTION.search(text):
        reason = f"the options of its connection (sslmode, …) do not fit: {option[0].strip()}"
        return FixInput(f"the warehouse at {place} is not asked, as {reason}: correct extra, or the server")
    if answer := _LET_NOBODY_IN.search(text):
        fix = "wait, or raise what its server or role allows"
        return Unavailable(f"the warehouse at {place} takes no connection now: {answer[1]} — {fix}")
    return Unavailable(f"the warehouse at {place} cannot be reached: start it, or correct its connection", sent=True)


def to_json(value: Any) -> str:
    """JSON text for a jsonb column; keys sorted, so that equal values are equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
