"""The Deskworks source in a site's file: a folder is enough, and means the agreed export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from saltoks.core.errors import ConfigError
from saltoks.settings import Site, load

PROJECT = Path(__file__).resolve().parents[3]
EXAMPLE = PROJECT / "config" / "examples" / "deskworks"
DATA = {"SALTOKS_DATA": "data"}
Made = Callable[..., Site]


@pytest.fixture
def site(tmp_path: Path) -> Made:
    """The example's site with another source."""

    def made(**source: object) -> Site:
        plain = yaml.safe_load((EXAMPLE / "sites" / "deskworks.yaml").read_text(encoding="utf-8"))
        (tmp_path / "config" / "sites").mkdir(parents=True)
        (tmp_path / "config" / "saltoks.yaml").write_text("tick_minutes: 15\n", encoding="utf-8")
        plain |= {"source": {"system": "deskworks", "name": "deskworks", **source}, "credentials": {"tags": True}}
        (tmp_path / "config" / "sites" / "center.yaml").write_text(yaml.safe_dump(plain), encoding="utf-8")
        return load(tmp_path / "config", DATA).site("center")

    return made


def test_a_folder_means_the_tables_of_the_example(site: Made) -> None:
    """Whoever has the agreed export writes its folder; whoever has not copies the example: both read the same."""
    short, long = site(folder="data/deskworks/").source, load(EXAMPLE, DATA).site("deskworks").source
    assert short.model_dump(exclude={"system", "folder"}) == long.model_dump(exclude={"system"})
    assert (short.opens_by, short.is_offline()) == (long.opens_by, True)
    assert short.is_bookable("unit:studio")
    assert not short.is_bookable("product:full-time")


def test_the_product_needs_no_more_than_the_folder(site: Made) -> None:
    with pytest.raises(ConfigError) as caught:
        site()
    assert [line.partition("source.")[2] for line in str(caught.value).splitlines()] == ["folder: is missing — add it"]


def test_a_mistake_is_told_with_the_keys_of_its_own(site: Made) -> None:
    with pytest.raises(ConfigError, match=r"source\.foldr: is not a known key — did you mean 'folder'\?"):
        site(folder="data", foldr="data")
