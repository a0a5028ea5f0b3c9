"""What all DAGs have in common: retries by kind of error, pool, owner, tags.

Imported by every DAG file at parse time, so it imports `airflow.sdk` and nothing heavy.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from saltoks import provider
from saltoks.core import errors

POOL = provider.POOL
"""What every task takes a slot of that asks Salto."""

FINAL = [errors.FixInput, errors.FixAccess, errors.AskPerson, errors.Refused, errors.UnexpectedAnswer]
"""What cannot get better by itself fails at once; everything else is tried again."""

RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=list(FINAL), action=RetryAction.FAIL, reason="somebody must change something first"),
        RetryRule(exception=errors.Throttled, action=RetryAction.RETRY, retry_delay=timedelta(minutes=1)),
    ]
)

DEFAULTS = {
    "owner": "saltoks",
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=4),
    "retry_policy": RETRIES,
    "execution_timeout": timedelta(minutes=14),
}
