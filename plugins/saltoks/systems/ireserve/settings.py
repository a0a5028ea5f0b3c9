"""The i-Reserve source in a site's file: how a tenant names its columns, fields and codes (booking-systems §3).

Statuses, custom fields and the words of the search language are each tenant's own, so all of them are settings here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from string import Formatter
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, Field

from saltoks.core.model.canonical import BookingStatus
from saltoks.core.model.rules import Rules
from saltoks.core.model.shrinkage import MAX_PERCENT
from saltoks.core.time.zones import is_zone
from saltoks.settings.frozen import Frozen
from saltoks.settings.problems import refuse
from saltoks.settings.source import MaxShrinkPercent, Meanings, Source

DEFAULT_ZONE: Final = "Europe/Amsterdam"

DEFAULT_STATUSES: Final[Mapping[int, BookingStatus]] = {
    10: BookingStatus.TENTATIVE,
    11: BookingStatus.TENTATIVE,
    12: BookingStatus.TENTATIVE,
    20: BookingStatus.CONFIRMED,
    30: BookingStatus.CONFIRMED,
    40: BookingStatus.CONFIRMED,
    70: BookingStatus.CANCELLED,
    80: BookingStatus.REJECTED,
    90: BookingStatus.COMPLETED,
    98: BookingStatus.BLOCKED,
    99: BookingStatus.BLOCKED,
}
"""What the vendor's own status codes mean (booking-systems §3.3); every other code is unknown until a site maps it."""

_PLACES: Final = frozenset({"first", "last", "objects"})


