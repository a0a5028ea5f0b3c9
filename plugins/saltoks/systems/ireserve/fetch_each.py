"""Many things asked one by one: what is gone, what could not be read, and when to stop asking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from saltoks.core.errors import FixAccess, NotThere, SaltoksError
from saltoks.core.retries import RECORD_FAILURES

T = TypeVar("T")


@dataclass(slots=True)
class Answers(Generic[T]):
    """What came back, by id; `unread` is unknown, not gone. `doubts` say why, with the fix."""

    found: dict[str, T] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def ask_each(ids: Iterable[str], ask: Callable[[str], T], *, noun: str) -> Answers[T]:
    """Ask for each of these ids; 404 means gone, a refused user ends it at once, other failures soon."""
    answers: Answers[T] = Answers()
    waiting = list(ids)
    failures_left = RECORD_FAILURES
    while waiting and failures_left > 0:
        one = waiting.pop(0)
        try:
            answers.found[one] = ask(one)
        except NotThere:
            answers.gone.append(one)
        except SaltoksError as error:
            answers.unread.append(one)
            answers.doubts.append(error.message)
            failures_left = 0 if isinstance(error, FixAccess) else failures_left - 1
    if waiting:
        answers.doubts.append(f"{len(waiting)} more {noun} were not asked for after that; the next run asks again")
    answers.unread += waiting
    return answers
