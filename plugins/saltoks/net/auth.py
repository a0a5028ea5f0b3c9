"""Ways to sign in to a booking system: Basic, and a bearer token by user name and password."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import httpx

from saltoks.core.errors import SaltoksError, SignInFailed
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.net.answers.booking_dialect import BOOKING_SIGN_IN
from saltoks.net.answers.errors import About
from saltoks.net.answers.throttle import Throttle, by_status_429
from saltoks.net.sign_in import BearerToken, Grant, TokenAnswer

Auth = httpx.Auth
Basic = httpx.BasicAuth


class PasswordToken(BearerToken):
    """A token by password, and later ones by refresh token as long as that is accepted.

    `path` is where tokens are given, on the host of the request; `one_time` gives the code of a second factor;
    `client_id` goes along as a header with a refresh token, where a system wants it.
    """

    def __init__(
        self,
        source: str,
        path: str,
        *,
        username: str,
        password: str,
        now: Callable[[], datetime],
        one_time: Callable[[], str] | None = None,
        client_id: str | None = None,
        throttle: Throttle = by_status_429,
    ) -> None:
        dialect = replace(BOOKING_SIGN_IN, throttle=throttle)
        about = About("sign in", f"source {source!r}", dialect)
        user = {"username": username, "password": password}
        super().__init__(_PasswordGrants(about, path, user, one_time, client_id), now=now)


class _PasswordGrants:
    """A `TokenGiver`."""

    def __init__(
        self,
        about: About,
        path: str,
        user: dict[str, str],
        one_time: Callable[[], str] | None,
        client_id: str | None,
    ) -> None:
        self.about = about
        self.route = self.address = path
        self._user = user
        self._one_time = one_time
        self._refresh_headers = {"client_id": client_id} if client_id else {}
        self._refresh: str | None = None

    def grants(self) -> Iterator[Grant]:
        if self._refresh:
            form = {"grant_type": "refresh_token", "refresh_token": self._refresh}
            yield Grant(form, self._refresh_headers)
            self._refresh = None
        code = {"totp": self._one_time()} if self._one_time else {}
        KNOWN_SECRETS.learn(*code.values())
        yield Grant({"grant_type": "password", **self._user, **code})

    def is_used_up(self, refusal: SaltoksError) -> bool:
        return isinstance(refusal, SignInFailed)

    def handed_out(self, answer: TokenAnswer) -> None:
        self._refresh = answer.refresh_token
