"""How Salto KS and its identity server say no (salto-ks §1.2, §2.5, §2.6)."""

from __future__ import annotations

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
from saltoks.net.answers.dialect import Dialect, Fields, Problem, Refusal, meaning_of
from saltoks.net.answers.quotes import code_of, quoted
from saltoks.net.calls import SIGN_IN

_STATUS_PAGE = "see status.saltoks.com"
_RATE = "the connection's rate"
_REPORT = "report this answer to Salto"
_NOT_CONFIRMED = "pin_not_changed"
_GRANT_REFUSED = "invalid_grant"
_CLIENT_HELP = {
    "invalid_client": "check that client id and client secret belong to this environment, are not expired "
    "and were copied without spaces",
    "unauthorized_client": "this client may not use this grant; ask Salto to allow it",
    "unsupported_grant_type": "this client may not use this grant; ask Salto to allow it",
    "invalid_scope": "this client may not use the Connect API scope; ask Salto to allow it",
}
_GRANT_HELP = {
    "password": "check the user name and the password of the connection",
    "refresh_token": "the refresh token is used up or withdrawn; sign in again and store the new one",
}
_OAUTH_WORDS = frozenset({*_CLIENT_HELP, _GRANT_REFUSED, "invalid_request", "access_denied", "server_error"})
"""What of an identity server's answer is repeated."""


def is_grant_refused(refusal: SaltoksError) -> bool:
    """Whether the identity server refused what was signed in with, and nothing else."""
    return refusal.code == _GRANT_REFUSED


def _problem(fields: Fields) -> Problem:
    """ErrorCode/Message in any case, the code as text or number; RFC 7807; and OAuth."""
    message = fields.get("message", fields.get("error_description", fields.get("title")))
    return Problem(code=code_of(fields.get("errorcode")) or code_of(fields.get("error")), message=quoted(message))


def _meaning(refusal: Refusal) -> type[SaltoksError]:
    """Salto's own 404 carries a code; without one nobody knows whose answer it is (salto-ks §1.1)."""
    meaning = meaning_of(refusal)
    return MaybeGone if meaning is NotThere and refusal.problem.code is None else meaning


def _server_failed(refusal: Refusal) -> str:
    outcome = "it may have been carried out" if refusal.may_have_acted else "try again later"
    return f"; {outcome}, {_STATUS_PAGE}"


def _permission_help(refusal: Refusal) -> str:
    """What to do about a 403; which code goes with an activation that is only begun is not known, its word is."""
    code = refusal.problem.code
    if _NOT_CONFIRMED in (refusal.problem.message or ""):
        return "; the activation of the IQ is begun and not confirmed: do so with `saltoks iq confirm`"
    if code == "2212":
        return "; the site's subscription has ended or lacks this feature"
    if code == "3102":
        return "; it takes no codes for 20 minutes after several wrong ones, and trying prolongs that"
    rights = "give the user of this connection the rights of a Site Admin on this site"
    return f"; {rights}" if code else f"; a firewall or proxy may have answered; if it was Salto KS, {rights}"


def _refusal_help(refusal: Refusal) -> str:
    code = refusal.problem.code
    if refusal.status == 400 and code == "1100":
        return "; a site is asked by its UUID, not by its site UID such as XX0000000000; or a value is malformed"
    if code == "2210":
        return "; the installer has not released the site yet"
    if code == "3102":
        return "; the one-time code is wrong, so the secret or the IQ PIN of this account is another by now"
    return "; asking again cannot help"


CONNECT = Dialect(
    speaker="Salto KS",
    problem=_problem,
    meaning=_meaning,
    advice={
        Unavailable: _server_failed,
        SignInFailed: ", though signing in worked; check that client and user belong to this environment "
        "and that the user is still a member of the site",
        NotPermitted: _permission_help,
        MaybeGone: " without a code of its own, as it does when it is down or the address is wrong: whether this is "
        f"gone is not known; {_STATUS_PAGE} and try again",
        NotThere: "; it is gone, was never there, or the id is of another kind or site",
        Refused: _refusal_help,
        UnexpectedAnswer: "; a redirect or half an answer is not followed",
    },
    rate=_RATE,
    report=_REPORT,
    no_answer=f", {_STATUS_PAGE}",
)
"""The Connect API; code and message of its answers are repeated."""


def _oauth_problem(fields: Fields) -> Problem:
    word = code_of(fields.get("error"))
    return Problem(code=word, shows_code=word in _OAUTH_WORDS)


def _oauth_meaning(refusal: Refusal) -> type[SaltoksError]:
    """An outage of the identity server looks like a 404; a refusal is a 401, or a 400 that says which."""
    status = refusal.status
    if refusal.is_throttle:
        return Throttled
    if status in (404, 408) or status >= 500:
        return Unavailable
    if status == 403:
        return NotPermitted
    return SignInFailed if status == 401 or (status == 400 and refusal.problem.code) else UnexpectedAnswer


def _sign_in_help(refusal: Refusal) -> str:
    """Which of the entered values to look at."""
    word = refusal.problem.code
    if word == _GRANT_REFUSED:
        return f"; {_GRANT_HELP[refusal.response.request.extensions[SIGN_IN]]}"
    return f"; {_CLIENT_HELP.get(word or 'invalid_client', 'check the grant and the client of the connection')}"


IDENTITY = Dialect(
    speaker="the identity server",
    answer="the identity server's answer",
    problem=_oauth_problem,
    meaning=_oauth_meaning,
    advice={
        Unavailable: f"; it is down or its address is wrong, {_STATUS_PAGE} and try again",
        NotPermitted: "; a firewall or proxy may stand between",
        SignInFailed: _sign_in_help,
        UnexpectedAnswer: ", which is not an answer of an identity server",
    },
    rate=_RATE,
    report=_REPORT,
)
"""Whoever hands out tokens; of its answers only known words are repeated."""
