"""One YAML file as plain values, with the line of every key; `${VAR}` is filled in from the environment.

Scalars stay the text that the admin wrote, except null and plain decimal numbers: the models say what they mean,
so `yes`, `on` and `01` are never turned into something else behind the admin's back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from saltoks.core.text import clean
from saltoks.core.variables import filled_in, named_in
from saltoks.settings.problems import Loc, Problem, dotted
from saltoks.tick import LARGEST_FILE

_NULL = "tag:yaml.org,2002:null"
_INT = "tag:yaml.org,2002:int"
_DEEPEST = 20
_MOST_DIGITS = 18
_MOST_VALUES = 50_000
"""Far more than any site needs; repeated anchors count as often as they stand for a value."""


class _Loader(yaml.SafeLoader):
    """Composes a file while it is read, so that what nests for ever is refused before the rest is looked at."""

    _depth = 0
    _values = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node with all that it holds."""
        self._values += 1
        if self._depth > _DEEPEST or self._values > _MOST_VALUES:
            problem = "it is nested too deep" if self._depth > _DEEPEST else "it has too many values"
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


class _TooMuchError(Exception):
    """The rest of a file is not looked at; what is wrong with it was reported."""


@dataclass(slots=True)
class Document:
    """A parsed file: its values, the problems met so far, and where each key stands."""

    file: str
    plain: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    readable: bool = False
    _lines: dict[Loc, int] = field(default_factory=dict)
    _values: int = 0
    _around: list[yaml.Node] = field(default_factory=list)

    def line(self, loc: Loc) -> int:
        """The line of a key, or of the nearest block around it when the key itself is missing."""
        while loc and loc not in self._lines:
            loc = loc[:-1]
        return self._lines.get(loc, 1)

    def report(self, loc: Loc, message: str) -> None:
        """Keep a problem at its line."""
        self.problems.append(Problem(self.file, self.line(loc), dotted(loc), message))

    def take(self, node: yaml.Node, environ: Mapping[str, str]) -> None:
        """Fill values and lines from a parsed tree whose top must be a block of keys."""
        if not isinstance(node, yaml.MappingNode):
            self.report((), "must be a block of keys — write 'key: value' lines")
            return
        try:
            self.plain = self._value(node, (), environ)  # type: ignore[assignment]  # a block of keys
            self.readable = True
        except _TooMuchError:
            self.plain = {}

    def _value(self, node: yaml.Node, loc: Loc, environ: Mapping[str, str]) -> object:
        self._values += 1
        if self._values > _MOST_VALUES:
            raise self._too_much(loc[:1], f"repeats its anchors to more than {_MOST_VALUES} values — write less")
        if any(node is one for one in self._around):
            raise self._too_much(loc, "is an anchor that contains itself — take it out")
        if len(loc) > _DEEPEST:
            raise self._too_much(loc, "is nested too deep — take some levels out")
        self._around.append(node)
        try:
            return self._whatever(node, loc, environ)
        finally:
            self._around.pop()

    def _too_much(self, loc: Loc, text: str) -> _TooMuchError:
        self.report(loc, text)
        return _TooMuchError(text)

    def _whatever(self, node: yaml.Node, loc: Loc, environ: Mapping[str, str]) -> object:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, loc, environ)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(child, (*loc, n), environ) for n, child in enumerate(node.value)]
        return self._scalar(node, loc, environ)

    def _item(self, node: yaml.Node, loc: Loc, environ: Mapping[str, str]) -> object:
        self._lines[loc] = node.start_mark.line + 1
        return self._value(node, loc, environ)

    def _mapping(self, node: yaml.MappingNode, loc: Loc, environ: Mapping[str, str]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                text = "has a key that is a list or a block — a key is one word"
                self.problems.append(Problem(self.file, key.start_mark.line + 1, dotted(loc), text))
                continue
            place = (*loc, clean(str(key.value)))
            line = key.start_mark.line + 1
            if place[-1] in found:
                text = f"is written twice, here and in line {self._lines[place]} — keep one"
                self.problems.append(Problem(self.file, line, dotted(place), text))
                continue
            self._lines[place] = line
            found[str(place[-1])] = self._value(child, place, environ)
        return found

    def _scalar(self, node: yaml.Node, loc: Loc, environ: Mapping[str, str]) -> object:
        text = str(node.value)
        if node.tag == _NULL:
            return None
        if node.tag == _INT and re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
            if len(text) > _MOST_DIGITS:
                self.report(loc, f"is a number of {len(text)} digits — write a smaller one")
                return None
            return int(text)
        for name in named_in(text):
            if not environ.get(name):
                self.report(loc, f"the environment variable {name} is not set — set it or write the value")
        whole = filled_in(text, environ)
        return whole if len(whole) == 1 else clean(whole)  # one character may be a delimiter: a tab


def read(path: Path, file: str, environ: Mapping[str, str]) -> Document:
    """The file at `path`, called `file` in problems; what cannot be read is a problem, never an exception."""
    document = Document(file)
    try:
        node = yaml.compose(_text(path), Loader=_Loader)
    except _TooMuchError as error:
        document.report((), str(error))
    except FileNotFoundError:
        document.report((), "the file is missing — copy one from the examples")
    except (OSError, UnicodeDecodeError):
        document.report((), "the file cannot be read — save it as UTF-8 text that this user may read")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        document.problems.append(Problem(file, line, "", f"is not YAML: {error.problem} — correct this line"))
    except yaml.YAMLError:
        document.report((), "is not YAML: it holds a control character — take it out")
    else:
        _fill(document, node, environ)
    return document


def _text(path: Path) -> str:
    """What stands in a file; raises `_TooMuchError` when nobody can have written so much, or it is no file."""
    if not path.is_file() and path.exists():
        raise _TooMuchError("is no plain file — put a text file there")
    with path.open("rb") as file:
        found = file.read(LARGEST_FILE + 1)
    if len(found) > LARGEST_FILE:
        raise _TooMuchError(f"the file is larger than {LARGEST_FILE // 1000} kB — write less, or split the site")
    return found.decode("utf-8-sig")


def _fill(document: Document, node: yaml.Node | None, environ: Mapping[str, str]) -> None:
    if node is None:
        document.report((), "the file is empty — write at least one key")
    else:
        document.take(node, environ)
