"""The access token: asked for once, shared by all threads of a client, renewed in time (salto-ks §1.2)."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import quote_plus

import httpx
from pydantic import BaseModel, Field, ValidationError

from saltoks.core.errors import SaltoksError, SignInFailed
from saltoks.core.secrecy import KNOWN
from saltoks.salto.account import Account
from saltoks.salto.problems import TOKEN_ROUTE, error_for, unexpected

SCOPE = "user_api.full_access"
_EARLY = timedelta(seconds=60)

Exchange = Generator[httpx.Request, httpx.Response, None]


class TokenStore(Protocol):
    """Keeps the latest refresh token of an account, as servers may replace it on use (salto-ks §8.19)."""

    def load(self, account_key: str) -> str | None:
        """The latest refresh token, None before the first save."""

    def save(self, account_key: str, refresh_token: str) -> None:
        """Keep a new refresh token instead of the one before."""


class MemoryTokens:
    """A TokenStore that forgets with the process."""

    def __init__(self) -> None:
        self._tokens: dict[str, str] = {}

    def load(self, account_key: str) -> str | None:
        """The latest refresh token of this process."""
        return self._tokens.get(account_key)

    def save(self, account_key: str, refresh_token: str) -> None:
        """Keep it until the process ends."""
        self._tokens[account_key] = refresh_token


class TokenAnswer(BaseModel):
    """What the identity server grants; `expires_in` is in seconds."""

    access_token: str = Field(pattern=r"^[!-~]+$", repr=False)
    expires_in: float = Field(gt=0, le=1e9)
    refresh_token: str | None = Field(default=None, repr=False)


class TokenAuth(httpx.Auth):
    """Signs every request; gets a token when there is none, 60 s before it expires, and once after a 401."""

    def __init__(self, account: Account, *, now: Callable[[], datetime], tokens: TokenStore | None) -> None:
        self._account = account
        self._now = now
        self._tokens = tokens or MemoryTokens()
        self._lock = threading.Lock()
        self._access: str | None = None
        self._stale_at: datetime | None = None
        self._what = f"sign in (connection {account.name!r})"

    def sync_auth_flow(self, request: httpx.Request) -> Exchange:
        """Yields token requests where needed, then the request itself, at most twice."""
        used = yield from self._token(request, refused=None)
        request.headers["Authorization"] = f"Bearer {used}"
        response = yield request
        if response.status_code == 401:
            fresh = yield from self._token(request, refused=used)
            request.headers["Authorization"] = f"Bearer {fresh}"
            yield request

    def _token(self, request: httpx.Request, *, refused: str | None) -> Generator[httpx.Request, httpx.Response, str]:
        """The current token, unless it is stale or the refused one; other threads wait meanwhile."""
        with self._lock:
            if self._access is None or self._access == refused or self._is_stale():
                self._access = None
                self._access = yield from self._sign_in(request)
            return self._access

    def _is_stale(self) -> bool:
        return self._stale_at is None or self._now() >= self._stale_at

    def _sign_in(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, str]:
        failure: SaltoksError | None = None
        for form in self._forms():
            asked_at = self._now()
            response = yield self._token_request(form, request)
            response.read()
            if response.is_success:
                return self._accept(response, asked_at)
            failure = error_for(response, self._what)
            if failure.code != "invalid_grant":
                raise failure
        raise failure or SignInFailed(f"Could not {self._what}: there is no refresh token.")

    def _forms(self) -> Iterator[dict[str, str]]:
        account = self._account
        if account.grant == "password":
            user = {"username": account.username or "", "password": account.password or ""}
            yield {"grant_type": "password", **user, "scope": SCOPE}
            return
        for token in self._refresh_tokens():
            yield {"grant_type": "refresh_token", "refresh_token": token, "client_id": account.client_id}

    def _refresh_tokens(self) -> Iterator[str]:
        """The stored one; on refusal what another process stored meanwhile; at last the configured one."""
        tried = set()
        for read in (self._stored, self._stored, lambda: self._account.refresh_token):
            token = read()
            if token and token not in tried:
                KNOWN.learn(token)
                tried.add(token)
                yield token

    def _stored(self) -> str | None:
        return self._tokens.load(self._account.key)

    def _token_request(self, form: dict[str, str], request: httpx.Request) -> httpx.Request:
        return httpx.Request(
            "POST",
            self._account.hosts().identity + TOKEN_ROUTE,
            data=form,
            headers={
                "Authorization": _basic(self._account.client_id, self._account.client_secret),
                "Accept": "application/json",
                "User-Agent": request.headers["User-Agent"],
            },
            extensions={
                "timeout": request.extensions["timeout"],
                "route": TOKEN_ROUTE,
                "grant": form["grant_type"],
            },
        )

    def _accept(self, response: httpx.Response, asked_at: datetime) -> str:
        try:
            answer = TokenAnswer.model_validate_json(response.content)
        except ValidationError:
            raise unexpected(self._what, "the identity server's answer is not a token") from None
        KNOWN.learn(answer.access_token, answer.refresh_token)
        if answer.refresh_token and self._account.grant == "refresh_token":
            self._tokens.save(self._account.key, answer.refresh_token)
        lifetime = timedelta(seconds=answer.expires_in)
        self._stale_at = asked_at + lifetime - min(_EARLY, lifetime / 2)
        return answer.access_token


def _basic(client_id: str, client_secret: str) -> str:
    """RFC 6749 §2.3.1: both parts are form-encoded first, so that `:` and `+` survive."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
