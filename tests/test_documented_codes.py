"""Every code that a person may read in a message is explained in docs/codes.md, and nothing else is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PROJECT = Path(__file__).parents[1]
CODE = re.compile(r"\b[FT]\d{1,3}\b")
EXPLAINED = re.compile(r"^\| ([FT]\d{1,3}) \| \S.* \| \S.* \|$", re.MULTILINE)


def texts(source: str) -> tuple[set[str], set[str]]:
    """The codes in the texts of a module: those that it says, and those in its docstrings."""
    tree = ast.parse(source)
    docstrings = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    said, told = set[str](), set[str]()
    for one in ast.walk(tree):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            (told if id(one) in docstrings else said).update(CODE.findall(one.value))
    return said, told


MODULES = {file: texts(file.read_text(encoding="utf-8")) for file in (PROJECT / "plugins").rglob("*.py")}


def test_f144_a_code_can_be_looked_up() -> None:
    """Who reads “(F57)” at the end of a finding finds what it stands for and what to do, once."""
    explained = EXPLAINED.findall((PROJECT / "docs" / "codes.md").read_text(encoding="utf-8"))
    used = {code for said, _ in MODULES.values() for code in said}
    assert len(used) > 40
    assert sorted(explained) == sorted(used)


def test_a_docstring_names_a_code_only_where_its_module_says_it() -> None:
    """So that a search for a code in the product leads to whoever says it."""
    decorated = {str(file.relative_to(PROJECT)): told - said for file, (said, told) in MODULES.items() if told - said}
    assert decorated == {}
    assert texts('"""Why (F1, T2)."""\nSAID = "so (F1)"\n') == ({"F1"}, {"F1", "T2"})
