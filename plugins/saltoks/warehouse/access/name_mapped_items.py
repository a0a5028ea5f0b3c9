"""Which items opened the access group of their own name, and since when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter

from saltoks.core.model.canonical import Item
from saltoks.core.model.rules import ItemMapping
from saltoks.warehouse.engine.database import Session

_ITEMS: TypeAdapter[list[Item]] = TypeAdapter(list[Item])


@dataclass(frozen=True, slots=True)
class NameMappedItems:
    """What names decided at the last plan, and the groups that any item ever opened by its name."""

    entries: tuple[ItemMapping, ...]
    ever: frozenset[str]


def source_items(session: Session, source: str) -> list[Item]:
    """The items that a source has now."""
    rows = [dict(row) for row in session.rows("name_mapped_items/source_items", source=source)]
    return _ITEMS.validate_python(rows)


def load(session: Session, site: str) -> NameMappedItems:
    """What was kept of a site."""
    rows = session.rows("name_mapped_items/load", site=site)
    now = (row for row in rows if row["ended_at"] is None)
    entries = tuple(ItemMapping(item=row["item_id"], groups=(row["group_name"],)) for row in now)
    return NameMappedItems(entries, frozenset(row["group_name"] for row in rows))


def save(session: Session, site: str, entries: Iterable[ItemMapping], at: datetime) -> None:
    """Keeps what names decide now; what they decided before and no longer do ends."""
    pairs = [(entry.item, entry.groups[0]) for entry in entries]
    session.run("name_mapped_items/end", site=site, current=[f"{item} → {group}" for item, group in pairs], at=at)
    session.write_rows(
        "name_mapped_items/save",
        [{"site": site, "item_id": item, "group_name": group, "at": at} for item, group in pairs],
    )
