"""Reads of Nexudus and of i-Reserve with a spoiled answer: an extract that loses no row without saying so."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random

from saltoks.core.model.canonical import Extract
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.dev.fuzz.answers import Replay
from saltoks.dev.fuzz.attempt import Result, Rig
from saltoks.systems.ireserve import reading as ireserve
from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.settings import IReserveSource
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.nexudus import reading as nexudus
from saltoks.systems.nexudus.api.account import NexudusAccount
from saltoks.systems.nexudus.settings import NexudusSource
from saltoks.systems.nexudus.stand_in.server import NexudusSandbox

_NEXUDUS_USER, _NEXUDUS_PASSWORD = "pipeline@house.example", "house-password"
_IRESERVE_USER, _IRESERVE_PASSWORD = "pipeline", "demo-password"
"""Of the shipped worlds: no message may hold them."""
_THURSDAY = datetime(2031, 3, 27, 9, 0, tzinfo=UTC)
_MONDAY = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
"""The present of each world."""

Read = Callable[[Replay, bool], Extract]
"""One read, the whole source with `True`."""


@contextmanager
def nexudus_answers() -> Iterator[Rig]:
    """Attempts against the shipped house."""
    plain = {"system": "nexudus", "name": "house", "connection": "fuzz", "rate_per_second": 1_000_000}
    source = NexudusSource.model_validate(plain)
    with NexudusSandbox("house") as sandbox:
        account = NexudusAccount(name="fuzz", base_url=sandbox.url, username=_NEXUDUS_USER, password=_NEXUDUS_PASSWORD)

        def read(replay: Replay, full: bool) -> Extract:
            return nexudus.read(
                source,
                account=account,
                now=_THURSDAY,
                full=full,
                watermarks={},
                last_good={},
                known_customers=frozenset(),
                transport=replay,
                sleep=_no_wait,
            )

        yield _rig(read, _NEXUDUS_USER, _NEXUDUS_PASSWORD)


@contextmanager
def ireserve_answers() -> Iterator[Rig]:
    """Attempts against the shipped court."""
    plain = {"system": "ireserve", "name": "court", "connection": "fuzz", "rate_per_second": 1_000_000}
    with IReserveSandbox("court") as sandbox:
        source = IReserveSource.model_validate(plain)
        account = IReserveAccount("fuzz", sandbox.url, _IRESERVE_USER, _IRESERVE_PASSWORD)

        def read(replay: Replay, full: bool) -> Extract:
            return ireserve.read(
                source,
                account=account,
                now=_MONDAY,
                full=full,
                known_bookings={},
                known_customers=frozenset(),
                objects=frozenset({"1", "14", "20"}),
                last_good={},
                transport=replay,
                sleep=_no_wait,
            )

        yield _rig(read, _IRESERVE_USER, _IRESERVE_PASSWORD)


def lost(whole: Extract, spoiled: Extract) -> tuple[str, ...]:
    """Rows that are in one extract, not in the other, and about which that one says nothing at all."""
    if any(_ids(spoiled, table) - _ids(whole, table) for table in whole.rows):
        return ()  # something has another id now, and with it what hangs on it
    says_more = len(spoiled.problems) > len(whole.problems) or len(spoiled.rejected) > len(whole.rejected)
    if says_more or spoiled.completeness is not whole.completeness:
        return ()
    return tuple(
        f"{table} {row.source_id} is gone, and nothing is said of it"
        for table, rows in whole.rows.items()
        for row in rows
        if row.source_id not in _ids(spoiled, table)
    )


def _ids(extract: Extract, table: str) -> set[str]:
    return {row.source_id for row in extract.rows[table]}


def _rig(read: Read, user: str, password: str) -> Rig:
    KNOWN_SECRETS.learn_login(user, password)  # as whoever reads a connection does
    replay = Replay()
    whole = {full: read(replay, full) for full in (False, True)}

    def attempt(chance: Random) -> Result:
        full = chance.random() < 0.5
        replay.start(chance, None)
        read(replay, full)
        values_only = chance.random() < 0.6
        replay.start(chance, chance.randrange(replay.asked), values_only=values_only)
        found = read(replay, full)
        said = (*found.problems, *(one.reason for one in found.rejected))
        gone = lost(whole[full], found) if values_only else ()
        return Result(kept=(found,), said=said, broken=gone)

    basic = base64.b64encode(f"{user}:{password}".encode()).decode()
    return Rig(attempt, {password, basic} | replay.tokens)


def _no_wait(_seconds: float) -> None:
    """Takes no time."""
