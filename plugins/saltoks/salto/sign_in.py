"""Signing in to the identity server: by password, or by a refresh token that it may replace (salto-ks §1.2)."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Protocol
from urllib.parse import quote_plus

from saltoks.core.errors import SaltoksError
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.net.answers.errors import About
from saltoks.net.sign_in import Grant, TokenAnswer
from saltoks.salto.account import Account
from saltoks.salto.dialects import IDENTITY, is_grant_refused

TOKEN_ROUTE = "/connect/token"  # noqa: S105  # a path
SCOPE = "user_api.full_access"


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


class IdentityServer:
    """A `TokenGiver`: where the tokens of an account come from, and against what."""

    def __init__(self, account: Account, tokens: TokenStore | None) -> None:
        self.about = About("sign in", f"connection {account.name!r}", IDENTITY)
        self.route = TOKEN_ROUTE
        self.address = account.hosts().identity + TOKEN_ROUTE
        self._account = account
        self._tokens = tokens or MemoryTokens()
        self._client = {"Authorization": _basic(account.client_id, account.client_secret)}

    def grants(self) -> Iterator[Grant]:
        """The password, or every refresh token there is."""
        account = self._account
        if account.grant == "password":
            user = {"username": account.username or "", "password": account.password or ""}
            yield Grant({"grant_type": "password", **user, "scope": SCOPE}, self._client)
            return
        for token in self._refresh_tokens():
            form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": account.client_id}
            yield Grant(form, self._client)

    def is_used_up(self, refusal: SaltoksError) -> bool:
        """Whether another refresh token may do."""
        return is_grant_refused(refusal)

    def handed_out(self, answer: TokenAnswer) -> None:
        """Keep a refresh token that replaces the one before."""
        if answer.refresh_token and self._account.grant == "refresh_token":
            self._tokens.save(self._account.key, answer.refresh_token)

    def _refresh_tokens(self) -> Iterator[str]:
        """The stored one; on refusal what another process stored meanwhile; at last the configured one."""
        tried = set()
        for read in (self._stored, self._stored, lambda: self._account.refresh_token):
            token = read()
            if token and token not in tried:
                KNOWN_SECRETS.learn(token)
                tried.add(token)
                yield token

    def _stored(self) -> str | None:
        return self._tokens.load(self._account.key)


def _basic(client_id: str, client_secret: str) -> str:
    """RFC 6749 §2.3.1: both parts are form-encoded first, so that `:` and `+` survive."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
