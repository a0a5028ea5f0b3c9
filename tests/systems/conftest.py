from __future__ import annotations

from pathlib import Path

import pytest

from systems.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """An empty folder for exported files."""
    return Folder(tmp_path)
