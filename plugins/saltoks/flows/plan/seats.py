"""Seats of a site: read when they matter, shared out in the stated order, and forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from saltoks.core.access.grants import Grant
from saltoks.core.model.canonical import Booking
from saltoks.core.model.rules import NoAccessPolicy, NoAccessRules
from saltoks.core.plan.plan import Plan
from saltoks.core.plan.seat_restore import PersonChanges, SeatDenial, seat_denials, seat_requests
from saltoks.core.plan.seats import SeatForecast, Seats, allocate_seats, forecast_seats, seat_alarm_texts
from saltoks.flows.plan.current.observe import ObservedState
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse.access import seats
from saltoks.warehouse.access.people import KnownPerson
from saltoks.warehouse.access.seats import SeatsRead

VALID_FOR = timedelta(hours=1)
"""How long a reading of the seats is good while nobody needs a new one."""
_NIGHT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatAllocation:
    """The seats behind a plan; `read` is None where the reading on record was good enough."""

    seats: Seats
    read: SeatsRead | None
    left_out: tuple[SeatDenial, ...]
    quarters: tuple[SeatForecast, ...]

    def without_left_out(self, persons: PersonChanges) -> PersonChanges:
        """The people of a plan, without those who get no seat."""
        return replace(persons, left_out=persons.left_out.union(one.asking.customer_id for one in self.left_out))

    def notes(self, zone: str) -> list[str]:
        """Who is left out, and when the seats will not do."""
        return [*(one.sentence for one in self.left_out), *seat_alarm_texts(self.quarters, zone)]


class SeatAllocator:
    """Gives the seats of a site to the people of one plan."""

    def __init__(self, rt: Runtime, site: Site, client: SaltoKs, observed: ObservedState, *, fully: bool) -> None:
        self._rt = rt
        self._site = site
        self._client = client
        self._observed = observed
        self._fully = fully

    def allocate(
        self,
        plan: Plan,
        bookings: Iterable[Booking],
        grants: Iterable[Grant],
        known: Mapping[str, KnownPerson],
        lead: timedelta,
    ) -> SeatAllocation:
        """Who gets a seat, and how many will be needed: `lead` is how long before a grant its tick comes."""
        requests = seat_requests(plan, bookings)
        seats, read = self._seats(needed=bool(requests))
        _, unseated = allocate_seats(requests, seats.free)
        return SeatAllocation(
            seats=seats,
            read=read,
            left_out=seat_denials(requests, unseated, seats),
            quarters=tuple(self._forecast(grants, seats, known, lead)),
        )

    def _seats(self, *, needed: bool) -> tuple[Seats, SeatsRead | None]:
        """The seats now; the list of users tells how many are taken, so what is allowed is read now and then."""
        used, now = sum(user.subscribed for user in self._observed.users), self._rt.clock.now()
        with self._rt.warehouse.session() as session:
            before = seats.load(session, self._site.name)
        if before and not needed and not self._fully and before.read_at <= now < before.read_at + VALID_FOR:
            return Seats(before.seats.allowed, used), None
        salto_site = self._client.site(self._observed.site_id)
        taken = used if salto_site.active_user_amount is None else salto_site.active_user_amount
        read = SeatsRead(Seats(salto_site.subscribed_user_amount, taken), now)
        return read.seats, read

    def _forecast(
        self, grants: Iterable[Grant], seats: Seats, known: Mapping[str, KnownPerson], lead: timedelta
    ) -> list[SeatForecast]:
        """Whoever has a seat and was not made by us keeps it: theirs are among the seats of others."""
        subscribed = {user.ids.user_id for user in self._observed.users if user.subscribed}
        seated = {name: one for name, one in known.items() if one.ids.user_id in subscribed}
        ours = {one.ids.user_id: name for name, one in seated.items() if one.made_by_us}
        own = frozenset(ours.values())
        return forecast_seats(
            [one for one in grants if one.key.customer_id in own or one.key.customer_id not in seated],
            seats,
            own,
            self._rt.clock.now(),
            lead=lead,
            release=_release(self._site.no_access),
            window_lead=self._site.rules.window_lead,
        )


def _release(rules: NoAccessRules) -> timedelta | None:
    """How long after their last access somebody gives a seat back, at the latest: the full run is once a night."""
    if rules.policy is NoAccessPolicy.KEEP:
        return None
    return rules.grace if rules.just_in_time else rules.grace + _NIGHT
