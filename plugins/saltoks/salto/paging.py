"""Reads lists to their end, or not at all (salto-ks §2.4): a partial answer is not an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from saltoks.net.answers.errors import About, read_json, unexpected
from saltoks.net.calls import Call
from saltoks.net.client import HttpClient
from saltoks.salto.models import Identified

PAGE_CAP = 10_000
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
    """An array without envelope, as seen for sites and users (salto-ks §8.2 and §8.28).

    It tells neither how many rows there are nor how many the server gives at once, so only one that brings nothing new
    is the end.
    """


def parse(model: type[A], value: object, about: About) -> A:
    """The value as a model, or UnexpectedAnswer naming the fields, never their contents."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        places = {".".join(str(part) for part in found["loc"]) or "the answer" for found in error.errors()}
        shown = ", ".join(sorted(places)[:3])
        raise unexpected(about, f"not the agreed shape at {shown}") from None
    except (ArithmeticError, ValueError, RecursionError):
        raise unexpected(about, "a value of the answer is beyond all bounds") from None


def read_list(http: HttpClient, call: Call, row: type[Row], *, page_size: int, page_cap: int = PAGE_CAP) -> list[Row]:
    """Every row of a list, each id once; UnexpectedAnswer when the pages do not end or rows are missing."""
    about = http.about(call.what)
    rows: dict[str, Row] = {}
    counts: list[int] = []
    for page in _pages(http, call, page_size, page_cap):
        before = len(rows)
        rows.update((item.id, item) for item in (parse(row, raw, about) for raw in page.items))
        counts += [page.count] if page.count is not None else []
        if isinstance(page, BarePage) and len(rows) == before:
            break
    if counts and len(rows) < max(counts):
        raise unexpected(about, f"{len(rows)} of {max(counts)} rows came")
    return list(rows.values())


def _pages(http: HttpClient, call: Call, page_size: int, page_cap: int) -> Iterator[Page]:
    call = replace(call, query={**call.query, "$top": str(page_size)})
    follow = _Follow(http, call)
    for _ in range(page_cap):
        page = _page(http, call)
        yield page
        following = follow.after(page)
        if following is None:
            return
        call = following
    raise unexpected(http.about(call.what), f"more than {page_cap} pages came")


class _Follow:
    """Finds the call for the page after this one, and notices going round in circles."""

    def __init__(self, http: HttpClient, first: Call) -> None:
        self._http = http
        self._first = first
        self._seen: set[str] = set()
        self._rows = 0

    def after(self, page: Page) -> Call | None:
        self._rows += len(page.items)
        if page.next_page_link:
            return self._linked(page.next_page_link)
        if isinstance(page, BarePage) and page.items:
            return replace(self._first, query={**self._first.query, "$skip": str(self._rows)})
        return None

    def _linked(self, link: str) -> Call:
        about = self._http.about(self._first.what)
        address = self._http.on_own_host(link)
        if address is None:
            raise unexpected(about, "the link to the next page leads to another host")
        if address in self._seen:
            raise unexpected(about, "the links to the next page go round in circles")
        self._seen.add(address)
        return replace(self._first, address=address, query={})


def _page(http: HttpClient, call: Call) -> Page:
    about = http.about(call.what)
    value = read_json(http.send(call), about)
    if isinstance(value, list):
        return parse(BarePage, {"items": value}, about)
    return parse(Page, value, about)
