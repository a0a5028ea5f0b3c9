"""Queries of an admin's: what is text stays text, every value arrives, and whatever fails is told as it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from saltoks.core.errors import SourceError, Unavailable
from saltoks.dev.postgres.server import Postgres
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.source_queries.parameters import numbered
from saltoks.warehouse.source_queries.query import query

TEXTS: dict[str, tuple[str, str]] = {
    "a time": ("select '12' || ':00'", "12:00"),
    "a word": ("select ' :north'", " :north"),
    "a parameter's name": ("select ':days'", ":days"),
    "a pattern": ("select substring('xab' from '(?:a)(b)')", "b"),
    "a quote in a text": ("select 'it''s :days'", "it's :days"),
    "a backslash at the end": (r"select '\' || ':days'", r"\:days"),
    "a text with escapes": (r"select E'it\'s :days'", "it's :days"),
    "dollars": ("select $$it's :days$$", "it's :days"),
    "dollars with a tag": ("select $a$ $$ :days $a$", " $$ :days "),
    "a name": ('select x from (select 1 as "n:days", 2 as x) t where "n:days" = 1', "2"),
    "a comment": ("-- report of the crm :daily, it's\nselect 1", "1"),
    "a nested comment": ("/* :a /* ' :days */ it's :b */ select 1", "1"),
    "a cast": ("select '7'::int", "7"),
    "a slice": ("select (array[1,2,3])[2:3]", "{2,3}"),
    "a percent sign": ("select '100%' || ' %s %(days)s'", "100% %s %(days)s"),
    "a dollar and a number": ("select '$1'", "$1"),
}


@pytest.mark.parametrize("parameters", [{}, {"days": 7, "daily": 1, "a": 1, "b": 2, "int": 3}], ids=["none", "some"])
@pytest.mark.parametrize(("text", "cell"), TEXTS.values(), ids=TEXTS.keys())
def test_a_colon_in_a_text_or_comment_is_text(
    text: str, cell: str, parameters: dict[str, str | int], warehouse: Warehouse
) -> None:
    assert query(warehouse, text, parameters).rows == ((cell,),)


def test_a_parameter_is_its_value_wherever_it_stands(warehouse: Warehouse) -> None:
    text = "select :days::int + 1, :name, ':name', :days * 2, lower(:name) where 7=:days and :name in ('It''s', :name)"
    assert query(warehouse, text, {"days": 7, "name": "It's", "more": 1}).rows == (
        ("8", "It's", ":name", "14", "it's"),
    )


LETTERS = st.text(":days '\n\"-/*$\\%1e", max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LETTERS, LETTERS, LETTERS, LETTERS)
def test_law_texts_come_back_and_parameters_are_found(
    warehouse: Warehouse, plain: str, escaped: str, dollars: str, comment: str
) -> None:
    doubled, backslashed = plain.replace("'", "''"), escaped.replace("\\", "\\\\").replace("'", "\\'")
    remark = comment.replace("\n", " ")
    nested = comment.replace("*", "+").replace("/", "+")
    text = f"""--{remark}
    select '{doubled}', E'{backslashed}', $q${dollars} $q$, :days::int /* {nested} /* {nested} */ */ --{remark}"""
    cells = query(warehouse, text, {"days": 7, "e": "x"}).rows
    assert cells == ((plain, escaped, f"{dollars} ", "7"),)


@given(st.text())
def test_law_without_parameters_a_query_is_sent_as_it_is(text: str) -> None:
    assert numbered(text, ()).text == text


VALUES: dict[str, tuple[str, str | None]] = {
    "open end": ("'infinity'::date", "infinity"),
    "open start": ("'-infinity'::timestamptz", "-infinity"),
    "before our era": ("date '0044-03-15 BC'", "0044-03-15 BC"),
    "far away": ("date '20260-03-10'", "20260-03-10"),
    "wall clock": ("timestamp '2026-03-10 13:00'", "2026-03-10 13:00:00"),
    "instant": ("timestamptz '2026-03-10 13:00+01' at time zone 'UTC'", "2026-03-10 12:00:00"),
    "truth": ("true", "true"),
    "untruth": ("1 = 2", "false"),
    "nothing": ("null", None),
    "big number": ("1e30::numeric", "1000000000000000000000000000000"),
    "span": ("interval '1 day 90 minutes'", "P1DT1H30M"),
    "bytes": (r"'\x00ff'::bytea", r"\x00ff"),
    "json": ("""'{"a": [1]}'::jsonb""", '{"a": [1]}'),
}


@pytest.mark.parametrize(("value", "cell"), VALUES.values(), ids=VALUES.keys())
def test_every_value_arrives_as_text(value: str, cell: str | None, warehouse_url: str) -> None:
    """Whatever the role has set as its style of dates."""
    warehouse = opened(warehouse_url, "datestyle=German")
    assert query(warehouse, f"select {value} as v", {}).rows == ((cell,),)
    warehouse.close()


def opened(url: str, *options: str) -> Warehouse:
    """A warehouse whose sessions begin with settings of their own."""
    more = {"options": " ".join(f"-c {one}" for one in options)}
    return Warehouse(make_url(url).update_query_dict(more).render_as_string(hide_password=False))


FAILURES: dict[str, tuple[str, str]] = {
    "syntax": ("select 1\nfrm x y", r"refuses the query at line 2: syntax error at or near \"x\" — correct the query"),
    "no such column": ("select 1,\n  nothing", 'at line 2: column "nothing" does not exist — correct the query'),
    "a parameter nobody named": ("select\n:since", "is ':since' a parameter?"),
    "too slow": ("select pg_sleep(5)", "cancelled after 0."),
    "by zero": ("select 1 / 0", "division by zero — correct that value"),
    "a value": ("select 'ann@house.example'::int", "invalid input syntax for type integer: … — correct that value"),
    "a value of theirs": ("do $$ begin raise 'ann@house.example'; end $$", "an error of its own (P0001)"),
    "a replica": (
        "do $$ begin raise 'canceling statement due to conflict with recovery' using errcode = '40001'; end $$",
        "conflict with recovery — run it again; on a replica",
    ),
    "writing": ("create table x (a int)", "read-only transaction — write one select"),
    "no table": ("set local work_mem to '1MB'", "gives no tables where one is needed"),
    "nothing at all": ("-- later", "gives no tables where one is needed"),
    "two tables": ("select 1; select 2", "gives 2 tables where one is needed"),
    "a copy": ("copy (select 1) to stdout", "refuses the query"),
    "cut": ("select pg_terminate_backend(pg_backend_pid())", "terminating connection"),
}


@pytest.fixture
def hurried(warehouse_url: str) -> Iterator[Warehouse]:
    """A warehouse that cancels what takes more than a moment."""
    made = opened(warehouse_url, "statement_timeout=250", "lock_timeout=100")
    yield made
    made.close()


@pytest.mark.parametrize(("text", "reason"), FAILURES.values(), ids=FAILURES.keys())
def test_what_keeps_a_query_from_giving_rows_is_told_as_it_was(text: str, reason: str, hurried: Warehouse) -> None:
    with pytest.raises(SourceError) as caught:
        query(hurried, text, {})
    assert reason.replace('\\"', '"') in caught.value.message
    assert " — " in caught.value.message
    assert "cannot be reached" not in caught.value.message
    assert "ann@" not in caught.value.message
    assert query(hurried, "select 1", {}).rows == (("1",),)


def test_several_statements_may_come_before_the_rows(hurried: Warehouse) -> None:
    found = query(hurried, "set local search_path to pg_catalog; select 1 as one;", {})
    assert (found.header, found.rows) == (("one",), (("1",),))


def test_a_table_that_somebody_alters(warehouse: Warehouse, hurried: Warehouse) -> None:
    with warehouse.session() as session:
        session.connection.exec_driver_sql("lock table ops.runs in access exclusive mode")
        with pytest.raises(SourceError, match="lock timeout — run it again when nobody alters the table"):
            query(hurried, "select * from ops.runs", {})


@pytest.fixture
def poor(warehouse_url: str, postgres: Postgres) -> Iterator[str]:
    """The address for a role that may connect once at a time, and read nothing."""
    name, admin = warehouse_url.rpartition("/")[2], Warehouse(postgres.dsn("postgres"))
    with admin.outside_transactions() as session:
        session.connection.exec_driver_sql("create role poor login password 'planted' connection limit 1")
        session.connection.exec_driver_sql(f"grant connect on database {name} to poor")
        yield make_url(warehouse_url).set(username="poor", password="planted").render_as_string(hide_password=False)
        session.connection.exec_driver_sql(f"revoke connect on database {name} from poor")
        session.connection.exec_driver_sql("drop role poor")
    admin.close()


def test_a_right_that_is_missing(poor: str) -> None:
    warehouse = Warehouse(poor)
    with pytest.raises(SourceError, match="permission denied for schema ops — grant its user the right to read"):
        query(warehouse, "select * from ops.runs", {})
    warehouse.close()


def test_a_server_that_takes_no_more_connections_was_reached(poor: str) -> None:
    first, second = Warehouse(poor), Warehouse(poor)
    with first.session(), pytest.raises(Unavailable, match="takes no connection now: too many connections for role"):
        query(second, "select 1", {})
    first.close()
    second.close()


def test_a_statement_of_ours_that_is_cancelled_was_reached(hurried: Warehouse) -> None:
    told = "gave a statement up: canceling statement due to statement timeout"
    with pytest.raises(Unavailable, match=told), hurried.session() as session:
        session.connection.exec_driver_sql("select pg_sleep(5)")
