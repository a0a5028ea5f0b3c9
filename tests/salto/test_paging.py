from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from saltoks.core.errors import UnexpectedAnswer
from saltoks.net.calls import Call
from saltoks.salto.entries import MOST_STAYS, read_entries
from saltoks.salto.models import Role
from saltoks.salto.paging import read_list

NEWEST = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BASE = "https://salto.example/v1.2/sites"


def rows(*ids: int) -> list[dict[str, str]]:
    return [{"id": str(number)} for number in ids]


def page(ids: tuple[int, ...], link: str | None = None, count: int | None = None) -> httpx.Response:
    return httpx.Response(200, json={"items": rows(*ids), "next_page_link": link, "count": count})


def in_turn(*answers: httpx.Response) -> Callable[[httpx.Request], httpx.Response]:
    left = list(answers)
    return lambda _: left.pop(0)


def test_a_list_is_followed_to_its_end_and_asked_with_a_page_size(scripted) -> None:
    salto, script = scripted(in_turn(page((1, 2), BASE + "?$skip=2&$top=2"), page((3,))), page_size=2)
    assert [site.id for site in salto.sites()] == ["1", "2", "3"]
    assert [dict(request.url.params) for request in script.requests] == [{"$top": "2"}, {"$skip": "2", "$top": "2"}]


@pytest.mark.parametrize(
    "link",
    [
        "http://salto.example/v1.2/sites?$skip=1",
        "http://salto.example:80/v1.2/sites?$skip=1",
        "https://SALTO.example:8443/v1.2/sites?$skip=1",
        "/v1.2/sites?$skip=1",
    ],
    ids=["http", "http with port", "inner port", "relative"],
)
def test_a_link_is_followed_on_the_own_scheme_and_port_only(scripted, link: str) -> None:
    salto, script = scripted(in_turn(page((1,), link), page((2,))))
    assert len(salto.sites()) == 2
    assert str(script.requests[1].url).replace("%24", "$") == BASE + "?$skip=1"


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1.2/sites?$skip=1",
        "https://salto.example@elsewhere.example/v1.2/sites",
        "https://salto.example.elsewhere.example/",
        "//elsewhere.example/v1.2/sites",
        "https://[::1",
    ],
    ids=["host", "user part", "longer host", "no scheme", "nonsense"],
)
def test_the_token_is_never_taken_to_another_host(scripted, link: str) -> None:
    salto, script = scripted(in_turn(page((1,), link), page((2,))))
    with pytest.raises(UnexpectedAnswer, match="another host"):
        salto.sites()
    assert len(script.requests) == 1


def test_links_in_a_circle_are_noticed(scripted) -> None:
    salto, _ = scripted(lambda _: page((1,), BASE + "?$skip=1"))
    with pytest.raises(UnexpectedAnswer, match="round in circles"):
        salto.sites()


def test_a_list_without_end_is_given_up(wired) -> None:
    wire, script = wired(lambda _: page((1,), f"{BASE}?$skip={len(script.requests)}"))
    call = Call("GET", "/v1.2/sites", "list the sites")
    with pytest.raises(UnexpectedAnswer, match="more than 5 pages"):
        read_list(wire, call, Role, page_size=1, page_cap=5)
    assert len(script.requests) == 5


def test_a_row_that_comes_on_two_pages_counts_once(scripted) -> None:
    salto, _ = scripted(in_turn(page((1, 2), BASE + "?$skip=2", count=3), page((2, 3), count=3)))
    assert [site.id for site in salto.sites()] == ["1", "2", "3"]


@pytest.mark.parametrize("count", [4, 400])
def test_fewer_rows_than_counted_are_no_answer(scripted, count: int) -> None:
    """T2: half a list would look like removed people."""
    salto, _ = scripted(in_turn(page((1, 2), BASE + "?$skip=2", count=count), page((2, 3), count=count)))
    with pytest.raises(UnexpectedAnswer, match=f"3 of {count} rows"):
        salto.sites()


def test_a_failing_later_page_fails_the_list(scripted) -> None:
    """T2: what came before is not handed out."""
    salto, _ = scripted(in_turn(page((1, 2), BASE + "?$skip=2"), httpx.Response(200, json={"oops": []})))
    with pytest.raises(UnexpectedAnswer, match="at items"):
        salto.sites()


def test_a_bare_array_is_a_list_too(scripted) -> None:
    """It does not say whether it is whole, so it is asked on until nothing new comes."""
    salto, script = scripted(in_turn(httpx.Response(200, json=rows(1, 2)), httpx.Response(200, json=[])))
    assert len(salto.sites()) == 2
    assert len(script.requests) == 2


def test_a_server_that_gives_fewer_at_once_than_asked_for_is_asked_on(scripted) -> None:
    """T2: two of five are not the people of the site."""

    def answer(request: httpx.Request) -> httpx.Response:
        skip = int(request.url.params.get("$skip", 0))
        return httpx.Response(200, json=rows(1, 2, 3, 4, 5)[skip : skip + 2])

    salto, script = scripted(answer, page_size=100)
    assert len(salto.sites()) == 5
    assert len(script.requests) == 4