class Columns(Frozen):
    """What the filter of the back office calls its columns; None where the tenant's name is not known.

    With `till_date`, `status` and `object_id` the filter says all there is to know; without them each reservation costs
    one more request. The column of the status must hold its code as raw value. Where `customer_id` or `email` is left
    out, a reservation without a customer costs one as well, as only its record tells who booked.
    """

    id: str = Field(default="RES_ID", min_length=1)
    from_date: str = Field(default="RES_FROMDATE", min_length=1)
    from_time: str = Field(default="RES_FROMTIME", min_length=1)
    till_time: str | None = "RES_TILTIME"
    till_date: str | None = None
    status: str | None = None
    object_id: str | None = None
    customer_id: str | None = "RES_CUST_ID"
    customer: str | None = None
    email: str | None = None

    @property
    def tell_all(self) -> bool:
        """Whether a row of the filter is enough to know a reservation."""
        return None not in (self.till_time, self.till_date, self.status, self.object_id)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns to ask for."""
        told = (self.till_time, self.till_date, self.status, self.object_id)
        about = (self.customer_id, self.customer, self.email)
        wanted = (self.id, self.from_date, self.from_time, *((*told, *about) if self.tell_all else ()))
        return tuple(dict.fromkeys(name for name in wanted if name))


class CustomerFields(Frozen):
    """What the customer form of the tenant calls its fields."""

    email: str = "email"
    first_name: str = "firstname"
    initials: str = "initials"
    last_name: str = "lastname"
    phone: str = "tel_mob"


class Days(Frozen):
    """Which days are read again, counted from today at the tenant; a reservation belongs to the day it starts on."""

    first: int = Field(le=0)
    last: int = Field(ge=0)


class Windows(Frozen):
    """The days that every tick reads, and those that the nightly run reads: these reach back by the longest stay."""

    tick: Days = Days(first=-1, last=2)
    full: Days = Days(first=-60, last=30)


def _search(template: str) -> str:
    try:
        places = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
    except ValueError:
        places = set()
    if places != _PLACES:
        named = ", ".join(f"{{{name}}}" for name in sorted(_PLACES))
        refuse([((), f"must hold {named} once and no other braces — put them in")])
    return template


def _zone(name: str) -> str:
    if not is_zone(name):
        refuse([((), f"'{name}' is not a time zone — write an IANA name such as {DEFAULT_ZONE}")])
    return name


def _with_defaults(own: Mapping[int, BookingStatus]) -> dict[int, BookingStatus]:
    return {**DEFAULT_STATUSES, **own}


class IReserveSource(Source):
    """An i-Reserve tenant, read over its REST API; `connection` is an Airflow connection id.

    `search` is in the tenant's own language and gets the days as `{first}` and `{last}` and the ids of the mapped
    products as `{objects}`. `status_map` adds to and overrides the vendor's codes: the code that a check-in sets must
    be in it as `checked_in`. `paid_codes` mark a booking as paid, `unpaid_codes` as not paid. Which codes open a door
    is a rule of the site (`status_codes`), not of the source. `subscriptions` is for tenants that have that module.
    """

    has_codes: ClassVar[bool] = True
    why_not_by_name: ClassVar[str | None] = (
        "cannot work: i-Reserve is read by the objects that are mapped — map them by their ids"
    )

    system: Literal["ireserve"]
    connection: str = Field(min_length=1)
    timezone: Annotated[str, AfterValidator(_zone)] = DEFAULT_ZONE
    columns: Columns = Columns()
    search: Annotated[str, AfterValidator(_search)] = (
        'startdatum >= "{first}d" AND startdatum <= "{last}d" AND PRODUCT IN ({objects})'
    )
    customer_fields: CustomerFields = CustomerFields()
    status_map: Annotated[dict[int, BookingStatus], AfterValidator(_with_defaults), Field(validate_default=True)] = (
        Field(default_factory=dict)
    )
    paid_codes: frozenset[int] = frozenset({30})
    unpaid_codes: frozenset[int] = frozenset({20})
    subscriptions: bool = True
    country_code: str = Field(default="31", pattern=r"^[1-9]\d{0,2}$")
    window_days: Windows = Windows()
    page_length: int = Field(default=100, ge=1)
    rate_per_second: float = Field(default=2, gt=0, allow_inf_nan=False)
    max_shrink_percent: MaxShrinkPercent = MAX_PERCENT

    @property
    def opens_by(self) -> frozenset[str]:
        """Reservations and subscriptions."""
        return frozenset({"bookings", "memberships"})

    @property
    def firm_codes(self) -> frozenset[str]:
        """The codes that open where a site says nothing: paid, and checked in (booking-systems §3.3)."""
        paid = {code for code in self.paid_codes if self.status_map.get(code) is BookingStatus.CONFIRMED}
        arrived = {code for code, word in self.status_map.items() if word is BookingStatus.CHECKED_IN}
        return frozenset(map(str, paid | arrived))

    def settled(self, warehouse: str, site_zone: str) -> Self:  # noqa: ARG002 - no query runs on the warehouse
        """The same source; without a time zone of its own it has the site's."""
        return self if "timezone" in self.model_fields_set else self.model_copy(update={"timezone": site_zone})

    def firm(self, rules: Rules) -> Rules:
        """The same rules, by `firm_codes`."""
        return replace(rules, status_codes=self.firm_codes)

    def meanings(self) -> Meanings:
        """The vendor's codes and the tenant's own."""
        return {str(code): frozenset({word}) for code, word in self.status_map.items()}

    def usual_meaning(self, code: str) -> BookingStatus | None:
        """What the vendor's own code means."""
        return DEFAULT_STATUSES.get(int(code)) if code.isdecimal() else None

    def how_to_explain(self, code: str) -> str:
        """By the status map."""
        return f"add '{code}: confirmed' to source.status_map"

    def status_map_of(self, table: str) -> tuple[str, str]:  # noqa: ARG002 - one map for all
        """The status map."""
        return "source.status_map", "add the codes to the map"

    def guests(self) -> tuple[str, ...]:
        """The back office takes reservations of anybody."""
        return ("people whose reservation has no customer number",)

    def never_booked(self, item: str) -> str | None:
        """The API users of a tenant can be limited to some products, in silence."""
        if not item.startswith("object:"):
            return None
        text = f"no reservation of '{item}' was ever read: a user with limited products sees the same"
        fix = "let the tenant's admin check the products of the connection's user, unless nobody ever booked it"
        return f"{text} — {fix}"
