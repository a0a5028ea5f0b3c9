"""Turns a booking system's answers and failed exchanges into the errors of `core.errors`.

A text repeats nothing of a request; of an answer only the vendor's own message (`net.quotes`).
"""

from __future__ import annotations

from collections.abc import Mapping
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
from saltoks.net.bodies import json_of
from saltoks.net.failures import network_words, unread_words
from saltoks.net.quotes import quoted
from saltoks.net.throttle import Throttle, by_status_429

_MESSAGE_KEYS = ("message", "error_description", "error", "title")


@dataclass(frozen=True, slots=True)
class About:
    """What a request was for: `what` completes "Could not …"; `source` is the booking system by its own name.

    Of an answer that is `secret`, as of whoever hands out tokens, nothing is quoted.
    """

    source: str
    what: str
    secret: bool = False

    def __str__(self) -> str:
        return f"Could not {self.what} (source {self.source!r})"


def error_for(response: httpx.Response, about: About, throttle: Throttle = by_status_429) -> SaltoksError:
    """The error that an answer without success stands for."""
    start = f"{about}: it answered {response.status_code}{_quote(response, about)}"
    seconds, status = throttle(response), response.status_code
    if seconds is not None:
        return Throttled(f"{start}; wait {seconds:.0f} s, or lower the rate of the source.", retry_after=seconds)
    if status >= 500 or status == 408:
        return Unavailable(f"{start}; try again later.")
    if status == 401:
        return SignInFailed(f"{start}; check user name and password, and that the user has the rights for this.")
    if status == 403:
        return NotPermitted(f"{start}; give the user of this source the rights for this.")
    if status == 404:
        whether = "it is gone or was never there" if response.content.strip() else "whether it is gone is not known"
        return NotThere(f"{start}; {whether}, or the server is down or the base address wrong.")
    if status >= 400:
        return Refused(f"{start}; asking again cannot help, check the settings of the source.")
    return UnexpectedAnswer(f"{start}; a redirect is not followed, check the base address.")


def network_error(error: httpx.RequestError, about: About) -> SaltoksError:
    """The error that a failed exchange stands for."""
    if isinstance(error, httpx.DecodingError | httpx.LocalProtocolError):
        return unexpected(about, f"{unread_words(error)}; report this to the vendor")
    return Unavailable(f"{about}: {network_words(error)}.")


def unexpected(about: About, problem: str) -> UnexpectedAnswer:
    """An answer with success whose shape is not the agreed one."""
    return UnexpectedAnswer(f"{about}: {problem}; nothing was taken from this answer.")


def read_json(response: httpx.Response, about: About) -> object:
    """The body as JSON, or UnexpectedAnswer."""
    try:
        return json_of(response)
    except ValueError:
        raise unexpected(about, "the answer is not JSON, check the base address") from None


def _quote(response: httpx.Response, about: About) -> str:
    if about.secret:
        return ""
    try:
        body = json_of(response)
    except ValueError:
        return ""
    if not isinstance(body, Mapping):
        return ""
    fields = {str(key).lower(): value for key, value in body.items()}
    texts = [fields[key] for key in _MESSAGE_KEYS if isinstance(fields.get(key), str)]
    text = quoted(texts[0]) if texts else None
    return f" ({text})" if text else ""
