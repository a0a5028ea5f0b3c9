"""What the repository points at is in it: sections of documents, links, files, and names of the code.

A citation says its document and the section: `design`, `salto-ks`, `booking-systems` or `canonical`. In a document a
section without a name is one of its own.
"""

from __future__ import annotations

import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import airflow_home
from airflow_home import PROJECT

airflow_home.set_up()

FOLDERS = ("plugins", "dags", "tests", "sql", "config", "docs", ".ci")
KINDS = {"", ".md", ".py", ".sql", ".yaml", ".yml", ".toml", ".txt", ".html", ".css", ".json"}
NOT_OURS = {"LICENSE", "requirements.lock", "uv.lock"}
PACKAGE = PROJECT / "plugins" / "saltoks"
ROOTS = (PROJECT, PACKAGE)
TOP_LEVEL = {path.stem for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"}

SIGN = "\N{SECTION SIGN}"
NUMBER = r"\d+(?:\.\d+)*"
NAMED = re.compile(rf"(?:(?P<name>RFC\s+\d+|[\w-]+)\s+)?{SIGN}{NUMBER}(?:(?:,\s+|\s+and\s+|–){SIGN}{NUMBER})*")
HEADING = re.compile(rf"^#+ (?P<text>(?:(?P<number>{NUMBER})\.? )?.*)$|^\| (?P<row>{NUMBER}) \|", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?P<path>[^)#\s:]*)(?:#(?P<anchor>[^)\s]+))?\)")
QUOTED = re.compile(r"`([^`\s]+)`")
PATH = re.compile(r"[\w.-]+/[\w./-]*")
DOTTED = re.compile(r"[a-z_]+(?:\.\w+)+")
RELATION = re.compile(
    r"\bcreate (?:or replace )?(?:unlogged )?(?:table|view)(?: if not exists)? (?P<made>\w+\.\w+)"
    r"|\b(?:alter|drop) (?:table|view)(?: if exists)? (?P<gone>\w+\.\w+)(?:\s+rename to (?P<renamed>\w+)|\s*;)"
)
PAGE = re.compile(r"\bdocs/[\w/-]+\.md\b")


def texts() -> dict[Path, str]:
    """Every text of the project by its file, but for this one, whose faults are planted."""
    found = [*PROJECT.iterdir(), *(file for name in FOLDERS for file in (PROJECT / name).rglob("*"))]
    ours = (file for file in found if file.is_file() and file.suffix in KINDS and file.name not in NOT_OURS)
    return {file: file.read_text(encoding="utf-8") for file in sorted(ours) if file != Path(__file__)}


TEXTS = texts()
PAGES = {file: text for file, text in TEXTS.items() if file.suffix == ".md"}


def sections(text: str) -> frozenset[str]:
    """The numbers of the headings of a document, and of the rows of its tables that have one."""
    found = (one["number"] or one["row"] for one in HEADING.finditer(FENCED.sub("", text)))
    return frozenset(number for number in found if number)


DOCUMENTS = {file.stem: numbered for file, text in PAGES.items() if (numbered := sections(text))}


def anchors(text: str) -> frozenset[str]:
    """What a link into a page may point at: its headings, written as GitHub does."""
    headings = (one["text"] for one in HEADING.finditer(FENCED.sub("", text)) if one["text"])
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def lost_sections(text: str, own: frozenset[str] = frozenset()) -> Iterator[str]:
    """Citations of a section that is in no document; `own` are those of the document itself."""
    covered = 0
    for cited in NAMED.finditer(text):
        covered += cited[0].count(SIGN)
        name = cited["name"] or ""
        there = DOCUMENTS.get(name.lower(), own)
        wrong = [number for number in re.findall(rf"{SIGN}({NUMBER})", cited[0]) if number not in there]
        if wrong and not name.startswith("RFC"):
            yield f"{name} {SIGN}{wrong[0]}".strip()
    if covered != text.count(SIGN):
        yield f"a {SIGN} without a number"


def lost_links(text: str, page: Path) -> Iterator[str]:
    """Links of a page that lead to no file or to no heading."""
    for link in LINK.finditer(FENCED.sub("", text)):
        target = (page.parent / link["path"]).resolve() if link["path"] else page
        if not target.exists():
            yield link["path"]
        elif link["anchor"] and link["anchor"] not in anchors(target.read_text(encoding="utf-8")):
            yield f"{link['path']}#{link['anchor']}"


def lost_names(text: str) -> list[str]:
    """Pages of `docs/`, and in backticks files, modules and what is in them, and tables, that are not there."""
    pages = {page for page in PAGE.findall(text) if not (PROJECT / page).exists()}
    return sorted(pages | {quoted for quoted in QUOTED.findall(FENCED.sub("", text)) if is_lost(quoted)})


def relations(statements: str) -> frozenset[str]:
    """The tables and views that are there once all of these migrations have run, such as `audit.entries`."""
    found: set[str] = set()
    for one in RELATION.finditer(statements.lower()):
        if one["made"]:
            found.add(one["made"])
        else:
            found.discard(one["gone"])
            found.update(f"{one['gone'].split('.')[0]}.{name}" for name in (one["renamed"],) if name)
    return frozenset(found)


ORDERED = [text for folder in ("schema", "report") for file, text in TEXTS.items() if file.parent.name == folder]
KEPT = relations("".join(ORDERED))
SCHEMAS = {name.split(".")[0] for name in KEPT}


def is_lost(quoted: str) -> bool:
    """Whether a text in backticks looks like a part of the project and is none."""
    if DOTTED.fullmatch(quoted) and quoted.split(".")[0] in SCHEMAS and Path(quoted).suffix not in KINDS:
        return ".".join(quoted.split(".")[:2]) not in KEPT
    if PATH.fullmatch(quoted):
        return quoted.split("/")[0] in {*FOLDERS, *TOP_LEVEL} and not any((at / quoted).exists() for at in ROOTS)
    return bool(DOTTED.fullmatch(quoted)) and quoted.split(".")[0] in TOP_LEVEL and not is_there(quoted)


def is_there(dotted: str) -> bool:
    """Whether a name such as `core.plan.plan.Plan` is a module of the package or something in one."""
    try:
        pkgutil.resolve_name(f"saltoks.{dotted}")
    except (ImportError, AttributeError):
        return (PACKAGE / dotted.replace(".", "/")).with_suffix(".py").exists()
    return True


def folders_on_the_map() -> set[str]:
    """The folders that the map of the package names, as paths below it."""
    found, above = set[str](), ""
    for indent, name in re.findall(r"^ {4}( *)(\w+)/ +\S", (PACKAGE / "__init__.py").read_text("utf-8"), re.MULTILINE):
        above = above if indent else name
        found.add(f"{above}/{name}" if indent else name)
    return found


def folders() -> set[str]:
    """The folders of the package and those in them; how a booking system arranges its own is its own affair."""
    inside = {file.parent.relative_to(PACKAGE) for file in PACKAGE.rglob("__init__.py")} - {Path()}
    return {str(one) for one in inside if len(one.parts) == 1 or (len(one.parts) == 2 and one.parts[0] != "systems")}


def name_of(file: Path) -> str:
    """How a file is named when something in it is wrong."""
    return str(file.relative_to(PROJECT))


def test_every_section_that_is_cited_exists() -> None:
    assert {"design", "salto-ks", "booking-systems", "canonical"} <= set(DOCUMENTS)
    own = {file: DOCUMENTS.get(file.stem, frozenset()) if file in PAGES else frozenset[str]() for file in TEXTS}
    assert {name_of(file): lost for file, text in TEXTS.items() if (lost := [*lost_sections(text, own[file])])} == {}
    assert sum(text.count(SIGN) for text in TEXTS.values()) > 200


def test_every_link_between_documents_leads_somewhere() -> None:
    assert {name_of(file): lost for file, text in PAGES.items() if (lost := [*lost_links(text, file)])} == {}
    assert sum(len(LINK.findall(text)) for text in PAGES.values()) > 30


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, ahead = set[Path](), {PROJECT / "README.md"}
    while page := next(iter(ahead - reached), None):
        reached.add(page)
        ahead |= {(page.parent / link["path"]).resolve() for link in LINK.finditer(PAGES[page]) if link["path"]}
        ahead &= set(PAGES)
    assert sorted(map(name_of, set(PAGES) - reached)) == []


def test_every_file_table_and_part_of_the_code_that_a_text_names_exists() -> None:
    assert {name_of(file): lost for file, text in TEXTS.items() if (lost := lost_names(text))} == {}


def test_the_floors_of_the_architecture_are_those_of_the_contracts() -> None:
    drawn = re.findall(r"^([a-z_]+(?: {2}[a-z_]+)*) +— ", TEXTS[PROJECT / "docs" / "architecture.md"], re.MULTILINE)
    held = tomllib.loads(TEXTS[PROJECT / "pyproject.toml"])["tool"]["importlinter"]["contracts"]
    floors = [floor for one in held if one["type"] == "layers" and one.get("exhaustive") for floor in one["layers"]]
    assert [sorted(line.split()) for line in drawn] == [sorted(floor.split(" | ")) for floor in floors]


def test_the_index_of_decisions_lists_each_of_them_in_order() -> None:
    folder = PROJECT / "docs" / "decisions"
    listed = [link["path"] for link in LINK.finditer(TEXTS[folder / "README.md"])]
    assert listed == sorted(file.name for file in folder.glob("[0-9]*.md"))
    assert [int(name[:4]) for name in listed] == [*range(1, len(listed) + 1)]


def test_a_table_is_known_by_its_last_name() -> None:
    statements = "create table a.b (c int); alter table a.b rename to d; create view a.e as select 1; drop view a.e;"
    assert relations(statements) == {"a.d"}
    assert relations("create table if not exists a.b (c int); alter table a.b add column d int;") == {"a.b"}


def test_the_map_of_the_package_names_every_room() -> None:
    assert folders_on_the_map() == folders()
    assert len(folders_on_the_map()) > 20


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        pytest.param("(design §5.6)", [], id="a section"),
        pytest.param("(design §4, §9; salto-ks §8.28)", [], id="several"),
        pytest.param("booking-systems §2.1–§2.7", [], id="a range"),
        pytest.param("design\n    §4", [], id="across lines"),
        pytest.param("RFC 6749 §2.3.1", [], id="of somebody else"),
        pytest.param("(design §5.99)", ["design §5.99"], id="no such section"),
        pytest.param("(design §4, §99)", ["design §99"], id="no such section, as the second"),
        pytest.param("salto-ks §8.999", ["salto-ks §8.999"], id="no such row"),
        pytest.param("(contract §3.5)", ["contract §3.5"], id="no such document"),
        pytest.param("(§3.5)", ["§3.5"], id="of no document"),
        pytest.param("design §", ["a § without a number"], id="no number"),
    ],
)
def test_a_lost_section_is_noticed(text: str, lost: list[str]) -> None:
    assert [*lost_sections(text)] == lost


