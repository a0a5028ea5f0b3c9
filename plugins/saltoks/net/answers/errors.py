"""Turns answers and failed exchanges into the errors of `core.errors`.

A text repeats nothing of a request; of an answer only what its dialect lets through (`net.answers.quotes`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from saltoks.core.errors import SaltoksError, Throttled, Unavailable, UnexpectedAnswer
from saltoks.net.answers.bodies import json_of
from saltoks.net.answers.dialect import Dialect, Problem, Refusal
from saltoks.net.answers.failures import NOT_SENT, network_words, unread_words
from saltoks.net.answers.throttle import retry_after
from saltoks.net.calls import signs_in


@dataclass(frozen=True, slots=True)
class About:
    """What a request was for: `what` completes "Could not …", `whom` is asked and says no in its `dialect`."""

    what: str
    whom: str
    dialect: Dialect

    def __str__(self) -> str:
        return f"Could not {self.what} ({self.whom})"


def error_for(response: httpx.Response, about: About) -> SaltoksError:
    """The error that an answer without success stands for."""
    dialect = about.dialect
    refusal = _refusal(response, dialect)
    meaning, code = dialect.meaning(refusal), refusal.problem.code
    said = f"{dialect.speaker} answered {refusal.status}{refusal.problem}"
    text = f"{about}: {said}{dialect.advice_on(refusal, meaning)}."
    if meaning is Throttled:
        return Throttled(text, retry_after=refusal.wait, code=code)
    if meaning is Unavailable:
        return Unavailable(text, sent=refusal.may_have_acted, code=code)
    return meaning(text, code=code)


def network_error(error: httpx.RequestError, about: About, *, writes: bool) -> SaltoksError:
    """The error that a failed exchange stands for; `writes` says whether the request would change something."""
    dialect = about.dialect
    if isinstance(error, httpx.DecodingError | httpx.LocalProtocolError):
        return UnexpectedAnswer(f"{about}: {unread_words(error)}; {dialect.report}.")
    sent = writes and not signs_in(error.request) and not isinstance(error, NOT_SENT)
    where = dialect.no_answer if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout) else ""
    outcome = "; it may have been carried out" if sent else ""
    return Unavailable(f"{about}: {network_words(error)}{where}{outcome}.", sent=sent)


def unexpected(about: About, problem: str) -> UnexpectedAnswer:
    """An answer with success whose shape is not the agreed one."""
    return UnexpectedAnswer(f"{about}: {problem}; nothing was taken from this answer.")


def read_json(response: httpx.Response, about: About) -> object:
    """The body as JSON, or UnexpectedAnswer."""
    try:
        return json_of(response)
    except ValueError:
        raise unexpected(about, f"the answer is not JSON{about.dialect.no_json}") from None


def _refusal(response: httpx.Response, dialect: Dialect) -> Refusal:
    told = retry_after(response)
    return Refusal(
        status=response.status_code,
        problem=_problem(response, dialect),
        response=response,
        wait=dialect.untold if told is None else told,
        is_throttle=dialect.throttle(response),
    )


def _problem(response: httpx.Response, dialect: Dialect) -> Problem:
    try:
        body = json_of(response)
    except ValueError:
        return Problem()
    if not isinstance(body, Mapping):
        return Problem()
    return dialect.problem({str(key).lower(): value for key, value in body.items() if value is not None})
