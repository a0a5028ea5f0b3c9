"""Answers that no Nexudus should give: a read ends and says what it found, it never raises."""

from __future__ import annotations

from collections.abc import Callable

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from saltoks.core.canonical import Completeness, Extract
from saltoks.settings.nexudus import NexudusSource
from saltoks.sources.nexudus import NexudusAccount, entities, read
from saltoks.sources.nexudus.entities import Entity
from sources.nexudus.rig import NOON

LISTS = {one.path: one for one in vars(entities).values() if isinstance(one, Entity)}
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 3),
    st.integers(),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(["2031-03-27T09:00:00Z", "2031-03-27T10:00:00", "0001-01-01T00:00:00Z", "2031-03-27", "1,2,x"]),
    st.sampled_from(["9998-12-31T23:59:59Z", "W. Europe Standard Time", "9" * 5000]),
    st.lists(st.integers(), max_size=2),
)


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
    )
    return extract, asked


def test_pages_that_go_in_circles_end() -> None:
    """T2"""
    extract, asked = read_from(lambda _: {"Records": [{"Id": 1}, "what"], "TotalItems": 9, "HasNextPage": True})
    assert extract.completeness is Completeness.INCOMPLETE
    assert any("1 of 9 records came" in problem for problem in extract.problems)
    assert any("a record has no Id" in problem for problem in extract.problems)
    assert len(asked) < 60


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_the_fields_hold_nothing_raises_and_no_row_is_lost_unseen(data: st.DataObject) -> None:
    records = {
        path: [{"Id": number, **{name: data.draw(VALUES) for name in one.own}} for number in (1, 2)]
        for path, one in LISTS.items()
    }
    extract, _ = read_from(
        lambda path: {"Records": records[path], "TotalItems": 2, "HasNextPage": False}  # floats may be NaN
    )
    kept = len(extract.rows["locations"]) + sum(one.table == "locations" for one in extract.rejected)
    assert kept == 2 or extract.completeness is Completeness.FAILED
    for row in extract.rows["bookings"]:
        assert row.ends_at > row.starts_at  # type: ignore[union-attr]  # rows of that table are bookings
