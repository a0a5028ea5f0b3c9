"""The expectations of each canonical table, as a table (canonical §7).

A rule names a type of Great Expectations, its arguments, and what a row that fails it means. References and time
zones are looked up while the frame is built: the frame then holds the found value, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nextafter

from saltoks.core.model.canonical import BookingStatus, MembershipStatus, PassStatus
from saltoks.core.model.gate_result import ExpectationLevel

MAX_UNKNOWN_SHARE = 0.01
MAX_REJECTED_SHARE = 0.20
FEW_UNKNOWN = 2
FEW_REJECTED = 1
"""So many are no wonder in a table of any size, unless they are all there is: share and number count together."""
OUTCOMES = ("accepted", "rejected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One expectation; `column` is the canonical field it is about, `meaning` what a failure says, with the fix.

    A table may have up to `few` failing rows before a rule of its share counts.
    """

    expectation: str
    column: str
    level: ExpectationLevel
    meaning: str
    arguments: Mapping[str, object] = field(default_factory=dict, hash=False)
    few: int = 0

    def allows(self, unexpected: int, total: int) -> bool:
        """Whether so many failing rows of a table are too few to mean anything, whatever share of it they are."""
        return unexpected <= self.few and unexpected < total


def _filled(column: str, about: str, meaning: str, level: ExpectationLevel = "row") -> Rule:
    name = "ExpectColumnValuesToNotBeNull"
    return Rule(expectation=name, column=about, level=level, meaning=meaning, arguments={"column": column})


def _among(
    column: str, words: object, level: ExpectationLevel, meaning: str, mostly: float = 1.0, few: int = 0
) -> Rule:
    arguments = {"column": column, "value_set": words, "mostly": mostly}
    name = "ExpectColumnValuesToBeInSet"
    return Rule(expectation=name, column=column, level=level, meaning=meaning, arguments=arguments, few=few)


def _ids() -> tuple[Rule, ...]:
    unique = Rule(
        expectation="ExpectColumnValuesToBeUnique",
        column="source_id",
        level="row",
        meaning="occurs more than once — keep one row of this id",
        arguments={"column": "source_id"},
    )
    return (_filled("source_id", "source_id", "has no id — give every row one"), unique)


def _window() -> Rule:
    return Rule(
        expectation="ExpectColumnPairValuesAToBeGreaterThanB",
        column="ends_at",
        level="row",
        meaning="does not end after it starts — correct starts_at or ends_at",
        arguments={"column_A": "ends_at", "column_B": "starts_at", "ignore_row_if": "either_value_is_missing"},
    )


def _checkout() -> Rule:
    return Rule(
        expectation="ExpectColumnPairValuesAToBeGreaterThanB",
        column="checked_out_at",
        level="row",
        meaning="is before the booking begins — correct checked_out_at, or leave it empty",
        arguments={
            "column_A": "checked_out_at",
            "column_B": "arrived_at",
            "or_equal": True,
            "ignore_row_if": "either_value_is_missing",
        },
    )


def _status(words: type[BookingStatus | MembershipStatus | PassStatus]) -> Rule:
    return _among("status", [word.value for word in words], "row", "is not a status word — correct the map")


_CUSTOMER = _filled("found_customer", "customer_id", "names a customer that is not there — add or correct it")
_RELATED = _filled("found_related", "related_customer_id", "names a customer that is not there — add or correct it")
_ITEM = _filled("found_item", "item_id", "names an item that is not there — add or correct it")

ROW_RULES: Mapping[str, tuple[Rule, ...]] = {
    "locations": (*_ids(), _filled("found_zone", "timezone", "is not an IANA time zone — correct it")),
    "customers": _ids(),
    "items": _ids(),
    "bookings": (*_ids(), _window(), _checkout(), _status(BookingStatus), _CUSTOMER, _ITEM),
    "memberships": (*_ids(), _window(), _status(MembershipStatus), _CUSTOMER),
    "passes": (*_ids(), _window(), _status(PassStatus), _CUSTOMER, _ITEM),
    "assignments": (*_ids(), _window(), _CUSTOMER, _ITEM),
    "visitors": _ids(),
    "customer_links": (*_ids(), _CUSTOMER, _RELATED),
}
"""Row level: a row that fails is quarantined, the rest goes on."""


def _known_status(words: type[BookingStatus | MembershipStatus | PassStatus]) -> tuple[Rule, ...]:
    known = [word.value for word in words if word.value != "unknown"]
    # The limit itself is too much already, so just more than the rest must be known.
    mostly = nextafter(1 - MAX_UNKNOWN_SHARE, 1)
    meaning = "is unknown in 1 % of the rows or more — add the source's words to the map"
    return (_among("status", known, "fail", meaning, mostly, FEW_UNKNOWN),)


TABLE_RULES: Mapping[str, tuple[Rule, ...]] = {
    "bookings": _known_status(BookingStatus),
    "memberships": _known_status(MembershipStatus),
    "passes": _known_status(PassStatus),
}
"""Table level, on the rows that are left: a failure makes the extract incomplete."""

OUTCOME_RULE = _among(
    "outcome",
    list(OUTCOMES[:1]),
    "fail",
    "is rejected for more than 20 % of the rows — see their reasons in quarantine",
    1 - MAX_REJECTED_SHARE,
    FEW_REJECTED,
)
"""On every table's rows, accepted and rejected: the share that may be rejected."""

EMAIL_RULE = _filled("email", "email", "is missing for a customer with access, who cannot be invited — add it", "warn")
MAPPED_RULE = _filled("found_item", "item", "is mapped, but the source has no such item or plan — correct it", "warn")
