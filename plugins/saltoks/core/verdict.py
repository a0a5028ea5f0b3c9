"""What the quality gate says of an extract, as values (design §5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from saltoks.core.canonical import Extract


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One expectation on one canonical table.

    `row`: failing rows go to quarantine; `fail`: the extract becomes incomplete; `warn`: it is only said.
    """

    table: str
    expectation: str
    column: str
    level: Literal["fail", "row", "warn"]
    success: bool
    unexpected: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The extract as it may be loaded, and every check that led to it."""

    extract: Extract
    checks: tuple[Check, ...] = ()
