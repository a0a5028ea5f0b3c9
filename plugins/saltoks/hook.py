"""The hooks behind connection type `salto_ks` and those of booking systems: the Test buttons of their forms.

That of `salto_ks` is a client for DAG authors as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from airflow.sdk import BaseHook

from saltoks.core.errors import FixInput, SaltoksError
from saltoks.flows.run.clock import SystemClock
from saltoks.flows.run.connections import account, connection
from saltoks.salto.client import SaltoKs
from saltoks.settings import installed
from saltoks.systems.registry import named


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


class BookingSystemHook(BaseHook):
    """The Test button of a booking system's connection type; Airflow wants a class for each of them."""

    conn_name_attr = "booking_conn_id"
    conn_type: str
    hook_name: str

    def __init__(self, booking_conn_id: str) -> None:
        super().__init__()
        self.booking_conn_id = booking_conn_id

    def test_connection(self) -> tuple[bool, str]:
        """Signs in: whether that went well, and a sentence for the person who pressed Test."""
        try:
            test = named(self.conn_type).test
            if test is None:
                return False, f"{self.hook_name} has nothing to sign in to"
            return True, test(connection(self.booking_conn_id))
        except SaltoksError as error:
            return False, error.message


def __getattr__(name: str) -> type[BookingSystemHook]:
    """The hook of a booking system, which is called like it."""
    if name not in installed.names():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    label = named(name).label
    return type(name, (BookingSystemHook,), {"conn_type": name, "hook_name": label, "__module__": __name__})
