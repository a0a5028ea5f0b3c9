"""The connection type `salto_ks`, as Airflow reads it from the installed package.

Airflow imports this module on every start, before anything else works: the standard library only.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

PACKAGE = "saltoks"
CONNECTION_TYPE = "salto_ks"
HOOK = "saltoks.hook.SaltoKsHook"
POOL = "salto_api"
"""Slots = requests at once against one Salto account (config/pools.json)."""


def get_provider_info() -> dict[str, Any]:
    """What Airflow lists under providers, and how it draws the connection form."""
    return {
        "package-name": PACKAGE,
        "name": "Salto KS",
        "description": "Keeps the doors of Salto KS sites in step with a booking system.",
        "versions": [version(PACKAGE)],
        "connection-types": [
            {
                "connection-type": CONNECTION_TYPE,
                "hook-class-name": HOOK,
                "hook-name": "Salto KS",
                "ui-field-behaviour": _standard_fields(),
                "conn-fields": _own_fields(),
            }
        ],
    }


def _standard_fields() -> dict[str, Any]:
    return {
        "hidden-fields": ["host", "schema", "port", "extra"],
        "relabeling": {"login": "Client id", "password": "Client secret"},
        "placeholders": {
            "login": "given by your Salto business unit",
            "api_url": "https://…",
            "identity_url": "https://…",
        },
    }


def _own_fields() -> dict[str, Any]:
    return {
        "environment": _choice(
            "Environment", ("accept", "production", "custom"), "Which Salto KS cloud; custom takes the two addresses."
        ),
        "api_url": _text("API address (environment custom only)"),
        "identity_url": _text("Identity address (environment custom only)"),
        "grant": _choice("Sign-in", ("password", "refresh_token"), "How this client signs in at Salto KS."),
        "username": _text("User (sign-in password)"),
        "user_password": _secret("Password of the user (sign-in password)"),
        "refresh_token": _secret("Refresh token (sign-in refresh_token)"),
    }


def _choice(label: str, values: tuple[str, ...], description: str) -> dict[str, Any]:
    schema = {"type": "string", "enum": list(values), "default": values[0]}
    return {"label": label, "schema": schema, "description": description}


def _text(label: str) -> dict[str, Any]:
    return {"label": label, "schema": {"type": ["string", "null"]}}


def _secret(label: str) -> dict[str, Any]:
    return {"label": label, "schema": {"type": ["string", "null"], "format": "password"}}
