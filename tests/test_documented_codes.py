"""Every code that a person may read in a message is explained in docs/codes.md, and nothing else is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[1]
CODE = re.compile(r"\b[FT]\d{1,3}\b")
EXPLAINED = re.compile(r"^\| ([FT]\d{1,3}) \| \S.* \| \S.* \|$", re.MULTILINE)


def said(file: Path) -> Iterator[str]:
    """The codes in the texts of a module that are no docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docstrings = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and id(one) not in docstrings:
            yield from CODE.findall(one.value)


def test_f144_a_code_can_be_looked_up() -> None:
    """Who reads “(F57)” at the end of a finding finds what it stands for and what to do, once."""
    explained = EXPLAINED.findall((PROJECT / "docs" / "codes.md").read_text(encoding="utf-8"))
    used = {code for file in (PROJECT / "plugins").rglob("*.py") for code in said(file)}
    assert len(used) > 40
    assert sorted(explained) == sorted(used)
