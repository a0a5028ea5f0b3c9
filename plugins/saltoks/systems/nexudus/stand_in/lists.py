"""How a list answers: filters, order, pages and the envelope (booking-systems §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from saltoks.systems.nexudus.stand_in.ledger import Ledger
from saltoks.systems.nexudus.stand_in.shapes import SHAPES, Shape
from saltoks.systems.nexudus.stand_in.world import Values


class BadFilter(Exception):
    """A filter that is not written as it should be."""


_MINUTE = "%Y-%m-%dT%H:%M"


def page(ledger: Ledger, path: str, query: Mapping[str, str], *, keep: int | None, more: int) -> dict[str, object]:
    """One page. `keep` is how many records the list pretends to have, `more` how far its total is off."""
    shape = SHAPES[path]
    rows = [row for row in ledger.lists[path].values() if _passes(shape, row, query)]
    order = query.get("orderBy", "Id")
    rows.sort(key=lambda row: (row.get(order) is None, row.get(order)), reverse=False)  # `dir` is not heeded
    rows = rows[:keep]
    size = _whole(query.get("size"), ledger.options.page_size)
    number = _whole(query.get("page"), 1)
    first = (number - 1) * size
    shown = [ledger.shown(path, row, single=False) for row in rows[first : first + size]]
    envelope = _envelope(number, size, first, len(shown), len(rows) + more)
    if not ledger.options.totals:
        envelope = {name: value for name, value in envelope.items() if name not in ("TotalItems", "TotalPages")}
    return {"Records": shown, **envelope}


def batch(ledger: Ledger, path: str, text: str) -> list[Values]:
    """The records of these ids, in no order that is promised, with some of their fields not filled."""
    shape, rows = SHAPES[path], ledger.lists[path]
    shown = [ledger.shown(path, rows[number], single=False) for number in _ids(text) if number in rows]
    return [{**row, **dict.fromkeys(shape.unfilled)} for row in reversed(shown)]


def _envelope(number: int, size: int, first: int, shown: int, total: int) -> dict[str, object]:
    pages = -(-total // size)
    return {
        "CurrentPage": number,
        "CurrentPageSize": shown,
        "TotalItems": total,
        "TotalPages": pages,
        "HasNextPage": number < pages,
        "HasPreviousPage": number > 1,
        "FirstItem": first + 1 if shown else 0,
        "LastItem": first + shown,
    }


def _passes(shape: Shape, row: Values, query: Mapping[str, str]) -> bool:
    return all(_one(shape, row, name, text) for name, text in query.items())


def _one(shape: Shape, row: Values, name: str, text: str) -> bool:
    """Whether a row passes one parameter; what is no filter of this list filters nothing."""
    if name.lower() == "id":
        return row["Id"] in _ids(text)
    side, _, rest = name.partition("_")
    if side in ("from", "to") and rest.startswith(f"{shape.name}_"):
        return _in_range(row, rest.removeprefix(f"{shape.name}_"), side, text)
    if side != shape.name:
        return True
    field = rest if rest in row else f"{rest}Id"
    return str(row.get(field)).lower() == text.lower()


def _in_range(row: Values, field: str, side: str, text: str) -> bool:
    """Both ends count, and seconds do not."""
    try:
        edge = datetime.strptime(text, _MINUTE)  # noqa: DTZ007 - both sides are UTC
    except ValueError:
        raise BadFilter(f"{field} is not written as YYYY-MM-DDTHH:mm") from None
    value = row.get(field)
    if value is None:
        return False
    at = datetime.fromisoformat(str(value)).replace(tzinfo=None, second=0, microsecond=0)
    return at >= edge if side == "from" else at <= edge


def _ids(text: str) -> list[int]:
    parts = text.strip("[]").split(",")
    return [int(part) for part in parts if part.strip().isdecimal()]


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() and int(text) > 0 else default
