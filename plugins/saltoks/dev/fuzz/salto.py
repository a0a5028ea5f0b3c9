"""Every question to Salto KS, with a spoiled answer: an answer, or one of our errors; texts that can be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import TypeVar

from saltoks.core.errors import SaltoksError
from saltoks.dev.fuzz.answers import Replay
from saltoks.dev.fuzz.attempt import Result, Rig
from saltoks.flows.audit import parse_entries
from saltoks.net.pace import LocalPacer
from saltoks.salto.account import Account
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import NewUser, UserChange
from saltoks.sandbox.salto.server import SandboxServer
from saltoks.sandbox.salto.world import World
from saltoks.warehouse.audit.entries import RawEntry

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
_EVER = NOW - timedelta(days=10_000)
SITE_UID = "NL0000000009"
WORLD = {
    "clients": [{"client_id": "fuzz", "client_secret": "planted-client-secret"}],
    "accounts": [
        {
            "username": "pipeline@house.example",
            "password": "planted-password",
            "sites": [{"site_uid": SITE_UID, "role": "site_admin"}],
        }
    ],
    "options": {"rate_per_second": None, "guest_settling_seconds": [0, 0], "entry_lag_seconds": [0, 0]},
    "sites": [
        {
            "site_uid": SITE_UID,
            "customer_reference": "The House",
            "time_zone": "Europe/Amsterdam",
            "country_code": "NL",
            "seats": 50,
            "iqs": [{"customer_reference": "House IQ"}],
            "locks": [{"customer_reference": "Front door", "lock_type": "wall_reader_pin"}],
            "users": [{"first_name": "Ann", "last_name": "Able", "email": "ann@house.example"}],
            "groups": [{"customer_reference": "Room", "locks": ["Front door"], "members": ["ann@house.example"]}],
        }
    ],
}


@dataclass(frozen=True, slots=True)
class Ids:
    """What questions are about."""

    site: str
    user: str
    group: str
    lock: str
    iq: str


_NEW = NewUser(first_name="Nia", last_name="New", email="nia@house.example")

Question = Callable[[SaltoKs, Ids], object]
Found = TypeVar("Found")

QUESTIONS: tuple[Question, ...] = (
    lambda salto, _ids: salto.sites(),
    lambda salto, ids: salto.site(ids.site),
    lambda salto, _ids: salto.me(),
    lambda salto, ids: salto.site_me(ids.site),
    lambda salto, ids: salto.subscription(ids.site),
    lambda salto, ids: salto.roles(ids.site),
    lambda salto, ids: salto.users(ids.site),
    lambda salto, ids: salto.user(ids.site, ids.user),
    lambda salto, ids: salto.keys(ids.site, ids.user),
    lambda salto, ids: salto.user_groups(ids.site, ids.user),
    lambda salto, ids: salto.search_users(ids.site, "a@house.example"),
    lambda salto, ids: salto.groups(ids.site),
    lambda salto, ids: salto.members(ids.site, ids.group),
    lambda salto, ids: salto.group_locks(ids.site, ids.group),
    lambda salto, ids: salto.schedules(ids.site, ids.group),
    lambda salto, ids: salto.locks(ids.site),
    lambda salto, ids: salto.iqs(ids.site),
    lambda salto, ids: salto.activated_iqs(ids.site),
    lambda salto, ids: salto.create_user(ids.site, _NEW),
    lambda salto, ids: salto.create_guest(ids.site, "saltoks fuzz/1", NOW),
    lambda salto, ids: salto.change_user(ids.site, ids.user, UserChange(first_name="A")),
    lambda salto, ids: salto.set_subscription(ids.site, ids.user, "subscribed"),
    lambda salto, ids: salto.ask_pin(ids.site, ids.user),
    lambda salto, ids: salto.change_members(ids.site, ids.group, add=[ids.user], remove=[]),
    lambda salto, ids: salto.create_group(ids.site, "saltoks fuzz 1"),
    lambda salto, ids: salto.create_schedule(ids.site, ids.group, NOW.replace(tzinfo=None), NOW.replace(tzinfo=None)),
    lambda salto, ids: salto.delete_group(ids.site, ids.group),
    lambda salto, ids: salto.open_lock(ids.site, ids.lock, "123456"),
    lambda salto, ids: _entries(salto, ids),
    lambda salto, ids: _entries(salto, ids),
    lambda salto, ids: _entries(salto, ids),
)


@contextmanager
def answers() -> Iterator[Rig]:
    """Attempts against a house with a door."""
    with SandboxServer(World.model_validate(WORLD)) as sandbox:
        replay, account = Replay(), _account(sandbox.url)
        ids: Ids = _ask(account, replay, _ids)
        for question in QUESTIONS:
            with suppress(SaltoksError):  # a refusal is an answer too
                _ask(account, replay, partial(_about, question, ids))

        def attempt(chance: Random) -> Result:
            question = chance.choice(QUESTIONS)
            replay.start(chance, None)
            with suppress(SaltoksError):
                _ask(account, replay, partial(_about, question, ids))
            replay.start(chance, chance.randrange(replay.asked), values_only=chance.random() < 0.5)
            return Result(kept=(_ask(account, replay, partial(_about, question, ids)),))

        yield Rig(attempt, {"planted-client-secret", "planted-password"} | replay.tokens)


def _ask(account: Account, replay: Replay, question: Callable[[SaltoKs], Found]) -> Found:
    pacer = LocalPacer(1e6, sleep=_no_wait)
    with SaltoKs(account, now=lambda: NOW, pacer=pacer, sleep=_no_wait, transport=replay) as salto:
        return question(salto)


def _about(question: Question, ids: Ids, salto: SaltoKs) -> object:
    return question(salto, ids)


def _entries(salto: SaltoKs, ids: Ids) -> object:
    """Entries as rows, and those that are set aside."""
    pages = list(salto.entries(ids.site, since=_EVER))
    raw = [RawEntry(one.id, one.raw, NOW) for page in pages for one in page.entries]
    return parse_entries(raw), [page.spoiled for page in pages]


def _no_wait(_seconds: float) -> None:
    """Takes no time."""


def _account(url: str) -> Account:
    return Account.from_fields(
        name="fuzz",
        environment="custom",
        client_id="fuzz",
        client_secret="planted-client-secret",  # noqa: S106 - planted, to be looked for
        username="pipeline@house.example",
        password="planted-password",  # noqa: S106 - as above
        api_url=url,
        identity_url=url,
        rate_per_second=1e6,
    )


def _ids(salto: SaltoKs) -> Ids:
    site = salto.sites()[0].id
    return Ids(
        site=site,
        user=next(one.id for one in salto.users(site) if one.user.email == "ann@house.example"),
        group=salto.groups(site)[0].id,
        lock=salto.locks(site)[0].id,
        iq=salto.iqs(site)[0].id,
    )
