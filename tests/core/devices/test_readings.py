"""How far to believe a lock and its IQ (F112, T24)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.worlds import cases, clock
from saltoks.core.devices.readings import DeviceState, IqReading, LockReading, device_state, lock_state

LIMIT = timedelta(minutes=30)
NOW = clock("12:00")
ONLINE, OFFLINE, UNKNOWN = DeviceState


@cases(
    "online, read_at, believed",
    {
        "fresh and online": (True, "11:59", ONLINE),
        "fresh and offline": (False, "11:59", OFFLINE),
        "fresh and silent": (None, "11:59", UNKNOWN),
        "online, as old as may be": (True, "11:30", ONLINE),
        "offline, as old as may be": (False, "11:30", OFFLINE),
        "T24 online, too old": (True, "11:29", UNKNOWN),
        "F112 offline, too old": (False, "11:29", UNKNOWN),
        "read a moment from now": (True, "12:01", ONLINE),
    },
)
def test_f112_t24_a_reading_that_is_too_old_says_nothing(
    online: bool | None, read_at: str, believed: DeviceState
) -> None:
    """F112, T24."""
    assert device_state(online, clock(read_at), NOW, LIMIT) is believed


def lock(online: bool | None, read_at: str = "11:59") -> LockReading:
    return LockReading(
        lock_id="l1",
        name="Studio A",
        online=online,
        battery_level="full",
        locked_state="locked",
        iq_id="q1",
        read_at=clock(read_at),
    )


def iq(online: bool | None, read_at: str = "11:59") -> IqReading:
    return IqReading(iq_id="q1", name="Hall", online=online, state="paired", read_at=clock(read_at))


@cases(
    "device, behind, believed",
    {
        "both online": (lock(True), iq(True), ONLINE),
        "T24 the IQ is offline": (lock(True), iq(False), UNKNOWN),
        "T24 the IQ is silent": (lock(True), iq(None), UNKNOWN),
        "T24 the IQ's reading is too old": (lock(True), iq(True, "11:29"), UNKNOWN),
        "no IQ": (lock(True), None, ONLINE),
        "offline behind an IQ that is online": (lock(False), iq(True), OFFLINE),
        "offline behind an IQ that is offline": (lock(False), iq(False), OFFLINE),
        "too old behind an IQ that is online": (lock(True, "11:29"), iq(True), UNKNOWN),
        "silent without an IQ": (lock(None), None, UNKNOWN),
    },
)
def test_t24_a_lock_is_no_more_online_than_its_iq(
    device: LockReading, behind: IqReading | None, believed: DeviceState
) -> None:
    """T24."""
    assert lock_state(device, behind, NOW, LIMIT) is believed


@pytest.mark.parametrize("online", [True, False, None])
def test_t24_time_alone_makes_every_device_unknown(online: bool | None) -> None:
    """T24."""
    later = NOW + timedelta(days=1)
    assert lock_state(lock(online), iq(online), later, LIMIT) is UNKNOWN
