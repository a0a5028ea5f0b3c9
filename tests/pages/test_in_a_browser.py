"""Every page of ours in a real browser: it fits, can be read in any light, prints whole, and asks for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pages import houses
from pages.browser import Browser, Visit
from pages.test_plan_page import ADD, CREATE, HELD, planned
from saltoks.pages.notice import notice_page
from saltoks.pages.plan import plan_page

PAGES = {
    "validation": houses.page(*houses.ALL),
    "plan": plan_page([planned(CREATE, ADD, HELD, notes=("item x is not mapped",)), planned()], made_at=houses.NOW),
    "notice": notice_page("Validation results", ["There are none yet."]),
}
WIDTHS = {"phone": 390, "desk": 1280}

CONTRAST = """
(() => {
  const luminance = ([r, g, b]) => [r, g, b]
    .map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const numbers = colour => colour.match(/[0-9.]+/g).map(Number);
  const behind = node => {
    for (; node; node = node.parentElement) {
      const colour = numbers(getComputedStyle(node).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
    const [one, two] = [numbers(getComputedStyle(node).color), behind(node)].map(luminance).sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < 4.5) pale.push([walker.currentNode.data.trim(), ratio]);
  }
  return pale;
})()
"""
"""Texts that stand out too little from what is behind them: WCAG 2 asks for 4.5 to 1."""

WIDER = """
[...document.querySelectorAll('body *')].filter(node => !node.closest('caption, .word, .wide thead'))
  .filter(node => node.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(node => node.outerHTML)
"""
"""What sticks out of the page on the right."""


@pytest.fixture(params=PAGES, ids=list(PAGES))
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A page as somebody was mailed it."""
    made = tmp_path / f"{request.param}.html"
    made.write_text(PAGES[request.param], encoding="utf-8")
    return made


def fits(visit: Visit) -> None:
    """Nothing sticks out, and nobody has to scroll sideways."""
    assert visit.value(WIDER) == []
    assert visit.value("document.documentElement.scrollWidth - window.innerWidth") <= 0


@pytest.mark.parametrize("dark", [False, True], ids=["by day", "by night"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS.keys())
def test_a_page_fits_can_be_read_and_asks_for_nothing(browser: Browser, file: Path, width: int, dark: bool) -> None:
    with browser.visit(file.as_uri(), width=width, dark=dark) as visit:
        assert visit.value("document.querySelector('h1').checkVisibility()")
        assert visit.value("innerWidth") == width
        fits(visit)
        assert visit.value(CONTRAST) == []
        lightness = visit.value("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")
        assert (max(lightness) < 64) is dark
    assert visit.requests == [file.as_uri()]
    assert visit.complaints == []


def test_what_is_folded_away_is_on_paper(browser: Browser, tmp_path: Path) -> None:
    """Checks that passed can be opened on a screen; paper cannot be clicked."""
    file = tmp_path / "page.html"
    file.write_text(PAGES["validation"], encoding="utf-8")
    seen = "document.querySelector('details table').checkVisibility({contentVisibilityAuto: true})"
    with browser.visit(file.as_uri()) as visit:
        assert visit.value(seen) is False
    with browser.visit(file.as_uri(), media="print", width=800) as visit:
        assert visit.value(seen) is True


def test_a_page_that_reaches_out_would_be_noticed(browser: Browser, tmp_path: Path) -> None:
    """The checks above can fail: a script that runs, a picture from elsewhere, pale text, a page that is too wide."""
    file = tmp_path / "bad.html"
    file.write_text(
        "<!doctype html><link rel=icon href='data:,'><body style='background: #fff'>"
        "<p style='color: #ccc; width: 3000px'>pale</p>"
        "<img src='elsewhere.png'><script>console.error('said')</script>",
        encoding="utf-8",
    )
    with browser.visit(file.as_uri()) as visit:
        assert [text for text, _ in visit.value(CONTRAST)] == ["pale"]
        assert visit.value(WIDER)
    assert visit.requests == [file.as_uri(), (tmp_path / "elsewhere.png").as_uri()]
    assert any("said" in text for text in visit.complaints)


def test_scripts_in_a_page_would_not_run(browser: Browser, tmp_path: Path) -> None:
    """The policy inside the page holds also where no server adds its own."""
    file = tmp_path / "page.html"
    attack = "<script>document.title = 'taken'</script><img src='elsewhere.png'></body>"
    file.write_text(PAGES["notice"].replace("</body>", attack), encoding="utf-8")
    with browser.visit(file.as_uri()) as visit:
        assert visit.value("document.title") == "Validation results · saltoks"
    assert any("Content Security Policy" in text for text in visit.complaints)
