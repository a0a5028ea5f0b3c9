"""OData query options of list requests: filter, order and pages (salto-ks §2.3, §2.4).

Only what the contract lists is understood; anything else answers 400/1102.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from saltoks.sandbox.salto.errors import bad_odata

T = TypeVar("T")
Value = str | int | float | bool | datetime | None
Getter = Callable[[T], Value]
Test = Callable[[T], bool]

TOKEN = re.compile(
    r"\s*(?:(?P<date>(?:[Dd]ate[Tt]ime(?:[Oo]ffset)?)'[^']*')|(?P<guid>guid'[^']*')|(?P<text>'(?:[^']|'')*')"
    r"|(?P<bare>\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:\d\d)?)|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_/]*)|(?P<mark>[(),]))"
)
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
}
CONSTANTS: Mapping[str, Value] = {"true": True, "false": False, "null": None}
FUNCTIONS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}


@dataclass(frozen=True, slots=True)
class Fields(Generic[T]):
    """What a list can be filtered and ordered by."""

    filters: Mapping[str, Getter[T]]
    orders: Mapping[str, Getter[T]]


def compile_filter(text: str, fields: Fields[T]) -> Test[T]:
    """The filter as a function over items."""
    return _Filter(text, fields).parse()


class _Filter(Generic[T]):
    """A recursive-descent reader: or < and < not < comparison."""

    def __init__(self, text: str, fields: Fields[T]) -> None:
        self._tokens = _tokens(text)
        self._fields = fields
        self._at = 0

    def parse(self) -> Test[T]:
        test = self._any()
        if self._at != len(self._tokens):
            raise bad_odata()
        return test

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise bad_odata()
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, mark: str) -> None:
        if self._take()[1] != mark:
            raise bad_odata()

    def _any(self) -> Test[T]:
        tests = [self._all()]
        while self._peek() == "or":
            self._take()
            tests.append(self._all())
        return tests[0] if len(tests) == 1 else lambda item: any(test(item) for test in tests)

    def _all(self) -> Test[T]:
        tests = [self._one()]
        while self._peek() == "and":
            self._take()
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda item: all(test(item) for test in tests)

    def _one(self) -> Test[T]:
        kind, text = self._take()
        if text == "(":
            test = self._any()
            self._expect(")")
            return test
        if text == "not":
            inner = self._one()
            return lambda item: not inner(item)
        if kind == "word" and text in FUNCTIONS and self._peek() == "(":
            return self._function(text)
        if kind != "word":
            raise bad_odata()
        return self._comparison(text)

    def _getter(self, name: str) -> Getter[T]:
        if name not in self._fields.filters:
            raise bad_odata(f"The field {name} cannot be filtered on.")
        return self._fields.filters[name]

    def _function(self, name: str) -> Test[T]:
        self._expect("(")
        getter = self._getter(self._take()[1])
        self._expect(",")
        part = _literal(*self._take())
        self._expect(")")
        function = FUNCTIONS[name]
        return lambda item: function(str(getter(item) or ""), str(part))

    def _comparison(self, name: str) -> Test[T]:
        getter = self._getter(name)
        operator = COMPARE.get(self._take()[1])
        if operator is None:
            raise bad_odata()
        value = _literal(*self._take())
        return lambda item: _compare(operator, getter(item), value)


def _compare(operator: Callable[[Any, Any], bool], left: Value, right: Value) -> bool:
    try:
        return operator(left, right)
    except TypeError as error:
        raise bad_odata("The field and the value cannot be compared.") from error


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise bad_odata()
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


def _literal(kind: str, text: str) -> Value:
    if kind == "text":
        return text[1:-1].replace("''", "'")
    if kind == "guid":
        return text[5:-1].lower()
    if kind in ("date", "bare"):
        return _date(text[text.index("'") + 1 : -1] if kind == "date" else text)
    if kind == "number":
        return float(text)
    if kind == "word" and text in CONSTANTS:
        return CONSTANTS[text]
    raise bad_odata()


def _date(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise bad_odata("The date cannot be read.") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def order(items: Sequence[T], text: str, fields: Fields[T]) -> list[T]:
    """Items by an `$orderby` text: fields with optional `asc` or `desc`, joined by commas."""
    result = list(items)
    for part in reversed(text.split(",")):
        getter, descending = order_key(part, fields)
        result.sort(key=lambda item: _sortable(getter(item)), reverse=descending)
    return result


def order_key(part: str, fields: Fields[T]) -> tuple[Getter[T], bool]:
    """The field and direction of one part of an `$orderby`."""
    words = part.split()
    if not 1 <= len(words) <= 2 or words[0] not in fields.orders or words[1:] not in ([], ["asc"], ["desc"]):
        raise bad_odata("The list cannot be ordered by this field.")
    return fields.orders[words[0]], words[1:] == ["desc"]


def _sortable(value: Value) -> tuple[bool, Any]:
    return value is not None, value if value is not None else 0


@dataclass(frozen=True, slots=True)
class PageQuery:
    """The paging part of a list request."""

    top: int
    skip: int
    counted: bool


def page_query(query: Mapping[str, str], page_size_max: int) -> PageQuery:
    """Read `$top`, `$skip` and `$inlinecount`; the server caps the page size."""
    top = _whole(query, "$top", page_size_max, least=1)
    inline = query.get("$inlinecount", "none")
    if inline not in ("none", "allpages"):
        raise bad_odata("The inlinecount is none or allpages.")
    return PageQuery(min(top, page_size_max), _whole(query, "$skip", 0, least=0), inline == "allpages")


def _whole(query: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    text = query.get(name)
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9 or int(text) < least:
        raise bad_odata(f"{name} is not acceptable.")
    return int(text)


def select(items: Iterable[T], query: Mapping[str, str], fields: Fields[T]) -> list[T]:
    """Items after `$filter` and `$orderby`."""
    kept = list(items)
    if (text := query.get("$filter")) is not None:
        test = compile_filter(text, fields)
        kept = [item for item in kept if test(item)]
    if (text := query.get("$orderby")) is not None:
        kept = order(kept, text, fields)
    return kept
