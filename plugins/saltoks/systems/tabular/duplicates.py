"""Ids that occur more than once in one table: nobody can say which row is right, unless they are the same row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

Spot = tuple[int, int]
"""Which file or query of the table, and its line."""


@dataclass(frozen=True, slots=True)
class Duplicates:
    """`repeats` say the same as an earlier line, `conflicts` share an id but differ."""

    repeats: frozenset[Spot]
    conflicts: frozenset[Spot]


def find_duplicates(lines: Iterable[tuple[Spot, str, Hashable]]) -> Duplicates:
    """Sort out lines given as (spot, id, what the line says); lines without an id are left alone."""
    by_id: dict[str, list[tuple[Spot, Hashable]]] = defaultdict(list)
    for spot, source_id, said in lines:
        if source_id:
            by_id[source_id].append((spot, said))
    repeats: set[Spot] = set()
    conflicts: set[Spot] = set()
    for group in by_id.values():
        same = len({said for _, said in group}) == 1
        (repeats if same else conflicts).update(spot for spot, _ in (group[1:] if same else group))
    return Duplicates(frozenset(repeats), frozenset(conflicts))
