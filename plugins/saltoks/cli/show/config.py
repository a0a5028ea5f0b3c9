"""What the terminal prints of a site's configuration: the rules in force, the mapping, and where each was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from saltoks.cli.exits import Exit
from saltoks.cli.show.json_text import put
from saltoks.cli.show.tables import console, table
from saltoks.core.model.rules import ItemMapping
from saltoks.settings import Site, hours_in_words, rule_names

BY_NAME = "its name"
"""Where an entry of the mapping comes from that nobody wrote."""


def config(sites: Sequence[Site], named: Mapping[str, Site], *, as_json: bool) -> int:
    """The configuration of each site; `named` are sites with what names decided when they were planned last."""
    if as_json:
        body = {one.name: _body(one, named.get(one.name, one)) for one in sites}
        put(body)
        return Exit.DONE
    for one in sites:
        title = f"{one.name}: preset {one.preset}" if one.preset else f"{one.name}: no preset"
        console().print(table(title, ["rule", "value", "from"], _rules(one)))
        console().print(table(f"{one.name}: what opens", _COLUMNS, _rows(one, named.get(one.name, one))))
    return Exit.DONE


_COLUMNS = ["item", "opens", "door of the check-in", "lead, tail (minutes)", "hours", "from"]


def _rules(site: Site) -> list[tuple[str, str, str]]:
    values = [(name, getattr(site.rules, name)) for name in rule_names()]
    values += [("map_by_name", site.map_by_name), ("unmanaged", site.unmanaged)]
    return [(name, _plain(value), site.origin.of(name)) for name, value in values]


def _plain(value: object) -> str:
    """A value as an admin would write it."""
    if isinstance(value, frozenset):
        return "[" + ", ".join(sorted(map(str, value))) + "]"
    if value is None:
        return "not set"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _entries(site: Site, named: Site) -> Iterator[tuple[ItemMapping, str]]:
    for n, entry in enumerate(site.mapping):
        yield entry, site.origin.of(f"mapping.{n}")
    for entry in named.mapping[len(site.mapping) :]:
        yield entry, BY_NAME


def _rows(site: Site, named: Site) -> Iterator[tuple[str, ...]]:
    for entry, where in _entries(site, named):
        buffers = [site.rules.before_minutes, site.rules.after_minutes]
        own = [entry.before_minutes, entry.after_minutes]
        lead, tail = (usual if mine is None else mine for mine, usual in zip(own, buffers, strict=True))
        yield (
            entry.item,
            ", ".join(entry.groups or entry.locks),
            entry.door or "",
            f"{lead}, {tail}",
            "; ".join(map(hours_in_words, entry.hours)),
            where,
        )


def _body(site: Site, named: Site) -> dict[str, object]:
    mapping = [
        {
            "item": entry.item,
            "groups": entry.groups,
            "locks": entry.locks,
            "door": entry.door,
            "before_minutes": entry.before_minutes,
            "after_minutes": entry.after_minutes,
            "hours": [hours_in_words(one) for one in entry.hours],
            "from": where,
        }
        for entry, where in _entries(site, named)
    ]
    return {name: {"value": value, "from": where} for name, value, where in _rules(site)} | {"mapping": mapping}
