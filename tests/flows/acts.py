"""What tests of the flows do again and again: single steps, and looks at records, calls and the site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from saltoks.flows import access
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.sandbox.plain import TRUSTS_NOBODY
from saltoks.settings import Site
from stage import SITE_UID, Stage

ANN = "ann@house.example"
GUS = "saltoks desk/gus"
"""The alias of the guest that customer `gus` becomes."""


def do(stage: Stage, run_id: str, *steps: Callable[[Runtime, Site, str], Outcome]) -> list[Outcome]:
    """Runs single steps of a run at the stage's instant."""
    with stage.runtime() as rt:
        return [step(rt, rt.settings.site("house"), run_id) for step in steps]


def judge(stage: Stage, run_id: str) -> None:
    """Reads and judges the source, without a look at Salto."""
    do(stage, run_id, access.extract, access.validate)


def push(stage: Stage, run_id: str) -> Outcome:
    """Plans and applies; gives what `apply` did."""
    return do(stage, run_id, access.plan, access.apply)[-1]


def tick(stage: Stage, minute: int) -> Outcome:
    """Plans and applies at a minute from noon, on the rows that were read before."""
    stage.move(minute)
    return push(stage, f"tick/{stage.at.isoformat()}")


def membership_records(stage: Stage) -> set[tuple[str, str, str]]:
    """Current membership records: group, customer, and `ours` or `adopted`, with `?` while not confirmed."""
    rows = stage.query(
        "select group_name, customer_id, adopted, state from access.group_memberships where state in ('sent', 'in')"
    )
    return {
        (
            row["group_name"],
            row["customer_id"],
            ("adopted" if row["adopted"] else "ours") + ("" if row["state"] == "in" else "?"),
        )
        for row in rows
    }


def site(stage: Stage) -> dict[str, Any]:
    """The site as the sandbox has it."""
    found: dict[str, Any] = stage.sandbox.admin.world()["sites"][SITE_UID]
    return found


def by_hand(stage: Stage) -> httpx.Client:
    """A signed-in client, for what a person does in Salto's own web application."""
    account = stage.connection()["extra"]
    assert isinstance(account, dict)
    form = {"grant_type": "password", "username": account["username"], "password": account["user_password"]}
    auth = ("stage-client", "planted-client-secret")
    scope = {"scope": "user_api.full_access"}
    answer = httpx.post(f"{stage.sandbox.url}/connect/token", data=form | scope, auth=auth, verify=TRUSTS_NOBODY)
    token = answer.raise_for_status().json()["access_token"]
    return httpx.Client(base_url=stage.sandbox.url, headers={"Authorization": f"Bearer {token}"}, verify=TRUSTS_NOBODY)


def writes(stage: Stage) -> int:
    """Write requests to the Connect API since the calls were forgotten; tokens do not count."""
    return sum(one.method != "GET" and one.path.startswith("/v1") for one in stage.sandbox.admin.calls())


def reads(stage: Stage) -> int:
    """Read requests to the Connect API since the calls were forgotten."""
    return sum(one.method == "GET" for one in stage.sandbox.admin.calls())


def fresh(stage: Stage, act: Callable[[], object]) -> tuple[int, int]:
    """Reads and writes that an act makes."""
    stage.sandbox.admin.forget_calls()
    act()
    return reads(stage), writes(stage)


def said(outcomes: list[Outcome]) -> str:
    """Every sentence for a person, one a line."""
    return "\n".join(text for one in outcomes for text in [*one.warnings, *one.held, *one.failures])


def sync_at(stage: Stage, minute: int) -> list[Outcome]:
    """One whole run, so many minutes from noon."""
    stage.move(minute)
    return stage.sync()


def everybody(stage: Stage) -> set[tuple[str, str]]:
    """Both ids of everybody at the site: whoever is made anew has others."""
    return {(one["user_id"], one["site_user_id"]) for one in site(stage)["users"]}


def first_run(stage: Stage, minute: int = 0) -> None:
    """A run in which Gus gets into the club for good: what is written at a site once is there from now on."""
    stage.add("memberships", "first", "gus", "club", "2026-03-01", "", "active")
    sync_at(stage, minute)
