"""Names of a mapping next to those of the site: each there, and only once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sized
from dataclasses import dataclass

from saltoks.settings import Finding, SiteFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a mapping names: each with its place in the file, next to what is `there`.

    `choice` is what can be picked, `noun` what one of them is, and `code` that of a wrong name.
    """

    noun: str
    code: str
    named: Mapping[str, str]
    there: Mapping[str, Sized]
    choice: Collection[str]

    def findings(self, file: SiteFile, fix: Callable[[str], str]) -> Iterator[Finding]:
        """Names that are not there, with those that can be picked (F49), and names that more than one has."""
        missing = [name for name in self.named if name not in self.there]
        for name in missing:
            yield file.error(self.named[name], f"“{name}” is no {self.noun} of the site ({self.code}) — {fix(name)}")
        for name, key in self.named.items():
            if (count := len(self.there.get(name, ()))) > 1:
                text = f"“{name}” is the name of {count} {self.noun}s, so nobody knows which is meant ({self.code})"
                yield file.error(key, f"{text} — rename all but one in Salto KS")
        if missing:
            yield file.note("mapping", f"{self.noun}s of the site: {', '.join(sorted(self.choice)) or 'none'} (F49)")
