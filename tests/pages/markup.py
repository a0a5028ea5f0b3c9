"""What an HTML page says and asks for, as `html.parser` reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_LOADING = {"src", "srcset", "href", "action", "poster", "data"}


@dataclass
class Outline:
    """`text` is what a reader sees, in one line; `loads` every address outside the page; tags that never close."""

    text: str = ""
    scripts: int = 0
    loads: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Outline()
        self.words: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.found.scripts += tag == "script" or any(name.startswith("on") for name, _ in attrs)
        for name, value in attrs:
            if name in _LOADING and value and not value.startswith(("#", "data:")):
                self.found.loads.append(value)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - as the parser calls it
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside != "style":
            self.words.append(data)


def outline(page: str) -> Outline:
    """A page, read."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.found.text = " ".join("".join(reader.words).split())
    return reader.found
