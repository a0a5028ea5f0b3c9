"""Records of the tenant as its API writes them (booking-systems §3.1, §3.2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from saltoks.systems.ireserve.stand_in.tenant import Tenant
from saltoks.systems.ireserve.stand_in.world import BookingSpec, CustomerSpec, ObjectSpec

Fields = dict[str, object]
Raw = str | int | None


def booking(tenant: Tenant, row: BookingSpec) -> Fields:
    """One booking by id; instants carry an offset without a colon."""
    thing = tenant.objects.get(row.object_id)
    return {
        "id": row.id,
        "object_id": row.object_id,
        "object": thing.name if thing else "",
        "object_desc": thing.desc if thing else "",
        "mainobject_id": thing.main if thing else None,
        "date_from": _with_offset(tenant, row.date_from),
        "date_till": _with_offset(tenant, row.date_till),
        "fromtime": f"{row.date_from:%H:%M:%S}",
        "tilltime": f"{row.date_till:%H:%M:%S}",
        "number": row.number,
        "remarks": "private remark",
        "status_code": row.status_code,
        "status": tenant.statuses.get(row.status_code, ""),
        "customer_id": row.customer_id,
        "customer": row.customer,
        "email": row.email,
        "location_id": row.location_id,
        "location": tenant.locations.get(row.location_id or 0),
        "event_id": row.event_id,
    }


def _with_offset(tenant: Tenant, wall: datetime) -> str:
    """An instant as PHP writes it: an hour that never happens moves forward, of one that happens twice the first."""
    zone = ZoneInfo(tenant.options.offset_zone or tenant.options.timezone)
    return f"{wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone):%Y-%m-%dT%H:%M:%S%z}"


def grid_row(tenant: Tenant, row: BookingSpec, columns: list[str]) -> Fields:
    """One row of `booking/filter`: each column formatted, and once more raw."""
    found: Fields = {}
    for column in columns:
        formatted, raw = COLUMNS[column](tenant, row)
        found |= {column: formatted, f"{column}_raw": raw}
    return found


def customer(row: CustomerSpec) -> Fields:
    """One customer with the fields of the tenant's form."""
    return {"customer_id": row.id, "email": row.email, **row.fields}


def subscriptions(row: CustomerSpec) -> list[Fields]:
    """The subscriptions that a customer holds."""
    return [
        {
            "subscription_id": one.id,
            "subscription_name": one.name,
            "valid_from": one.valid_from.isoformat(),
            "valid_till": one.valid_till.isoformat(),
            "price": "120.00",
            "currency": "EUR",
        }
        for one in row.subscriptions
    ]


def thing(row: ObjectSpec) -> Fields:
    """One object."""
    return {
        "id": row.id,
        "active": int(row.active),
        "grp_id": 1,
        "ismainobj": int(row.main is None),
        "mainobjid": row.main,
        "desc": row.desc or row.name,
        "short_desc": row.desc,
        "long_desc": "",
    }


def _day(moment: datetime) -> tuple[str, Raw]:
    return f"{moment:%d-%m-%Y}", f"{moment:%Y-%m-%d}"


def _time(moment: datetime) -> tuple[str, Raw]:
    clock: time = moment.time()
    return f"{clock:%H:%M}", clock.hour * 3600 + clock.minute * 60 + clock.second


def _plain(value: Raw) -> tuple[str, Raw]:
    return "" if value is None else str(value), value


def _object_name(tenant: Tenant, row: BookingSpec) -> tuple[str, Raw]:
    found = tenant.objects.get(row.object_id)
    return _plain(found.name if found else None)


COLUMNS: dict[str, Callable[[Tenant, BookingSpec], tuple[str, Raw]]] = {
    "RES_ID": lambda _, row: _plain(row.id),
    "RES_FROMDATE": lambda _, row: _day(row.date_from),
    "RES_FROMTIME": lambda _, row: _time(row.date_from),
    "RES_TILTIME": lambda _, row: _time(row.date_till),
    "RES_CUST_ID": lambda _, row: _plain(row.customer_id),
    "OBJ_NAME": _object_name,
    "TEST_TILDATE": lambda _, row: _day(row.date_till),
    "TEST_STATUS": lambda tenant, row: (tenant.statuses.get(row.status_code, ""), row.status_code),
    "TEST_OBJ_ID": lambda _, row: _plain(row.object_id),
    "TEST_EMAIL": lambda _, row: _plain(row.email),
    "TEST_CUSTOMER": lambda _, row: _plain(row.customer),
}
"""Columns by name; those with `TEST_` stand for ones whose real names are not public."""
