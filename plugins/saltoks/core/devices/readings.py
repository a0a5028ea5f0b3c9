"""Readings of locks and IQs, and how far to believe them (design §6, salto-ks §5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class DeviceState(StrEnum):
    """`unknown`: the reading is too old to say anything."""

    ONLINE = "online"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockReading:
    """One lock as Salto reported it at `read_at`; unknown values are kept as they came."""

    lock_id: str
    name: str
    online: bool | None
    battery_level: str | None
    locked_state: str | None
    iq_id: str | None
    read_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IqReading:
    """One IQ as Salto reported it at `read_at`."""

    iq_id: str
    name: str
    online: bool | None
    state: str | None
    read_at: datetime


def device_state(online: bool | None, read_at: datetime, now: datetime, limit: timedelta) -> DeviceState:
    """What to believe of a device now: a reading older than `limit`, or without a value, is no reading."""
    if online is None or now - read_at > limit:
        return DeviceState.UNKNOWN
    return DeviceState.ONLINE if online else DeviceState.OFFLINE


def lock_state(lock: LockReading, iq: IqReading | None, now: datetime, limit: timedelta) -> DeviceState:
    """A lock behind an IQ that is not online is not known to be online, whatever it last said."""
    own = device_state(lock.online, lock.read_at, now, limit)
    if own is DeviceState.ONLINE and iq and device_state(iq.online, iq.read_at, now, limit) is not DeviceState.ONLINE:
        return DeviceState.UNKNOWN
    return own
