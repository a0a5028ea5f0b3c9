"""The objects that are mapped or booked, as items, and the places of the reservations (canonical §5)."""

from __future__ import annotations

from collections.abc import Iterable

from saltoks.core.model.canonical import Item, Location
from saltoks.systems.ireserve.fetch_each import ask_each
from saltoks.systems.ireserve.record import Record
from saltoks.systems.ireserve.reservations import Reservation
from saltoks.systems.ireserve.settings import IReserveSource
from saltoks.systems.ireserve.tenant import Tenant
from saltoks.systems.values.errors import CellError


def items(
    tenant: Tenant, objects: frozenset[str], found: Iterable[Reservation]
) -> tuple[tuple[Item, ...], list[str], list[str]]:
    """The items, why they may be wrong, and what else there is to tell.

    A booked object without a record is known by its reservation only, and is inactive when the tenant has no such
    object any more.
    """
    booked = {one.object_id: one.object_name for one in found}
    wanted = sorted(objects | booked.keys(), key=int)
    answers = ask_each(wanted, tenant.product, noun="objects")
    doubts = answers.doubts
    rows: list[Item] = []
    for number, record in answers.found.items():
        try:
            rows.append(_item(number, record))
        except CellError as error:
            doubts.append(f"object/{number}: {error.field} {error.reason}")
            rows.append(_stand_in(number, booked.get(number), active=True))
    rows += [_stand_in(number, booked[number], active=False) for number in answers.gone if number in booked]
    rows += [_stand_in(number, booked[number], active=True) for number in answers.unread if number in booked]
    gone = [number for number in answers.gone if number in objects]
    told = [f"object {number} is mapped, but the tenant has no such object — correct the mapping" for number in gone]
    return tuple(sorted(rows, key=lambda row: row.source_id)), doubts, told


def locations(source: IReserveSource, found: Iterable[Reservation]) -> tuple[Location, ...]:
    """The tenant itself and the places that its reservations name, all in the one zone of the tenant."""
    named = {one.location_id: one.location_name or one.location_id for one in found if one.location_id}
    places = [Location(source_id=name, name=text, timezone=source.timezone) for name, text in sorted(named.items())]
    return (Location(source_id=source.name, name=source.name, timezone=source.timezone), *places)


def _item(number: str, record: Record) -> Item:
    name = record.text("desc", "short_desc") or number
    return Item(source_id=_id(number), name=name, item_type="resource", active=record.flag("active", default=True))


def _stand_in(number: str, name: str | None, *, active: bool) -> Item:
    return Item(source_id=_id(number), name=name or number, item_type="resource", active=active)


def _id(number: str) -> str:
    return f"object:{number}"
