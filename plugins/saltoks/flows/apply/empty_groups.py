"""Deletes groups of our own that nobody needs any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from saltoks.core.errors import MaybeGone, NotPermitted, NotThere, Refused
from saltoks.core.plan.plan import Change
from saltoks.flows.apply.step import ApplyContext
from saltoks.flows.run.waiting import seen_after_deletion
from saltoks.salto.client import SaltoKs
from saltoks.warehouse.access import group_readings


def delete_empty_groups(context: ApplyContext, changes: Sequence[Change]) -> None:
    """Deletes groups of our own, unless somebody came into one since the plan; one list at the end confirms all."""
    with context.rt.warehouse.session() as session:
        known = group_readings.load(session, context.site.name)
    asked = {}
    for change in changes:
        group_id = known[change.group].group_id
        context.change_log.sent([change])
        if why := _refused(context.client, context.site_id, group_id):
            context.change_log.failed(change, why)
        else:
            asked[group_id] = change
    _settle(context, asked)


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


def _settle(context: ApplyContext, asked: Mapping[str, Change]) -> None:
    left = set(asked)

    def still_there() -> set[str]:
        left.intersection_update(one.id for one in context.client.groups(context.site_id))
        return left

    if asked:
        seen_after_deletion(context.rt.clock, still_there, lambda seen: not seen)
    context.change_log.confirmed(one for group_id, one in asked.items() if group_id not in left)
    for group_id in sorted(left):
        context.change_log.failed(asked[group_id], "Salto took the write but does not show it yet")
