"""A page that only says something: what is not there yet, or what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from saltoks.pages.render import render


def notice_page(title: str, sentences: Sequence[str]) -> str:
    """A heading and a few sentences."""
    return render("notice.html", title=title, sentences=sentences)
