"""The one place where text leaves to a terminal: whatever it holds, it cannot steer it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

from saltoks.core.text import printable

_COLOUR = re.compile(r"(\x1b\[[0-9;]*m)")


class Harmless:
    """A stream on which control codes and writing directions are written out; our colours get through to a screen."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Writes a text; gives the number of its characters."""
        parts = _COLOUR.split(text) if self._stream.isatty() else [text]
        self._stream.write("".join(part if n % 2 else printable(part) for n, part in enumerate(parts)))
        return len(text)


@contextmanager
def harmless() -> Iterator[None]:
    """Standard output and standard error are harmless in between."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, Harmless(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
