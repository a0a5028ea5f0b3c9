"""What the settings alone tell about an item: whether it is booked, or held as a plan, a pass or a desk."""

from __future__ import annotations

from saltoks.core.access.entitlements import VISITORS_ITEM
from saltoks.settings.ireserve import IReserveSource
from saltoks.settings.models import Site
from saltoks.settings.tables import TabularSource

_PLANS = ("product:", "pass:", "desk:", "subscription:", VISITORS_ITEM)
"""Items of Nexudus and i-Reserve that nobody books."""


def has_bookings(site: Site) -> bool:
    """Whether the site's source knows bookings at all."""
    return "bookings" in tables_of(site)


def tables_of(site: Site) -> frozenset[str]:
    """What the site's source can hand over of bookings, memberships, passes and visitors."""
    if isinstance(site.source, TabularSource):
        return frozenset(site.source.tables)
    plans = {"bookings", "memberships"}
    return frozenset(plans if isinstance(site.source, IReserveSource) else plans | {"passes", "visitors"})


def is_bookable(site: Site, item: str) -> bool:
    """Whether bookings can be of this item, as far as the prefixes of the ids tell; plans have no door of their own."""
    if not isinstance(site.source, TabularSource):
        return not item.startswith(_PLANS)
    if item == VISITORS_ITEM:
        return False
    tables = site.source.tables
    if not any(item.startswith(part.columns["item_id"].prefix) for part in tables.get("bookings", ())):
        return False
    plans = {part.columns["plan_id"].prefix for part in tables.get("memberships", ())} - {""}
    return not item.startswith(tuple(plans))
