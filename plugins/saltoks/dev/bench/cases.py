"""What `make bench` measures: each case makes its rows, the same in every run, and says what to do with them.

What is pure runs as in a tick: with the cycle collector paused.

``python -m saltoks.dev.bench.cases grants 1`` measures one case, at a scale, and tells it as JSON.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from saltoks.core.access.desired import desired_access
from saltoks.core.access.entitlements import entitlements
from saltoks.core.access.grants import Grant, MembershipKey, grants
from saltoks.core.model.canonical import (
    Booking,
    BookingStatus,
    Completeness,
    Customer,
    Extract,
    Item,
    Membership,
    MembershipStatus,
)
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping, PersonKind, Rules
from saltoks.core.plan.plan import ObservedAccess, RecordedMembership, calculate_plan
from saltoks.core.time.windows import Window
from saltoks.dev.postgres.server import Postgres
from saltoks.flows.run.garbage_collection import garbage_collection_paused
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.engine.migrate import migrate
from saltoks.warehouse.src import extracts

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
FIRST_DAY = datetime(2026, 3, 2, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
REASONS, CUSTOMERS, ITEMS, HOUSES = 3_000_000, 200_000, 2_000, 40
GRANTS, GROUPS = 200_000, 1_000
ROWS, HOLDERS = 200_000, 20_000
_FAR = 7919
"""A prime: rows that are neighbours are of customers who are not."""
_HOURS = (0.0, 1.0, 1.5, 5.0)
"""When the bookings of one day begin: the second follows the first at once, the third overlaps it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A case that is ready to be measured: how many values it works on; `run` gives how many it made of them."""

    given: int
    run: Callable[[], int]


Prepare = Callable[["Shape", ExitStack], Job]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one case took: of `seconds` the `processor` really computed so many; `peak` is in bytes."""

    given: int
    made: int
    seconds: float
    processor: float
    peak: int


