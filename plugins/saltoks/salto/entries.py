"""Reads the entries of a site: one that cannot be read is handed out beside the others, and stops none of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import httpx
from pydantic import ValidationError

from saltoks.core.devices.entries import UnreadableEntry
from saltoks.core.text import is_storable
from saltoks.net.answers.errors import About, unexpected
from saltoks.net.calls import Call
from saltoks.net.client import HttpClient
from saltoks.salto.models import Answer, Entry
from saltoks.salto.paging import PAGE_CAP, parse
from saltoks.salto.values import LONGEST_ID

MOST_STAYS = 10


@dataclass(frozen=True, slots=True)
class EntryPage:
    """One page of entries as they came, and those of it that cannot be read."""

    entries: tuple[Entry, ...]
    spoiled: tuple[UnreadableEntry, ...] = ()


class _Page(Answer):
    items: list[object]
    continuation_token: str | None = None


def read_entries(
    http: HttpClient, call: Call, *, since: datetime, page_size: int, page_cap: int = PAGE_CAP
) -> Iterator[EntryPage]:
    """Pages of entries, newest first, down to the first page that reaches behind `since`.

    An empty page with a token goes on and is not handed out.
    """
    about = http.about(call.what)
    call = replace(call, query={"$orderby": "utc_date_time desc", "$top": str(page_size)})
    tokens = _Tokens(about)
    for _ in range(page_cap):
        page = _page(http, call, about)
        found = _sorted_out(page.items)
        if page.items:
            yield found
        token = page.continuation_token
        if not token or any(entry.utc_date_time < since for entry in found.entries):
            return
        tokens.take(token, after_empty_page=not page.items)
        call = replace(call, headers={b"CLP-Continuation-Token": token.encode()})
    raise unexpected(about, f"more than {page_cap} pages came")


def entry_of(body: str) -> Entry | UnreadableEntry:
    """An entry from the JSON text in which it was kept."""
    return _entry(json.loads(body), body)


class _Tokens:
    """Notices going round in circles; only an empty page may bring its own token again, a few times."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._seen: set[str] = set()
        self._last = ""
        self._stays = 0

    def take(self, token: str, *, after_empty_page: bool) -> None:
        if not is_storable(token) or any(letter < " " or letter == "\x7f" for letter in token):
            raise unexpected(self._about, "the continuation token is none that can be sent back")
        self._stays = self._stays + 1 if after_empty_page and token == self._last else 0
        if token in self._seen and not 0 < self._stays <= MOST_STAYS:
            raise unexpected(self._about, "the same continuation token came twice")
        self._seen.add(token)
        self._last = token


def _page(http: HttpClient, call: Call, about: About) -> _Page:
    value = _exactly(http.send(call), about)
    return parse(_Page, {"items": value} if isinstance(value, list) else value, about)


def _exactly(response: httpx.Response, about: About) -> object:
    """The body as JSON, with every text as it came: a trail of evidence is kept as it is."""
    try:
        value: object = json.loads(response.content)
    except (ValueError, RecursionError):
        raise unexpected(about, "the answer is not JSON, or nested too deeply") from None
    return value


def _sorted_out(items: list[object]) -> EntryPage:
    read = [_entry(raw, _body(raw)) for raw in items]
    return EntryPage(
        tuple(one for one in read if isinstance(one, Entry)),
        tuple(one for one in read if isinstance(one, UnreadableEntry)),
    )


def _entry(raw: object, body: str) -> Entry | UnreadableEntry:
    if not isinstance(raw, dict):
        return UnreadableEntry(_id_of(raw, body), "the entry", "is not an object", body)
    try:
        return Entry.model_validate({**raw, "raw": body})
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return UnreadableEntry(_id_of(raw, body), place, first["msg"], body)
    except (ArithmeticError, ValueError, RecursionError):
        return UnreadableEntry(_id_of(raw, body), "the entry", "holds a value beyond all bounds", body)


def _body(raw: object) -> str:
    try:
        return json.dumps(raw, separators=(",", ":"))
    except RecursionError:
        return '"nested too deeply to be kept"'


def _id_of(raw: object, body: str) -> str:
    """Its own id, or one made of what it says, the same whenever it comes again."""
    named = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(named, str) and 0 < len(named) <= LONGEST_ID and is_storable(named):
        return named
    return f"without an id, {hashlib.sha256(body.encode()).hexdigest()[:16]}"
