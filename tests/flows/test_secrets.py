"""What must never be written down: secrets anywhere, names and e-mails of people in logs (design §5.8)."""

from __future__ import annotations

import contextlib
import io
import json
import logging
from collections.abc import Iterator

import httpx
import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, text

from saltoks.core.errors import SaltoksError
from saltoks.flows.check import check
from saltoks.flows.run.connections import account, connection
from saltoks.flows.run.runtime import runtime
from saltoks.flows.run.steps import Outcome
from saltoks.flows.sync import AUDIT, STATUS, dry_run, steps, sync
from saltoks.flows.who import who
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

SECRETS = ("planted-client-secret", "planted-password", "planted-refresh-token")
PEOPLE = ("Wilhelmina", "Quackenbush", "mina@secret.example", "Zebulon", "Oddfellow", "zeb@secret.example")
KEY = Fernet.generate_key().decode()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that any library logs, at its most talkative."""
    found = io.StringIO()
    handler = logging.StreamHandler(found)
    root, ours = logging.getLogger(), logging.getLogger("saltoks")
    levels = root.level, ours.level
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield found
    root.removeHandler(handler)
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def crowd(stage: Stage) -> None:
    """Two people with names of their own: one is made a site user, the other a guest; one row is broken."""
    stage.write(
        "customers",
        [
            ("w", "Wilhelmina Quackenbush", "mina@secret.example", "yes", "no"),
            ("z", "Zebulon Oddfellow", "zeb@secret.example", "yes", "yes"),
            ("n", "Zebulon Oddfellow", "", "yes", "no"),
            *((f"c{n}", f"C {n}", "", "yes", "yes") for n in range(20)),
            ("x", "Wilhelmina Quackenbush", "mina@secret.example", "Wilhelmina", "no"),
        ],
    )
    stage.book("b1", "w", "room-1", 0, 60)
    stage.book("b2", "z", "room-2", 0, 60)
    stage.book("b3", "n", "room-2", 0, 60)


def everything(stage: Stage) -> list[Outcome]:
    """All flows once, as of the stage's instant, with the runtime that Airflow and the terminal use."""
    done: list[Outcome] = []
    with runtime(at=stage.at) as rt:
        site = rt.settings.site("house")
        name = stage.at.isoformat()
        for work in (
            lambda: done.extend(sync(rt, site, f"sync/{name}")),
            lambda: done.extend(steps(rt, site, f"audit/{name}", AUDIT)),
            lambda: done.extend(steps(rt, site, f"status/{name}", STATUS)),
            lambda: check(rt, site),
            lambda: who(rt, site, stage.at),
        ):
            with contextlib.suppress(SaltoksError):
                work()
    return done


TROUBLE = (
    Fault("status", route="POST */users", status=400, times=1),
    Fault("status", route="PATCH */users", status=409, times=1),
    Fault("garbage", route="GET */users", times=1),
    Fault("status", route="POST /connect/token", status=400, times=1),
    Fault("cut_after", route="POST */guests", times=1),
)


def tables(stage: Stage) -> str:
    """The whole warehouse as text."""
    engine = create_engine(stage.warehouse_url)
    found = []
    with engine.connect() as connection:
        names = connection.execute(text("select table_schema, table_name from information_schema.tables"))
        for schema, table in names.all():
            if schema not in ("pg_catalog", "information_schema"):
                rows = connection.exec_driver_sql(f'select t::text from "{schema}"."{table}" as t')  # noqa: S608
                found += [row[0] for row in rows]
    engine.dispose()
    return "\n".join(found)


def leaks(where: str, words: tuple[str, ...]) -> list[str]:
    """The words that occur."""
    return [word for word in words if word in where]


def said(outcomes: list[Outcome]) -> str:
    """Everything an outcome would hand to XCom, to a log or to a person's screen."""
    return "\n".join(str((one.counts, one.ids, one.warnings, one.held, one.failures)) for one in outcomes)


def test_no_secret_and_no_person_in_logs(stage: Stage, log: io.StringIO) -> None:
    """F190, design §8: every flow, also in trouble, at DEBUG of every library."""
    crowd(stage)
    done = everything(stage)
    with runtime(at=stage.at) as rt:
        done += dry_run(rt, rt.settings.site("house"), "dry").outcomes
    assert stage.opens("mina@secret.example", "Room 1")
    stage.sandbox.admin.add_entry(SITE_UID, lock="Room 1 door", user_id=stage.user_id("mina@secret.example"))
    for minute, fault in enumerate(TROUBLE, start=1):
        stage.move(minute)
        stage.add("customers", f"t{minute}", "Zebulon Oddfellow", f"t{minute}.zeb@secret.example", "yes", "no")
        stage.add("customers", f"g{minute}", "Zebulon Oddfellow", "zeb@secret.example", "yes", "yes")
        stage.book(f"t{minute}", f"t{minute}", "room-1", 0, 60)
        stage.book(f"g{minute}", f"g{minute}", "room-2", 0, 60)
        stage.sandbox.admin.faults(fault)
        done += everything(stage)
    assert len(log.getvalue()) > 10_000
    assert leaks(log.getvalue(), SECRETS + PEOPLE) == []
    assert leaks(said(done), SECRETS + PEOPLE) == []
    assert leaks(tables(stage), SECRETS) == []
    assert "Bearer" not in log.getvalue()


def test_a_refresh_token_lies_sealed_and_is_used(
    stage: Stage, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """salto-ks §8.19: the server replaces it on use; the next run signs in with the one that was kept."""
    form = {"grant_type": "password", "username": "pipeline@house.example", "password": "planted-password"}
    scope = {"scope": "user_api.full_access offline_access"}
    answer = httpx.post(
        f"{stage.sandbox.url}/connect/token", data=form | scope, auth=("stage-client", "planted-client-secret")
    )
    first = answer.json()["refresh_token"]
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(stage.connection(grant="refresh_token", refresh_token=first)))
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", KEY)
    crowd(stage)
    everything(stage)
    stage.move(15)
    everything(stage)
    assert stage.opens("mina@secret.example", "Room 1")
    [row] = stage.query("select sealed from ops.refresh_tokens")
    kept = Fernet(KEY).decrypt(bytes(row["sealed"])).decode()
    assert kept != first
    found = tables(stage) + log.getvalue()
    assert leaks(found, (first, kept, KEY, *SECRETS)) == []


def test_errors_and_connections_do_not_show_their_secrets(stage: Stage) -> None:
    """A traceback in a log prints the repr of what is around."""
    found = connection("stage")
    with stage.runtime() as rt:
        who_signs_in = account(found, rt.settings.site("house").salto)
    assert leaks(repr(found) + repr(who_signs_in) + who_signs_in.key, SECRETS) == []
