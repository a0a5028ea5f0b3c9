"""The hook behind connection type `salto_ks`: a client for DAG authors, and the Test button of the form."""

from __future__ import annotations

import time
from collections.abc import Callable

from airflow.sdk import BaseHook

from saltoks.core.errors import FixInput, SaltoksError
from saltoks.flows.run.clock import SystemClock
from saltoks.flows.run.connections import account, connection
from saltoks.salto.client import SaltoKs


class SaltoKsHook(BaseHook):
    """Opens what a connection of type `salto_ks` describes; `sleep` is how the client waits between repeats."""

    conn_name_attr = "salto_conn_id"
    default_conn_name = "salto_default"
    conn_type = "salto_ks"
    hook_name = "Salto KS"

    def __init__(self, salto_conn_id: str = default_conn_name, *, sleep: Callable[[float], None] = time.sleep) -> None:
        super().__init__()
        self.salto_conn_id = salto_conn_id
        self._sleep = sleep

    def get_conn(self) -> SaltoKs:
        """A client, to be used in a `with`; its request budget is its own, not the one that the DAGs share.

        Raises `FixInput` for sign-in by refresh token: a used token may be replaced, and only the warehouse keeps the
        replacement.
        """
        who = account(connection(self.salto_conn_id))
        if who.grant == "refresh_token":
            raise FixInput(
                "not tried, as a refresh token may work only once and the DAGs need it: run `saltoks check` instead"
            )
        return SaltoKs(who, now=SystemClock().now, sleep=self._sleep)

    def test_connection(self) -> tuple[bool, str]:
        """Signs in and lists the sites: whether that went well, and a sentence for the person who pressed Test."""
        try:
            with self.get_conn() as client:
                seen = sorted(site.site_uid or site.id for site in client.sites())
        except SaltoksError as error:
            return False, error.message
        return bool(seen), f"signed in; sites of this account: {', '.join(seen) or 'none'}"
