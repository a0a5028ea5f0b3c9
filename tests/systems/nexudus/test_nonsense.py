"""Answers that no Nexudus should give: a read ends and says what it found, it never raises."""

from __future__ import annotations

import random
from collections.abc import Callable

import httpx
import pytest

from saltoks.core.model.canonical import Booking, Completeness, Extract
from saltoks.systems.nexudus.api import entities
from saltoks.systems.nexudus.api.account import NexudusAccount
from saltoks.systems.nexudus.api.entities import Entity
from saltoks.systems.nexudus.reading import read
from saltoks.systems.nexudus.settings import NexudusSource
from systems.nexudus.rig import NOON

LISTS = {one.path: one for one in vars(entities).values() if isinstance(one, Entity)}
VALUES: tuple[object, ...] = (
    *(None, True, False, 0, 1, 2, 3, -1, 10**30, 1.5, [1, 2], {"Id": 1}),
    *("", " ", "1", "1,2,x", "Ada", "9" * 5000, "W. Europe Standard Time"),
    *("2031-03-27T09:00:00Z", "2031-03-27T10:00:00", "0001-01-01T00:00:00Z", "2031-03-27", "9998-12-31T23:59:59Z"),
)
"""What a field may hold; most of it is wrong for most fields."""


def read_from(answer: Callable[[str], object]) -> tuple[Extract, list[str]]:
    """A read of a system that answers every list with what `answer` says, and the lists that it asked for."""
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/token":
            return httpx.Response(200, json={"access_token": "t", "expires_in": 60})
        asked.append(request.url.path.removeprefix("/api/"))
        return httpx.Response(200, json=answer(asked[-1]))

    plain = {"system": "nexudus", "name": "odd", "connection": "odd", "rate_per_second": 1_000_000}
    extract = read(
        NexudusSource.model_validate(plain),
        account=NexudusAccount(name="odd", username="u", password="p", base_url="https://nexudus.example"),
        now=NOON,
        full=False,
        watermarks={"memberships": NOON, "visitors": NOON, "visitors.bookings": NOON},
        last_good={},
        known_customers=frozenset(),
        transport=httpx.MockTransport(handle),
        sleep=lambda _: None,
    )
    return extract, asked


def test_pages_that_go_in_circles_end() -> None:
    """T2"""
    extract, asked = read_from(lambda _: {"Records": [{"Id": 1}, "what"], "TotalItems": 9, "HasNextPage": True})
    assert extract.completeness is Completeness.INCOMPLETE
    assert any("1 of 9 records came" in problem for problem in extract.problems)
    assert any("a record has no Id" in problem for problem in extract.problems)
    assert len(asked) < 60


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_fields_hold_nothing_raises_and_no_row_is_lost_unseen(seed: int) -> None:
    chance = random.Random(seed)
    records = {
        path: [{"Id": number, **{name: chance.choice(VALUES) for name in (*one.own, "UpdatedOn")}} for number in (1, 2)]
        for path, one in LISTS.items()
    }
    extract, _ = read_from(lambda path: {"Records": records[path], "TotalItems": 2, "HasNextPage": False})
    assert extract.completeness is not Completeness.FAILED
    for table in ("locations", "items", "customers"):
        ours = sum(one.table == table for one in extract.rejected) + len(extract.rows[table])
        assert ours >= (8 if table == "items" else 2)
    for row in extract.rows["bookings"]:
        assert isinstance(row, Booking)
        assert row.ends_at > row.starts_at
