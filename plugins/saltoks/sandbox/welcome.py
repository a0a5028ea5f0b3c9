"""What somebody needs who has just started a sandbox: its address, a login, a connection to paste, and what to try."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from saltoks.sandbox.world import World


def of_salto(world: World, url: str) -> list[str]:
    """For a Salto KS of this world at an address."""
    client, account = world.clients[0], world.accounts[0]
    connection = {
        "conn_type": "salto_ks",
        "login": client.client_id,
        "password": client.client_secret,
        "extra": {
            "environment": "custom",
            "api_url": url,
            "identity_url": url,
            "grant": "password",
            "username": account.username,
            "user_password": account.password,
        },
    }
    return [
        f"Salto KS sandbox at {url} (Ctrl-C stops it)",
        f"client {client.client_id}, secret {client.client_secret}",
        f"user {account.username}, password {account.password}",
        f"sites {', '.join(one.site_uid for one in world.sites)}",
        *_pasted("SALTO_DEMO", connection),
        "  saltoks check     # is each site ready?",
        "  saltoks plan      # what would a sync change?",
    ]


def of_booking_system(name: str, url: str, user: str, password: str) -> list[str]:
    """For a booking system at an address."""
    connection = {"conn_type": "http", "host": url, "login": user, "password": password}
    return [
        f"{name} sandbox at {url} (Ctrl-C stops it)",
        f"user {user}, password {password}",
        *_pasted(f"{name.replace('-', '').upper()}_DEMO", connection),
        "  saltoks plan      # what would a sync change?",
    ]


def _pasted(name: str, connection: Mapping[str, object]) -> list[str]:
    line = f"export AIRFLOW_CONN_{name}={shlex.quote(json.dumps(connection))}"
    return ["", "Paste this into another terminal; sites name it as their connection:", f"  {line}", "then try:"]
