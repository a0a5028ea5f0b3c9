"""What libraries and flows log at the terminal, without the secrets in it."""

from __future__ import annotations

import logging

from saltoks.core.secrecy import KNOWN_SECRETS


class _Scrubbed(logging.Formatter):
    """Takes secrets out of the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return KNOWN_SECRETS.scrubbed(super().format(record))


def to_terminal() -> None:
    """Sends errors to the terminal, and nothing less."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Scrubbed("%(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.ERROR)
