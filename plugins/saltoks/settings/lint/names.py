"""Names of groups: those that look like a slip, that nobody uses, or that two files claim."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations

from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.models import Settings, Site

_NEAR = 0.85
_PARTS = re.compile(r"\d+|[^\W\d_]+|[\W_]+")
"""Numbers, words, and what is between them."""
_LETTER = re.compile(r"[^\W\d_]")


def findings(settings: Settings, site: Site, file: SiteFile) -> Iterator[Finding]:
    """What is doubtful about the names in the mapping of a site."""
    mapped = set(site.groups)
    for group in sorted(site.exclusive_groups - mapped):
        text = f"'{group}' is in no mapping, so it is not looked after — map it or take it out"
        yield file.warning("exclusive_groups", text)
    for one, other in combinations(sorted(mapped | site.exclusive_groups), 2):
        if _near_miss(one, other):
            text = f"'{one}' and '{other}' are nearly the same name — write one group in one way"
            yield file.warning("mapping", text)
    for other_site in settings.sites:
        if other_site.name != site.name and other_site.salto.site_uid == site.salto.site_uid:
            yield from _claimed_twice(site, file, other_site, SiteFile.of(settings, other_site))


def _claimed_twice(site: Site, file: SiteFile, other: Site, other_file: SiteFile) -> Iterator[Finding]:
    """Two files may share a Salto site by different connections, but never a group of it (F139)."""
    taken = {target for entry in other.mapping for target in entry.targets}
    for n, entry in enumerate(site.mapping):
        key = "locks" if entry.locks else "groups"
        for target in entry.targets:
            if target in taken:
                text = (
                    f"'{target}' is mapped in {other_file.name} as well, for the same Salto KS site "
                    f"{site.salto.site_uid}: two plans would undo each other (F139) — map it in one of the files"
                )
                yield file.error(f"mapping.{n}.{key}", text)


def _near_miss(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _NEAR and not _siblings(one, other)


def _siblings(one: str, other: str) -> bool:
    """Whether two names differ in numbers only, or in a single letter word: `desk-6001` and `desk-6002`, `Studio A`."""
    left, right = _PARTS.findall(one), _PARTS.findall(other)
    if len(left) != len(right):
        return False
    pairs = [pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]]
    numbers = all(word.isdigit() for pair in pairs for word in pair)
    return numbers or (len(pairs) == 1 and all(_LETTER.fullmatch(word) for word in pairs[0]))
