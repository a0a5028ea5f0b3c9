"""What a read noticed without rejecting a row, counted and told once a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from saltoks.core.people.email_addresses import normalized_email
from saltoks.systems.tabular.rows import Row

_WORDS = 5


@dataclass(slots=True)
class Notes:
    """Tallies of one table, and what a change of clocks had spoilt.

    Its sentences hold no address and, of texts, status words only.
    """

    table: str
    where: str
    repeated: int = 0
    clock_changes: list[str] = field(default_factory=list)
    _emails: list[str] = field(default_factory=list)
    _words: dict[str, Counter[str]] = field(default_factory=dict)

    def email(self, row: Row, name: str) -> str | None:
        """The address that is meant; a cell that holds none, or several, is noted and None."""
        text = (row.text(name) or "").strip()
        found = normalized_email(text) if text else None
        if text and found is None:
            self._emails.append(row.where)
        return found

    def unknown_word(self, name: str, word: str) -> None:
        """Count a word that its field does not know."""
        self._words.setdefault(name, Counter())[word] += 1

    def sentences(self, total: int) -> list[str]:
        """One sentence for each kind of thing noticed among `total` rows."""
        found = [self._about_words(name, words, total) for name, words in self._words.items()]
        if self._emails:
            first = self._emails[0]
            found.append(
                f"{first}: {len(self._emails)} of {total} rows hold no valid e-mail, this one first — correct it"
            )
        found += self.clock_changes
        if self.repeated:
            found.append(f"{self.where}: {self.repeated} rows repeat another word for word and count once")
        return found

    def _about_words(self, name: str, words: Counter[str], total: int) -> str:
        shown = [f"'{word}'" if word else "(empty)" for word, _ in words.most_common() if "@" not in word]
        listed = f" ({', '.join(shown)})" if len(words) <= _WORDS and shown else ""
        text = f"{words.total()} of {total} rows have a {name} that is not known{listed}"
        return f"{self.where}: {text} — add the words to the map of {self.table}.{name}"
