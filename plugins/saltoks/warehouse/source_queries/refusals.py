"""Why an admin's query gave no rows: what the server said, and what helps (PostgreSQL, appendix A of its manual)."""

from __future__ import annotations

import re

import psycopg

from saltoks.warehouse.source_queries.parameters import NumberedQuery

_FIXES = {
    "57014": "make it faster, or raise statement_timeout",
    "40001": "run it again; on a replica raise max_standby_streaming_delay, or ask the primary",
    "40P01": "run it again",
    "55P03": "run it again when nobody alters the table, or raise lock_timeout",
    "42501": "grant its user the right to read",
    "25006": "write one select: a query may only read",
    "28": "correct the user of its connection",
    "22": "correct that value, or how the query reads it",
    "23": "write one select: a query may only read",
    "42": "correct the query",
    "53": "free the resource, or raise its limit",
    "57": "run it again",
    "58": "look into the server's log",
    "XX": "look into the server's log",
}
"""What helps, by SQLSTATE or its class."""
_OWN_WORDS = frozenset({"22", "23", "P0"})
"""Classes in whose text the server, or a function of the customer's, may quote a value: a name, an e-mail."""
_SYNTAX = "42601"
_QUOTED = re.compile(r"\".*\"|'.*'", re.DOTALL)


def refusal(error: psycopg.Error, query: NumberedQuery, seconds: float) -> str:
    """One sentence about a query that failed after so many seconds; values are never in it."""
    state = error.sqlstate or ""
    message = _message(error, state)
    if error.sqlstate is None and isinstance(error, psycopg.OperationalError):
        return f"the connection was cut after {seconds:.1f} s while the query ran: {message} — run it again"
    fix = _FIXES.get(state) or _FIXES.get(state[:2], "correct the query")
    if state == "57014":
        fix = "run it again" if "user request" in message else fix
        return f"the query was cancelled after {seconds:.1f} s: {message} — {fix}"
    if state == _SYNTAX and query.unknown_names:
        fix = f"is ':{query.unknown_names[0]}' a parameter? name it under parameters, or correct the query"
    return f"the database refuses the query{_position(error, query.text)}: {message} — {fix}"


def _message(error: psycopg.Error, state: str) -> str:
    message = (error.diag.message_primary or str(error).strip() or type(error).__name__).splitlines()[0]
    if state[:2] == "P0":
        return f"a function raises an error of its own ({state})"
    return _QUOTED.sub("…", message) if state[:2] in _OWN_WORDS else message


def _position(error: psycopg.Error, text: str) -> str:
    position = error.diag.statement_position
    return f" at line {text.count(chr(10), 0, int(position) - 1) + 1}" if position else ""
