"""What the settings alone tell about an item: whether it is booked, or held as a plan, a pass or a desk."""

from __future__ import annotations

from saltoks.settings.models import Site


def has_bookings(site: Site) -> bool:
    """Whether the site's source knows bookings at all."""
    return "bookings" in site.source.opens_by


def is_bookable(site: Site, item: str) -> bool:
    """Whether bookings can be of this item; plans have no door of their own."""
    return site.source.is_bookable(item)
