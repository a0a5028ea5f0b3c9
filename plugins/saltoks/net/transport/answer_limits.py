"""How long an answer may take in all and how large it may be, packed or unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import httpx

MEGABYTE = 1_000_000
UNPACKED = "gzip, deflate"
"""What a server may pack its answer with; only what is counted while it is unpacked."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` from the first byte sent to the last one read; `size` in bytes of the unpacked body."""

    seconds: float = 60.0
    size: int = 32 * MEGABYTE


class TooSlow(httpx.ReadTimeout):
    """The whole answer did not come in time."""


class TooLarge(httpx.DecodingError):
    """The answer is larger than anything that is expected."""


def read_whole(pieces: Iterable[bytes], encodings: Sequence[str], limits: Limits) -> bytes:
    """The unpacked body; raises `TooLarge` before it holds more than the limit, `httpx.DecodingError` when broken."""
    steps = [_step(one, limits.size) for one in reversed(encodings) if one not in ("", "identity")]
    counted = _Unpacked(limits.size)
    body: list[bytes] = []
    packed = 0
    for piece in pieces:
        packed += len(piece)
        if packed > limits.size:
            raise TooLarge("more bytes than expected")
        for step in steps:
            piece = step.feed(piece)
        body.append(counted.feed(piece))
    return b"".join(body)


class _Unpacked:
    """Counts, and nothing else."""

    def __init__(self, room: int) -> None:
        self._room = room

    def feed(self, piece: bytes) -> bytes:
        """The piece as it is."""
        return self._counted(piece)

    def _counted(self, piece: bytes) -> bytes:
        self._room -= len(piece)
        if self._room < 0:
            raise TooLarge("more bytes than expected")
        return piece


class _Inflated(_Unpacked):
    """gzip, zlib, and deflate as some servers mean it; never unpacks more than there is room for."""

    def __init__(self, room: int, *windows: int) -> None:
        super().__init__(room)
        self._windows = list(windows)
        self._engine = zlib.decompressobj(self._windows.pop(0))

    def feed(self, piece: bytes) -> bytes:
        """What the piece unpacks to."""
        try:
            return self._counted(self._engine.decompress(piece, self._room + 1))
        except zlib.error as error:
            if not self._windows:
                raise httpx.DecodingError("not packed as it says") from error
        self._engine = zlib.decompressobj(self._windows.pop(0))
        return self.feed(piece)


def _step(encoding: str, room: int) -> _Unpacked:
    if encoding in ("gzip", "x-gzip"):
        return _Inflated(room, zlib.MAX_WBITS | 16)
    if encoding == "deflate":
        return _Inflated(room, zlib.MAX_WBITS, -zlib.MAX_WBITS)
    raise httpx.DecodingError(f"packed in a way that was not asked for ({encoding[:20]})")
