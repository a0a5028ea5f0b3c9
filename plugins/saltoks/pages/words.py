"""What the gate's terms mean, in words for people who do not know them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from saltoks.core.model.canonical import Completeness
from saltoks.core.model.gate_result import ExpectationLevel, ExpectationResult


@dataclass(frozen=True, slots=True)
class Meaning:
    """A term, and the sentence that explains it."""

    word: str
    says: str


COMPLETENESS: Mapping[Completeness, Meaning] = {
    Completeness.COMPLETE: Meaning(
        "complete", "Everything was read and may be trusted: access that has no reason any more ends."
    ),
    Completeness.INCOMPLETE: Meaning(
        "incomplete",
        "Something is missing or broke a rule. Doors open for new bookings and close at the end of the old ones, but "
        "nobody loses access early until an extract is complete again.",
    ),
    Completeness.FAILED: Meaning(
        "failed",
        "The source could not be read. Doors follow the last good rows, and nobody loses access early.",
    ),
}
"""What an extract's value means for the doors (design §5.1)."""

NEVER = Meaning(
    "not yet read", "Nothing was ever read here: unpause the DAG access_sync, or run saltoks sync in a terminal."
)

LEVELS: Mapping[ExpectationLevel, Meaning] = {
    "row": Meaning("quarantine", "a row that fails is set aside, the rest goes on"),
    "fail": Meaning("fail", "a failure makes the extract incomplete"),
    "warn": Meaning("warn", "a failure is told, and holds nothing back"),
}

_EXACTLY = {
    ("ExpectColumnValuesToNotBeNull", "source_id", "row"): "Every row has an id",
    ("ExpectColumnValuesToBeUnique", "source_id", "row"): "No id occurs twice",
    ("ExpectColumnValuesToNotBeNull", "timezone", "row"): "The time zone is an IANA name",
    ("ExpectColumnPairValuesAToBeGreaterThanB", "ends_at", "row"): "It ends after it starts",
    ("ExpectColumnValuesToBeInSet", "status", "row"): "The status is one of the agreed words",
    ("ExpectColumnValuesToBeInSet", "status", "fail"): "Less than 1 % of the statuses are unknown",
    ("ExpectColumnValuesToNotBeNull", "customer_id", "row"): "Its customer is there",
    ("ExpectColumnValuesToNotBeNull", "related_customer_id", "row"): "The customer it points at is there",
    ("ExpectColumnValuesToNotBeNull", "item_id", "row"): "Its item is there",
    ("ExpectColumnValuesToBeInSet", "outcome", "fail"): "No more than 20 % of the rows are rejected",
    ("ExpectColumnValuesToNotBeNull", "email", "warn"): "Everybody who is to be invited has an e-mail",
    ("ExpectColumnValuesToNotBeNull", "item", "warn"): "Every mapped item is in the source",
}
"""Rules of the gate by expectation, column and level."""

_BY_KIND = {
    "ExpectColumnValuesToNotBeNull": "is filled in",
    "ExpectColumnValuesToBeUnique": "occurs once",
    "ExpectColumnValuesToBeInSet": "is one of the agreed words",
    "ExpectColumnPairValuesAToBeGreaterThanB": "comes after its start",
}


def expected(check: ExpectationResult) -> str:
    """What a check expects."""
    exactly = _EXACTLY.get((check.expectation, check.column, check.level))
    return exactly or f"“{check.column}” {_BY_KIND.get(check.expectation) or _spaced(check.expectation)}"


def _spaced(name: str) -> str:
    """`ExpectColumnValuesToMatchRegex` as words."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removeprefix("ExpectColumn")).lower()
