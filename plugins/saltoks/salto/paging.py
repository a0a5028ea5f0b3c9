"""Reads lists to their end, or not at all (contract §2.4, T2): a partial answer is not an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from saltoks.net.bodies import json_of
from saltoks.salto.models import Entry, Identified
from saltoks.salto.problems import unexpected
from saltoks.salto.wire import Call, Wire

PAGE_CAP = 10_000
MOST_STAYS = 10
A = TypeVar("A", bound=BaseModel)
Row = TypeVar("Row", bound=Identified)


class Page(BaseModel):
    """One page of a list, with its items as they came."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    items: list[dict[str, object]]
    next_page_link: str | None = None
    count: int | None = None
    continuation_token: str | None = None


class BarePage(Page):
    """An array without envelope, as one source saw for sites (contract §8 row 2)."""


def parse(model: type[A], value: object, what: str) -> A:
    """The value as a model, or UnexpectedAnswer naming the fields, never their contents."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        places = {".".join(str(part) for part in found["loc"]) or "the answer" for found in error.errors()}
        shown = ", ".join(sorted(places)[:3])
        raise unexpected(what, f"not the agreed shape at {shown}") from None


def read_json(response: httpx.Response, what: str) -> object:
    """The body as JSON, or UnexpectedAnswer."""
    try:
        return json_of(response)
    except ValueError:
        raise unexpected(what, "the answer is not JSON") from None


def read_list(wire: Wire, call: Call, row: type[Row], *, page_size: int, page_cap: int = PAGE_CAP) -> list[Row]:
    """Every row of a list, each id once; UnexpectedAnswer when the pages do not end or rows are missing."""
    what = wire.about(call)
    rows: dict[str, Row] = {}
    counts: list[int] = []
    for page in _pages(wire, call, page_size, page_cap):
        before = len(rows)
        rows.update((item.id, item) for item in (parse(row, raw, what) for raw in page.items))
        counts += [page.count] if page.count is not None else []
        if isinstance(page, BarePage) and len(rows) == before:
            break
    if counts and len(rows) < max(counts):
        raise unexpected(what, f"{len(rows)} of {max(counts)} rows came")
    return list(rows.values())


def read_entries(
    wire: Wire, call: Call, *, since: datetime, page_size: int, page_cap: int = PAGE_CAP
) -> Iterator[list[Entry]]:
    """Pages of entries, newest first, down to the first page that reaches behind `since`.

    An empty page with a token goes on and is not handed out.
    """
    what = wire.about(call)
    call = replace(call, query={"$orderby": "utc_date_time desc", "$top": str(page_size)})
    tokens = _Tokens(what)
    for _ in range(page_cap):
        page = _page(wire, call)
        entries = [_entry(raw, what) for raw in page.items]
        if entries:
            yield entries
        token = page.continuation_token
        if not token or any(entry.utc_date_time < since for entry in entries):
            return
        tokens.take(token, after_empty_page=not entries)
        call = replace(call, headers={b"CLP-Continuation-Token": token.encode()})
    raise unexpected(what, f"more than {page_cap} pages came")


class _Tokens:
    """Notices going round in circles; only an empty page may bring its own token again, a few times."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._seen: set[str] = set()
        self._last = ""
        self._stays = 0

    def take(self, token: str, *, after_empty_page: bool) -> None:
        self._stays = self._stays + 1 if after_empty_page and token == self._last else 0
        if token in self._seen and not 0 < self._stays <= MOST_STAYS:
            raise unexpected(self._what, "the same continuation token came twice")
        self._seen.add(token)
        self._last = token


def _pages(wire: Wire, call: Call, page_size: int, page_cap: int) -> Iterator[Page]:
    call = replace(call, query={**call.query, "$top": str(page_size)})
    follow = _Follow(wire, call, page_size)
    for _ in range(page_cap):
        page = _page(wire, call)
        yield page
        following = follow.after(page)
        if following is None:
            return
        call = following
    raise unexpected(wire.about(call), f"more than {page_cap} pages came")


class _Follow:
    """Finds the call for the page after this one, and notices going round in circles."""

    def __init__(self, wire: Wire, first: Call, page_size: int) -> None:
        self._wire = wire
        self._first = first
        self._page_size = page_size
        self._seen: set[str] = set()
        self._rows = 0

    def after(self, page: Page) -> Call | None:
        self._rows += len(page.items)
        if page.next_page_link:
            return self._linked(page.next_page_link)
        if isinstance(page, BarePage) and len(page.items) == self._page_size:
            return replace(self._first, query={**self._first.query, "$skip": str(self._rows)})
        return None

    def _linked(self, link: str) -> Call:
        what = self._wire.about(self._first)
        address = self._wire.on_own_host(link)
        if address is None:
            raise unexpected(what, "the link to the next page leads to another host")
        if address in self._seen:
            raise unexpected(what, "the links to the next page go round in circles")
        self._seen.add(address)
        return replace(self._first, address=address, query={})


def _page(wire: Wire, call: Call) -> Page:
    what = wire.about(call)
    value = read_json(wire.send(call), what)
    if isinstance(value, list):
        return parse(BarePage, {"items": value}, what)
    return parse(Page, value, what)


def _entry(raw: dict[str, object], what: str) -> Entry:
    text = json.dumps(raw, separators=(",", ":"))
    return parse(Entry, {**raw, "raw": text}, what)
