"""What all DAGs have in common: retries by kind of error, pool, owner, tags, and how often a tick comes.

Imported by every DAG file at parse time, so it imports `airflow.sdk` and nothing heavy.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, MultipleCronTriggerTimetable, RetryAction, RetryRule

from saltoks import package_data, provider, tick
from saltoks.core.retries import RULES, TASK, TASK_REPEATS, RepeatRule

POOL = provider.POOL
"""What every task takes a slot of that asks Salto."""


def _retry_rule(rule: RepeatRule) -> RetryRule:
    if not rule.task:
        return RetryRule(exception=rule.kind, action=RetryAction.FAIL, reason="somebody must change something first")
    if rule.task_wait is None:
        return RetryRule(exception=rule.kind, action=RetryAction.DEFAULT)
    wait = timedelta(seconds=rule.task_wait)
    return RetryRule(exception=rule.kind, action=RetryAction.RETRY, retry_delay=wait)


RETRIES = ExceptionRetryPolicy(rules=[_retry_rule(rule) for rule in RULES])
"""Who tries what again is decided in `saltoks.core.retries`."""

DEFAULTS = {
    "owner": "saltoks",
    "retries": TASK_REPEATS,
    "retry_delay": timedelta(seconds=TASK.first),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(seconds=TASK.longest),
    "retry_policy": RETRIES,
    "execution_timeout": timedelta(minutes=14),
}


def every(minutes: int) -> str | MultipleCronTriggerTimetable:
    """The schedule of a DAG that runs so often, counted from midnight in UTC."""
    found = tick.crons(minutes)
    return found[0] if len(found) == 1 else MultipleCronTriggerTimetable(*found, timezone="UTC")


EVERY_TICK = every(tick.tick_minutes(package_data.config_root()))
"""As often as `tick_minutes` in config/saltoks.yaml says."""
