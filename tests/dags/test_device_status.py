"""A whole run of the device status on a real sandbox and a real warehouse."""

from __future__ import annotations

from dags.live import Live


def test_locks_and_iqs_are_read_and_assessed(live: Live) -> None:
    run = live.run("device_status")
    assert run.state == "success"
    assert run.tasks == dict.fromkeys(("chunks", "pull", "assess"), ("success", 1))
    assert live.given(run, "pull") == {"locks": 3, "iqs": 1, "state": "done"}
    assert live.given(run, "assess")["online"] == 3
    assert live.rows("select count(*) from device.locks") == [(3,)]


def test_a_dark_iq_leaves_its_locks_unknown(live: Live) -> None:
    """T24: what a lock last said is worth nothing while its IQ cannot be heard."""
    live.stage.sandbox.admin.set_iq("NL0000000009", "House IQ", online=False)
    run = live.run("device_status")
    assert run.state == "success"
    assert live.given(run, "assess")["unknown"] == 3
