"""Whatever Salto puts among its rows, a flow ends with its result or with a sentence, and the next one goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.acts import do, sync_at
from saltoks.core.errors import SaltoksError
from saltoks.flows.lint import lint
from saltoks.flows.sync import AUDIT, STATUS
from saltoks.sandbox.salto.admin.client import Fault
from stage import Stage

ROW: dict[str, Any] = {
    "id": "odd",
    "user": {"id": "odder"},
    "iq": {"id": "oddest"},
    "utc_date_time": "2026-03-10T11:00Z",
}
ENDS = {
    "expires_at": "9999-12-31T23:59:59-14:00",
    "start_date": "0001-01-01T00:00:00",
    "end_date": "9999-12-31T23:59:59",
}
ODD = {
    "texts that no database keeps": ROW
    | {"customer_reference": "\0\ud800", "alias": "\udfff", "first_name": "\0", "battery_level": "\ud800"}
    | {"user": {"id": "odder", "first_name": "\0", "last_name": "\ud800", "email": "\0@\ud800"}},
    "ends of the calendar": ROW | ENDS | {"monday": True, "start_time": "00:00", "end_time": "23:59"},
    "other ends of the calendar": ROW
    | {"expires_at": "0001-01-01T00:00:00+14:00", "start_date": "9999-12-31T23:59:59"},
    "times that are none": ROW
    | {"monday": True, "start_time": "25:61", "end_date": "tomorrow", "time_zone": "Moon/Base"},
    "a number beyond all": ROW | {"user_count": 1e300, "lock_count": 10**30, "subscribed_user_amount": -(10**12)},
    "words for flags": ROW | {"online": "maybe", "blocked": "perhaps", "roles": "none"},
    "deep": ROW | {"new": json.loads("[" * 500 + "]" * 500)},
    "an id that is a path": ROW | {"id": "..", "user": {"id": "../.."}},
    "no row": 7,
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_row_in_every_list_is_no_traceback_and_over_when_it_is(stage: Stage, odd: str) -> None:
    """F24: nor does anything that was stored meanwhile stop the runs after it."""
    stage.book("b1", "ann", "room-1", 0, 600)
    sync_at(stage, 0)
    stage.sandbox.admin.faults(Fault("odd_row", route="GET *", body=json.dumps(ODD[odd])))
    stage.move(15)
    for flow in (lambda: stage.sync("odd", fully=True), lambda: do(stage, "odd", *STATUS), lambda: looked(stage)):
        try:
            flow()
        except SaltoksError as error:
            assert error.message.isprintable(), error.message  # noqa: PT017
    do(stage, "odd", *AUDIT)
    stage.sandbox.admin.faults()
    stage.move(30)
    assert [one.state for one in stage.sync("after", fully=True)][:2] == ["done", "done"]
    assert stage.opens("ann@house.example", "Room 1")
    do(stage, "after", *STATUS, *AUDIT)


def looked(stage: Stage) -> None:
    """What lint sees at the site."""
    with stage.runtime() as rt:
        lint(rt, rt.settings.site("house"))
