"""Whether two sets of data can be those of one person: what a source once said of somebody, and what it says now.

Names are compared word by word, without accents and in any order. An initial stands for its word.

::

    names                                         one person   related
    Ann Able, Able Ann, Ms Ann Able, A. Able      yes          yes
    Ann Able, Ann Baker                           yes          yes
    Ann Able, Abe Able                            no           yes
    Ann Able, A. Cole                             no           no: an initial stands for one word alone
    Ann Able, Cyd Cole                            no           no
    one of them empty                             yes          yes
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from saltoks.core.model.canonical import Customer
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.text import lowered

_PARTICLES = frozenset(
    ("da", "de", "del", "den", "der", "di", "dos", "du", "el", "la", "le", "ten", "ter", "van", "von", "the", "bv")
).union(("nv", "ltd", "gmbh", "inc", "and", "en", "und", "et"))
_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "dr", "prof", "sir", "herr", "frau", "mme", "mlle", "dhr", "mevr", "mw", "heer")
)
_BREAKS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """A name and an e-mail, as a source has them of one person; either may be empty."""

    name: str = field(repr=False)
    email: str = field(repr=False)

    @classmethod
    def of(cls, customer: Customer) -> Identity:
        """The identity that a row tells; an id that stands in for a name tells none."""
        name = "" if customer.full_name == customer.source_id else customer.full_name
        return cls(name, comparable_email(customer.email))

    def is_another(self, other: Identity) -> bool:
        """Whether this cannot be the same person: the names are two people's, and no e-mail says otherwise."""
        return not self._has_mail_of(other) and not may_be_one_person(self.name, other.name)

    def may_be_another(self, other: Identity) -> bool:
        """Whether a first name alone says that this is the same person: surname and e-mail are others."""
        both = bool(self.email and other.email)
        return both and not self._has_mail_of(other) and not same_name(self.name, other.name)

    def _has_mail_of(self, other: Identity) -> bool:
        return bool(self.email) and self.email == other.email


def may_be_one_person(name: str, other: str) -> bool:
    """Whether two names may be one person's: one holds the words of the other, or the first words agree."""
    return same_name(name, other) or _call_names(_words(name)[0], _words(other)[0])


def same_name(name: str, other: str) -> bool:
    """Whether one name holds the words of the other, or is empty."""
    here, there = _words(name), _words(other)
    return not here or not there or _holds(here, there) or _holds(there, here)


def may_be_related(name: str, other: str) -> bool:
    """Whether two names may be one person's, or those of people who belong together: a word is the same."""
    shared = (set(_words(name)) & set(_words(other))) - _PARTICLES
    return any(len(word) > 1 for word in shared) or may_be_one_person(name, other)


def are_several_people(told: Iterable[Identity]) -> bool:
    """Whether what is told under one id is of several people: no e-mail in common, and names that are not alike."""
    distinct = list(dict.fromkeys(told))
    return any(_apart(one, other) for at, one in enumerate(distinct) for other in distinct[:at])


def are_surely_two_people(told: Iterable[Identity]) -> bool:
    """Whether names and e-mails both say so; a name alone may be that of a company, or of somebody's colleague."""
    distinct = list(dict.fromkeys(told))
    pairs = ((one, other) for at, one in enumerate(distinct) for other in distinct[:at])
    return any(one.email and other.email and one.is_another(other) for one, other in pairs)


def _apart(one: Identity, other: Identity) -> bool:
    if one.email and one.email == other.email:
        return False
    if one.name and other.name:
        return not may_be_one_person(one.name, other.name)
    return bool(one.email and other.email)


def _holds(words: list[str], others: list[str]) -> bool:
    """Whether every other word has one of its own here; long words choose first, and initials take what is left."""
    left = list(words)
    for other in sorted(others, key=len, reverse=True):
        near = [word for word in left if _alike(word, other)]
        if not near:
            return False
        left.remove(min(near, key=lambda word: abs(len(word) - len(other))))
    return True


def _alike(word: str, other: str) -> bool:
    """The same word, or its beginning: an initial, or a short form."""
    return word.startswith(other) or other.startswith(word)


def _call_names(word: str, other: str) -> bool:
    """First words that are the same name; an initial alone says too little."""
    return min(len(word), len(other)) > 1 and _alike(word, other)


def _words(name: str) -> list[str]:
    bare = "".join(one for one in unicodedata.normalize("NFKD", lowered(name)) if not unicodedata.combining(one))
    words = [word for word in _BREAKS.split(bare.casefold()) if word]
    return [word for word in words if word not in _TITLES] or words
