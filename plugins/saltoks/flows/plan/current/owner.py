"""Two installations on one site notice each other, and stop: each marks its sites with an empty group (T6).

The marker is made, and those of others go, in `flows.apply.site_marker`; here they are only looked at.

A copy of a warehouse is the same installation: it must not be let loose on the sites of the original.
"""

from __future__ import annotations

from collections.abc import Iterable

from saltoks.core.errors import FixInput
from saltoks.core.plan.owner_marker import marker, other_owners
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.models import AccessGroup
from saltoks.settings import Site
from saltoks.warehouse.engine.database import Session
from saltoks.warehouse.ops import owners as table
from saltoks.warehouse.ops.owners import SiteOwner


def installation_id(rt: Runtime) -> str:
    """The short id of this installation."""
    with rt.warehouse.session() as session:
        return table.installation(session, rt.clock.now())


def site_owner(rt: Runtime, site: Site) -> SiteOwner:
    """Whose marker a site has, as of its last run."""
    with rt.warehouse.session() as session:
        return table.load(session, site.name)


def foreign_installation_notes(rt: Runtime, listed: Iterable[AccessGroup]) -> list[str]:
    """The other installations whose marker is at a site."""
    others = other_owners((one.customer_reference for one in listed), installation_id(rt))
    return [
        f"installation {one} of this product writes to this site as well: nothing is applied (T6)" for one in others
    ]


def save_markers(rt: Runtime, session: Session, site: Site, listed: Iterable[AccessGroup]) -> None:
    """Writes down whose markers a site has."""
    now, names = rt.clock.now(), [one.customer_reference for one in listed]
    mine = table.installation(session, now)
    others = other_owners(names, mine)
    table.save(session, site.name, now, ours=marker(mine) in names, foreign_id=others[0] if others else None)


def require_only_ours(rt: Runtime, site: Site) -> None:
    """Raises `FixInput` where another installation writes."""
    found = site_owner(rt, site)
    if found.foreign_id:
        raise FixInput(
            f"installation {found.foreign_id} of this product writes to site {site.name} as well, seen since "
            f"{found.foreign_since:%Y-%m-%d %H:%M} UTC, so this one ({installation_id(rt)}) writes nothing: "
            f"switch the other off, then take the site over with "
            f"`saltoks owner take --site {site.name} --by NAME --reason TEXT`"
        )
