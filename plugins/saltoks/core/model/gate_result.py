"""What the quality gate says of an extract, as values (design §5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from saltoks.core.model.canonical import Extract

ExpectationLevel = Literal["row", "fail", "warn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectationResult:
    """One expectation on one canonical table: how many of `total` rows were not as expected.

    `row`: failing rows go to quarantine; `fail`: the extract becomes incomplete; `warn`: it is only said.
    """

    table: str
    expectation: str
    column: str
    level: ExpectationLevel
    success: bool
    unexpected: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """The extract as it may be loaded, and every check that led to it."""

    extract: Extract
    checks: tuple[ExpectationResult, ...] = ()
