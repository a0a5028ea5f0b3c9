"""The search language of `booking/filter`, as far as it is known (booking-systems §3.2).

Conditions on a field with a number, a day (`"2026-06-01"`) or a day relative to today (`"-1d"`), `IN (1,14)`, joined by
AND and OR with brackets. Keywords follow the language of the tenant.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from saltoks.systems.ireserve.stand_in.world import BookingSpec

Test = Callable[[BookingSpec], bool]
Value = int | date

_TOKEN = re.compile(r'\s*(?:"([^"]*)"|(>=|<=|!=|[()<>=,])|([\w-]+))')
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FIELDS: dict[str, Callable[[BookingSpec], Value]] = {
    "id": lambda row: row.id,
    "object": lambda row: row.object_id,
    "status": lambda row: row.status_code,
    "start": lambda row: row.date_from.date(),
    "end": lambda row: row.date_till.date(),
}
KEYWORDS = {
    "nl": {"booking_id": "id", "product": "object", "status": "status", "startdatum": "start", "einddatum": "end"},
    "en": {"booking_id": "id", "product": "object", "status": "status", "startdate": "start", "enddate": "end"},
}


class BadSearch(Exception):
    """A search that the tenant does not understand."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a sign, or a text in quotes."""

    text: str
    quoted: bool = False


def compiled(search: str, *, language: str, today: date) -> Test:
    """A test for bookings; raises BadSearch."""
    reading = _Reading(_tokens(search), KEYWORDS[language], today)
    test = reading.any_of()
    if reading.tokens:
        raise BadSearch(f"unexpected {reading.tokens[0].text}")
    return test


def _tokens(search: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    text = search.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadSearch(f"cannot read from place {place}")
        quoted, sign, word = match.groups()
        found.append(Token(quoted, quoted=True) if quoted is not None else Token(sign or word))
        place = match.end()
    return found


@dataclass(slots=True)
class _Reading:
    tokens: list[Token]
    keywords: dict[str, str]
    today: date

    def any_of(self) -> Test:
        """`a OR b`."""
        tests = [self.all_of()]
        while self._skip("or"):
            tests.append(self.all_of())
        return lambda row: any(test(row) for test in tests)

    def all_of(self) -> Test:
        """`a AND b`."""
        tests = [self._one()]
        while self._skip("and"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._skip("("):
            inner = self.any_of()
            self._must(")")
            return inner
        return self._condition()

    def _condition(self) -> Test:
        keyword = self._next().text.lower()
        if keyword not in self.keywords:
            raise BadSearch(f"unknown keyword {keyword}")
        of = _FIELDS[self.keywords[keyword]]
        sign = self._next().text.lower()
        if sign == "in":
            values = self._values()
            return lambda row: of(row) in values
        if sign not in _COMPARE:
            raise BadSearch(f"unknown operator {sign}")
        compare, value = _COMPARE[sign], self._value()
        return lambda row: compare(of(row), value)

    def _values(self) -> list[Value]:
        self._must("(")
        found = [self._value()]
        while self._skip(","):
            found.append(self._value())
        self._must(")")
        return found

    def _value(self) -> Value:
        token = self._next()
        try:
            if not token.quoted:
                return int(token.text)
            days = re.fullmatch(r"(-?\d+)d", token.text)
            return self.today + timedelta(days=int(days[1])) if days else date.fromisoformat(token.text)
        except ValueError:
            raise BadSearch(f"cannot read the value {token.text}") from None

    def _next(self) -> Token:
        if not self.tokens:
            raise BadSearch("it ends too early")
        return self.tokens.pop(0)

    def _skip(self, text: str) -> bool:
        if not self.tokens or self.tokens[0].text.lower() != text:
            return False
        self.tokens.pop(0)
        return True

    def _must(self, text: str) -> None:
        if not self._skip(text):
            raise BadSearch(f"expected {text}")
