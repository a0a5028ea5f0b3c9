"""What this process knows that nobody else may read: passwords, tokens, codes and PINs, in every form they travel in.

A text of our own is scrubbed: where it holds a secret whole, "…" stands instead. A text of a stranger, such as a
server's error, is quoted only when it bears no trace of a secret, not even a part of one.
"""

from __future__ import annotations

import base64
import html
import json
import re
from bisect import insort
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

REDACTED = "…"
PART = 8
"""So many characters in a row of a longer secret are a trace of it."""
WHOLE_FROM = 6
"""Shorter ones are not taken out of our own texts, which are full of numbers and short words."""
_LONG_WORD = 12
LONGEST_QUOTE = 4000
_OPEN_WORDS = frozenset({"airflow", "password", "postgres", "postgresql", "production", "saltoks", "secret"})
"""Words that our own texts use openly; a secret that is one of them is none."""


class SecretRegistry:
    """All secrets of a run; it only ever learns."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._whole: dict[str, re.Pattern[str] | None] = {}
        self._parts: set[str] = set()
        self._short: dict[str, re.Pattern[str]] = {}
        self._longest_first: list[str] = []

    def learn(self, *secrets: str | None) -> None:
        """From now on these are secrets; None and empty texts are none."""
        for one in secrets:
            if one and one.strip() and one not in self._known:
                self._known.add(one)
                for form in _forms(one):
                    self._keep(form)

    def learn_login(self, user: str | None, password: str | None) -> None:
        """A password, and the header of Basic authorization that it makes with its user, plain and form-encoded."""
        if password:
            encoded = (quote_plus(one, errors="replace") for one in (user or "", password))
            pairs = (f"{user or ''}:{password}", ":".join(encoded))
            self.learn(password, *pairs, *map(_base64, pairs))

    def scrubbed(self, text: str) -> str:
        """A text of our own without the secrets in it."""
        for form in self._longest_first:
            if form in text:
                word = self._whole[form]
                text = word.sub(REDACTED, text) if word else text.replace(form, REDACTED)
        return text

    def quotable(self, text: str) -> bool:
        """Whether a stranger's text bears no trace of a secret: no short form whole, no part of a longer one."""
        if len(text) > LONGEST_QUOTE:
            return False
        text = text.casefold()
        return self._parts.isdisjoint(_windows(text)) and not any(one.search(text) for one in self._short.values())

    def _keep(self, form: str) -> None:
        folded = form.casefold()
        if len(form) >= WHOLE_FROM and not form.isdigit() and folded not in _OPEN_WORDS and form not in self._whole:
            self._whole[form] = _found_whole(form)
            insort(self._longest_first, form, key=lambda one: -len(one))
        if len(folded) >= PART:
            self._parts |= _windows(folded)
        elif folded not in self._short:
            self._short[folded] = _found_short(folded)


def _found_short(form: str) -> re.Pattern[str]:
    """A very short one counts as a word of its own only, or no text at all could be quoted."""
    return re.compile(re.escape(form) if len(form) > 4 else rf"(?<!\w){re.escape(form)}(?!\w)")


def _found_whole(form: str) -> re.Pattern[str] | None:
    """What may be a word like any other counts only where it stands alone; None for any other form."""
    return re.compile(rf"(?<!\w){form}(?!\w)") if form.isalpha() and len(form) < _LONG_WORD else None


def _forms(secret: str) -> Iterator[str]:
    """How a secret looks on its way: as it is, in addresses, JSON, HTML, base64 and hex; a PIN as it is only."""
    if secret.isdigit() and len(secret) < _LONG_WORD:
        yield secret
        return
    yield from (secret, secret.strip())
    in_address = quote(secret, safe="", errors="replace")
    yield from (in_address, quote_plus(secret, errors="replace"), quote(in_address))
    in_json = json.dumps(secret)[1:-1]
    yield from (in_json, in_json.replace("/", "\\/"), json.dumps(secret, ensure_ascii=False)[1:-1])
    yield html.escape(secret)
    if len(secret) >= WHOLE_FROM:
        yield _bytes(secret).hex()
        yield from (_inside(secret, skipped) for skipped in range(3))


def _inside(secret: str, skipped: int) -> str:
    """Its base64 behind so many other bytes, without the letters at both ends that its neighbours change."""
    ends = (0, 2, 3)
    text = base64.b64encode(bytes(skipped) + _bytes(secret)).decode().rstrip("=")
    return text[ends[skipped] : len(text) - (1 if (skipped + len(_bytes(secret))) % 3 else 0)]


def _base64(text: str) -> str:
    return base64.b64encode(_bytes(text)).decode()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _windows(text: str) -> set[str]:
    return {text[start : start + PART] for start in range(len(text) - PART + 1)}


KNOWN_SECRETS = SecretRegistry()
"""The secrets of this process."""
