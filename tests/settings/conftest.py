from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from saltoks.core.errors import ConfigError
from saltoks.settings import load

SITE = """\
salto:
  connection: salto_demo
  site_uid: NL0000000001
timezone: Europe/Amsterdam
source:
  system: tabular
  name: harbour
  tables:
    bookings:
      csv: data/bookings.csv
      columns:
        source_id: Id
        item_id: {from: Space, prefix: "unit:"}
        customer_email: E-mail
        starts_at: From
        ends_at: Until
        status: {from: State, map: {Booked: confirmed}}
mapping:
  - item: unit:studio-a
    groups: [Studio A]
    door: Studio A door
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a config root: `head` is saltoks.yaml, every keyword a site; returns the root."""

    def writer(head: str | None = "tick_minutes: 15\n", **sites: str) -> Path:
        root = tmp_path / "config"
        (root / "sites").mkdir(parents=True)
        if head is not None:
            (root / "saltoks.yaml").write_text(head, encoding="utf-8")
        for name, text in sites.items():
            (root / "sites" / f"{name}.yaml").write_text(text, encoding="utf-8")
        return root

    return writer


@pytest.fixture
def site() -> str:
    return SITE


@pytest.fixture
def complaints() -> Callable[..., list[str]]:
    """The lines of the ConfigError that loading a root raises."""

    def collect(root: Path, **environ: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            load(root, environ)
        return caught.value.message.splitlines()

    return collect
