"""How booking systems say no, unless one has words of its own."""

from __future__ import annotations

from dataclasses import replace

from saltoks.core.errors import (
    NotPermitted,
    NotThere,
    Refused,
    SaltoksError,
    SignInFailed,
    Unavailable,
    UnexpectedAnswer,
)
from saltoks.core.retries import BOOKING_THROTTLE_WAIT
from saltoks.net.answers.dialect import Dialect, Fields, Problem, Refusal, meaning_of, nothing_repeated
from saltoks.net.answers.quotes import quoted

_MESSAGES = ("message", "error_description", "error", "title")


def _problem(fields: Fields) -> Problem:
    """The message; no code, since each vendor has its own."""
    texts = [fields[key] for key in _MESSAGES if isinstance(fields.get(key), str)]
    return Problem(message=quoted(texts[0]) if texts else None)


def _gone(refusal: Refusal) -> str:
    whether = "it is gone or was never there" if refusal.has_body else "whether it is gone is not known"
    return f"; {whether}, or the server is down or the base address wrong"


def _login(refusal: Refusal) -> str:
    if refusal.status == 401:
        return "; check user name and password, and that the user has the rights for this"
    return "; check user name, password and, with a second factor, its secret"


def _meaning_at_sign_in(refusal: Refusal) -> type[SaltoksError]:
    """A token endpoint that calls the request wrong means the user."""
    meaning = meaning_of(refusal)
    return SignInFailed if meaning is Refused else meaning


BOOKING = Dialect(
    speaker="it",
    problem=_problem,
    advice={
        Unavailable: "; try again later",
        SignInFailed: _login,
        NotPermitted: "; give the user of this source the rights for this",
        NotThere: _gone,
        Refused: "; asking again cannot help, check the settings of the source",
        UnexpectedAnswer: "; a redirect is not followed, check the base address",
    },
    untold=BOOKING_THROTTLE_WAIT,
    rate="the rate of the source",
    no_json=", check the base address",
    report="report this to the vendor; nothing was taken from this answer",
)
"""A booking system's API; of its answers only the message is repeated."""

BOOKING_SIGN_IN = replace(BOOKING, problem=nothing_repeated, meaning=_meaning_at_sign_in)
"""Where a booking system hands out tokens."""
