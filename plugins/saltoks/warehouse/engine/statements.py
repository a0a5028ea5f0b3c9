"""Statements from the `sql/` folder, by name: `plans/save` is `sql/plans/save.sql`."""

from __future__ import annotations

from functools import cache

from sqlalchemy import TextClause, text

from saltoks.package_data import sql_folder


@cache
def statement(name: str) -> TextClause:
    """One statement, ready to be executed with named parameters."""
    return text((sql_folder() / f"{name}.sql").read_text(encoding="utf-8"))
