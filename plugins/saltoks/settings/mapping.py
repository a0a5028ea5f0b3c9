"""What each item of a site opens, as an admin writes it: targets, hours, buffers; and what nothing may open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from saltoks.core.access.name_mapping import folded_name
from saltoks.core.model.pools import is_slot
from saltoks.core.model.rules import ItemMapping
from saltoks.core.time.week import WeeklyHours
from saltoks.settings.nearest import did_you_mean
from saltoks.settings.problems import Loc, refuse

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""The words for the days of a week, Monday first."""

BUFFERS = {"before_minutes": (0, 7 * 1440), "after_minutes": (0, 2 * 1440)}
"""The least and the most of lead and tail: bookings that are further away are not looked at in a run."""

Findings = Iterator[tuple[Loc, str]]
_WALL = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def with_days(mapping: object) -> object:
    """A mapping as YAML has it, with the words for days as numbers; refuses other words, and times that are none."""
    if not isinstance(mapping, list):
        return mapping
    refuse(((n, *loc), text) for n, entry in enumerate(mapping) for loc, text in _hours_findings(entry))
    return [_numbered(entry) for entry in mapping]


def one_each(mapping: tuple[ItemMapping, ...]) -> tuple[ItemMapping, ...]:
    """The mapping itself, if each item is mapped once and to something that can be."""
    refuse(_mapping_findings(mapping))
    return mapping


def refuse_unmanaged(
    mapping: Iterable[ItemMapping], others: Mapping[str, Iterable[str]], unmanaged: Iterable[str]
) -> None:
    """Refuses what is left to others and named elsewhere nevertheless.

    `unmanaged` are items, groups and locks; `others` are the names at other places of the file, by key.
    """
    hands_off = {folded_name(name) for name in unmanaged}
    places: list[tuple[Loc, str]] = [
        (("mapping", n, key), name)
        for n, entry in enumerate(mapping)
        for key, names in (("item", (entry.item,)), ("groups", entry.groups), ("locks", entry.locks))
        for name in names
    ]
    places += [((key,), name) for key, names in others.items() for name in sorted(names)]
    text = "'{}' is unmanaged — take it out of here, or out of unmanaged"
    refuse((loc, text.format(name)) for loc, name in places if folded_name(name) in hands_off)


def in_words(hours: WeeklyHours) -> str:
    """Hours as an admin reads them: `mon tue 09:00–17:00`."""
    days = "" if len(hours.days) in (0, len(DAYS)) else " ".join(DAYS[day - 1] for day in sorted(hours.days)) + " "
    return f"{days}{hours.starts:%H:%M}–{hours.ends:%H:%M}"


def _parts(entry: object) -> list[object]:
    """The stretches of hours of one entry as YAML has them; what is no list is refused by the model."""
    hours = entry.get("hours") if isinstance(entry, dict) else None
    return hours if isinstance(hours, list) else []


def _hours_findings(entry: object) -> Findings:
    for n, part in enumerate(_parts(entry)):
        if not isinstance(part, dict):
            continue
        for key in ("starts", "ends"):
            if key in part and not _WALL.fullmatch(str(part[key])):
                yield ("hours", n, key), f"'{part[key]}' is no wall clock — write it like 09:00; midnight is 00:00"
        days = part.get("days", list(DAYS))
        if days == []:
            yield ("hours", n, "days"), "names no day — leave it out for every day"
        for at, day in enumerate(days if isinstance(days, list) else ()):
            if day not in DAYS:
                yield ("hours", n, "days", at), f"'{day}' is no day — {did_you_mean(str(day), DAYS)}"


def _numbered(entry: object) -> object:
    if not isinstance(entry, dict) or not _parts(entry):
        return entry
    return entry | {"hours": [_part_numbered(part) for part in _parts(entry)]}


def _part_numbered(part: object) -> object:
    if not isinstance(part, dict) or not isinstance(part.get("days"), list):
        return part
    return part | {"days": [DAYS.index(day) + 1 for day in part["days"]]}


def _mapping_findings(mapping: tuple[ItemMapping, ...]) -> Findings:
    first: dict[str, int] = {}
    for n, entry in enumerate(mapping):
        if first.setdefault(entry.item, n) != n:
            text = f"'{entry.item}' is mapped already in mapping.{first[entry.item]} — list all its groups there"
            yield (n, "item"), text
        if not entry.item.strip():
            yield (n, "item"), "has no text — write the id of an item, such as unit:studio-a"
        for loc, text in chain(_target_findings(entry), out_of_bounds(entry, BUFFERS)):
            yield (n, *loc), text


def _target_findings(entry: ItemMapping) -> Findings:
    if entry.locks and entry.groups:
        yield ("locks",), "stands next to groups — keep one: your own groups, or locks for groups that are made for you"
    elif not any(entry.groups) and not any(entry.locks):
        yield ("groups",), "names no access group, so it opens no door — list at least one"
    for key, names in (("groups", entry.groups), ("locks", entry.locks)):
        if any(names) and not all(name.strip() for name in names):
            yield (key,), "holds a name without text — take it out"
    if any(map(is_slot, entry.groups)):
        yield ("groups",), "names a group that is made for locks — write locks instead"


def out_of_bounds(values: object, bounds: Mapping[str, tuple[int, int]]) -> Findings:
    """The numbers among some values that are less or more than they may be; None is no number."""
    for key, (least, most) in bounds.items():
        number = getattr(values, key)
        if number is not None and number < least:
            yield (key,), f"must be {least} or more — correct the value"
        elif number is not None and number > most:
            yield (key,), f"must be {most} or less — correct the value"
