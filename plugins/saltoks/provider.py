"""The connection types `salto_ks` and those of the booking systems, as Airflow reads them from the installed packages.

Airflow imports this module on every start, before anything else works: the standard library only, and of a booking
system no more than its `connection_type.json`.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

log = logging.getLogger("saltoks")

PACKAGE = "saltoks"
CONNECTION_TYPE = "salto_ks"
HOOK = "saltoks.hook.SaltoKsHook"
HOOKS = "saltoks.hook"
SYSTEMS = "saltoks.systems"
"""The entry points of booking systems."""
FORM = "connection_type.json"
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
            },
            *_of_booking_systems(),
        ],
    }


def _of_booking_systems() -> Iterator[dict[str, Any]]:
    """The types of those that have one; each is called like its system, and `saltoks.hook` makes its hook."""
    for system in sorted(entry_points(group=SYSTEMS)):
        try:
            form = _form_of(system)
        except Exception as error:  # a package that is broken must not keep Airflow from starting
            log.warning("the connection type of %s (%s) cannot be read: %r", system.name, system.value, error)
            continue
        if form is not None:
            yield {**form, "connection-type": system.name, "hook-class-name": f"{HOOKS}.{system.name}"}


def _form_of(system: EntryPoint) -> dict[str, Any] | None:
    """What lies beside the module of an entry point, which is not imported for it."""
    spec = find_spec(system.module)
    file = Path(spec.origin).with_name(FORM) if spec and spec.origin else None
    if file is None or not file.is_file():
        return None
    form: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return form


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
