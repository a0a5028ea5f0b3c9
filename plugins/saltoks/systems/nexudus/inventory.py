"""Resources, passes, desks and plans become items: whatever an access group can be mapped to."""

from __future__ import annotations

from functools import partial

from saltoks.core.model.canonical import Item
from saltoks.systems.nexudus.api.record import Record
from saltoks.systems.nexudus.fetch import Fetched
from saltoks.systems.nexudus.places import Places
from saltoks.systems.nexudus.row_collector import Tray

_DESK_KINDS = {1: "office", 2: "desk", 3: "desk", 4: "other", 5: "room"}


def items(fetched: Fetched, places: Places) -> Tray:
    """Everything of the inventory; hidden things stay active, only archived ones do not."""
    tray: Tray = Tray("items")
    kinds = (
        ("resource", fetched.resources, "BusinessId"),
        ("pass", fetched.time_passes, "BusinessId"),
        ("product", fetched.tariffs, "BusinessId"),
        ("desk", fetched.desks, "FloorPlanBusinessId"),
    )
    for prefix, listing, place in kinds:
        tray.fill(listing.records, partial(_item, places, prefix, place), f"{prefix}:")
    return tray


def _item(places: Places, prefix: str, place: str, record: Record) -> Item | None:
    business = record.id_or_none(place)
    if not places.takes(business):
        return None
    places.check(business, place)
    source_id = f"{prefix}:{record.id}"
    return Item(
        source_id=source_id,
        name=record.text("Name") or source_id,
        item_type=_DESK_KINDS.get(record.id_or_none("ItemType") or 0, "other") if prefix == "desk" else prefix,
        location_id=str(business) if business else None,
        active=not record.flag("Archived"),
        group_hint=record.word("AccessControlGroupId"),
    )
