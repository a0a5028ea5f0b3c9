"""How one attempt is judged: nothing but our own errors, in time, without a secret, and nothing that cannot be kept."""

from __future__ import annotations

import logging
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from random import Random
from types import FrameType

from saltoks.core.errors import SaltoksError
from saltoks.core.text import is_storable

HANG_SECONDS = 20.0
Work = Callable[[Random], "Result"]


@dataclass(frozen=True, slots=True)
class Result:
    """What an attempt gave: values that will be kept, sentences that people will read, and broken promises."""

    kept: tuple[object, ...] = ()
    said: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rig:
    """Something to feed bad input to, and the secrets that no message and no log of it may hold."""

    work: Work
    secrets: set[str]


@dataclass(frozen=True, slots=True)
class Fault:
    """A promise that bad input broke; `number` and the seed make it again."""

    target: str
    number: int
    kind: str
    text: str


class Hang(BaseException):
    """An attempt took too long; no handler of ours may take it for an error."""


@dataclass
class _Said(logging.Handler):
    """Collects what is logged meanwhile."""

    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps a line, with its values filled in."""
        self.lines.append(record.getMessage())


def faults(target: str, number: int, rig: Rig, seed: int, within: float = HANG_SECONDS) -> Iterator[Fault]:
    """Makes one attempt, which may take so many seconds, and names what it broke."""
    said = _Said()
    logger = logging.getLogger("saltoks")
    logger.addHandler(said)
    try:
        with _in_time(within):
            result = _done(rig.work, Random(f"{seed}/{target}/{number}"))
    except Hang:
        yield Fault(target, number, "hang", f"took longer than {within:.0f} s")
        return
    except Exception:
        yield Fault(target, number, "traceback", traceback.format_exc(limit=-4))
        return
    finally:
        logger.removeHandler(said)
    for line in (*result.said, *said.lines):
        if any(secret in line for secret in rig.secrets):
            yield Fault(target, number, "leak", line)
    for text in (text for one in result.kept for text in texts(one) if not is_storable(text)):
        yield Fault(target, number, "unstorable", repr(text[:80]))
    for sentence in result.broken:
        yield Fault(target, number, "promise", sentence)


def texts(value: object) -> Iterator[str]:
    """Every text in a value: of its fields, its items and its keys."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from texts(getattr(value, one.name))
    elif isinstance(value, dict):
        yield from texts([*value.keys(), *value.values()])
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for one in value:
            yield from texts(one)


def _done(work: Work, chance: Random) -> Result:
    try:
        return work(chance)
    except SaltoksError as error:
        return Result(said=(error.message, str(error)))


@contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    """Raises `Hang` in the main thread when the body takes too long."""

    def over(_number: int, _frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
