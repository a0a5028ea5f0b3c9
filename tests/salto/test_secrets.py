"""Nothing secret, and nobody's name or e-mail, leaves through errors, logs or repr."""

from __future__ import annotations

import logging
import traceback

import httpx
import pytest

from saltoks.core.errors import SaltoksError
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import NewUser
from saltoks.sandbox.salto.admin.client import Fault

FAULTS = [
    Fault("status", status=400),
    Fault("status", status=401),
    Fault("status", status=403),
    Fault("status", status=429),
    Fault("status", status=503),
    Fault("cut_before"),
    Fault("cut_after"),
    Fault("garbage"),
]


def told(error: BaseException) -> str:
    """Everything an error shows when somebody prints it, with what led to it; without lines of source."""
    lines = traceback.TracebackException.from_exception(error)
    chain: list[str] = []
    while lines is not None:
        chain += lines.format_exception_only()
        lines = lines.__cause__ or lines.__context__
    return "".join([*chain, repr(error), str(error), repr(vars(error))])


@pytest.mark.parametrize("route", ["*", "POST /connect/token"], ids=["anywhere", "signing in"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.kind} {fault.status or ''}".strip())
def test_failures_tell_no_secret(
    make_account, sandbox, clock, naps, caplog: pytest.LogCaptureFixture, fault: Fault, route: str
) -> None:
    caplog.set_level(logging.DEBUG)
    account = make_account(sandbox.url, refresh_token="planted-refresh-token")
    new = NewUser("Plantedfirst", "Plantedlast", "planted@guest.example", ["planted-role"], "planted alias")
    sandbox.admin.faults(Fault(fault.kind, route, fault.status))
    with (
        SaltoKs(account, now=clock, sleep=naps) as salto,
        pytest.raises(SaltoksError) as caught,
    ):
        salto.create_user("planted-site", new)
    lines = "\n".join(f"{record.getMessage()} {record.args!r}" for record in caplog.records if "salto" in record.name)
    assert "salto: POST" in lines
    everything = told(caught.value) + repr(account) + repr(salto.__dict__) + lines
    assert "pipeline" not in everything
    assert "planted" not in everything.lower()
    foreign = "\n".join(record.getMessage() for record in caplog.records)
    assert "planted-client-secret" not in foreign
    assert "planted%20password" not in foreign
    assert "eyJ" not in foreign


def test_an_echo_of_the_request_is_not_passed_on(scripted) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"ErrorCode": "1101", "Message": f"Bad body {request.content.decode()}"})

    salto, _ = scripted(echo)
    with pytest.raises(SaltoksError) as caught:
        salto.create_user("s", NewUser("A", "B", "planted@guest.example", ["r"]))
    assert "planted" not in told(caught.value)


def test_a_token_that_came_back_wrong_is_not_shown(make_account, clock, naps) -> None:
    answer = {"access_token": "planted-token", "expires_in": "soon", "refresh_token": "planted-refresh"}
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    with (
        SaltoKs(make_account("https://salto.example"), now=clock, sleep=naps, transport=transport) as salto,
        pytest.raises(SaltoksError) as caught,
    ):
        salto.sites()
    assert "planted" not in told(caught.value)
