"""What differs between two configurations, key by key, in words a person can check."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Value = object
_LONGEST = 80
_NAMES = ("item", "name", "group")
"""Keys that tell the entries of a list apart, so that one that moved is no difference."""


def config_differences(old: Mapping[str, Value], new: Mapping[str, Value]) -> list[str]:
    """`rules.before_minutes: 15 → 30`, sorted; lists are compared by the names of their entries where they have one."""
    before, after = dict(_flat("", old)), dict(_flat("", new))
    keys = sorted(before.keys() | after.keys())
    return [f"{key}: {_word(before, key)} → {_word(after, key)}" for key in keys if before.get(key) != after.get(key)]


def _flat(place: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _flat(f"{place}.{key}" if place else str(key), one)
    elif isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
        for n, one in enumerate(value):
            yield from _flat(f"{place}[{_name(one, n)}]", one)
    elif isinstance(value, list):
        yield place, ", ".join(sorted(map(str, value)))
    elif value is not None:
        yield place, str(value)


def _name(entry: Mapping[str, Value], n: int) -> str:
    return str(next((entry[key] for key in _NAMES if entry.get(key)), n))


def _word(values: Mapping[str, str], key: str) -> str:
    text = values.get(key)
    if text is None:
        return "nothing"
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text or "nothing"
