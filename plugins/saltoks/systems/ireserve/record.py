"""One record of an answer, read by presence: tenants differ in which fields they send, and how."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from saltoks.systems.values.errors import CellError


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object; a field that is missing, null or blank is None, one of another kind is a CellError."""

    fields: Mapping[str, object]

    def text(self, *names: str) -> str | None:
        """The first of these fields that holds something."""
        for name in names:
            value = self.fields.get(name)
            if isinstance(value, Mapping | list):
                raise CellError(name, "is not a single value — tell the vendor")
            if value is not None and (found := str(value).strip()):
                return found
        return None

    def needed(self, *names: str) -> str:
        """The same, but it must be there."""
        found = self.text(*names)
        if found is None:
            raise CellError(names[0], "is missing — check the rights of the user and the name of the column")
        return found

    def whole(self, *names: str) -> int | None:
        """A whole number."""
        found = self.text(*names)
        try:
            return None if found is None else int(found)
        except ValueError:
            raise CellError(names[0], "is not a whole number — check the name of the column") from None

    def day(self, *names: str) -> date:
        """A day written as 2026-06-01."""
        try:
            return date.fromisoformat(self.needed(*names)[:10])
        except ValueError:
            raise CellError(names[0], "is not a day written as YYYY-MM-DD — check the name of the column") from None

    def moment(self, *names: str) -> datetime:
        """A time of a day, with an offset or without."""
        text = self.needed(*names)
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or len(text) <= len("2026-06-01"):
            raise CellError(names[0], "is not a time written as YYYY-MM-DDTHH:MM:SS+HHMM — tell the vendor")
        return found

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes or no; what is neither is the default."""
        found = (self.text(name) or "").casefold()
        return {"1": True, "true": True, "0": False, "false": False}.get(found, default)

    def only(self, names: Iterable[str]) -> str:
        """These fields as text, for quarantine."""
        kept = {name: self.fields[name] for name in names if name in self.fields}
        return json.dumps(kept, default=str, ensure_ascii=False)
