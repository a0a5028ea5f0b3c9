"""The lists that are read: where each is, what the vendor calls it, and the only fields that are ever kept.

Notes, PINs and invoice texts are not among them, so they cannot reach the warehouse or its quarantine.
"""

from __future__ import annotations

from dataclasses import dataclass

_EVERY = ("Id", "UniqueId", "CreatedOn", "UpdatedOn")


@dataclass(frozen=True, slots=True)
class Entity:
    """One list; `name` is what filters call it, `words` what people do.

    `matters` are fields that must hold something before a record of a batch counts as whole: batches leave some empty.
    """

    path: str
    name: str
    words: str
    own: tuple[str, ...]
    matters: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are kept."""
        return (*_EVERY, *self.own)


def _with_local(*names: str) -> tuple[str, ...]:
    return tuple(twin for name in names for twin in (name, f"{name}Local"))


_BOOKING = (
    *("ResourceId", "FloorPlanDeskId", "CoworkerId", "Tentative", "CheckedInAt"),
    *("CoworkerInvoiceId", "CoworkerInvoicePaid", "Invoiced"),
    *_with_local("FromTime", "ToTime"),
)

BUSINESSES = Entity("sys/businesses", "Business", "locations", ("Name", "SimpleTimeZoneId", "Suspended"))
TIME_ZONES = Entity("sys/simpletimezones", "SimpleTimeZone", "time zones", ("Name",))
RESOURCES = Entity(
    "spaces/resources",
    "Resource",
    "resources",
    ("Name", "BusinessId", "Archived", "AccessControlGroupId", "ResourceTypeName"),
)
TIME_PASSES = Entity(
    "billing/timepasses",
    "TimePass",
    "passes of the inventory",
    ("Name", "BusinessId", "Archived", "AccessControlGroupId", "MinutesIncluded"),
)
TARIFFS = Entity("billing/tariffs", "Tariff", "plans", ("Name", "BusinessId", "Archived"))
DESKS = Entity(
    "sys/floorplandesks",
    "FloorPlanDesk",
    "desks and offices",
    ("Name", "FloorPlanBusinessId", "ItemType", "AccessControlGroupId", "CoworkerContractIds"),
)
TEAMS = Entity("spaces/teams", "Team", "teams", ("PayingMemberId", "TeamMembers"))
BOOKINGS = Entity("spaces/bookings", "Booking", "bookings", _BOOKING)
CANCELLED = Entity(
    "spaces/cancelledbookings",
    "CancelledBooking",
    "cancelled bookings",
    (*_BOOKING, "CancelledOn", "OriginalBookingId"),
)
COWORKERS = Entity(
    "spaces/coworkers",
    "Coworker",
    "customers",
    (
        *("FullName", "GuessedFirstName", "GuessedLastName", "Email", "MobilePhone", "LandLine"),
        *("CompanyName", "InvoicingBusinessId", "Active", "Archived", "TeamIds"),
    ),
    matters=("FullName", "Email", "MobilePhone", "InvoicingBusinessId", "Active", "Archived", "TeamIds"),
)
CONTRACTS = Entity(
    "billing/coworkercontracts",
    "CoworkerContract",
    "contracts",
    (
        *("CoworkerId", "TariffId", "IssuedById", "Active", "Cancelled", "FloorPlanDeskIds", "Desks"),
        *("InPausedPeriod", "InPausedPeriodFrom", "InPausedPeriodUntil"),
        *_with_local("StartDate", "CancellationDate"),
    ),
)
HELD_PASSES = Entity(
    "billing/coworkertimepasses",
    "CoworkerTimePass",
    "passes of customers",
    (
        *("CoworkerId", "TimePassId", "BusinessId", "Used", "CoworkerContractUniqueId"),
        *_with_local("UsedDate", "ExpireDate"),
    ),
)
VISITORS = Entity(
    "spaces/visitors",
    "Visitor",
    "visitors",
    (
        *("FullName", "Email", "PhoneNumber", "CoworkerId", "BusinessId"),
        *("ExpectedArrival", "DepartureDate", "HostApprovalStatus"),
    ),
    matters=(
        "FullName",
        "Email",
        "PhoneNumber",
        "CoworkerId",
        "ExpectedArrival",
        "DepartureDate",
        "HostApprovalStatus",
    ),
)
VISITS = Entity("spaces/bookingvisitors", "BookingVisitor", "visitors of bookings", ("BookingId", "VisitorId"))

ALL = (
    *(BUSINESSES, TIME_ZONES, RESOURCES, TIME_PASSES, TARIFFS, DESKS, TEAMS),
    *(BOOKINGS, CANCELLED, COWORKERS, CONTRACTS, HELD_PASSES, VISITORS, VISITS),
)
"""Everything that a read asks for."""
