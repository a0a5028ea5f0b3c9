"""Statements from the `sql/` folder, by name: `access/books` is `sql/access/books.sql`."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from sqlalchemy import TextClause, text


def folder() -> Path:
    """The `sql/` folder: of the project this package lies in, or of `SALTOKS_HOME`."""
    home = os.environ.get("SALTOKS_HOME")
    return (Path(home) if home else Path(__file__).resolve().parents[3]) / "sql"


@cache
def statement(name: str) -> TextClause:
    """One statement, ready to be executed with named parameters."""
    return text((folder() / f"{name}.sql").read_text(encoding="utf-8"))
