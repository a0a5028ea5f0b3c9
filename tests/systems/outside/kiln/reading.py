"""Reads the file of a studio into canonical rows; whatever is wrong with it is said in the extract, never raised."""

import json
from collections.abc import Iterator
from datetime import datetime

from kiln.settings import KilnSource
from saltoks.core.model.canonical import (
    TABLES,
    Booking,
    BookingStatus,
    Completeness,
    Customer,
    Extract,
    Item,
    Location,
    RejectedRow,
)
from saltoks.systems.protocol import ReadRequest, failed

STATUSES = {"booked": BookingStatus.CONFIRMED, "called off": BookingStatus.CANCELLED}
Noted = dict[str, dict[str, str]]
"""What Kiln wrote down, by its id."""


def read(source: KilnSource, asked: ReadRequest) -> Extract:
    """All that the file says now."""
    try:
        studio: dict[str, Noted] = json.loads((asked.base / source.file).read_text(encoding="utf-8"))
        people, wheels = list(_people(studio["people"])), list(_wheels(studio["wheels"]))
        bookings = studio["bookings"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        return failed(source.name, f"{source.file} cannot be read ({error!r}) — let Kiln write it anew")
    rejected: list[RejectedRow] = []
    rows = dict.fromkeys(TABLES, ()) | {
        "locations": (Location(source_id="studio", name="Studio", timezone=asked.site.timezone),),
        "customers": tuple(people),
        "items": tuple(wheels),
        "bookings": tuple(_bookings(bookings, source.file, rejected)),
    }
    accepted = {name: len(found) for name, found in rows.items()}
    return Extract(
        source=source.name,
        completeness=Completeness.COMPLETE,
        rows=rows,
        rejected=tuple(rejected),
        accepted=accepted,
    )


def _people(noted: Noted) -> Iterator[Customer]:
    for number, one in noted.items():
        yield Customer(source_id=number, full_name=one["name"], email=one["email"])


def _wheels(noted: Noted) -> Iterator[Item]:
    for number, one in noted.items():
        yield Item(source_id=f"wheel:{number}", name=one["name"], item_type="wheel")


def _bookings(noted: Noted, file: str, rejected: list[RejectedRow]) -> Iterator[Booking]:
    """Every booking that can be read; one that cannot is set aside with its reason, and nothing else changes."""
    for number, one in noted.items():
        try:
            yield Booking(
                source_id=number,
                item_id=f"wheel:{one['wheel']}",
                customer_id=one["by"],
                starts_at=_instant(one["from"]),
                ends_at=_instant(one["until"]),
                status=STATUSES.get(one["state"], BookingStatus.UNKNOWN),
                status_raw=one["state"],
            )
        except (ValueError, LookupError, TypeError) as error:
            reason = f"cannot be read ({error!r}) — correct the booking in Kiln"
            rejected.append(
                RejectedRow(
                    table="bookings", source_id=number, field="", reason=reason, where=file, payload=json.dumps(one)
                )
            )


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return found
