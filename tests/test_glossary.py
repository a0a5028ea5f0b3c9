"""The glossary has every public class of core/, names none that is not there, and gives each term one meaning."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
CORE = PROJECT / "plugins" / "saltoks" / "core"
GLOSSARY = (PROJECT / "docs" / "glossary.md").read_text(encoding="utf-8")

EVERYWHERE, TOP = "Everywhere", "What all of core uses"
"""Headings that are not those of a folder: words without a class, and the modules beside the folders."""


@dataclass(frozen=True)
class Word:
    """One line of the glossary, under its heading; `code` is empty where no class has the name."""

    heading: str
    term: str
    code: str
    meaning: str
    seed: str


def words(text: str) -> list[Word]:
    """The lines of all tables, each under the first word of its heading, or under all of it."""
    found, heading = list[Word](), ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ").partition(":")[0]
        elif line.startswith("| ") and not line.startswith("| term |"):
            term, code, meaning, seed = (cell.strip() for cell in line.strip("|").split("|"))
            found.append(Word(heading, term, code.strip("`").replace("–", ""), meaning, seed))
    return found


def classes(root: Path) -> dict[str, str]:
    """The public classes below a folder, each with the heading that its place asks for."""
    found = dict[str, str]()
    for file in sorted(root.rglob("*.py")):
        heading = file.relative_to(root).parts[0] if file.parent != root else TOP
        body = ast.parse(file.read_text(encoding="utf-8")).body
        found |= {node.name: heading for node in body if isinstance(node, ast.ClassDef) and node.name[0] != "_"}
    return found


def problems(glossary: Iterable[Word], defined: dict[str, str]) -> list[str]:
    """What is wrong with a glossary, in sentences."""
    listed = list(glossary)
    named = {word.code: word.heading for word in listed if word.code}
    terms, codes = Counter(word.term for word in listed), Counter(word.code for word in listed if word.code)
    return [
        *(f"{name} is not in the glossary" for name in sorted(defined.keys() - named.keys())),
        *(f"{name} is not in the code" for name in sorted(named.keys() - defined.keys())),
        *(f"{name} is in {defined[name]}" for name in named.keys() & defined.keys() if named[name] != defined[name]),
        *(f"{name} is there {times} times" for name, times in (terms + codes).items() if times > 1),
        *(f"{word.term} says nothing" for word in listed if not (word.meaning and word.seed)),
    ]


def test_the_glossary_has_the_public_classes_of_core_and_no_others() -> None:
    assert problems(words(GLOSSARY), classes(CORE)) == []
    assert len(words(GLOSSARY)) > 100


def test_a_term_is_the_name_of_its_class_in_words() -> None:
    """`MembershipKey` is a membership key: whoever knows the term finds the class, and the other way round."""
    odd = {"SaltoksError": "error", "AskPerson": "ask a person"}
    spelt = {word.code: re.sub(r"\W", "", word.term).lower() for word in words(GLOSSARY) if word.code}
    expected = {code: re.sub(r"\W", "", odd.get(code, code)).lower() for code in spelt}
    assert spelt == expected


def test_what_is_missing_invented_misplaced_or_told_twice_is_found() -> None:
    defined, known = classes(CORE), words(GLOSSARY)
    assert problems(known, defined | {"Planted": "plan"}) == ["Planted is not in the glossary"]
    invented = Word("plan", "invented", "Invented", "nothing", "–")
    assert problems([*known, invented], defined) == ["Invented is not in the code"]
    assert problems(known, defined | {"Plan": "access"}) == ["Plan is in access"]
    again = Word(EVERYWHERE, "plan", "", "something else", "–")
    assert problems([*known, again], defined) == ["plan is there 2 times"]
    assert problems([*known, Word(EVERYWHERE, "mute", "", "", "–")], defined) == ["mute says nothing"]
