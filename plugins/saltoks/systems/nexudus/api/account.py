"""Whom the source signs in as, and the client that does."""

from __future__ import annotations

import binascii
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import pyotp

from saltoks.core.errors import ConfigError
from saltoks.net.answers.throttle import by_status_409
from saltoks.net.auth import Auth, Basic, PasswordToken
from saltoks.net.client import Transport
from saltoks.net.pace import Pacer
from saltoks.net.rest import Rest

BASE_URL = "https://spaces.nexudus.com"
TOKEN_PATH = "/api/token"  # noqa: S105  # a path


@dataclass(frozen=True, slots=True, kw_only=True)
class NexudusAccount:
    """An admin user of Nexudus, best one of its own with the `…-List` and `…-Read` roles of what is read.

    `totp_secret` is for a user with a second factor; `auth` is a bearer token, or Basic as a fallback.
    """

    name: str
    username: str = field(repr=False)
    password: str = field(repr=False)
    base_url: str = BASE_URL
    totp_secret: str | None = field(default=None, repr=False)
    auth: Literal["token", "basic"] = "token"


def connect(
    account: NexudusAccount,
    *,
    now: datetime,
    rate_per_second: float,
    pacer: Pacer | None,
    sleep: Callable[[float], None],
    transport: Transport | None,
) -> Rest:
    """The client of an account; ConfigError when the account cannot be right. `now` is when the read begins."""
    began = time.monotonic()
    return Rest(
        account.name,
        account.base_url,
        auth=_auth(account, lambda: now + timedelta(seconds=time.monotonic() - began)),
        rate_per_second=rate_per_second,
        pacer=pacer,
        throttle=by_status_409,
        sleep=sleep,
        transport=transport,
    )


def _auth(account: NexudusAccount, now: Callable[[], datetime]) -> Auth:
    if not account.username or not account.password:
        raise ConfigError(f"Connection {account.name!r} has no user name or no password: fill in both.")
    if account.auth == "basic":
        return Basic(account.username, account.password)
    return PasswordToken(
        account.name,
        TOKEN_PATH,
        username=account.username,
        password=account.password,
        now=now,
        one_time=_one_time(account, now),
        client_id=account.username,
        throttle=by_status_409,
    )


def _one_time(account: NexudusAccount, now: Callable[[], datetime]) -> Callable[[], str] | None:
    if account.totp_secret is None:
        return None
    try:
        factor = pyotp.TOTP(account.totp_secret.replace(" ", ""))
    except (binascii.Error, ValueError):
        raise ConfigError(
            f"Connection {account.name!r}: totp_secret is not base32 of 112 bits or more; copy it again, or use a user "
            "without a second factor."
        ) from None
    return lambda: factor.at(now())
