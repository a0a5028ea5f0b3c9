"""Nexudus as a booking system of this product."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from saltoks.core.errors import ConfigError
from saltoks.core.model.canonical import Extract
from saltoks.net.address import address_of
from saltoks.net.pace import Pacer
from saltoks.settings.connection import Connection
from saltoks.systems.nexudus import reading
from saltoks.systems.nexudus.api import entities
from saltoks.systems.nexudus.api.account import BASE_URL, NexudusAccount, connect
from saltoks.systems.nexudus.api.feed import Feed
from saltoks.systems.nexudus.api.known import Known
from saltoks.systems.nexudus.api.span import CANCELLED_BACK
from saltoks.systems.nexudus.settings import NexudusSource
from saltoks.systems.peek import FIRST, Peek
from saltoks.systems.protocol import BookingSystem, ReadRequest, failed


def account_of(found: Connection) -> NexudusAccount:
    """The account that a connection describes; raises ConfigError that names the field that is wrong."""
    found.only(("totp_secret", "auth"))
    auth = found.extra.get("auth") or "token"
    if auth not in ("token", "basic"):
        raise found.wrong("extra.auth", f"is {auth!r}: write token or basic")
    return NexudusAccount(
        name=found.name,
        base_url=address_of(found.name, found.host, found.port, found.schema) or BASE_URL,
        username=found.login or "",
        password=found.password or "",
        totp_secret=found.extra.get("totp_secret"),
        auth="basic" if auth == "basic" else "token",
    )


def read(source: NexudusSource, asked: ReadRequest) -> Extract:
    """What Nexudus says now; a connection that cannot be used is no reason to forget the last good rows."""
    try:
        account = account_of(asked.services.connection(source.connection))
    except ConfigError as error:
        return failed(source.name, error.message)
    prior = asked.prior
    return reading.read(
        source,
        account=account,
        now=asked.now,
        full=asked.full,
        watermarks=prior.watermarks,
        last_good=prior.last_good,
        known_customers=prior.customers,
        known=Known.of(prior.standing(asked.now - CANCELLED_BACK)),
        pacer=_pacer(source, account, asked),
        sleep=asked.services.sleep,
    )


def peek(source: NexudusSource, asked: ReadRequest) -> Peek:
    """The first rows of each list."""
    account = account_of(asked.services.connection(source.connection))
    return reading.peek(source, account=account, now=asked.now, pacer=_pacer(source, account, asked))


def test(found: Connection) -> str:
    """Signs in and reads the first locations."""
    now, account = datetime.now(UTC), account_of(found)
    with connect(account, now=now, rate_per_second=1, pacer=None, sleep=time.sleep, transport=None) as rest:
        locations = Feed(rest, FIRST).first(entities.BUSINESSES).records
    names = sorted(one.word("Name") or str(one.id) for one in locations)
    return f"signed in; locations of this account: {', '.join(names) or 'none'}"


def _pacer(source: NexudusSource, account: NexudusAccount, asked: ReadRequest) -> Pacer:
    return asked.services.pacer(account.base_url, account.username, source.rate_per_second)


NEXUDUS = BookingSystem(
    label="Nexudus",
    source=NexudusSource,
    read=read,
    peek=peek,
    by_changes=True,
    test=test,
    stand_in="saltoks.systems.nexudus.stand_in.command:STAND_IN",
)
