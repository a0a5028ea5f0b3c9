"""Ways to sign in to a booking system: Basic, and a bearer token by user name and password."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta

import httpx
from pydantic import BaseModel, Field, ValidationError

from saltoks.core.errors import Refused, SaltoksError, SignInFailed
from saltoks.core.secrecy import KNOWN
from saltoks.net.answers import About, error_for, unexpected
from saltoks.net.throttle import Throttle, by_status_429

Auth = httpx.Auth
Basic = httpx.BasicAuth
_EARLY = timedelta(seconds=60)

Exchange = Generator[httpx.Request, httpx.Response, None]


class TokenAnswer(BaseModel):
    """What a token endpoint grants; `expires_in` is in seconds."""

    access_token: str = Field(pattern=r"^[!-~]+$", repr=False)
    expires_in: float = Field(gt=0, le=1e9)
    refresh_token: str | None = Field(default=None, repr=False)


class PasswordToken(httpx.Auth):
    """Signs every request with a token; gets one when there is none, 60 s before it expires, and once after a 401.

    The first comes by password, later ones by refresh token as long as that is accepted. `path` is where tokens are
    given, on the host of the request; `one_time` gives the code of a second factor; `client_id` goes along as a header
    with a refresh token, where a system wants it. Not for several threads.
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
        self._about = About(source, "sign in", secret=True)
        self._path = path
        self._user = {"username": username, "password": password}
        self._now = now
        self._one_time = one_time
        self._client_id = client_id
        self._throttle = throttle
        self._access: str | None = None
        self._refresh: str | None = None
        self._stale_at: datetime | None = None

    def sync_auth_flow(self, request: httpx.Request) -> Exchange:
        """Yields token requests where needed, then the request itself, at most twice."""
        yield from self._sign(request)
        response = yield request
        if response.status_code == 401:
            self._access = None
            yield from self._sign(request)
            yield request

    def _sign(self, request: httpx.Request) -> Exchange:
        if self._access is None or self._stale_at is None or self._now() >= self._stale_at:
            self._access = None
            self._access = yield from self._sign_in(request)
        request.headers["Authorization"] = f"Bearer {self._access}"

    def _sign_in(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, str]:
        failure: SaltoksError | None = None
        for form in self._forms():
            asked_at = self._now()
            response = yield self._token_request(form, request)
            response.read()
            if response.is_success:
                return self._accept(response, asked_at)
            failure = self._failure(response)
            if not isinstance(failure, SignInFailed):
                break
            self._refresh = None
        raise failure or SignInFailed(f"{self._about}: there is no way to sign in.")

    def _forms(self) -> Iterator[dict[str, str]]:
        if self._refresh:
            yield {"grant_type": "refresh_token", "refresh_token": self._refresh}
        code = {"totp": self._one_time()} if self._one_time else {}
        KNOWN.learn(*code.values())
        yield {"grant_type": "password", **self._user, **code}

    def _token_request(self, form: dict[str, str], request: httpx.Request) -> httpx.Request:
        headers = {"Accept": "application/json", "User-Agent": request.headers["User-Agent"]}
        if self._client_id and form["grant_type"] == "refresh_token":
            headers["client_id"] = self._client_id
        return httpx.Request(
            "POST",
            request.url.join(self._path),
            data=form,
            headers=headers,
            extensions={"timeout": request.extensions["timeout"], "route": self._path},
        )

    def _failure(self, response: httpx.Response) -> SaltoksError:
        failure = error_for(response, self._about, self._throttle)
        if not isinstance(failure, Refused):
            return failure
        help_ = "check user name, password and, with a second factor, its secret"
        return SignInFailed(f"{self._about}: it answered {response.status_code}; {help_}.")

    def _accept(self, response: httpx.Response, asked_at: datetime) -> str:
        try:
            answer = TokenAnswer.model_validate_json(response.content)
        except ValidationError:
            raise unexpected(self._about, "the answer is not a token") from None
        KNOWN.learn(answer.access_token, answer.refresh_token)
        self._refresh = answer.refresh_token
        lifetime = timedelta(seconds=answer.expires_in)
        self._stale_at = asked_at + lifetime - min(_EARLY, lifetime / 2)
        return answer.access_token
