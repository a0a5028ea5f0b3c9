"""How a kind of server says no, as values: what of it may be repeated, what each answer means, and what helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from saltoks.core.errors import (
    NotPermitted,
    NotThere,
    Refused,
    SaltoksError,
    SignInFailed,
    Throttled,
    Unavailable,
    UnexpectedAnswer,
)
from saltoks.net.answers.throttle import Throttle, by_status_429
from saltoks.net.calls import signs_in


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error body says, as far as it may be repeated: the vendor's code and message, None where there is none.

    A code that is not shown still goes with the error.
    """

    code: str | None = None
    message: str | None = None
    shows_code: bool = True

    def __str__(self) -> str:
        """As it follows the status: ` 2202 (User not found)`."""
        code = f" {self.code}" if self.code and self.shows_code else ""
        return code + (f" ({self.message})" if self.message else "")


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer without success; `wait` is for how many seconds it asks, None when it does not say."""

    status: int
    problem: Problem
    response: httpx.Response
    wait: float | None
    is_throttle: bool

    @property
    def may_have_acted(self) -> bool:
        """Whether the request may have been carried out all the same, where the server failed."""
        return self.response.request.method != "GET" and not signs_in(self.response.request)

    @property
    def has_body(self) -> bool:
        """Whether the server said anything beyond the status."""
        return bool(self.response.content.strip())


Fields = Mapping[str, object]
"""An error body by the names of its fields in small letters, without those that are null."""

Advice = str | Callable[[Refusal], str]
"""What goes on behind the status, with its own punctuation and without a full stop."""


def nothing_repeated(_: Fields) -> Problem:
    """Of whoever hands out tokens nothing is repeated."""
    return Problem()


def meaning_of(refusal: Refusal) -> type[SaltoksError]:
    """What an answer means by its status, as the standard has it."""
    status = refusal.status
    if refusal.is_throttle:
        return Throttled
    if status >= 500 or status == 408:
        return Unavailable
    known = {401: SignInFailed, 403: NotPermitted, 404: NotThere}
    return known.get(status, Refused if status >= 400 else UnexpectedAnswer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One kind of server.

    `speaker` said it, and `answer` is what came of it; `rate` is what to lower when it throttles, and `untold` the
    seconds to wait where it does not say how long. `advice` has an entry for each error that `meaning` gives, a
    throttle aside.
    """

    speaker: str
    answer: str = "the answer"
    advice: Mapping[type[SaltoksError], Advice]
    problem: Callable[[Fields], Problem]
    meaning: Callable[[Refusal], type[SaltoksError]] = meaning_of
    throttle: Throttle = by_status_429
    untold: float | None = None
    rate: str
    no_json: str = ""
    """What to check where the answer is not JSON."""
    report: str
    """What to do about an answer that breaks HTTP's own rules."""
    no_answer: str = ""
    """Where to look when no answer comes in time."""

    def advice_on(self, refusal: Refusal, meaning: type[SaltoksError]) -> str:
        """What goes on behind the status."""
        if meaning is Throttled:
            wait = "wait a little" if refusal.wait is None else f"wait {refusal.wait:.0f} s"
            return f"; {wait}, or lower {self.rate}"
        advice = self.advice[meaning]
        return advice if isinstance(advice, str) else advice(refusal)