def test_a_full_bare_array_may_have_more_behind_it(scripted) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        skip = int(request.url.params.get("$skip", 0))
        return httpx.Response(200, json=rows(1, 2, 3, 4, 5)[skip : skip + 2])

    salto, _ = scripted(answer, page_size=2)
    assert len(salto.sites()) == 5


def test_a_full_bare_array_that_ignores_skip_ends_too(scripted) -> None:
    salto, script = scripted(lambda _: httpx.Response(200, json=rows(1, 2)), page_size=2)
    assert len(salto.sites()) == 2
    assert len(script.requests) == 2


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>busy</html>", b'{"items":', b"null", b"3", b'{"items": null}', b'{"items": [3]}', b'[["x"]]'],
)
def test_what_is_no_list_is_no_empty_list(scripted, body: bytes) -> None:
    """T1: an odd answer never means nobody."""
    salto, _ = scripted(lambda _: httpx.Response(200, content=body))
    with pytest.raises(UnexpectedAnswer, match=r"list the sites \(connection 'main'\)"):
        salto.sites()


def entry_page(ages: list[int], token: str | None, **extra: object) -> httpx.Response:
    items = [{"id": f"e{age}", "utc_date_time": (NEWEST - timedelta(minutes=age)).isoformat(), **extra} for age in ages]
    return httpx.Response(200, json={"items": items, "continuation_token": token})


def read(salto, minutes: int) -> list[list[str]]:
    return [[e.id for e in page.entries] for page in salto.entries("s1", since=NEWEST - timedelta(minutes=minutes))]


def test_entries_stop_after_the_first_page_that_reaches_behind(scripted) -> None:
    salto, script = scripted(in_turn(entry_page([1, 2], "a"), entry_page([4, 3], "b"), entry_page([9, 5], "c")))
    assert read(salto, 5) == [["e1", "e2"], ["e4", "e3"], ["e9", "e5"]]
    assert len(script.requests) == 3


def test_entries_go_on_over_empty_pages_and_send_the_token_unchanged(scripted) -> None:
    token = '[{"token":"+RID:~é#RT:1","range":{"min":"05","max":"FF"}}]'
    salto, script = scripted(in_turn(entry_page([], token), entry_page([1], None)))
    assert read(salto, 5) == [["e1"]]
    first, second = script.requests
    assert "CLP-Continuation-Token" not in first.headers
    assert dict(second.headers.raw)[b"CLP-Continuation-Token"] == token.encode()
    assert dict(first.url.params) == dict(second.url.params) == {"$orderby": "utc_date_time desc", "$top": "100"}
    assert first.url.path == "/v1.1/sites/s1/entries"


@pytest.mark.parametrize("token", [None, ""])
def test_entries_end_without_a_token(scripted, token: str | None) -> None:
    salto, _ = scripted(in_turn(entry_page([1], token)))
    assert read(salto, 5) == [["e1"]]


def test_a_token_that_comes_back_is_noticed(scripted) -> None:
    salto, _ = scripted(in_turn(entry_page([1], "a"), entry_page([], "b"), entry_page([], "a")))
    with pytest.raises(UnexpectedAnswer, match="token came twice"):
        read(salto, 5)


def test_a_page_with_rows_that_brings_its_own_token_is_noticed(scripted) -> None:
    salto, _ = scripted(in_turn(entry_page([1], "a"), entry_page([2], "a")))
    with pytest.raises(UnexpectedAnswer, match="token came twice"):
        read(salto, 5)


def test_an_empty_page_may_bring_its_own_token_again_a_few_times(scripted) -> None:
    stays = [entry_page([], "a") for _ in range(MOST_STAYS)]
    salto, _ = scripted(in_turn(entry_page([1], "a"), *stays, entry_page([9], "b")))
    assert read(salto, 5) == [["e1"], ["e9"]]


def test_an_empty_page_that_stays_for_ever_is_given_up(scripted) -> None:
    salto, script = scripted(lambda _: entry_page([], "a"))
    with pytest.raises(UnexpectedAnswer, match="token came twice"):
        read(salto, 5)
    assert len(script.requests) == MOST_STAYS + 2


def test_entries_without_end_are_given_up(wired) -> None:
    wire, script = wired(lambda _: entry_page([], str(len(script.requests))))
    call = Call("GET", "/entries", "read the entries")
    with pytest.raises(UnexpectedAnswer, match="more than 7 pages"):
        list(read_entries(wire, call, since=NEWEST, page_size=1, page_cap=7))
    assert len(script.requests) == 7


def test_the_raw_entry_is_kept_whole(scripted) -> None:
    salto, _ = scripted(in_turn(entry_page([1], None, new_field={"deep": ["ü", 1.5]}, raw="theirs", user_id=None)))
    (entry,) = next(salto.entries("s1", since=NEWEST)).entries
    raw = json.loads(entry.raw)
    assert raw["new_field"] == {"deep": ["ü", 1.5]}
    assert raw["raw"] == "theirs"
    assert entry.utc_date_time == NEWEST - timedelta(minutes=1)
