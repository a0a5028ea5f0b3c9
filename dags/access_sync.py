"""The doors of every site follow its booking system, at every tick: each `tick_minutes` of config/saltoks.yaml."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import TriggerRule, dag, task, task_group

from saltoks.airflow_defaults import DEFAULTS, EVERY_TICK, POOL

RUNBOOK = """
### What it does
`extract >> validate >> plan >> apply` for every site: reads the booking system, puts broken rows into quarantine,
compares what should be with what Salto KS says, and changes the members of access groups.

### What red means
* **extract, validate**: the warehouse, or the file of a site; the message says which file and line. Other sites go on.
* **plan**: Salto KS cannot be reached or refuses the sign-in. `saltoks check --site NAME` says why.
* **apply**: everything that could be done is done. The message says what was held back by a limit, what Salto refused,
  or that the source could not be read or judged, so that doors follow the last good rows.

### What to do
Clear any failed task at any time: a rerun works towards what is true *now*, never towards the past, and a run that a
newer one has overtaken writes nothing. A plan that is a tick old is made anew, on rows that are read again.
`saltoks plan --site NAME` shows what the next run would do. The history is in `access.plans`, `access.changes`,
`ops.runs`; broken rows are in `src.quarantine`. To sync now, trigger this DAG, or `saltoks sync`. What to do at the
doors while all of this is down: `docs/by-hand.md`.
"""


@dag(
    schedule=EVERY_TICK,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULTS,
    doc_md=RUNBOOK,
    tags=["saltoks", "access"],
)
def access_sync() -> None:
    @task
    def chunks() -> list[list[str]]:
        from saltoks.flows import tasks

        return tasks.chunks()

    @task(multiple_outputs=False)
    def extract(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import access, tasks

        return tasks.run(access.extract, sites)

    @task(trigger_rule=TriggerRule.ALL_DONE, multiple_outputs=False)
    def validate(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import access, tasks

        return tasks.run(access.validate, sites)

    @task(pool=POOL, trigger_rule=TriggerRule.ALL_DONE, multiple_outputs=False)
    def plan(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import access, tasks

        return tasks.run(access.plan, sites)

    @task(pool=POOL, trigger_rule=TriggerRule.ALL_DONE, multiple_outputs=False)
    def apply(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import access, tasks

        return tasks.run(access.apply, sites, after=["extract", "validate"])

    @task_group(group_id="sites", prefix_group_id=False)
    def each(sites: list[str]) -> None:
        extract(sites) >> validate(sites) >> plan(sites) >> apply(sites)

    each.expand(sites=chunks())


access_sync()
