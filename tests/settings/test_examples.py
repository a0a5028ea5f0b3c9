from __future__ import annotations

from pathlib import Path

from saltoks.settings import lint, load

ROOT = Path(__file__).resolve().parents[2] / "config"


def test_the_example_sites_load_and_raise_no_doubt(tmp_path: Path) -> None:
    settings = load(ROOT, {"SALTOKS_DATA": str(tmp_path)})
    assert [site.name for site in settings.sites] == ["harbour", "loop"]
    assert settings.base == ROOT.parent
    assert lint(settings) == []
