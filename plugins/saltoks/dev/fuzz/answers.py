"""A sandbox whose answers are recorded once, and then given again with one of them spoiled."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Self

import httpx

from saltoks.dev.fuzz import poison

_TOKENS = ("access_token", "refresh_token")
_STATUSES = (204, 301, 304, 400, 401, 403, 404, 405, 409, 418, 422, 429, 500, 502, 503, 504, 599)
_WAITS = ("", "0", "-1", "1e9", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "9" * 400, "\u0661")
_NETWORK: tuple[type[httpx.TransportError], ...] = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.ReadTimeout,
    httpx.ReadError,
    httpx.RemoteProtocolError,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was recorded."""

    status: int
    content: bytes
    content_type: str

    @property
    def body(self) -> object:
        """Its JSON; None where it is none."""
        try:
            found: object = json.loads(self.content)
        except ValueError:
            return None
        return found


Spoil = Callable[[Random, httpx.Request, Answer], httpx.Response]


@dataclass
class Replay(httpx.BaseTransport):
    """Gives recorded answers; the one with the number `spoiled` (from 0) is spoiled on its way.

    `values_only`: it stays JSON of the same shape, with one plain value replaced. `tokens` are those that were handed
    out by it.
    """

    live: httpx.BaseTransport = field(default_factory=httpx.HTTPTransport)
    recorded: dict[tuple[str, str, bytes], Answer] = field(default_factory=dict)
    chance: Random = field(default_factory=Random)
    spoiled: int | None = None
    values_only: bool = False
    asked: int = 0
    tokens: set[str] = field(default_factory=set)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        """Stays open: a client closes it after every attempt."""

    def close(self) -> None:
        """Stays open, as above."""

    def start(self, chance: Random, spoiled: int | None, *, values_only: bool = False) -> None:
        """Begins an attempt."""
        self.chance, self.spoiled, self.values_only, self.asked = chance, spoiled, values_only, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The recorded answer, the live one where there is none yet, or a spoiled one."""
        number, self.asked = self.asked, self.asked + 1
        answer = self._answer(request)
        if number == self.spoiled:
            return self._one_value(answer) if self.values_only else _spoiled(self.chance, request, answer)
        return _as_it_was(answer)

    def _answer(self, request: httpx.Request) -> Answer:
        key = (request.method, str(request.url), request.read())
        if key not in self.recorded:
            live = self.live.handle_request(request)
            content = live.read()
            answer = Answer(live.status_code, content, live.headers.get("content-type", ""))
            self.recorded[key] = answer
            body = answer.body
            self.tokens |= {str(body[key]) for key in _TOKENS if key in body} if isinstance(body, dict) else set()
        return self.recorded[key]

    def _one_value(self, answer: Answer) -> httpx.Response:
        body = answer.body
        places = poison.leaves(body)
        if not places:
            return _as_it_was(answer)
        new = poison.value(self.chance)
        while new in (None, []) or (isinstance(new, str) and not new.strip()):  # nothing there: that may be so
            new = poison.value(self.chance)
        return httpx.Response(200, content=poison.encoded(poison.replaced(body, self.chance.choice(places), new)))


def _as_it_was(answer: Answer) -> httpx.Response:
    return httpx.Response(answer.status, content=answer.content, headers={"content-type": answer.content_type})


def _spoiled(chance: Random, request: httpx.Request, answer: Answer) -> httpx.Response:
    kinds: Sequence[Spoil] = (_some_values, _some_values, _some_values, _bytes, _status, _echo, _cut_off, _encoding)
    return chance.choice(kinds)(chance, request, answer)


def _some_values(chance: Random, _request: httpx.Request, answer: Answer) -> httpx.Response:
    body = answer.body
    for _ in range(chance.randrange(1, 5)):
        if places := poison.leaves(body):
            place = chance.choice(places)
            body = poison.replaced(body, place[: chance.randrange(len(place) + 1)], poison.value(chance))
    return httpx.Response(answer.status, content=poison.encoded(body))


def _bytes(chance: Random, _request: httpx.Request, answer: Answer) -> httpx.Response:
    return httpx.Response(answer.status, content=poison.broken(chance, answer.content))


def _status(chance: Random, _request: httpx.Request, answer: Answer) -> httpx.Response:
    wait = chance.choice(_WAITS).encode()
    headers = [(b"retry-after", wait), (b"location", b"http://127.0.0.1:1/elsewhere")]
    bodies = (answer.content, b"", b'{"ErrorCode": 99, "Message": "\\ud800"}', poison.broken(chance, b"{}"))
    return httpx.Response(chance.choice(_STATUSES), content=chance.choice(bodies), headers=headers)


def _echo(chance: Random, request: httpx.Request, _answer: Answer) -> httpx.Response:
    """A server that repeats the request in its error, as some do while they are being repaired."""
    told = {
        "error": request.read().decode("utf-8", "replace"),
        "error_description": f"{request.method} {request.url} {dict(request.headers)}",
        "Message": request.headers.get("authorization", ""),
    }
    return httpx.Response(chance.choice((400, 401, 403, 409, 500)), json=told)


def _cut_off(chance: Random, request: httpx.Request, _answer: Answer) -> httpx.Response:
    raise chance.choice(_NETWORK)(f"spoiled by the fuzzer: {request.headers.get('authorization', '')}", request=request)


def _encoding(chance: Random, _request: httpx.Request, answer: Answer) -> httpx.Response:
    """A body that is not encoded as its headers say."""
    encoding = chance.choice(("gzip", "deflate", "br", "zstd", "made-up"))
    content_type = chance.choice(("text/html", "application/json; charset=x"))
    headers = {"content-encoding": encoding, "content-type": content_type}
    return httpx.Response(answer.status, stream=httpx.ByteStream(answer.content), headers=headers)
