"""What an HTML page says, how it is built, and what it asks for, as `html.parser` reads it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

INLINE = {"a", "b", "code", "i", "span", "strong"}
VOID = {"meta", "link", "br", "hr", "img", "input"}
_LOADING = {"src", "srcset", "href", "action", "poster", "data", "xlink:href", "formaction", "background"}
_STYLE_LOADS = re.compile(r"@import|url\s*\(")

Attributes = dict[str, str]


@dataclass
class Outline:
    """`text` is what a reader sees, in one line; `loads` every address outside the page, also of its styles.

    `broken` are tags that are closed in another order than they were opened, or never.
    """

    text: str = ""
    scripts: int = 0
    loads: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    tags: list[tuple[str, Attributes]] = field(default_factory=list)

    def attributes(self, tag: str) -> list[Attributes]:
        """The attributes of every tag of that name."""
        return [found for name, found in self.tags if name == tag]

    def values(self, name: str) -> list[str]:
        """Every value of an attribute, on whatever tag."""
        return [found[name] for _, found in self.tags if name in found]

    @property
    def twins(self) -> list[str]:
        """Ids that occur more than once."""
        return [name for name, count in Counter(self.values("id")).items() if count > 1]

    @property
    def dangling(self) -> set[str]:
        """Ids that something points at, and that are not there."""
        wanted = {name for text in self.values("aria-labelledby") for name in text.split()}
        wanted |= {text.removeprefix("#") for text in self.values("href") if text.startswith("#")}
        return wanted - set(self.values("id"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Outline()
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self._note(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.found.broken.append(tag)
        if tag not in INLINE:
            self.words.append(" ")

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            self.found.loads += _STYLE_LOADS.findall(data)
        else:
            self.words.append(data)

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.found.scripts += tag == "script" or any(name.startswith("on") for name, _ in attrs)
        for name, value in attrs:
            if name in _LOADING and value and not value.startswith(("#", "data:")):
                self.found.loads.append(value)


def outline(page: str) -> Outline:
    """A page, read."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.found.broken += reader.open
    reader.found.text = " ".join("".join(reader.words).split())
    return reader.found
