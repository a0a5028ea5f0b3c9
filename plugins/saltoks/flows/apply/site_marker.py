"""Marks a site as ours with an empty group, and takes one over from another installation."""

from __future__ import annotations

from collections.abc import Iterable

from saltoks.core.errors import NotPermitted, Refused
from saltoks.core.plan.owner_marker import marker, owner_of
from saltoks.flows.plan.current.owner import installation_id, site_owner
from saltoks.flows.run.attribution import Attribution, attributed
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import AccessGroup
from saltoks.settings import Site
from saltoks.warehouse.access import plans
from saltoks.warehouse.ops import owners as table


def mark(rt: Runtime, site: Site, client: SaltoKs, site_id: str, outcome: Outcome) -> None:
    """Makes our marker before the first write to a site; without the right to it, says so and goes on."""
    found, now = site_owner(rt, site), rt.clock.now()
    if found.made_at:
        return
    name = marker(installation_id(rt))
    with rt.warehouse.session() as session:
        table.record_asked(session, site.name, now)
    try:
        if not found.asked_at or not _has(client.groups(site_id), name):
            client.create_group(site_id, name)
    except (NotPermitted, Refused) as error:
        outcome.warnings.append(f"the group “{name}” could not be made, so no other installation is warned: {error}")
        return
    with rt.warehouse.session() as session:
        table.save(session, site.name, now, ours=True, foreign_id=None)


def take_over(rt: Runtime, site: Site, run_id: str, *, by: str, because: str) -> Outcome:
    """Makes a site ours: the markers of others go, ours is made; raises `FixInput` without a name and a reason."""
    author = attributed(by, because, "a site is taken over by somebody, for a reason")
    rt.may_write(site)
    with step(rt, run_id, "take", site) as outcome, plans.site_lock(rt.warehouse, site.name), rt.salto(site) as client:
        outcome.count_calls(client)
        site_id, name = rt.site_id(site, client), marker(installation_id(rt))
        listed = client.groups(site_id)
        others = [one for one in listed if owner_of(one.customer_reference) and one.customer_reference != name]
        for one in others:
            client.delete_group(site_id, one.id)
        if not _has(listed, name):
            client.create_group(site_id, name)
        _took(rt, site, [owner_of(one.customer_reference) or "" for one in others], author)
        outcome.counts["taken_from"] = len(others)
    return outcome


def _took(rt: Runtime, site: Site, others: list[str], author: Attribution) -> None:
    now = rt.clock.now()
    with rt.warehouse.session() as session:
        for one in others:
            table.record_takeover(session, site.name, one, by=author.by, because=author.because, at=now)
        table.save(session, site.name, now, ours=True, foreign_id=None)


def _has(listed: Iterable[AccessGroup], name: str) -> bool:
    return any(one.customer_reference == name for one in listed)
