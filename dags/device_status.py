"""Which locks and IQs of every site work, read every five minutes."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import TriggerRule, dag, task, task_group

from saltoks.airflow_defaults import DEFAULTS, POOL

RUNBOOK = """
### What it does
`pull >> assess` for every site: reads locks and IQs into the history (`device.locks`, `device.iqs`) with the time of
the reading, and says which are online, offline, or too long silent to say (`report.locks_now` has the latest).

### What red means
* **pull**: Salto KS cannot be reached or refuses the sign-in. `saltoks check --site NAME` says why.
* **assess**: the warehouse; the message says what it refused.

### What to do
Clear the failed task, or wait for the next run: every reading stands on its own. An IQ counts as online for up to 30
minutes after it went dark, and a lock for five heartbeats; a lock behind an IQ that is not online is *unknown*.
"""


@dag(
    schedule="*/5 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    doc_md=RUNBOOK,
    tags=["saltoks", "devices"],
)
def device_status() -> None:
    @task
    def chunks() -> list[list[str]]:
        from saltoks.flows import tasks

        return tasks.chunks()

    @task(pool=POOL, multiple_outputs=False)
    def pull(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import devices, tasks

        return tasks.run(devices.pull, sites)

    @task(trigger_rule=TriggerRule.ALL_DONE, multiple_outputs=False)
    def assess(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import devices, tasks

        return tasks.run(devices.assess, sites, after=["pull"])

    @task_group(group_id="sites", prefix_group_id=False)
    def each(sites: list[str]) -> None:
        pull(sites) >> assess(sites)

    each.expand(sites=chunks())


device_status()
