"""What tests of lint without any network share: files of sites, and what is found in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from saltoks.settings import Finding, lint, load

Write = Callable[..., Path]
FILE = "config/sites/harbour.yaml: "

IRESERVE = """\
salto: {connection: salto_demo, site_uid: NL0000000001}
timezone: Europe/Amsterdam
source: {system: ireserve, name: court, connection: court, status_map: {23: checked_in}}
rules: {status_codes: ["30", "23"], after_minutes: 0}
mapping:
  - item: object:7
    locks: [Court 1]
    door: Court 1
"""


def findings_in(root: Path) -> list[Finding]:
    """What lint finds in a config root, but for guests without a key: most sites here hand nothing out."""
    return [one for one in lint(load(root, {})) if not is_keyless(one)]


def is_keyless(found: Finding) -> bool:
    """Whether it is said of guests that they have nothing to open a door with."""
    return "so nothing of theirs opens a door (F88)" in found.message


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """A file with the first of each text replaced, which must be there."""
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text
