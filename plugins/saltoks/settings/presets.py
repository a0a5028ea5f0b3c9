"""Presets: the rules of a booking system as its vendor has them, which a site starts from and overrides key by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from saltoks.core.model.rules import Rules
from saltoks.settings import document, installed
from saltoks.settings.document import Document
from saltoks.settings.nearest import did_you_mean
from saltoks.settings.problems import Loc

DEFAULT = "the default"
_BESIDES_RULES = {"map_by_name", "unmanaged"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where each rule, and each entry of the mapping, was written: `file:line`, or the default of the product."""

    places: Mapping[str, str]

    def of(self, key: str) -> str:
        """Where a rule, or an entry such as `mapping.0`, comes from."""
        return self.places.get(key, DEFAULT)


def apply(page: Document, folders: list[Path], environ: Mapping[str, str]) -> Origin:
    """Puts the preset that a site names under its own rules; what the site writes wins.

    One in `folders` wins over one that came with a booking system.

    A preset that is not there, or that cannot be read, is a problem of the site's page.
    """
    own = page.plain.get("rules")
    written = own if isinstance(own, dict) else {}
    rules, origins = _preset(page, folders, environ)
    places: list[tuple[str, Loc]] = [(key, ("rules", key)) for key in written]
    places += [(key, (key,)) for key in page.plain.keys() & _BESIDES_RULES]
    mapping = page.plain.get("mapping")
    places += [(f"mapping.{n}", ("mapping", n)) for n in range(len(mapping) if isinstance(mapping, list) else 0)]
    origins |= {key: f"{page.file}:{page.line(place)}" for key, place in places}
    if rules and (own is None or isinstance(own, dict)):
        page.plain["rules"] = rules | written
    return Origin(origins)


def _preset(
    page: Document, folders: list[Path], environ: Mapping[str, str]
) -> tuple[dict[str, object], dict[str, str]]:
    name = page.plain.get("preset")
    if name is None:
        return {}, {}
    if not isinstance(name, str):
        page.report(("preset",), "is no name of a preset — write one word")
        return {}, {}
    files = installed.presets()
    files |= {path.stem: path for folder in reversed(folders) for path in sorted(folder.glob("*.yaml"))}
    if name not in files:
        page.report(("preset",), f"'{name}' is no preset — {did_you_mean(name, sorted(files))}")
        return {}, {}
    found = document.read(files[name], f"presets/{name}.yaml", environ)
    page.problems += found.problems
    rules = found.plain.get("rules")
    if not isinstance(rules, dict):
        return {}, {}
    return rules, {key: f"{found.file}:{found.line(('rules', key))}" for key in rules}


def rule_names() -> tuple[str, ...]:
    """The names of all rules, in their order."""
    return tuple(name for name in Rules.__dataclass_fields__ if not name.startswith("_"))
