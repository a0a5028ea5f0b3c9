from __future__ import annotations

from pathlib import Path

import pytest

from saltoks.settings import lint, load

ROOT = Path(__file__).resolve().parents[2] / "config"
EXAMPLES = {"tabular": ["harbour"], "deskworks": ["deskworks"], "hotels": ["city", "resort"]}


def test_the_shipped_sites_load_and_raise_no_doubt(tmp_path: Path) -> None:
    """One site a booking system, each with its vendor's preset."""
    settings = load(ROOT, {"SALTOKS_DATA": str(tmp_path)})
    systems = {site.name: (site.source.system, site.preset) for site in settings.sites}
    assert systems == {
        "harbour": ("ireserve", "ireserve"),
        "loop": ("tabular", "deskworks"),
        "wharf": ("nexudus", "nexudus"),
    }
    assert settings.base == ROOT.parent
    found = [(one.level, one.where.partition(": ")[2]) for one in lint(settings)]
    assert found == [("note", "credentials.pin_delivery")] * 3  # the desk hands PINs on: there is no mail server


def test_all_examples_are_tried() -> None:
    assert {folder.name for folder in (ROOT / "examples").iterdir()} == set(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_loads_and_raises_no_doubt(example: str, tmp_path: Path) -> None:
    settings = load(ROOT / "examples" / example, {"SALTOKS_DATA": str(tmp_path)})
    assert [site.name for site in settings.sites] == EXAMPLES[example]
    assert settings.base == ROOT.parent
    assert lint(settings) == []


def test_the_texts_point_at_files_that_are_there() -> None:
    """Sites and README name the example that explains most keys."""
    explains = ROOT / "examples" / "tabular" / "sites" / "harbour.yaml"
    assert explains.exists()
    for text in (*(ROOT / "sites").iterdir(), ROOT.parent / "README.md"):
        assert "config/examples/tabular/sites/harbour.yaml" in text.read_text(encoding="utf-8"), text.name
