"""One Salto KS account: where it lives, how it signs in and how fast it may ask (salto-ks §1, §2.6)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Self, get_args

import httpx

from saltoks.core.errors import ConfigError
from saltoks.core.rate_limit import SALTO_AT_ONCE, SALTO_PER_SECOND
from saltoks.net.address import is_loopback, web_address

Grant = Literal["password", "refresh_token"]


class Environment(StrEnum):
    """Which installation of Salto KS an account belongs to; accounts of one are unknown to the other."""

    ACCEPT = "accept"
    PRODUCTION = "production"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class Hosts:
    """Base addresses without a trailing slash."""

    api: str
    identity: str


_KNOWN_HOSTS = {
    Environment.ACCEPT: Hosts("https://clp-accept-user.my-clay.com", "https://identity-acc.eu.my-clay.com"),
    Environment.PRODUCTION: Hosts("https://connect.my-clay.com", "https://identity.eu.my-clay.com"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """Everything needed to sign in; an account that exists is valid, otherwise ConfigError was raised.

    `api_url` and `identity_url` belong to the custom environment only, and are https unless on loopback.
    """

    name: str
    environment: Environment
    client_id: str
    client_secret: str = field(repr=False)
    grant: Grant
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    api_url: str | None = None
    identity_url: str | None = None
    rate_per_second: float = SALTO_PER_SECOND
    at_once: int = SALTO_AT_ONCE

    @classmethod
    def from_fields(
        cls,
        *,
        name: str,
        environment: str,
        client_id: str | None,
        client_secret: str | None,
        grant: str = "password",
        username: str | None = None,
        password: str | None = None,
        refresh_token: str | None = None,
        api_url: str | None = None,
        identity_url: str | None = None,
        rate_per_second: float = SALTO_PER_SECOND,
        at_once: int = SALTO_AT_ONCE,
    ) -> Self:
        """Build an account from a form or a file, where an empty field is a missing one."""
        return cls(
            name=name,
            environment=_environment(name, environment),
            client_id=client_id or "",
            client_secret=client_secret or "",
            grant=_grant(name, grant),
            username=username or None,
            password=password or None,
            refresh_token=refresh_token or None,
            api_url=api_url or None,
            identity_url=identity_url or None,
            rate_per_second=rate_per_second,
            at_once=at_once,
        )

    def __post_init__(self) -> None:
        self._require_fields()
        self._refuse_spaces()
        self._check_urls()
        if not self.rate_per_second > 0:
            raise _wrong(self.name, "rate_per_second", "must be more than 0")
        if self.at_once < 1:
            raise _wrong(self.name, "at_once", "must be 1 or more")

    def hosts(self) -> Hosts:
        """Where this account's API and identity server are."""
        known = _KNOWN_HOSTS.get(self.environment)
        return known or Hosts((self.api_url or "").rstrip("/"), (self.identity_url or "").rstrip("/"))

    @property
    def is_loopback(self) -> bool:
        """Whether both hosts are this very machine, as with the sandbox."""
        hosts = self.hosts()
        return is_loopback(httpx.URL(hosts.api).host) and is_loopback(httpx.URL(hosts.identity).host)

    @property
    def key(self) -> str:
        """Stable id of the account's rate budget and stored token, free of secrets.

        A refresh token does not tell whose it is, so there the connection's name stands for the user.
        """
        who = self.username if self.grant == "password" else f"connection {self.name}"
        text = "\n".join((self.hosts().api, self.client_id, who or ""))
        return hashlib.sha256(text.encode()).hexdigest()[:24]

    def _require_fields(self) -> None:
        needed = ["client_id", "client_secret"]
        needed += ["username", "password"] if self.grant == "password" else ["refresh_token"]
        needed += ["api_url", "identity_url"] if self.environment is Environment.CUSTOM else []
        for name in needed:
            if not getattr(self, name):
                raise _wrong(self.name, name, f"is missing (grant {self.grant}, {self.environment})")

    def _refuse_spaces(self) -> None:
        """A space picked up while copying looks like a wrong secret to the server."""
        for name in ("client_id", "client_secret", "username", "refresh_token"):
            value = getattr(self, name)
            if value and value != value.strip():
                raise _wrong(self.name, name, "starts or ends with a space or line break; copy it again without")

    def _check_urls(self) -> None:
        for name, value in (("api_url", self.api_url), ("identity_url", self.identity_url)):
            if value is None:
                continue
            if self.environment is not Environment.CUSTOM:
                raise _wrong(self.name, name, f"is only for environment custom, not {self.environment}")
            _check_url(self.name, name, value)


def _check_url(connection: str, name: str, value: str) -> None:
    url = web_address(value)
    if url is None:
        raise _wrong(connection, name, "is not a web address")
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise _wrong(connection, name, "must be a plain address such as https://host")
    if url.scheme == "http" and not is_loopback(url.host):
        raise _wrong(connection, name, "must start with https; http is for this very machine only")


def _environment(connection: str, text: str) -> Environment:
    if not text:
        raise _wrong(connection, "environment", "is missing; write accept, or production where doors are real")
    try:
        return Environment(text)
    except ValueError:
        known = ", ".join(Environment)
        raise _wrong(connection, "environment", f"is {text[:40]!r}; known are {known}") from None


def _grant(connection: str, text: str) -> Grant:
    for grant in get_args(Grant):
        if grant == text:
            return grant  # type: ignore[no-any-return]  # get_args gives Any
    raise _wrong(connection, "grant", f"is {text[:40]!r}; known are {', '.join(get_args(Grant))}")


def _wrong(connection: str, name: str, problem: str) -> ConfigError:
    return ConfigError(f"Connection {connection!r}: {name} {problem}.")