def test_a_document_may_name_its_own_sections_alone() -> None:
    own = sections("# A\n\n## 2. B\n\n### 2.1 C\n\n| 2.1.7 | d |\n")
    assert own == {"2", "2.1", "2.1.7"}
    assert [*lost_sections("see §2.1 and §2.1.7", own)] == []
    assert [*lost_sections("(§3)", own)] == ["§3"]


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        pytest.param("[a](docs/design.md), [b](#more), [c](https://example.org/x)", [], id="sound"),
        pytest.param("[a](docs/design.md#5-safety)", [], id="a heading"),
        pytest.param("[a](docs/no-such-page.md)", ["docs/no-such-page.md"], id="no page"),
        pytest.param("[a](docs/design.md#no-such)", ["docs/design.md#no-such"], id="no heading"),
    ],
)
def test_a_lost_link_is_noticed(text: str, lost: list[str]) -> None:
    assert [*lost_links(text, PROJECT / "README.md")] == lost


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        pytest.param("`sql/schema/`, `config/saltoks.yaml`, `core/time/zones.py`, `some/other`", [], id="files"),
        pytest.param("`core.time.zones.midnight`, `salto.client.SaltoKs`, `audit.entries`", [], id="names"),
        pytest.param("`config/no.yaml` and `flows/no_such.py`", ["config/no.yaml", "flows/no_such.py"], id="no file"),
        pytest.param("see docs/no-such.md", ["docs/no-such.md"], id="no page"),
        pytest.param("`audit.entries`, `audit.entries.lock_id`, `report.check_ins`, `access.json`", [], id="tables"),
        pytest.param("`audit.no_such.lock_id`", ["audit.no_such.lock_id"], id="no table"),
        pytest.param("`core.no_such`", ["core.no_such"], id="no module"),
        pytest.param("`core.time.zones.no_such`", ["core.time.zones.no_such"], id="nothing in it"),
    ],
)
def test_a_lost_name_is_noticed(text: str, lost: list[str]) -> None:
    assert lost_names(text) == lost
