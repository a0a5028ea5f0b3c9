"""Opens one door from afar, by name and with a reason (F86, F89)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from saltoks.core.errors import FixInput
from saltoks.flows.iq.one_time_codes import OneTimeCodes
from saltoks.flows.run.attribution import attributed
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.salto.models import Lock, LockIq
from saltoks.settings import Site
from saltoks.warehouse.device.one_time_codes import CodeRequest


def open_lock(rt: Runtime, site: Site, run_id: str, lock: str, *, by: str, because: str) -> Outcome:
    """Opens exactly the lock of that name, with one code at most; it closes by itself.

    Raises `FixInput` for a lock that is not there once, not online, or behind an IQ that is not activated: before any
    code is spent on it.
    """
    author = attributed(by, because)
    with step(rt, run_id, "open", site) as outcome, rt.salto(site) as client:
        rt.may_write(site)
        outcome.count_calls(client)
        site_id = rt.site_id(site, client)
        target = _named(client.locks(site_id), lock)
        iq = _reached(target, lock)
        if iq.otp_enabled is False:
            client.open_lock(site_id, target.id, None)
        else:
            one_time_codes = OneTimeCodes.of(rt, site)
            key = one_time_codes.key(iq.id, iq.customer_reference or iq.id)
            asked = CodeRequest(purpose="open", author=author.by, reason=author.because, lock_name=lock)
            one_time_codes.send(key, asked, partial(client.open_lock, site_id, target.id))
        outcome.counts["opened"] = 1
    return outcome


def _named(locks: Sequence[Lock], name: str) -> Lock:
    matching = [one for one in locks if name in (one.customer_reference, one.id)]
    if len(matching) != 1:
        names = ", ".join(sorted(one.customer_reference or one.id for one in locks)) or "none"
        raise FixInput(f"“{name}” is the name of {len(matching)} locks (F86): the site has {names}")
    return matching[0]


def _reached(lock: Lock, name: str) -> LockIq:
    """The IQ behind a lock; raises `FixInput` when no command gets there."""
    if lock.iq is None:
        raise FixInput(f"“{name}” hangs on no IQ, so it cannot be opened from afar (F89): link it in Salto KS")
    if lock.online is False or lock.iq.is_online is False:
        offline = f"the IQ “{lock.iq.customer_reference}” is" if lock.iq.is_online is False else f"“{name}” is"
        raise FixInput(
            f"{offline} not online, so “{name}” cannot be opened from afar (F89): go there with a tag or a key"
        )
    return lock.iq
