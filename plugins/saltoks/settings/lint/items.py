"""What the settings alone tell about an item: whether it is booked, or held as a plan, a pass or a desk."""

from __future__ import annotations

from saltoks.core.entitlements import VISITORS_ITEM
from saltoks.settings.models import Site
from saltoks.settings.tables import TabularSource

_PLANS = ("product:", "pass:", "desk:", "subscription:", VISITORS_ITEM)
"""Items of Nexudus and i-Reserve that nobody books."""


def has_bookings(site: Site) -> bool:
    """Whether the site's source knows bookings at all."""
    return not isinstance(site.source, TabularSource) or "bookings" in site.source.tables


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
