"""What happened at the doors of every site, brought back at every tick: each `tick_minutes` of config/saltoks.yaml."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import TriggerRule, dag, task, task_group

from saltoks.airflow_defaults import DEFAULTS, EVERY_TICK, POOL

RUNBOOK = """
### What it does
`pull >> normalise >> check_in >> report` for every site: reads entries from Salto KS back over an overlap, keeps each
exactly once in `audit.entries`, and finds the first opening of each booking's own door (`report.check_ins`).

### What red means
* **pull**: Salto KS cannot be reached or refuses the sign-in. `saltoks check --site NAME` says why.
* **normalise, check_in, report**: the warehouse; the message says what it refused.

### What to do
Clear the failed task, whenever. Nothing is lost: the watermark only moves once everything before it is kept, and once
a day several days are read again, for entries that a lock or an IQ held back while it was offline.
"""


@dag(
    schedule=EVERY_TICK,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    doc_md=RUNBOOK,
    tags=["saltoks", "audit"],
)
def audit_trail() -> None:
    @task
    def chunks() -> list[list[str]]:
        from saltoks.flows import tasks

        return tasks.chunks()

    @task(pool=POOL, multiple_outputs=False)
    def pull(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import audit, tasks

        return tasks.run(audit.pull, sites)

    @task(trigger_rule=TriggerRule.ALL_DONE, multiple_outputs=False)
    def normalise(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import audit, tasks

        return tasks.run(audit.normalise, sites)

    @task(trigger_rule=TriggerRule.ALL_DONE, multiple_outputs=False)
    def check_in(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import audit, tasks

        return tasks.run(audit.check_in, sites, after=["pull", "normalise"])

    @task(multiple_outputs=False)
    def report(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import audit, tasks

        return tasks.run(audit.report, sites)

    @task_group(group_id="sites", prefix_group_id=False)
    def each(sites: list[str]) -> None:
        pull(sites) >> normalise(sites) >> check_in(sites) >> report(sites).as_teardown()

    each.expand(sites=chunks())


audit_trail()
