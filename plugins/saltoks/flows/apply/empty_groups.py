"""Deletes groups of our own that nobody needs any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saltoks.core.errors import MaybeGone, NotPermitted, NotThere, Refused
from saltoks.core.plan.plan import Change
from saltoks.flows.run.change_log import ChangeLog
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse.access import group_readings

_PAUSES = (0.0, 2.0, 4.0, 4.0)
"""Seconds: what was deleted may be shown for ten more (salto-ks §2.8)."""


def delete_empty_groups(
    rt: Runtime, site: Site, client: SaltoKs, site_id: str, change_log: ChangeLog, changes: Sequence[Change]
) -> None:
    """Deletes groups of our own, unless somebody came into one since the plan; one list at the end confirms all."""
    with rt.warehouse.session() as session:
        known = group_readings.load(session, site.name)
    asked = {}
    for change in changes:
        group_id = known[change.group].group_id
        change_log.sent([change])
        if why := _refused(client, site_id, group_id):
            change_log.failed(change, why)
        else:
            asked[group_id] = change
    _settle(rt, client, site_id, change_log, asked)


def _refused(client: SaltoKs, site_id: str, group_id: str) -> str | None:
    try:
        if client.members(site_id, group_id):
            return "somebody was put in by hand since"
        client.delete_group(site_id, group_id)
    except MaybeGone:
        raise
    except NotThere:
        return None
    except (NotPermitted, Refused) as error:
        return error.message
    return None


def _settle(rt: Runtime, client: SaltoKs, site_id: str, change_log: ChangeLog, asked: Mapping[str, Change]) -> None:
    left = set(asked)
    for pause in _PAUSES:
        if left:
            rt.clock.sleep(pause)
            left &= {one.id for one in client.groups(site_id)}
    change_log.confirmed(one for group_id, one in asked.items() if group_id not in left)
    for group_id in sorted(left):
        change_log.failed(asked[group_id], "Salto took the write but does not show it yet")
