"""What the gate says, as plain values for the warehouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from saltoks.core.canonical import Extract

Level = Literal["row", "fail", "warn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One expectation on one table: how many of `total` rows were not as expected.

    `row` quarantines those rows, `fail` makes the extract incomplete, `warn` only tells.
    """

    table: str
    expectation: str
    column: str
    level: Level
    success: bool
    unexpected: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The extract after the gate, and every check that was made."""

    extract: Extract
    checks: tuple[Check, ...]
