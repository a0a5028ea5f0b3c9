"""Two installations on one site notice each other, and stop: each marks its sites with an empty group (T6).

A copy of a warehouse is the same installation: it must not be let loose on the sites of the original.
"""

from __future__ import annotations

from collections.abc import Iterable

from saltoks.core.errors import FixInput, NotPermitted, Refused
from saltoks.core.plan.owner import foreign, marker, owner_of
from saltoks.flows.run.attribution import Attribution, attributed
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import AccessGroup
from saltoks.settings import Site
from saltoks.warehouse import owner as table
from saltoks.warehouse import plans
from saltoks.warehouse.database import Session
from saltoks.warehouse.owner import SiteOwner


def ours(rt: Runtime) -> str:
    """The short id of this installation."""
    with rt.warehouse.session() as session:
        return table.installation(session, rt.clock.now())


def known(rt: Runtime, site: Site) -> SiteOwner:
    """Whose marker a site has, as of its last run."""
    with rt.warehouse.session() as session:
        return table.owner(session, site.name)


def notes(rt: Runtime, listed: Iterable[AccessGroup]) -> list[str]:
    """The other installations whose marker is at a site."""
    others = foreign((one.customer_reference for one in listed), ours(rt))
    return [
        f"installation {one} of this product writes to this site as well: nothing is applied (T6)" for one in others
    ]


def keep(rt: Runtime, session: Session, site: Site, listed: Iterable[AccessGroup]) -> None:
    """Writes down whose markers a site has."""
    now, names = rt.clock.now(), [one.customer_reference for one in listed]
    mine = table.installation(session, now)
    others = foreign(names, mine)
    table.seen(session, site.name, now, ours=marker(mine) in names, foreign_id=others[0] if others else None)


def only_ours(rt: Runtime, site: Site) -> None:
    """Raises `FixInput` where another installation writes."""
    found = known(rt, site)
    if found.foreign_id:
        raise FixInput(
            f"installation {found.foreign_id} of this product writes to site {site.name} as well, seen since "
            f"{found.foreign_since:%Y-%m-%d %H:%M} UTC, so this one ({ours(rt)}) writes nothing: switch the other off, "
            f"then take the site over with `saltoks owner take --site {site.name} --by NAME --reason TEXT`"
        )


def mark(rt: Runtime, site: Site, client: SaltoKs, site_id: str, outcome: Outcome) -> None:
    """Makes our marker before the first write to a site; without the right to it, says so and goes on."""
    found, now = known(rt, site), rt.clock.now()
    if found.made_at:
        return
    name = marker(ours(rt))
    with rt.warehouse.session() as session:
        table.asked(session, site.name, now)
    try:
        if not found.asked_at or not _has(client.groups(site_id), name):
            client.create_group(site_id, name)
    except (NotPermitted, Refused) as error:
        outcome.warnings.append(f"the group “{name}” could not be made, so no other installation is warned: {error}")
        return
    with rt.warehouse.session() as session:
        table.seen(session, site.name, now, ours=True, foreign_id=None)


def take(rt: Runtime, site: Site, run_id: str, *, by: str, because: str) -> Outcome:
    """Makes a site ours: the markers of others go, ours is made; raises `FixInput` without a name and a reason."""
    author = attributed(by, because, "a site is taken over by somebody, for a reason")
    rt.may_write(site)
    with step(rt, run_id, "take", site) as outcome, plans.only_one(rt.warehouse, site.name), rt.salto(site) as client:
        outcome.watch(client)
        site_id, name = rt.site_id(site, client), marker(ours(rt))
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
            table.took(session, site.name, one, by=author.by, because=author.because, at=now)
        table.seen(session, site.name, now, ours=True, foreign_id=None)


def _has(listed: Iterable[AccessGroup], name: str) -> bool:
    return any(one.customer_reference == name for one in listed)
