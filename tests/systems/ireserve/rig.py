"""A tenant to read from, over real HTTP, and one read of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from saltoks.core.model.canonical import Booking, Customer, Extract, Item, Membership
from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.reading import read
from saltoks.systems.ireserve.settings import IReserveSource
from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from saltoks.systems.ireserve.stand_in.world import (
    BookingSpec,
    CustomerSpec,
    IReserveWorld,
    ObjectSpec,
    SubscriptionSpec,
    UserSpec,
)

NOW = datetime(2026, 6, 1, 10, tzinfo=UTC)
SECRET = "planted-password"
FULL_COLUMNS = {"till_date": "TEST_TILDATE", "status": "TEST_STATUS", "object_id": "TEST_OBJ_ID"}
ALL_COLUMNS = FULL_COLUMNS | {"customer": "TEST_CUSTOMER", "email": "TEST_EMAIL"}


def world(now: datetime = NOW, **options: Any) -> IReserveWorld:
    """A club with two courts, two customers and no reservation."""
    year = SubscriptionSpec(id=7, name="Year round", valid_from=date(2026, 1, 2), valid_till=date(2027, 1, 1))
    noor = {"firstname": "Noor", "initials": "N.", "lastname": "Dijkstra", "tel_mob": "06 1234 5678"}
    bas = {"initials": "B.", "lastname": "Visser", "tel_mob": "+32 470 12 34 56"}
    return IReserveWorld.model_validate(
        {
            "users": [UserSpec(username="pipeline", password=SECRET)],
            "objects": [ObjectSpec(id=1, name="C1", desc="Court 1"), ObjectSpec(id=14, name="C2", desc="Court 2")],
            "customers": [
                CustomerSpec(id=501, email="Noor@Example.com", fields=noor, subscriptions=(year,)),
                CustomerSpec(id=502, email="bas@example.com", fields=bas),
            ],
            "options": {"now": now, **options},
        }
    )


def stay(number: int, start: str = "2026-06-01T14:30", hours: float = 1.5, **more: Any) -> BookingSpec:
    """A paid reservation of court 1 by customer 501."""
    begin = datetime.fromisoformat(start)
    till = more.pop("till", None)
    end = datetime.fromisoformat(till) if till else begin + timedelta(hours=hours)
    facts = {"object_id": 1, "customer_id": 501, "customer": "Noor Dijkstra", "email": "noor@example.com"}
    return BookingSpec.model_validate({**facts, "id": number, "date_from": begin, "date_till": end, **more})


class Club:
    """A running tenant, and reads of it at its present moment."""

    def __init__(self, sandbox: IReserveSandbox, now: datetime = NOW) -> None:
        self.sandbox = sandbox
        self.admin = sandbox.admin
        self.now = now
        self.slept: list[float] = []

    def put(self, *rows: BookingSpec) -> None:
        """Make or replace reservations."""
        for row in rows:
            self.admin.put_booking(row)

    def read(
        self,
        *,
        full: bool = False,
        known: Iterable[Booking] = (),
        customers: Iterable[str] = (),
        objects: Iterable[str] = ("1", "14"),
        last_good: dict[str, int] | None = None,
        password: str = SECRET,
        url: str | None = None,
        **settings: Any,
    ) -> Extract:
        """One read; `settings` are those of the source."""
        plain = {"system": "ireserve", "name": "club", "connection": "club_api", **settings}
        return read(
            IReserveSource.model_validate(plain),
            account=IReserveAccount("club_api", url or self.sandbox.url, "pipeline", password),
            now=self.now,
            full=full,
            known_bookings={row.source_id: row for row in known},
            known_customers=frozenset(customers),
            objects=frozenset(objects),
            last_good=last_good or {},
            sleep=self.slept.append,
        )


def bookings(extract: Extract) -> dict[str, Booking]:
    """The bookings of an extract, by id."""
    return {row.source_id: row for row in extract.rows["bookings"] if isinstance(row, Booking)}


def customers(extract: Extract) -> dict[str, Customer]:
    """The customers of an extract, by id."""
    return {row.source_id: row for row in extract.rows["customers"] if isinstance(row, Customer)}


def items(extract: Extract) -> dict[str, Item]:
    """The items of an extract, by id."""
    return {row.source_id: row for row in extract.rows["items"] if isinstance(row, Item)}


def memberships(extract: Extract) -> dict[str, Membership]:
    """The memberships of an extract, by id."""
    return {row.source_id: row for row in extract.rows["memberships"] if isinstance(row, Membership)}
