"""What is in a sandbox tenant at its start: back-office users, objects, customers, bookings and switches."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, NaiveDatetime

from saltoks.sandbox.salto.world import Spec
from saltoks.sandbox.worlds import loaded

WORLDS = Path(__file__).parent / "worlds"

Right = Literal["entity_booking_read", "api_customer_get", "entity_customer_read"]
RIGHTS: tuple[Right, ...] = ("entity_booking_read", "api_customer_get", "entity_customer_read")

STATUSES = {
    10: "NEW",
    11: "NEW",
    20: "OPEN",
    30: "PAID",
    40: "CHANGED",
    70: "CANCELLED",
    80: "REJECTED",
    90: "CLOSED",
    98: "LOCATION",
    99: "DUMMY",
}
"""The vendor's own codes (booking-systems §3.3); a tenant adds and renames."""


class UserSpec(Spec):
    """A back-office user with the rights of its profile; `products` are the objects it is limited to, None for all."""

    username: str
    password: str
    rights: tuple[Right, ...] = RIGHTS
    products: tuple[int, ...] | None = None

    def may_see(self, product: int) -> bool:
        """Whether bookings of an object are there for this user at all."""
        return self.products is None or product in self.products


class ObjectSpec(Spec):
    """A product that can be booked."""

    id: int
    name: str
    desc: str = ""
    active: bool = True
    main: int | None = None


class SubscriptionSpec(Spec):
    """A subscription that a customer holds; both days count."""

    id: int
    name: str
    valid_from: date
    valid_till: date


class CustomerSpec(Spec):
    """A customer; `fields` are those of the tenant's own form."""

    id: int
    email: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    subscriptions: tuple[SubscriptionSpec, ...] = ()


class BookingSpec(Spec):
    """A reservation; its times are wall clocks of the tenant, which stores day and time of day apart."""

    id: int
    object_id: int
    date_from: NaiveDatetime
    date_till: NaiveDatetime
    status_code: int = 30
    customer_id: int | None = None
    customer: str | None = None
    email: str | None = None
    number: int = 1
    location_id: int | None = None
    event_id: int | None = None


class Options(Spec):
    """Switches for what tenants do differently, or what is not known for sure.

    `offset_zone` writes offsets by another zone than the clocks on the wall, as a badly set server does;
    `rows_per_booking` repeats a reservation as joins do; `hides` are codes that the filter leaves out. `envelope` names
    the field in which lists come, beside the number of their rows; None for bare arrays.
    """

    timezone: str = "Europe/Amsterdam"
    offset_zone: str | None = None
    now: datetime | None = None
    language: Literal["nl", "en"] = "nl"
    honours_start: bool = True
    honours_search: bool = True
    rows_per_booking: int = Field(default=1, ge=1)
    longest_page: int | None = Field(default=None, ge=1)
    hides: tuple[int, ...] = ()
    has_subscriptions: bool = True
    envelope: str | None = None


class IReserveWorld(Spec):
    """A whole tenant."""

    users: tuple[UserSpec, ...] = ()
    objects: tuple[ObjectSpec, ...] = ()
    customers: tuple[CustomerSpec, ...] = ()
    bookings: tuple[BookingSpec, ...] = ()
    statuses: dict[int, str] = Field(default_factory=STATUSES.copy)
    locations: dict[int, str] = Field(default_factory=dict)
    options: Options = Options()


def load_world(source: IReserveWorld | Path | str) -> IReserveWorld:
    """A world as given, from a YAML file, or a shipped one by name."""
    return loaded(IReserveWorld, source, WORLDS)
