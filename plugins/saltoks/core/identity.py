"""Whether two sets of data can be those of one person: what a source once said of somebody, and what it says now.

Names are compared word by word, without accents and in any order. An initial stands for its word.

::

    names                                         one person   related
    Ann Able, Able Ann, Ms Ann Able, A. Able      yes          yes
    Ann Able, Ann Baker                           yes          yes
    Ann Able, Abe Able                            no           yes
    Ann Able, Cyd Cole                            no           no
    one of them empty                             yes          yes
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from saltoks.core.addresses import comparable
from saltoks.core.canonical import Customer
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
        """The identity that a row tells."""
        return cls(customer.full_name, comparable(customer.email))

    def is_another(self, other: Identity) -> bool:
        """Whether this cannot be the same person: the names are two people's, and the e-mails differ as well."""
        differ = bool(self.email and other.email) and self.email != other.email
        return differ and not one_person(self.name, other.name)


def one_person(name: str, other: str) -> bool:
    """Whether two names may be one person's: one holds the words of the other, or the first words agree."""
    here, there = _words(name), _words(other)
    return not here or not there or _holds(here, there) or _holds(there, here) or _call_names(here[0], there[0])


def related(name: str, other: str) -> bool:
    """Whether two names may be one person's, or those of people who belong together: a word is the same."""
    shared = (set(_words(name)) & set(_words(other))) - _PARTICLES
    return any(len(word) > 1 for word in shared) or one_person(name, other)


def contradict(told: Iterable[Identity]) -> bool:
    """Whether what is told under one id is of several people: no e-mail in common, and names that are not alike."""
    distinct = list(dict.fromkeys(told))
    return any(_apart(one, other) for at, one in enumerate(distinct) for other in distinct[:at])


def of_two_people(told: Iterable[Identity]) -> bool:
    """Whether names and e-mails both say so; a name alone may be that of a company, or of somebody's colleague."""
    distinct = list(dict.fromkeys(told))
    return any(one.is_another(other) for at, one in enumerate(distinct) for other in distinct[:at])


def _apart(one: Identity, other: Identity) -> bool:
    if one.email and one.email == other.email:
        return False
    if one.name and other.name:
        return not one_person(one.name, other.name)
    return bool(one.email and other.email)


def _holds(words: list[str], others: list[str]) -> bool:
    return all(any(_alike(word, other) for other in words) for word in others)


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
