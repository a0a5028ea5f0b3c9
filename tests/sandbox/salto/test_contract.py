"""Every operation of the shipped OpenAPI file that the sandbox serves answers as the file says."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import saltoks.sandbox.salto
from saltoks.sandbox.salto.app import OPERATIONS
from saltoks.sandbox.salto.server import SandboxServer
from sandbox.rig import BASIC, Rig, house

CONTRACT = Path(saltoks.sandbox.salto.__file__).parent / "contract" / "salto-ks-openapi.yaml"
NOT_SERVED = {"resetIqActivation"}
BASIC_HEADER = "Basic " + base64.b64encode(":".join(BASIC).encode()).decode()
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
schema = schemathesis.openapi.from_path(CONTRACT)
served = schema.exclude(operation_id=[*NOT_SERVED])


@pytest.fixture(scope="module")
def house_rig() -> Iterator[Rig]:
    """A sandbox of its own, as generated requests leave odd things behind."""
    with SandboxServer(house()) as server:
        yield Rig(server)


@pytest.fixture(scope="module")
def ids(house_rig: Rig) -> dict[str, str]:
    """Real ids for the path's parameters, so that requests get past the 404."""
    rig = house_rig
    user = rig.user("Kept", "User")
    rig.ok("PUT", f"/users/{user['id']}/pin", {})
    group = rig.group("Front", name="Kept")
    rig.join(group, user)
    return {
        "site_id": rig.site,
        "site_user_id": user["id"],
        "user_id": user["user"]["id"],
        "access_group_id": group,
        "lock_id": rig.named("/locks", "Front"),
        "iq_id": rig.named("/iqs", "IQ 1"),
        "key_id": rig.items(f"/users/{user['id']}/keys")[0]["id"],
    }


@served.parametrize()
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_answers_conform(case: schemathesis.Case, house_rig: Rig, ids: dict[str, str]) -> None:
    if case.method != "DELETE":
        case.path_parameters.update({name: ids[name] for name in ids if name in case.path_parameters})
    bearer = house_rig.http.headers["Authorization"]
    headers = {"Authorization": BASIC_HEADER if case.path == "/connect/token" else bearer}
    case.call_and_validate(base_url=house_rig.url, headers=headers, checks=CHECKS)


@pytest.mark.parametrize("operation", [o for o in schema.get_all_operations()], ids=lambda o: o.ok().label)
def test_every_operation_of_the_file_is_served_or_named_as_missing(operation: object) -> None:
    found = operation.ok()
    if found.definition.raw["operationId"] in NOT_SERVED | {"requestToken"}:
        return
    routes = {(item.method, f"/{version}{item.path}") for item in OPERATIONS for version in item.versions}
    assert (found.method.upper(), found.path) in routes
