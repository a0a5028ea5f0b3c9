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
from saltoks.settings.problems import Loc, Problem, dotted

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_NULL = "tag:yaml.org,2002:null"
_INT = "tag:yaml.org,2002:int"
_DEEPEST = 20


@dataclass(slots=True)
class Document:
    """A parsed file: its values, the problems met so far, and where each key stands."""

    file: str
    plain: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    readable: bool = False
    _lines: dict[Loc, int] = field(default_factory=dict)

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
        self.readable = True
        self.plain = self._mapping(node, (), environ)

    def _value(self, node: yaml.Node, loc: Loc, environ: Mapping[str, str]) -> object:
        if len(loc) > _DEEPEST:
            self.report(loc, "is nested too deep — an anchor may not contain itself")
            return None
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
            return int(text)
        for name in sorted(set(_VARIABLE.findall(text))):
            if not environ.get(name):
                self.report(loc, f"the environment variable {name} is not set — set it or write the value")
        whole = _VARIABLE.sub(lambda match: environ.get(match[1], ""), text)
        return whole if len(whole) == 1 else clean(whole)  # one character may be a delimiter: a tab


def read(path: Path, file: str, environ: Mapping[str, str]) -> Document:
    """The file at `path`, called `file` in problems; what cannot be read is a problem, never an exception."""
    document = Document(file)
    try:
        node = yaml.compose(path.read_bytes().decode("utf-8-sig"), Loader=yaml.SafeLoader)
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


def _fill(document: Document, node: yaml.Node | None, environ: Mapping[str, str]) -> None:
    if node is None:
        document.report((), "the file is empty — write at least one key")
    else:
        document.take(node, environ)
