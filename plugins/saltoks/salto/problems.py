"""Turns answers and network failures into the errors of `core.errors` (salto-ks §1.2, §2.5, §2.6).

The texts repeat nothing of a request; of an answer only code and message of the vendor (`net.quotes`), and of the
identity server's no message at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from saltoks.core.errors import (
    MaybeGone,
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
from saltoks.net.failures import NOT_SENT, network_words, unread_words
from saltoks.net.quotes import code_of, quoted
from saltoks.net.throttle import retry_after

TOKEN_ROUTE = "/connect/token"  # noqa: S105  # a path

_SIGN_IN_HELP = {
    "invalid_client": "check that client id and client secret belong to this environment, are not expired "
    "and were copied without spaces",
    "unauthorized_client": "this client may not use this grant; ask Salto to allow it",
    "unsupported_grant_type": "this client may not use this grant; ask Salto to allow it",
    "invalid_scope": "this client may not use the Connect API scope; ask Salto to allow it",
}
_OAUTH_WORDS = frozenset({*_SIGN_IN_HELP, "invalid_grant", "invalid_request", "access_denied", "server_error"})
"""What of an identity server's answer is repeated."""
_NOT_CONFIRMED = "pin_not_changed"
_GRANT_HELP = {
    "password": "check the user name and the password of the connection",
    "refresh_token": "the refresh token is used up or withdrawn; sign in again and store the new one",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What an error body says, whichever of the three shapes it has; all None when it says nothing."""

    code: str | None = None
    message: str | None = None
    oauth: str | None = None


def error_for(response: httpx.Response, what: str) -> SaltoksError:
    """The error an answer without success stands for; `what` completes "Could not …", with the connection."""
    problem = read_problem(response)
    if response.request.extensions.get("route") == TOKEN_ROUTE:
        return _sign_in_error(response, what, problem)
    return _api_error(response, what, problem)


def read_problem(response: httpx.Response) -> Problem:
    """Reads ErrorCode/Message (any case, code as text or number), RFC 7807 and OAuth bodies."""
    try:
        body = json_of(response)
    except ValueError:
        return Problem()
    if not isinstance(body, Mapping):
        return Problem()
    fields = {str(key).lower(): value for key, value in body.items() if value is not None}
    oauth = code_of(fields.get("error"))
    message = fields.get("message", fields.get("error_description", fields.get("title")))
    return Problem(code=code_of(fields.get("errorcode")) or oauth, message=quoted(message), oauth=oauth)


def network_error(error: httpx.RequestError, what: str, *, writes: bool) -> SaltoksError:
    """The error a failed exchange stands for; `writes` says whether the request would change something."""
    if isinstance(error, httpx.DecodingError | httpx.LocalProtocolError):
        return UnexpectedAnswer(f"Could not {what}: {unread_words(error)}; report this answer to Salto.")
    about_token = error.request.extensions.get("route") == TOKEN_ROUTE
    sent = writes and not about_token and not isinstance(error, NOT_SENT)
    outcome = "; it may have been carried out" if sent else ""
    return Unavailable(f"Could not {what}: {_network_words(error)}{outcome}.", sent=sent)


def unexpected(what: str, problem: str) -> UnexpectedAnswer:
    """An answer with success whose shape is not the agreed one."""
    return UnexpectedAnswer(f"Could not {what}: {problem}; nothing was taken from this answer.")


def _api_error(response: httpx.Response, what: str, problem: Problem) -> SaltoksError:
    status, code = response.status_code, problem.code
    start = f"Could not {what}: {_said(response, problem)}"
    if status == 429:
        return _throttled(response, start, code)
    if status >= 500 or status == 408:
        return _server_failed(response, start, code)
    if status == 401:
        return SignInFailed(
            f"{start}, though signing in worked; check that client and user belong to this environment "
            "and that the user is still a member of the site.",
            code=code,
        )
    if status == 403:
        return NotPermitted(f"{start}; {_permission_help(problem)}.", code=code)
    if status == 404:
        return _not_there(start, code)
    if status >= 400:
        return Refused(f"{start}; {_refusal_help(status, code)}.", code=code)
    return UnexpectedAnswer(f"{start}; a redirect or half an answer is not followed.", code=code)


def _not_there(start: str, code: str | None) -> NotThere:
    """Salto's own answer carries a code; without one nobody knows whose answer it is (salto-ks §1.1)."""
    if code is None:
        return MaybeGone(
            f"{start} without a code of its own, as it does when it is down or the address is wrong: whether this is "
            "gone is not known; see status.saltoks.com and try again."
        )
    return NotThere(f"{start}; it is gone, was never there, or the id is of another kind or site.", code=code)


def _sign_in_error(response: httpx.Response, what: str, problem: Problem) -> SaltoksError:
    status, oauth = response.status_code, problem.oauth
    known = Problem(code=oauth if oauth in _OAUTH_WORDS else None)
    start = f"Could not {what}: the identity server {_said(response, known, who='')}"
    if status == 429:
        return _throttled(response, start, oauth)
    if status in (404, 408) or status >= 500:
        return Unavailable(
            f"{start}; it is down or its address is wrong, see status.saltoks.com and try again.", code=oauth
        )
    if status == 403:
        return NotPermitted(f"{start}; a firewall or proxy may stand between.", code=oauth)
    if status == 401 or (status == 400 and oauth):
        return SignInFailed(f"{start}; {_sign_in_help(response, oauth)}.", code=oauth)
    return UnexpectedAnswer(f"{start}, which is not an answer of an identity server.", code=oauth)


def _sign_in_help(response: httpx.Response, oauth: str | None) -> str:
    """F18–F20, F22: which of the entered values to look at."""
    if oauth == "invalid_grant":
        return _GRANT_HELP[response.request.extensions["grant"]]
    return _SIGN_IN_HELP.get(oauth or "invalid_client", "check the grant and the client of the connection")


def _permission_help(problem: Problem) -> str:
    """What to do about a 403; which code goes with an activation that is only begun is not known, its word is."""
    code = problem.code
    if _NOT_CONFIRMED in (problem.message or ""):
        return "the activation of the IQ is begun and not confirmed: do so with `saltoks iq confirm`"
    if code == "2212":
        return "the site's subscription has ended or lacks this feature"
    if code == "3102":
        return "it takes no codes for 20 minutes after several wrong ones, and trying prolongs that"
    rights = "give the user of this connection the rights of a Site Admin on this site"
    return rights if code else f"a firewall or proxy may have answered; if it was Salto KS, {rights}"


def _refusal_help(status: int, code: str | None) -> str:
    if status == 400 and code == "1100":
        return "a site is asked by its UUID, not by its site UID such as XX0000000000; or a value is malformed"
    if code == "2210":
        return "the installer has not released the site yet"
    if code == "3102":
        return "the one-time code is wrong, so the secret or the IQ PIN of this account is another by now"
    return "asking again cannot help"


def _throttled(response: httpx.Response, start: str, code: str | None) -> Throttled:
    seconds = retry_after(response)
    wait = "wait a little" if seconds is None else f"wait {seconds:.0f} s"
    return Throttled(f"{start}; {wait}, or lower the connection's rate.", retry_after=seconds, code=code)


def _server_failed(response: httpx.Response, start: str, code: str | None) -> Unavailable:
    sent = response.request.method != "GET"
    outcome = "it may have been carried out" if sent else "try again later"
    return Unavailable(f"{start}; {outcome}, see status.saltoks.com.", sent=sent, code=code)


def _said(response: httpx.Response, problem: Problem, who: str = "Salto KS ") -> str:
    code = f" {problem.code}" if problem.code else ""
    quote = f" ({problem.message})" if problem.message else ""
    return f"{who}answered {response.status_code}{code}{quote}"


def _network_words(error: httpx.RequestError) -> str:
    words = network_words(error)
    return f"{words}, see status.saltoks.com" if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout) else words
