"""A Chromium for tests of pages, where there is one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pages.browser import Browser, installed, opened


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One headless Chromium for all tests; without one they are skipped, and say how to get it."""
    program = installed()
    if program is None:
        pytest.skip("no Chromium is installed here: `apt-get install chromium` brings one (.ci/run does that as root)")
    with opened(program, tmp_path_factory.mktemp("chromium")) as found:
        yield found
