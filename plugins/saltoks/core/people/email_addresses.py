"""E-mail addresses as they are kept: what a cell means, checked for syntax alone; nobody is asked whether it exists.

::

    in the cell                                         kept
    Ann@House.example, ＡＮＮ＠house.example              ann@house.example
    'ann@house.example', <ann@…>, mailto:ann@…          the address within
    Ann Able <ann@house.example>                        the address within
    ALİ@house.example                                   ali@house.example: a Turkish capital İ is an i
    other letters before the @                          none: a look-alike is somebody else's address
    Latin letters with Cyrillic or Greek in one word    none: so write look-alikes of a domain
    two addresses                                       none: nobody can say which (`has_several_emails`)
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from saltoks.core.text import clean, lowered

_WRAPPED = re.compile(r"[^<>@]*<([^<>]*)>")
_BETWEEN = re.compile(r"[\s,;|/<>\"()]+")
_AROUND = " \t'\"`´‘’“”„‚«»‹›<>()[],;"
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Letters of double width, as East Asian keyboards make them."""
_LIKE_LATIN = frozenset({"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})
"""Scripts with letters that look like Latin ones; no name of a domain is written in both."""


@lru_cache(maxsize=50_000)
def normalized_email(text: str) -> str | None:
    """The one address that is meant, in lower case and in ASCII; None when there is none, or several."""
    found = _bare(text)
    local, _, domain = found.rpartition("@")
    if not local.isascii() or "." not in domain or any(_is_mixed(label) for label in domain.split(".")):
        return None
    try:
        checked = validate_email(
            found, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        return None
    return checked.ascii_email


def comparable_email(text: str | None) -> str:
    """An address as both sides of a comparison have it: also one of Salto's, or one that is configured."""
    return normalized_email(text) or lowered(text) if text else ""


def has_several_emails(text: str) -> bool:
    """Whether a text holds more than one address; the same one twice is one."""
    return len({part for part in _BETWEEN.split(lowered(clean(text))) if "@" in part.strip("@")}) > 1


def _is_mixed(label: str) -> bool:
    if label.isascii():
        return False
    scripts = {unicodedata.name(one, "").partition(" ")[0] for one in label if one.isalpha()}
    return "LATIN" in scripts and not scripts.isdisjoint(_LIKE_LATIN)


def _bare(text: str) -> str:
    """The text without what stands around an address; its lower case has no mark that nobody wrote."""
    plain = lowered(clean(text).translate(_WIDE)).replace("i\u0307", "i").strip(_AROUND)
    wrapped = _WRAPPED.fullmatch(f"{plain}>" if "<" in plain else plain)
    parts = {part for part in _BETWEEN.split(plain) if part}
    if len(parts) == 1:
        return parts.pop().strip(_AROUND).removeprefix("mailto:")
    return (wrapped[1] if wrapped else plain).strip(_AROUND).removeprefix("mailto:").strip(_AROUND)
