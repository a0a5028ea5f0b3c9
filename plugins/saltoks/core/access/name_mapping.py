"""Items that open the access group of their own name, for sites that ask for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from saltoks.core.model.canonical import Item
from saltoks.core.model.pools import is_managed_group
from saltoks.core.model.rules import ItemMapping
from saltoks.core.text import lowered


@dataclass(frozen=True, slots=True)
class NameMapping:
    """What names alone decide at a site: entries for the mapping, and groups that were in it by name and no longer are.

    Those groups are still looked after, so that whoever is left in one is taken out.
    """

    entries: tuple[ItemMapping, ...] = ()
    former: frozenset[str] = frozenset()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Which item opens what, if any does."""
        pairs = ", ".join(f"{entry.item} → “{entry.groups[0]}”" for entry in self.entries)
        text = f"{len(self.entries)} item(s) open the access group of their own name (map_by_name): {pairs}"
        return (text,) if pairs else ()


def folded_name(name: str) -> str:
    """A name as it is compared: case and runs of spaces do not matter."""
    return lowered(" ".join(name.split())).casefold()


def map_by_name(
    items: Iterable[Item],
    mapped: Iterable[str],
    groups: Iterable[str],
    unmanaged: Iterable[str],
    before: Iterable[str],
) -> NameMapping:
    """Items that are not `mapped` and whose name is that of exactly one of the `groups` of the site.

    `unmanaged` items and groups stay out of it. `before` are the groups that any item ever opened by its name.
    """
    hands_off = {folded_name(name) for name in unmanaged}
    by_folded: dict[str, list[str]] = {}
    for group in groups:
        if not is_managed_group(group) and folded_name(group) not in hands_off:
            by_folded.setdefault(folded_name(group), []).append(group)
    only = {name: twins[0] for name, twins in by_folded.items() if name and len(twins) == 1}
    taken = set(mapped)
    found = {
        item.source_id: only[folded_name(item.name)]
        for item in items
        if item.source_id not in taken
        and folded_name(item.source_id) not in hands_off
        and folded_name(item.name) in only
    }
    entries = tuple(ItemMapping(item=item, groups=(group,)) for item, group in sorted(found.items()))
    return NameMapping(entries, frozenset(before) & frozenset(only.values()) - frozenset(found.values()))
