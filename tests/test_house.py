"""House rules that a machine can check: short modules and functions, no loose ends, statements that are used."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import airflow_home
from airflow_home import PROJECT
from saltoks.core.model.canonical import TABLES

airflow_home.set_up()

MODULE_LINES, FUNCTION_LINES = 300, 40
NOT_OURS = {"LICENSE", "requirements.lock", "uv.lock"}
CODE = sorted(file for folder in ("plugins", "dags", "tests") for file in (PROJECT / folder).rglob("*.py"))
STATEMENTS = sorted((PROJECT / "sql").rglob("*.sql"))
RUN_AS_A_WHOLE = {"schema", "report"}
"""Folders of `sql/` whose files nobody names: migrations and views."""

OF_THE_STACK = {"replay", "soak"}
"""Folders of `sql/` that only the development stack runs."""
RUN_BY = {"rows", "first", "run", "write_rows"}
"""Methods of a session that run the statement they are given by name."""
STATEMENT = re.compile(r"[a-z_]+/[a-z_]*[a-z]")

LOOSE_ENDS = re.compile(rf"\b({'|'.join(('TO' + 'DO', 'FIX' + 'ME', 'X' * 3))})\b")
COMMENT_OR_QUOTE = re.compile(r"(--[^\n]*|/\*.*?\*/)|'(?:[^']|'')*'|\"[^\"]*\"|\$(\w*)\$.*?\$\2\$", re.DOTALL)
"""Where a semicolon of SQL ends nothing; the first group is a comment."""


def name_of(file: Path) -> str:
    """How a file is named in a test's id."""
    return str(file.relative_to(PROJECT))


def long_functions(source: str) -> dict[str, int]:
    """Functions of a module with more lines than the house allows."""
    functions = (
        node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lines = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    return {name: count for name, count in lines.items() if count > FUNCTION_LINES}


def relative_imports(source: str) -> list[int]:
    """Lines of a module that import relative to it."""
    return [node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) and node.level]


def statements_in(text: str) -> int:
    """How many SQL statements a text holds."""
    bare = COMMENT_OR_QUOTE.sub(lambda found: " " if found[1] else "quoted", text)
    return sum(bool(part.strip()) for part in bare.split(";"))


def named_in(source: str) -> Iterator[str]:
    """Every text of a module; an f-string as often as there are canonical tables for its blanks."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            for table in TABLES:
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else table for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def run_in(source: str) -> Iterator[str]:
    """The names of all statements that a module runs."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in RUN_BY
            and node.args
        ):
            yield from (text for text in named_in(ast.unparse(node.args[0])) if STATEMENT.fullmatch(text))


def tree() -> list[Path]:
    """Every text file that belongs to the project."""
    folders = [PROJECT / name for name in ("plugins", "dags", "tests", "sql", "config", "docs", ".ci")]
    files = [*PROJECT.iterdir(), *(file for folder in folders for file in folder.rglob("*"))]
    return [file for file in files if file.is_file() and "__pycache__" not in file.parts and file.name not in NOT_OURS]


@pytest.mark.parametrize("file", CODE, ids=name_of)
def test_modules_and_functions_are_short(file: Path) -> None:
    source = file.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MODULE_LINES
    assert long_functions(source) == {}


def test_a_long_function_would_be_noticed() -> None:
    body = "def long():\n" + "    pass\n" * FUNCTION_LINES
    assert long_functions(body) == {"long": FUNCTION_LINES + 1}
    assert long_functions(body.removesuffix("    pass\n")) == {}


def test_imports_are_absolute() -> None:
    assert {name_of(file) for file in CODE if relative_imports(file.read_text(encoding="utf-8"))} == set()
    assert relative_imports("from . import a\nfrom b import c\n") == [1]


def test_nothing_is_left_for_later() -> None:
    files = tree()
    assert len(files) > len(CODE)
    assert [name_of(file) for file in files if LOOSE_ENDS.search(file.read_bytes().decode("utf-8", "replace"))] == []
    assert LOOSE_ENDS.search("# TO" + "DO: later")


def scanned(folder: Path) -> set[str]:
    """The files that Airflow's plugin scan would run, by its own reading of `.airflowignore`."""
    from airflow._shared.module_loading.file_discovery import find_path_from_directory

    found = find_path_from_directory(str(folder), ".airflowignore", "glob")
    return {str(Path(path).relative_to(folder)) for path in found if path.endswith(".py")}


def test_airflow_scans_one_plugin_file_only(tmp_path: Path) -> None:
    """Airflow runs every scanned file a second time under its bare name: `types.py` would replace Python's own."""
    plugins = PROJECT / "plugins"
    assert scanned(plugins) == {"saltoks_plugin.py"}
    shutil.copytree(plugins, tmp_path / "plugins", ignore=shutil.ignore_patterns(".airflowignore", "__pycache__"))
    assert "saltoks/core/plan/plan.py" in scanned(tmp_path / "plugins")


def test_the_lock_names_no_host_and_pins_every_file() -> None:
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"https?://\S+|--(?:extra-)?index-url|--find-links", lock) == []
    packages = re.findall(r"^[\w.-]+.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
    assert len(packages) > 100
    assert [package for package in packages if "--hash=sha256:" not in package or "==" not in package] == []


def test_every_statement_is_used() -> None:
    named = {text for file in CODE if "plugins" in file.parts for text in named_in(file.read_text(encoding="utf-8"))}
    for site in (PROJECT / "config").rglob("*.yaml"):
        named |= set(re.findall(r"sql/(\S+)\.sql", site.read_text(encoding="utf-8")))
    names = {str(file.relative_to(PROJECT / "sql").with_suffix("")) for file in STATEMENTS}
    assert sorted(name for name in names - named if name.split("/")[0] not in RUN_AS_A_WHOLE) == []
    assert set(named_in('run("plans/stored"); run(f"extracts/load_{name}")')) >= {
        "plans/stored",
        "extracts/load_bookings",
    }


def test_every_statement_that_is_run_is_there() -> None:
    run = {text for file in CODE if "plugins" in file.parts for text in run_in(file.read_text(encoding="utf-8"))}
    names = {str(file.relative_to(PROJECT / "sql").with_suffix("")) for file in STATEMENTS}
    assert run - names == set()
    assert {"plans/save", "extracts/load_bookings"} <= run


def test_a_folder_of_statements_has_the_name_of_its_repository() -> None:
    folders = {file.relative_to(PROJECT / "sql").parts[0] for file in STATEMENTS}
    repositories = {file.stem for file in CODE if "warehouse" in file.parts and "plugins" in file.parts}
    assert folders - repositories - RUN_AS_A_WHOLE == OF_THE_STACK


@pytest.mark.parametrize("file", [one for one in STATEMENTS if one.parent.name != "schema"], ids=name_of)
def test_a_file_holds_one_statement(file: Path) -> None:
    assert statements_in(file.read_text(encoding="utf-8")) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("select 1", 1, id="one"),
        pytest.param("select 1;\n", 1, id="closed"),
        pytest.param("select 1; select 2", 2, id="two"),
        pytest.param("select ';' as \";\" -- ;\n/* ; */", 1, id="quoted"),
        pytest.param("do $$ begin; end; $$", 1, id="dollars"),
        pytest.param("-- nothing; at all\n", 0, id="comment alone"),
    ],
)
def test_statements_are_counted_outside_quotes_and_comments(text: str, count: int) -> None:
    assert statements_in(text) == count
