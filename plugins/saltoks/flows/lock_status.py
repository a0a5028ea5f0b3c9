"""How every lock of a site is, from the latest readings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from saltoks.core.devices.readings import DeviceState, lock_state
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.device import readings


@dataclass(frozen=True, slots=True, kw_only=True)
class LockView:
    """A lock as a person wants to see it; `battery` and `iq` are as Salto names them."""

    name: str
    state: DeviceState
    battery: str | None
    iq: str | None
    iq_online: bool | None
    read_at: datetime


def locks(rt: Runtime, site: Site) -> list[LockView]:
    """Every lock of the site, by name."""
    limit = timedelta(minutes=site.devices.unknown_after_minutes)
    with rt.warehouse.session() as session:
        found = readings.locks_now(session, site.name)
    return [
        LockView(
            name=one.lock.name,
            state=lock_state(one.lock, one.iq, rt.clock.now(), limit),
            battery=one.lock.battery_level,
            iq=one.iq.name if one.iq else None,
            iq_online=one.iq.online if one.iq else None,
            read_at=one.lock.read_at,
        )
        for one in found
    ]
