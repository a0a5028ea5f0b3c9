"""Bad values and bad bytes, drawn from a seeded source of chance."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random

TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff tail",
    "\u0000\u0001\u0002",
    "\u200b",
    "\ufeffBOM",
    "\u202eright to left",
    "\x1b[2J\x1b]0;title\x07",
    "İSTANBUL",
    "ﬁ ﬀ ½ ①",
    "１２３",
    "1_000",
    "+1",
    "-0",
    "1e400",
    "0x1f",
    "NaN",
    "null",
    "none",
    "infinity",
    "-infinity",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "0000-00-00",
    "2026-02-30T12:00",
    "2026-03-29T02:30:00",
    "2026-10-25T02:30:00",
    "2026-03-10T24:00",
    "2026-03-10T12:00:00.123456789Z",
    "12/31/2026 1:00 PM",
    "١٢:٠٠",
    "=cmd|' /C calc'!A0",
    "';drop table people;--",
    "%s %d {0} {x}",
    "{{ 7 * 7 }}",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "a@b",
    "a@b.example;c@d.example",
    "a\u200b@b.example",
    "Ａ@b.example",
    "x" * 70_000,
    "é" * 3_000,
    "\n\r\n",
    '"',
    '"""',
    ";",
)
NUMBERS: tuple[int | float, ...] = (-1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**30, 1e20, 1e308, -1e308, 0.1, 5e-324)
_DEEP = 150


def value(chance: Random) -> object:
    """One bad value: of another type, too large, too long, too deep, or of letters that nobody expects."""
    kinds: Sequence[Callable[[], object]] = (
        lambda: chance.choice(TEXTS),
        lambda: chance.choice(TEXTS),
        lambda: chance.choice(NUMBERS),
        lambda: None,
        lambda: [],
        lambda: {},
        lambda: [chance.choice(TEXTS), None, 1],
        lambda: {chance.choice(TEXTS): chance.choice(TEXTS)},
        lambda: nested(chance.randrange(2, _DEEP)),
    )
    return chance.choice(kinds)()


def nested(depth: int) -> object:
    """A list in a list, so many times."""
    found: object = "bottom"
    for _ in range(depth):
        found = [found]
    return found


def leaves(body: object, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where the plain values of a JSON value stand: the keys and places that lead to each."""
    if isinstance(body, dict):
        return [place for key, one in body.items() for place in leaves(one, (*at, key))]
    if isinstance(body, list):
        return [place for key, one in enumerate(body) for place in leaves(one, (*at, key))]
    return [at]


def replaced(body: object, at: Sequence[str | int], new: object) -> object:
    """A JSON value with another one in one place."""
    if not at:
        return new
    first, rest = at[0], at[1:]
    if isinstance(body, dict):
        return {key: replaced(one, rest, new) if key == first else one for key, one in body.items()}
    if isinstance(body, list):
        return [replaced(one, rest, new) if key == first else one for key, one in enumerate(body)]
    return body


def encoded(body: object) -> bytes:
    """JSON as servers write it that escape what is not ASCII: half a surrogate pair comes through."""
    return json.dumps(body).encode("ascii")


def broken(chance: Random, body: bytes) -> bytes:
    """Bytes that are cut, flipped, of another encoding, too deep, or not what they were at all."""
    place = chance.randrange(len(body) + 1)
    kinds: Sequence[Callable[[], bytes]] = (
        lambda: body[:place],
        lambda: body[:place] + bytes([chance.randrange(256)]) + body[place + 1 :],
        lambda: body[:place] + chance.randbytes(4) + body[place:],
        lambda: b"\xef\xbb\xbf" + body,
        lambda: body.decode("utf-8", "replace").encode("utf-16"),
        lambda: b"",
        lambda: b"null",
        lambda: b"[]",
        lambda: b"{}",
        lambda: b"<html><body>502 Bad Gateway</body></html>",
        lambda: b"[" * 100_000,
        lambda: b'{"a":' * 20_000,
        lambda: b"1" * 10_000,
        lambda: b"[NaN, Infinity, -Infinity]",
        lambda: body + body,
        lambda: chance.randbytes(200),
    )
    return chance.choice(kinds)()
