"""Everything that a tick trusts is read anew once a night, at 02:30 UTC; then the pages are built."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.sdk import TriggerRule, dag, task, task_group

from saltoks.airflow_defaults import DEFAULTS, POOL

RUNBOOK = """
### What it does
`extract >> validate >> plan >> apply` for every site, as `access_sync` does, but with the whole source and the members
of every group: what a tick took on trust is read back. Then, once, `pages` builds the page of validation results
(menu *Doors: validation*).

### What red means
* **extract, validate**: the warehouse, or the file of a site; the message says which file and line. Other sites go on.
* **plan**: Salto KS cannot be reached or refuses the sign-in. `saltoks check --site NAME` says why.
* **apply**: everything that could be done is done. The message says what was held back by a limit, what Salto refused,
  or that the source could not be read or judged, so that doors follow the last good rows; also that doors open from
  afar no more (T17), or that the subscription of a site ends within a week (F186). Who arrives within a day and lacks
  something is a warning in its log (F187).
* **pages**: the warehouse or the configuration; the page of the night before stays. It runs whatever happened before
  it, and a run that failed stays red.

### What to do
Clear any failed task at any time: a rerun works towards what is true *now*, never towards the past. It is safe beside
`access_sync`: one run at a time plans or writes at a site, older rows never replace newer ones, and whoever has been
overtaken writes nothing. A night that is missed does no harm either: the next one reads everything again.
"""


@task(multiple_outputs=False)
def pages() -> dict[str, int | str]:
    """Once, after all sites."""
    from saltoks.flows import pages, tasks

    return tasks.once(pages.pages)


@dag(
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={**DEFAULTS, "execution_timeout": timedelta(minutes=55)},
    doc_md=RUNBOOK,
    tags=["saltoks", "nightly"],
)
def nightly() -> None:
    @task
    def chunks() -> list[list[str]]:
        from saltoks.flows import tasks

        return tasks.chunks()

    @task(multiple_outputs=False)
    def extract(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import nightly, tasks

        return tasks.run(nightly.extract, sites)

    @task(trigger_rule=TriggerRule.ALL_DONE, multiple_outputs=False)
    def validate(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import nightly, tasks

        return tasks.run(nightly.validate, sites)

    @task(pool=POOL, trigger_rule=TriggerRule.ALL_DONE, multiple_outputs=False)
    def plan(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import nightly, tasks

        return tasks.run(nightly.plan, sites)

    @task(pool=POOL, trigger_rule=TriggerRule.ALL_DONE, multiple_outputs=False)
    def apply(sites: list[str]) -> dict[str, dict[str, int | str]]:
        from saltoks.flows import nightly, tasks

        return tasks.run(nightly.apply, sites, after=["extract", "validate"])

    @task_group(group_id="sites", prefix_group_id=False)
    def each(sites: list[str]) -> None:
        extract(sites) >> validate(sites) >> plan(sites) >> apply(sites)

    each.expand(sites=chunks()) >> pages().as_teardown()


nightly()
