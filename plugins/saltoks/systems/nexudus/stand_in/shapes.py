"""The lists of the sandbox: what filters call them, which fields are times, and what only a single record shows."""

from __future__ import annotations

from dataclasses import dataclass

EVERY_TIME = ("CreatedOn", "UpdatedOn")


@dataclass(frozen=True, slots=True)
class Shape:
    """One list; `name` is what filters and roles call it.

    `times` are instants. Those in `local` have a `…Local` twin with the wall clock of the record's location, which
    `place` leads to: a field with its id, or the field of a resource and the list that it is in. `arrays` are left out
    of list rows. `always` is in every record: things that a reader has to leave alone, for instance. `unfilled` are
    null in records that are asked for by many ids at once.
    """

    name: str
    times: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    place: str = "BusinessId"
    arrays: tuple[str, ...] = ()
    always: tuple[tuple[str, object], ...] = ()
    unfilled: tuple[str, ...] = ()

    @property
    def all_times(self) -> tuple[str, ...]:
        """Every field that is an instant."""
        return (*EVERY_TIME, *self.times, *self.local)


_BOOKING = {
    "times": ("CheckedInAt", "CancelledOn"),
    "local": ("FromTime", "ToTime"),
    "place": "ResourceId",
    "always": (("Tentative", False), ("Invoiced", False), ("Notes", "planted note"), ("Online", True)),
}

SHAPES: dict[str, Shape] = {
    "sys/businesses": Shape("Business", place="Id"),
    "sys/simpletimezones": Shape("SimpleTimeZone"),
    "sys/floorplandesks": Shape("FloorPlanDesk", place="FloorPlanBusinessId", arrays=("CoworkerContracts",)),
    "spaces/resources": Shape("Resource", arrays=("LinkedResources",), always=(("Archived", False), ("Visible", True))),
    "spaces/teams": Shape("Team", arrays=("TeamMembers", "TeamAdministrators")),
    "spaces/coworkers": Shape(
        "Coworker",
        arrays=("Teams", "Businesses"),
        always=(
            ("CoworkerType", 1),
            ("Active", True),
            ("Archived", False),
            ("AccessPincode", "planted pin"),
            ("Notes", "planted note"),
        ),
        unfilled=("MobilePhone", "LandLine", "TeamIds", "Archived"),
    ),
    "spaces/bookings": Shape("Booking", **_BOOKING, arrays=("BookingVisitors",)),  # type: ignore[arg-type]  # as above
    "spaces/cancelledbookings": Shape("CancelledBooking", **_BOOKING),  # type: ignore[arg-type]  # as above
    "spaces/visitors": Shape(
        "Visitor",
        times=("ExpectedArrival", "ArrivalDate", "DepartureDate"),
        always=(("HostApprovalStatus", 1), ("VisitorCode", "planted code"), ("Notes", "planted note")),
        unfilled=("Email", "PhoneNumber", "DepartureDate"),
    ),
    "spaces/bookingvisitors": Shape("BookingVisitor"),
    "billing/timepasses": Shape("TimePass", arrays=("Tariffs", "Businesses"), always=(("Archived", False),)),
    "billing/tariffs": Shape("Tariff", arrays=("TimePasses",)),
    "billing/coworkercontracts": Shape(
        "CoworkerContract",
        times=("InPausedPeriodFrom", "InPausedPeriodUntil"),
        local=("StartDate", "CancellationDate", "ContractTerm"),
        place="IssuedById",
        arrays=("Desks", "Variants"),
        always=(("Active", True), ("Cancelled", False), ("InPausedPeriod", False), ("Notes", "planted note")),
        unfilled=("CancellationDate", "CancellationDateLocal", "InPausedPeriodFrom", "InPausedPeriodUntil"),
    ),
    "billing/coworkertimepasses": Shape(
        "CoworkerTimePass",
        local=("UsedDate", "ExpireDate"),
        always=(("Used", False), ("CheckedIn", False), ("Notes", "planted note")),
    ),
}
