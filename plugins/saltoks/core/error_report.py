"""What nobody foresaw, in one sentence and in frames: places in the code, never the values that were at hand.

The text of a foreign exception may quote a row, a name or a secret, so it is left out of both.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import FrameType

from saltoks.core.errors import SaltoksError, Unexpected

_PACKAGE = "saltoks"
_DEEPEST = 30
"""How many frames a trace shows: of endless recursion the last ones tell as much as all."""


def as_saltoks_error(error: Exception) -> SaltoksError:
    """The error itself if it is one of ours, else one that says where the fault is."""
    if isinstance(error, SaltoksError):
        return error
    kind = type(error).__name__
    return Unexpected(f"unexpected {kind} {_place(error)}: a fault of saltoks itself — report it with its trace")


def traceback_without_values(error: BaseException) -> str:
    """The frames of an exception and of those behind it, innermost last, without their texts."""
    return "\n".join(line for one in _chain(error) for line in _lines(one))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Causes first, as Python prints them; each once."""
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        following = following.__cause__ or following.__context__
    return reversed(found)


def _lines(error: BaseException) -> list[str]:
    frames = list(traceback.walk_tb(error.__traceback__))
    skipped = len(frames) - _DEEPEST
    more = [f"  … {skipped} frame(s) more"] if skipped > 0 else []
    told = [f"  {_module(frame)}, line {line}, in {frame.f_code.co_name}" for frame, line in frames[-_DEEPEST:]]
    return [*more, *told, type(error).__name__]


def _place(error: BaseException) -> str:
    """The innermost place in this product."""
    frames = list(traceback.walk_tb(error.__traceback__))
    mine = [(frame, line) for frame, line in frames if _module(frame).partition(".")[0] == _PACKAGE]
    if not (mine or frames):
        return "at an unknown place"
    frame, line = (mine or frames)[-1]
    return f"in {_module(frame)}, line {line}"


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "?"))
