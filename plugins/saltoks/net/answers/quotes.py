"""What of a stranger's text may be repeated: cut short, without e-mails, and nothing at all where a secret shows."""

from __future__ import annotations

import re

from saltoks.core.secrecy import KNOWN_SECRETS

QUOTE_LENGTH = 120
_EMAIL = re.compile(r"[^\s@'\"<>(),;:]+(?:@|%40)[^\s@'\"<>(),;:]+", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def quoted(value: object) -> str | None:
    """The start of a server's message; None when it is no text, is empty, or bears a trace of a secret."""
    if not isinstance(value, str) or not KNOWN_SECRETS.quotable(value):
        return None
    return _EMAIL.sub("…", " ".join(value.split()))[:QUOTE_LENGTH] or None


def code_of(value: object) -> str | None:
    """A server's error code, given as a text or a number; None when it does not look like one or bears a secret."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if _CODE.fullmatch(text) and KNOWN_SECRETS.quotable(text) else None
