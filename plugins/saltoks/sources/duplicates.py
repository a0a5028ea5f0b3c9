"""Ids that occur more than once in one table: nobody can say which row is right, unless they are the same row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from saltoks.sources.rawtable import Cells


@dataclass(frozen=True, slots=True)
class Doubles:
    """Line numbers: `repeats` say the same as an earlier line, `conflicts` share an id but differ."""

    repeats: frozenset[int]
    conflicts: frozenset[int]


def doubles(lines: Iterable[tuple[int, str, Cells]]) -> Doubles:
    """Sort out lines given as (number, id, cells of the configured columns); lines without an id are left alone."""
    by_id: dict[str, list[tuple[int, Cells]]] = defaultdict(list)
    for number, source_id, cells in lines:
        if source_id:
            by_id[source_id].append((number, cells))
    repeats: set[int] = set()
    conflicts: set[int] = set()
    for group in by_id.values():
        same = len({cells for _, cells in group}) == 1
        (repeats if same else conflicts).update(number for number, _ in (group[1:] if same else group))
    return Doubles(frozenset(repeats), frozenset(conflicts))
