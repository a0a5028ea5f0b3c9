"""Saying what is being done: a spinner on a terminal, plain lines in a log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.markup import escape


class Progress(Protocol):
    """Where the stack, the demo and the replay tell what they do."""

    def step(self, text: str) -> AbstractContextManager[None]:
        """Announce a piece of work, and say when it is done."""

    def note(self, text: str) -> None:
        """Say one thing."""


class TerminalProgress:
    """For a person at a terminal: a spinner while it lasts, a ticked line with the seconds afterwards."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Announce a piece of work, and say when it is done."""
        begun = time.monotonic()
        with self._console.status(escape(text)):
            yield
        took = time.monotonic() - begun
        self._console.print(f"[green]✓[/green] {escape(text)} [dim]{took:.1f} s[/dim]", highlight=False)

    def note(self, text: str) -> None:
        """Say one thing."""
        self._console.print(escape(text), highlight=False, soft_wrap=True)


class PlainProgress:
    """For a log or a pipe: one line at the start, one at the end."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Announce a piece of work, and say when it is done."""
        begun = time.monotonic()
        self.note(f"{text} ...")
        yield
        self.note(f"{text}: done in {time.monotonic() - begun:.1f} s")

    def note(self, text: str) -> None:
        """Say one thing."""
        self._console.print(text, highlight=False, markup=False, soft_wrap=True)
        self._console.file.flush()


def progress_for(console: Console) -> Progress:
    """The kind that fits where `console` writes to."""
    return TerminalProgress(console) if console.is_terminal else PlainProgress(console)
