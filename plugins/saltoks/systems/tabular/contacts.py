"""Whom the bookings of a source name, seen together: an id that goes with several people is nobody's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from saltoks.core.people.email_addresses import normalized_email
from saltoks.core.people.identity import Identity, are_several_people, may_be_related
from saltoks.core.text import lowered
from saltoks.systems.tabular.row_builder import Contact
from saltoks.systems.tabular.rows import TableRows
from saltoks.systems.tabular.text.cells import Value
from saltoks.systems.tabular.text.csv_text import Cells
from saltoks.systems.values.errors import CellError

_NOBODY = frozenset(
    ("guest", "guests", "gast", "gaeste", "gäste", "invité", "invitado", "walkin", "visitor", "bezoeker", "besucher")
).union(
    ("anonymous", "anonym", "anoniem", "unknown", "onbekend", "unbekannt", "nobody", "noname", "default", "external"),
    ("none", "null", "nil", "nan", "na", "undefined", "empty", "no", "nocustomer", "noaccount", "new", "temp", "tbd"),
    ("laufkunde", "laufkundschaft", "passant", "passanten", "casual", "public", "test", "x", "xx", "xxx"),
    ("walkincustomer", "walkinguest", "guestuser", "guestaccount", "guestcustomer", "cashcustomer", "niet", "keine"),
)
_LEAST_NINES = 3
"""Fewer could be somebody's number."""
_NO_LETTERS = re.compile(r"[\W_]+")


def is_placeholder(customer_id: str) -> bool:
    """Whether an id is what systems write where there is no customer: 0, -1, guest, n/a, a GUID of zeros, 9999."""
    text = lowered(customer_id).strip()
    if text.startswith("-") and text[1:].isdigit():
        return True
    word = _NO_LETTERS.sub("", text)
    nines = len(word) >= _LEAST_NINES and not word.strip("9")
    return nines or not word.strip("0x") or word in _NOBODY


def ids_of_several_people(sheets: Iterable[TableRows], people: Iterable[str]) -> frozenset[str]:
    """Customer ids under which the bookings name people who cannot be one; `people` have a row of their own."""
    known = frozenset(people)
    told: dict[str, list[Identity]] = defaultdict(list)
    for sheet in sheets:
        for customer_id, identity in _named(sheet):
            if customer_id not in known:
                told[customer_id].append(identity)
    return frozenset(name for name, identities in told.items() if are_several_people(identities))


def shared_addresses(contacts: Iterable[Contact]) -> int:
    """How many guests are known by an e-mail that is given with names of several people."""
    names: dict[str, set[str]] = defaultdict(set)
    for one in contacts:
        if one.made and one.email and one.name:
            names[one.email].add(one.name)
    return sum(any(not may_be_related(one, min(found)) for one in found) for found in names.values())


def _named(sheet: TableRows) -> Iterator[tuple[str, Identity]]:
    for _, cells in sheet.lines:
        customer_id, name, email = (_text(sheet, field, cells) for field in _FIELDS)
        if customer_id and (name or email):
            yield customer_id, Identity(name, normalized_email(email) or "")


_FIELDS = ("customer_id", "customer_name", "customer_email")


def _text(sheet: TableRows, field: str, cells: Cells) -> str:
    slot = sheet.slot(field)
    try:
        found: Value = slot.value(cells) if slot else None
    except (CellError, IndexError):
        return ""
    return found if isinstance(found, str) else ""
