"""Answers that never end, or that grow while they are unpacked, over real HTTP: refused in time and little memory."""

from __future__ import annotations

import gzip
import itertools
import json
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from net.rig import Naps
from net.servers import Reply, serving
from saltoks.core.errors import Unavailable, UnexpectedAnswer
from saltoks.net.rest import Rest
from saltoks.net.transport.answer_limits import Limits
from saltoks.net.transport.network import Line

SMALL = Limits(seconds=1.0, size=100_000)
ROWS = [{"id": number} for number in range(500)]
BODY = json.dumps(ROWS).encode()


def asked(reply: Reply, naps: Naps, limits: Limits = SMALL) -> object:
    """What a client gets that asks for the bookings."""
    with (
        serving(lambda _: reply) as url,
        Rest("desk", url, auth=None, rate_per_second=1e6, sleep=naps, transport=Line(limits=limits)) as rest,
    ):
        return rest.get("bookings", what="read the bookings")


def dripping(piece: bytes) -> Iterator[bytes]:
    """A piece every tenth of a second, for ever; often enough that no single read is slow."""
    for _ in itertools.count():
        yield piece
        time.sleep(0.1)


def bomb(megabytes: int, window: int = zlib.MAX_WBITS | 16) -> bytes:
    """Zeros, packed to a thousandth."""
    engine = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join(engine.compress(bytes(1_000_000)) for _ in range(megabytes)) + engine.flush()


def test_one_byte_after_the_other_ends_at_the_deadline(naps: Naps) -> None:
    """No repeat either: the server has shown that it does not come to an end."""
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 did not end its answer in time"):
        asked(Reply(200, dripping(b" ")), naps)
    assert time.monotonic() - began < 3
    assert naps == []


def test_a_header_that_never_ends_ends_at_the_deadline(naps: Naps) -> None:
    def headers() -> Iterator[tuple[str, str]]:
        for number in itertools.count():
            time.sleep(0.1)
            yield f"X-{number}", "more"

    class Endless(dict[str, str]):
        def items(self) -> Iterator[tuple[str, str]]:  # type: ignore[override]
            return headers()

    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"did not (end its answer|answer) in time"):
        asked(Reply(200, (), Endless()), naps)
    assert time.monotonic() - began < 3


TOO_LARGE = {
    "plain": Reply(200, itertools.repeat(bytes(10_000))),
    "gzip": Reply(200, [bomb(5)], {"Content-Encoding": "gzip"}),
    "x-gzip": Reply(200, [bomb(5)], {"Content-Encoding": "X-GZip"}),
    "deflate": Reply(200, [bomb(5, zlib.MAX_WBITS)], {"Content-Encoding": "deflate"}),
    "raw deflate": Reply(200, [bomb(5, -zlib.MAX_WBITS)], {"Content-Encoding": "deflate"}),
    "gzip in gzip": Reply(200, [gzip.compress(bomb(50))], {"Content-Encoding": "gzip, gzip"}),
    "in a refusal": Reply(400, [bomb(5)], {"Content-Encoding": "gzip"}),
}


@pytest.mark.parametrize("reply", TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_what_grows_beyond_the_limit_is_refused(naps: Naps, reply: Reply) -> None:
    with pytest.raises(UnexpectedAnswer, match="the answer is larger than any that is expected"):
        asked(reply, naps)


def test_three_hundred_megabytes_in_a_third_of_one_cost_no_memory(naps: Naps) -> None:
    """With the limits that every client has."""
    packed = bomb(300)
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(UnexpectedAnswer, match="larger than any"):
        asked(Reply(200, [packed], {"Content-Encoding": "gzip"}), naps, Limits())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100_000_000
    assert time.monotonic() - began < 20


FINE = {
    "plain": Reply(200, [BODY], {"Content-Length": str(len(BODY))}),
    "in pieces": Reply(200, [BODY[:100], BODY[100:]]),
    "gzip": Reply(200, [gzip.compress(BODY)], {"Content-Encoding": "gzip"}),
    "gzip, byte by byte": Reply(200, [bytes([one]) for one in gzip.compress(BODY)], {"Content-Encoding": "gzip"}),
    "deflate": Reply(200, [zlib.compress(BODY)], {"Content-Encoding": "deflate"}),
    "raw deflate": Reply(200, [zlib.compress(BODY)[2:-4]], {"Content-Encoding": "deflate"}),
    "identity": Reply(200, [BODY], {"Content-Encoding": "identity"}),
}


@pytest.mark.parametrize("reply", FINE.values(), ids=FINE.keys())
def test_what_is_packed_as_usual_is_read(naps: Naps, reply: Reply) -> None:
    assert asked(reply, naps) == ROWS


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip", "deflate"])
def test_what_is_not_packed_as_it_says_is_not_an_answer(naps: Naps, packing: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="broke HTTP rules"):
        asked(Reply(200, [b"\x01not packed"], {"Content-Encoding": packing}), naps)


def test_the_limits_of_every_client_leave_room_for_the_largest_page_and_no_more() -> None:
    assert Limits() == Limits(seconds=60.0, size=32_000_000)
