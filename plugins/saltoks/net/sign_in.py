"""Bearer tokens: asked for once, shared by all threads of a client, renewed in time.

What a system has of its own, such as where it hands tokens out and against what, is its `TokenGiver`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import httpx
from pydantic import BaseModel, Field, ValidationError

from saltoks.core.errors import SaltoksError, SignInFailed
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.net.answers.errors import About, error_for, unexpected
from saltoks.net.calls import SIGN_IN

_EARLY = timedelta(seconds=60)

Exchange = Generator[httpx.Request, httpx.Response, None]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token is asked for with: the form, `grant_type` included, and headers of its own."""

    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class TokenAnswer(BaseModel):
    """What a token endpoint hands out; `expires_in` is in seconds."""

    access_token: str = Field(pattern=r"^[!-~]+$", repr=False)
    expires_in: float = Field(gt=0, le=1e9)
    refresh_token: str | None = Field(default=None, repr=False)


class TokenGiver(Protocol):
    """What differs from system to system: where tokens are handed out, against what, and what a refusal means."""

    about: About
    """A sign-in, and how its refusals are told."""
    route: str
    """As it is counted."""
    address: str
    """Where tokens are handed out: whole, or a path on the host of the request."""

    def grants(self) -> Iterator[Grant]:
        """What to sign in with, best first; the next is asked for once the one before is used up."""

    def is_used_up(self, refusal: SaltoksError) -> bool:
        """Whether a refusal is of this grant alone, so that the next one may do."""

    def handed_out(self, answer: TokenAnswer) -> None:
        """Keep what the next sign-in needs."""


class BearerToken(httpx.Auth):
    """Signs every request; gets a token when there is none, 60 s before it expires, and once after a 401."""

    def __init__(self, giver: TokenGiver, *, now: Callable[[], datetime]) -> None:
        self._giver = giver
        self._now = now
        self._lock = threading.Lock()
        self._access: str | None = None
        self._stale_at: datetime | None = None

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
        refusal: SaltoksError | None = None
        for grant in self._giver.grants():
            asked_at = self._now()
            response = yield self._token_request(grant, request)
            response.read()
            if response.is_success:
                return self._accept(response, asked_at)
            refusal = error_for(response, self._giver.about)
            if not self._giver.is_used_up(refusal):
                raise refusal
        raise refusal or SignInFailed(f"{self._giver.about}: there is nothing to sign in with.")

    def _token_request(self, grant: Grant, request: httpx.Request) -> httpx.Request:
        return httpx.Request(
            "POST",
            request.url.join(self._giver.address),
            data=dict(grant.form),
            headers={"Accept": "application/json", "User-Agent": request.headers["User-Agent"], **grant.headers},
            extensions={
                "timeout": request.extensions["timeout"],
                "route": self._giver.route,
                SIGN_IN: grant.form["grant_type"],
            },
        )

    def _accept(self, response: httpx.Response, asked_at: datetime) -> str:
        about = self._giver.about
        try:
            answer = TokenAnswer.model_validate_json(response.content)
        except ValidationError:
            raise unexpected(about, f"{about.dialect.answer} is not a token") from None
        KNOWN_SECRETS.learn(answer.access_token, answer.refresh_token)
        self._giver.handed_out(answer)
        lifetime = timedelta(seconds=answer.expires_in)
        self._stale_at = asked_at + lifetime - min(_EARLY, lifetime / 2)
        return answer.access_token
