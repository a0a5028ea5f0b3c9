"""Filters, orders and pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from saltoks.sandbox.salto.errors import ApiError
from saltoks.sandbox.salto.odata import Fields, compile_filter
from saltoks.sandbox.salto.world import World
from sandbox.rig import Rig, error, house


@dataclass(frozen=True)
class Thing:
    name: str | None
    at: datetime


THINGS = [
    Thing("one", datetime(2026, 1, 1, tzinfo=UTC)),
    Thing("it's", datetime(2026, 1, 2, tzinfo=UTC)),
    Thing(None, datetime(2026, 1, 3, tzinfo=UTC)),
]
FIELDS: Fields[Thing] = Fields({"name": lambda t: t.name, "when": lambda t: t.at}, {})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name eq 'one'", [0]),
        ("name ne 'one'", [1, 2]),
        ("name eq 'it''s'", [1]),
        ("name eq null", [2]),
        ("contains(name,'n')", [0]),
        ("startswith(name, 'it')", [1]),
        ("when ge DateTime'2026-01-02T00:00:00Z'", [1, 2]),
        ("when gt datetime'2026-01-02T00:00:00'", [2]),
        ("when lt 2026-01-02T01:00:00+01:00", [0]),
        ("(when ge 2026-01-01T00:00:00Z) and (when le 2026-01-02T00:00:00.000Z)", [0, 1]),
        ("name eq 'one' or name eq null", [0, 2]),
        ("not (name eq 'one')", [1, 2]),
        ("name eq 'x' and name eq 'y' or name eq 'one'", [0]),
    ],
)
def test_filters(text: str, expected: list[int]) -> None:
    test = compile_filter(text, FIELDS)
    assert [index for index, thing in enumerate(THINGS) if test(thing)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name eq",
        "name eq one",
        "name is 'x'",
        "other eq 'x'",
        "name eq 'x",
        "(name eq 'x'",
        "name eq 'x' name eq 'y'",
        "contains(name)",
        "contains(other,'x')",
        "when ge DateTime'yesterday'",
        "when ge 'text'",
        "&",
    ],
)
def test_broken_filters_are_400_1102(text: str) -> None:
    with pytest.raises(ApiError) as caught:
        [compile_filter(text, FIELDS)(thing) for thing in THINGS]
    assert (caught.value.status, caught.value.code) == (400, 1102)


@pytest.mark.parametrize(
    "query",
    [
        {"filter": "alias eq 'x'"},
        {"orderby": "nothing desc"},
        {"orderby": "user/email sideways"},
        {"top": 0},
        {"top": -1},
        {"top": "many"},
        {"skip": -1},
        {"inlinecount": "some"},
    ],
)
def test_a_query_that_cannot_be_read_is_400_1102(rig: Rig, query: dict[str, object]) -> None:
    assert error(rig.send("GET", "/users", **query)) == (400, "1102")


def test_the_count_comes_when_asked_for(rig: Rig) -> None:
    assert rig.ok("GET", "/locks")["count"] is None
    assert rig.ok("GET", "/locks", top=1, inlinecount="allpages")["count"] == 3


def test_pages_follow_the_absolute_link_to_the_end(rig: Rig) -> None:
    wanted = [lock["id"] for lock in rig.items("/locks", orderby="customer_reference")]
    page = rig.ok("GET", "/locks", top=2, orderby="customer_reference", filter="contains(customer_reference,'')")
    seen, pages = [lock["id"] for lock in page["items"]], 1
    while page["next_page_link"] is not None:
        assert page["next_page_link"].startswith(f"{rig.url}/v1.2/")
        page = rig.http.get(page["next_page_link"]).json()
        seen, pages = seen + [lock["id"] for lock in page["items"]], pages + 1
    assert (seen, pages) == (wanted, 2)


def test_lists_are_ordered(rig: Rig) -> None:
    names = [lock["customer_reference"] for lock in rig.items("/locks", orderby="customer_reference desc")]
    assert names == ["Front", "Cellar", "Attic"]


def test_the_server_caps_the_page(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house(page_size_max=2))
    page = rig.ok("GET", "/locks", top=600)
    assert len(page["items"]) == 2
    assert page["next_page_link"]
    assert len(rig.items("/locks")) == 2
