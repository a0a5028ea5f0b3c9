"""What somebody needs who has just started a sandbox: its address, a login, a connection to paste, and what to try."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping

from saltoks.sandbox.salto.world import World


def salto_connection(world: World, url: str) -> dict[str, object]:
    """The connection to a Salto KS of this world, by its first client and account."""
    client, account = world.clients[0], world.accounts[0]
    return {
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


def booking_connection(url: str, user: str, password: str) -> dict[str, str]:
    """The connection to a booking system at an address."""
    return {"conn_type": "http", "host": url, "login": user, "password": password}


def of_salto(world: World, url: str) -> list[str]:
    """For a Salto KS of this world at an address."""
    client, account = world.clients[0], world.accounts[0]
    return [
        f"Salto KS sandbox at {url} (Ctrl-C stops it)",
        f"client {client.client_id}, secret {client.client_secret}",
        f"user {account.username}, password {account.password}",
        f"sites {', '.join(one.site_uid for one in world.sites)}",
        *_pasted("SALTO_DEMO", salto_connection(world, url)),
        "  saltoks check     # is each site ready?",
        "  saltoks plan      # what would a sync change?",
    ]


def of_booking_system(name: str, url: str, user: str, password: str) -> list[str]:
    """For a booking system at an address."""
    return [
        f"{name} sandbox at {url} (Ctrl-C stops it)",
        f"user {user}, password {password}",
        *_pasted(f"{name.replace('-', '').upper()}_DEMO", booking_connection(url, user, password)),
        "  saltoks plan      # what would a sync change?",
    ]


def _pasted(name: str, connection: Mapping[str, object]) -> list[str]:
    line = f"export AIRFLOW_CONN_{name}={shlex.quote(json.dumps(connection))}"
    return ["", "Paste this into another terminal; sites name it as their connection:", f"  {line}", "then try:"]