@dataclass(frozen=True, slots=True)
class Case:
    """A row of the table; a budget of None is none (design §9)."""

    what: str
    prepare: Prepare
    seconds: float | None = None
    gib: float | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """How large everything is: `scale` 1 is what the budgets are for."""

    scale: float

    def of(self, full: int) -> int:
        """So many at this scale; ten at least."""
        return max(10, round(full * self.scale))

    @property
    def houses(self) -> int:
        """Rooms and customers each belong to a house: the rest of their number by this."""
        return min(HOUSES, self.of(ITEMS) // 2)

    def mapping(self) -> list[ItemMapping]:
        """A group a room, with the entrance of its house for every second one; members of a house have both."""
        rooms = [
            ItemMapping(
                item=f"room-{n}", groups=(f"Room {n}", f"Entrance {n % self.houses}")[: 1 + n // self.houses % 2]
            )
            for n in range(self.of(ITEMS))
        ]
        plans = [ItemMapping(item=f"plan-{n}", groups=(f"Members {n}", f"Entrance {n}")) for n in range(self.houses)]
        return rooms + plans

    def rows(self, total: int, customers: int) -> SourceRows:
        """Customers, a membership without an end for each, and bookings: `total` reasons in all."""
        return SourceRows(
            customers=tuple(
                Customer(source_id=f"customer-{n}", full_name="Ann Able", email=f"customer-{n}@house.example")
                for n in range(customers)
            ),
            bookings=tuple(self._booking(n, customers) for n in range(total - customers)),
            memberships=tuple(self._membership(n) for n in range(customers)),
        )

    def extract(self) -> Extract:
        """A complete extract, most of it bookings."""
        rows = self.rows(self.of(ROWS) + self.of(HOLDERS), self.of(HOLDERS))
        items = tuple(Item(source_id=one.item, name=one.item, item_type="room") for one in self.mapping())
        return Extract(
            source="bench",
            completeness=Completeness.COMPLETE,
            rows={
                "customers": rows.customers,
                "items": items,
                "bookings": rows.bookings,
                "memberships": rows.memberships,
            },
        )

    def wanted(self) -> dict[MembershipKey, Grant]:
        """Two grants for each customer, on quarters of an hour, one reason each."""
        count = self.of(GRANTS)
        keys = [MembershipKey(f"customer-{n // 2 * _FAR % (count // 2)}", f"Room {n % GROUPS}") for n in range(count)]
        return {
            key: Grant(
                key,
                Window(NOW - timedelta(minutes=15 * (n % 96)), NOW + timedelta(minutes=15 + 15 * (n % 40))),
                (f"booking {n}",),
            )
            for n, key in enumerate(keys)
        }

    def _booking(self, n: int, customers: int) -> Booking:
        turn, place = divmod(n, customers)
        who = place * _FAR % customers
        day, nth = divmod(turn, len(_HOURS))
        in_house = who // self.houses + day + (nth == len(_HOURS) - 1)
        starts_at = FIRST_DAY + timedelta(days=2 * day, hours=8 + who % 6 + _HOURS[nth])
        return Booking(
            source_id=str(n),
            item_id=f"room-{(who % self.houses + self.houses * in_house) % self.of(ITEMS)}",
            customer_id=f"customer-{who}",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            status=BookingStatus.CONFIRMED,
            status_raw="Confirmed",
        )

    def _membership(self, n: int) -> Membership:
        return Membership(
            source_id=str(n),
            customer_id=f"customer-{n}",
            plan_id=f"plan-{n % self.houses}",
            status=MembershipStatus.ACTIVE,
            status_raw="Active",
        )


def measure(case: Case, scale: float) -> Measured:
    """Runs a case once, in this process."""
    with ExitStack() as stack:
        job = case.prepare(Shape(scale), stack)
        begun, computed = time.perf_counter(), time.process_time()
        made = job.run()
        seconds, processor = time.perf_counter() - begun, time.process_time() - computed
    return Measured(job.given, made, seconds, processor, _peak())


def _peak() -> int:
    """The most memory that this process ever held; `ru_maxrss` of Linux counts that of the parent too."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text(encoding="ascii", errors="replace"), re.MULTILINE)
        if found:
            return int(found[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _grants(shape: Shape, _: ExitStack) -> Job:
    rows, mapping = shape.rows(shape.of(REASONS), shape.of(CUSTOMERS)), shape.mapping()
    found = list(entitlements(Rules(), rows, ZONE))
    return Job(len(found), garbage_collection_paused()(lambda: len(grants(found, mapping))))


def _desired(shape: Shape, _: ExitStack) -> Job:
    rows, mapping = shape.rows(shape.of(REASONS) + shape.of(CUSTOMERS), shape.of(CUSTOMERS)), shape.mapping()
    later = NOW + timedelta(minutes=17)

    @garbage_collection_paused()
    def run() -> int:
        return len(desired_access(Rules(), mapping, rows, ZONE, now=NOW, next_tick=later).wanted)

    return Job(len(rows.bookings), run)


def _plan_of_a_tick(shape: Shape, _: ExitStack) -> Job:
    """Of two hundred grants one is new, and one membership is over."""
    wanted = shape.wanted()
    records = {key: RecordedMembership(window=grant.window) for n, (key, grant) in enumerate(wanted.items()) if n % 200}
    records |= {
        MembershipKey(f"former-{n}", "Room 1"): RecordedMembership(window=Window(FIRST_DAY, NOW))
        for n in range(len(wanted) // 200)
    }
    known = frozenset(key.customer_id for key in wanted)
    return _planned(wanted, ObservedAccess(known=known, members=frozenset(records), records=records))


def _plan_of_a_first_run(shape: Shape, _: ExitStack) -> Job:
    return _planned(shape.wanted(), ObservedAccess(known=frozenset(), members=frozenset(), records={}))


def _planned(wanted: Mapping[MembershipKey, Grant], observed: ObservedAccess) -> Job:
    kinds: dict[str, PersonKind | None] = {key.customer_id: PersonKind.SITE_USER for key in wanted}
    run = garbage_collection_paused()(
        lambda: len(calculate_plan("bench", NOW, wanted, observed, kinds, zone=ZONE).changes)
    )
    return Job(len(wanted), run)


def _gate(shape: Shape, _: ExitStack) -> Job:
    from saltoks.quality.gate import gate  # takes seconds and 200 MiB, which no other case owes

    extract, mapped = shape.extract(), frozenset(one.item for one in shape.mapping())
    few = {name: rows[:1] for name, rows in extract.rows.items()}
    gate(replace(extract, rows=few), mapped_items=mapped)  # imports the library before the clock starts
    return Job(len(extract.rows["bookings"]), lambda: len(gate(extract, mapped_items=mapped).extract.rows["bookings"]))


def _load(shape: Shape, stack: ExitStack) -> Job:
    """Into an empty warehouse of its own, whose memory is not counted."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="saltoks-bench-")))
    server = stack.enter_context(Postgres(folder / "postgres", throwaway=True))
    server.create_database("warehouse", "warehouse")
    warehouse, extract = Warehouse(server.dsn("warehouse")), shape.extract()
    stack.callback(warehouse.close)
    migrate(warehouse)

    def run() -> int:
        with warehouse.session() as session:
            extracts.stage(session, "bench", "bench", extract, NOW)
            extracts.load(session, "bench", extract, (), NOW)
        return len(extract.rows["bookings"])

    return Job(len(extract.rows["bookings"]), run)


CASES: Mapping[str, Case] = {
    "grants": Case("entitlements to grants", _grants, seconds=15, gib=3),
    "desired": Case("rows of bookings to what is wanted now", _desired),
    "tick": Case("grants to a plan, 1 % differs", _plan_of_a_tick, seconds=2),
    "first": Case("grants to a plan, nobody is there yet", _plan_of_a_first_run, seconds=2),
    "gate": Case("bookings through the gate", _gate),
    "load": Case("bookings into the warehouse, by COPY", _load),
}

if __name__ == "__main__":
    print(json.dumps(asdict(measure(CASES[sys.argv[1]], float(sys.argv[2])))))
