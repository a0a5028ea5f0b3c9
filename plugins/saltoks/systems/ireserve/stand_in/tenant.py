"""The state of a sandbox tenant: what its back office holds, its clock, and who may sign in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from saltoks.systems.ireserve.stand_in.search import compiled
from saltoks.systems.ireserve.stand_in.world import BookingSpec, IReserveWorld, Options, Right, UserSpec

UNSEARCHED = 100
"""Rows that a filter without a search gives at most."""


class Tenant:
    """Records by id; the admin endpoints change them as a person in the back office does."""

    def __init__(self, world: IReserveWorld) -> None:
        self.load(world)

    def load(self, world: IReserveWorld) -> None:
        """Become this world and forget the one before."""
        self.users = {user.username: user for user in world.users}
        self.objects = {row.id: row for row in world.objects}
        self.customers = {row.id: row for row in world.customers}
        self.bookings = {row.id: row for row in world.bookings}
        self.statuses = dict(world.statuses)
        self.locations = dict(world.locations)
        self.options = world.options

    def world(self) -> IReserveWorld:
        """All that is in the tenant now."""
        return IReserveWorld(
            users=tuple(self.users.values()),
            objects=tuple(self.objects.values()),
            customers=tuple(self.customers.values()),
            bookings=tuple(self.bookings.values()),
            statuses=self.statuses,
            locations=self.locations,
            options=self.options,
        )

    def today(self) -> date:
        """The day it is at the tenant."""
        now = self.options.now or datetime.now(UTC)
        return now.astimezone(ZoneInfo(self.options.timezone)).date()

    def change(self, changes: dict[str, object]) -> None:
        """Change some options."""
        self.options = Options.model_validate(self.options.model_dump() | changes)

    def allows(self, username: str, password: str, rights: tuple[Right, ...]) -> bool:
        """Whether this user may sign in and has these rights."""
        user = self.users.get(username)
        return user is not None and user.password == password and set(rights) <= set(user.rights)

    def search(self, search: str | None, user: UserSpec) -> list[BookingSpec]:
        """Bookings that a filter finds for a user, by id, repeated as joins do; raises BadSearch."""
        options = self.options
        seen = [row for _, row in sorted(self.bookings.items()) if user.may_see(row.object_id)]
        found = [row for row in seen if row.status_code not in options.hides]
        if search and options.honours_search:
            test = compiled(search, language=options.language, today=self.today())
            found = [row for row in found if test(row)]
        rows = [row for row in found for _ in range(options.rows_per_booking)]
        return rows if search and options.honours_search else rows[:UNSEARCHED]
