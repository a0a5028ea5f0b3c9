"""Device status: pull >> assess, for one site at a time (design §6)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from saltoks.core.devices.readings import DeviceState, IqReading, LockReading, lock_state
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.salto.models import Iq, Lock
from saltoks.settings import Site
from saltoks.warehouse.device import readings


def pull(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Reads all locks and IQs of the site: how they are, and into the history what changed."""
    with step(rt, run_id, "pull", site) as outcome, rt.salto(site) as client:
        outcome.count_calls(client)
        site_id, now = rt.site_id(site, client), rt.clock.now()
        iqs = [
            IqReading(iq_id=one.id, name=_name(one), online=one.online, state=one.state, read_at=now)
            for one in client.iqs(site_id)
        ]
        locks = [
            LockReading(
                lock_id=one.id,
                name=_name(one),
                online=one.online,
                battery_level=one.battery_level,
                locked_state=one.locked_state,
                iq_id=one.iq.id if one.iq else None,
                read_at=now,
            )
            for one in client.locks(site_id)
        ]
        with rt.warehouse.session() as session:
            readings.save(session, site.name, locks, iqs)
            readings.save_lock_history_limits(
                session, site.name, {one.name: site.devices.days_of(one.name) for one in locks}
            )
        outcome.counts |= {"locks": len(locks), "iqs": len(iqs)}
    return outcome


def assess(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Says which locks are online, offline or not known to be either, and which batteries are low."""
    with step(rt, run_id, "assess", site) as outcome:
        limit = timedelta(minutes=site.devices.unknown_after_minutes)
        with rt.warehouse.session() as session:
            found = readings.locks_now(session, site.name)
        states = Counter(lock_state(one.lock, one.iq, rt.clock.now(), limit) for one in found)
        low = [one.lock.name for one in found if one.lock.battery_level in ("low", "critical")]
        outcome.counts |= {state.value: states[state] for state in DeviceState} | {"low_batteries": len(low)}
        outcome.warnings += [f"the battery of “{name}” is low: change it (F168)" for name in low]
    return outcome


def _name(device: Lock | Iq) -> str:
    return device.customer_reference or device.id
