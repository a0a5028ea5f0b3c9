"""Sites at which an item opens the access group of its own name, without a line in the mapping."""

from __future__ import annotations

from collections.abc import Iterable

from saltoks.core.access.name_mapping import NameMapping, map_by_name
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.models import AccessGroup
from saltoks.settings import Site
from saltoks.warehouse.access import name_mapped_items


def naming_of(rt: Runtime, site: Site, groups: Iterable[AccessGroup]) -> NameMapping:
    """What names decide now that a site has these groups; nothing where it does not ask for it."""
    if not site.map_by_name:
        return NameMapping()
    with rt.warehouse.session() as session:
        items = name_mapped_items.source_items(session, site.source.name)
        ever = name_mapped_items.load(session, site.name).ever
    mapped = {entry.item for entry in site.mapping}
    return map_by_name(items, mapped, (group.customer_reference or "" for group in groups), site.unmanaged, ever)


def with_last_naming(rt: Runtime, site: Site) -> Site:
    """A site with what names decided when it was planned last: for whoever does not ask Salto."""
    if not site.map_by_name:
        return site
    with rt.warehouse.session() as session:
        kept = name_mapped_items.load(session, site.name)
    mapped = {entry.item for entry in site.mapping}
    return site.named(NameMapping(tuple(entry for entry in kept.entries if entry.item not in mapped)))
