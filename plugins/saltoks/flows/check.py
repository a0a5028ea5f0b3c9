"""Is a site ready? Signs in, finds the site, its groups and devices, and says what is missing (F21, F9–F24)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from saltoks.core.errors import SaltoksError
from saltoks.flows.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import ManagedSite
from saltoks.settings import Site

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    level: Level
    what: str
    message: str


def check(rt: Runtime, site: Site) -> list[Finding]:
    """Everything that must be true before the first sync, in the order in which to mend it; writes nothing."""
    try:
        with rt.warehouse.session() as session:
            session.rows("ops/site", site=site.name, site_uid=site.salto.site_uid)
        found = [Finding("ok", "warehouse", f"answers at {rt.warehouse.place}")]
        with rt.salto(site) as client:
            site_id = rt.site_id(site, client)
            found.append(Finding("ok", "site", f"{site.salto.site_uid} is {site_id} (F10)"))
            return found + _look(site, client, site_id)
    except SaltoksError as error:
        return [Finding("error", "connection", error.message)]


def _look(site: Site, client: SaltoKs, site_id: str) -> list[Finding]:
    seen = client.site(site_id)
    return [
        _seats(seen),
        _zone(site, seen),
        *_groups(site, client, site_id),
        *_devices(client, site_id),
        *_doors(site, client, site_id),
    ]


def _seats(seen: ManagedSite) -> Finding:
    if seen.subscription_valid is False:
        return Finding("error", "subscription", "the site's subscription is not valid, so no door opens (F186)")
    allowed, used = seen.subscribed_user_amount, seen.active_user_amount
    if allowed is not None and used is not None and used >= allowed:
        return Finding("error", "seats", f"all {allowed} seats are taken: the next person is suspended silently (T14)")
    return Finding(
        "ok", "seats", f"{used if used is not None else '?'} of {allowed if allowed is not None else '∞'} in use"
    )


def _zone(site: Site, seen: ManagedSite) -> Finding:
    there = seen.time_zone
    if there and there != site.timezone:
        return Finding("warning", "time zone", f"the site says {there}, config/ says {site.timezone} (F136)")
    return Finding("ok", "time zone", site.timezone)


def _groups(site: Site, client: SaltoKs, site_id: str) -> list[Finding]:
    there = {group.customer_reference: group for group in client.groups(site_id)}
    found = []
    for name in site.groups:
        group = there.get(name)
        if group is None:
            found.append(Finding("error", f"group {name}", "is not at the site: create it in Salto KS (F55)"))
        elif not client.schedules(site_id, group.id):
            found.append(Finding("error", f"group {name}", "has no time schedule, so guests stay outside (T15, F59)"))
        elif group.lock_count == 0:
            found.append(Finding("error", f"group {name}", "holds no lock: add every door on the route (F57)"))
        else:
            found.append(Finding("ok", f"group {name}", f"{group.lock_count} lock(s), {group.user_count} member(s)"))
    return found


def _devices(client: SaltoKs, site_id: str) -> list[Finding]:
    return [
        Finding("ok", f"IQ {one.customer_reference}", "online")
        if one.online
        else Finding("warning", f"IQ {one.customer_reference}", "is not online: new access does not arrive (F36)")
        for one in client.iqs(site_id)
    ]


def _doors(site: Site, client: SaltoKs, site_id: str) -> list[Finding]:
    there = {lock.customer_reference for lock in client.locks(site_id)}
    return [
        Finding("error", f"door {door}", f"of item {entry.item} is no lock of the site: correct the name (F47)")
        for entry in site.mapping
        for door in dict.fromkeys([*entry.locks, *([entry.door] if entry.door else [])])
        if door not in there
    ]
