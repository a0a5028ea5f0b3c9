"""By hand, for one site: is it ready, and may what a limit held back go through?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import Param, dag, task

from saltoks.airflow_defaults import DEFAULTS, POOL
from saltoks.approval import ApproveHeld

RUNBOOK = """
### What it does
`check >> held >> approve >> accept` for the site that you name when you start it: signs in and looks whether the site
is ready, lists what a limit held back, asks you (tab *Required Actions*), and does what you approved. What is no longer
wanted by then is not done; your name and your reason are kept in `access.holds`.

### What red means
* **check**: the message says what is not ready, and how to mend it.
* **held**: the warehouse, or there is no site of that name.
* **approve**: nobody answered within twelve hours.
* **accept**: no answer is on record, or one that is older than `accepted_hours`; something else is held by now than you
  were shown; or Salto KS refused a change.

### What to do
Start it again. Rejecting changes nothing: what is held stays held, and is asked for again as long as it is wanted.
Marking `approve` as done by hand does not help: `accept` looks for your answer. In a terminal: `saltoks holds`.
"""


@dag(
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=8,
    default_args=DEFAULTS,
    doc_md=RUNBOOK,
    params={
        "site": Param(type="string", minLength=1, title="Site", description="As its file in config/sites is named")
    },
    tags=["saltoks", "operations"],
)
def operations() -> None:
    @task(pool=POOL, multiple_outputs=False)
    def check(site: str) -> dict[str, int]:
        from saltoks.flows import operations

        return operations.check(site)

    @task(multiple_outputs=False)
    def held(site: str) -> dict[str, int | str]:
        from saltoks.flows import operations

        return operations.held(site)

    @task(pool=POOL, multiple_outputs=False)
    def accept(site: str, asked: dict[str, int | str], answer: dict[str, object]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import operations

        return operations.accept(site, asked, answer)

    site = "{{ params.site }}"
    reason = Param("", type="string", title="Why is it right?", description="Needed; kept with your name")
    approve = ApproveHeld(
        task_id="approve",
        site=site,
        params={"reason": reason},
        execution_timeout=None,
        response_timeout=timedelta(hours=12),  # nobody's silence is a yes: it fails then
    )
    asked = held(site)
    check(site) >> asked >> approve >> accept(site, asked, approve.output)


operations()
