"""The one HTTP client of an account at Salto KS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from saltoks.net.client import HttpClient, Server, Transport
from saltoks.net.pace import LocalPacer, Pacer
from saltoks.net.sign_in import BearerToken
from saltoks.salto.account import Account
from saltoks.salto.dialects import CONNECT
from saltoks.salto.sign_in import IdentityServer, TokenStore


def http_client(
    account: Account,
    *,
    now: Callable[[], datetime],
    pacer: Pacer | None,
    tokens: TokenStore | None,
    sleep: Callable[[float], None],
    transport: Transport | None,
) -> HttpClient:
    """A client that signs in as the account, keeps its rate, and has so many requests under way as it may."""
    return HttpClient(
        Server(name="salto", whom=f"connection {account.name!r}", address=account.hosts().api, dialect=CONNECT),
        auth=BearerToken(IdentityServer(account, tokens), now=now),
        pacer=pacer or LocalPacer(account.rate_per_second, sleep=sleep),
        at_once=account.at_once,
        sleep=sleep,
        transport=transport,
    )
