"""The reservations of one read: what the filter lists, what it left out, and what is gone (booking-systems §3.5)."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.errors import SaltoksError
from saltoks.core.model.canonical import Booking, BookingStatus, ExtractScope, RejectedRow, TableScope
from saltoks.core.people.identity import Identity, are_surely_two_people
from saltoks.core.time.zones import midnight
from saltoks.systems.ireserve import clocks, reservations
from saltoks.systems.ireserve.clocks import Sighting
from saltoks.systems.ireserve.fetch_each import Answers, ask_each
from saltoks.systems.ireserve.listing import Listing, listed
from saltoks.systems.ireserve.record import Record
from saltoks.systems.ireserve.reservations import Reservation
from saltoks.systems.ireserve.sanity_checks import record_guard
from saltoks.systems.ireserve.settings import Days, IReserveSource
from saltoks.systems.ireserve.tenant import Tenant
from saltoks.systems.values.errors import CellError
from saltoks.systems.values.guests import SEVERAL_PEOPLE

_LIVE = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})


@dataclass(slots=True)
class Stays:
    """Reads reservations; `known` are those that have not ended as far as we know, `objects` the mapped ones."""

    tenant: Tenant
    source: IReserveSource
    days: Days
    now: datetime
    known: Mapping[str, Booking]
    objects: frozenset[str]
    found: dict[str, Reservation] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def read(self) -> None:
        """Everything; raises SaltoksError when the filter cannot be read at all.

        Every reservation that we know and that the filter does not list is asked for by its id: it may be gone, moved,
        or of a status that the filter hides.
        """
        listing = Listing()
        if self.objects:
            listing = listed(self.tenant, self.source, self.days, self.objects, self._day(self.now))
        self.doubts += listing.doubts
        self._take(listing)
        self._look_for_the_rest(listing)
        self._refuse_shared_customers()
        self._tell_unknown_codes()
        ordered = sorted(self.found.values(), key=lambda one: int(one.number))
        self.problems += [f"reservation {one.number}: {one.clock_change}" for one in ordered if one.clock_change]

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """The canonical rows, by id."""
        ordered = sorted(self.found.values(), key=lambda one: int(one.number))
        return tuple(reservations.booking(one, self.source) for one in ordered)

    @property
    def reach(self) -> TableScope:
        """What this read is the whole truth of.

        Every known reservation that overlaps the span was listed or asked for by its id, so one that is missing is
        gone. Those that have ended are not asked for again, so the span begins now.
        """
        return TableScope(scope=ExtractScope.WINDOW, since=self.now, until=self._until)

    @property
    def _until(self) -> datetime:
        return midnight(self._day(self.now) + timedelta(days=self.days.last + 1), self.source.timezone)

    def _day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.source.timezone)).date()

    def _take(self, listing: Listing) -> None:
        """Understand the rows, with a second request for each that does not tell all, or tells two things."""
        unclear = listing.contested if self.source.columns.tell_all else set(listing.rows)
        for number in listing.rows.keys() - unclear:
            self._understand(number, listing.rows[number], from_filter=True)
        unclear = unclear | self._of_nobody()
        samples = self._samples()
        lost = self._ask(unclear).gone
        if lost:
            text = f"booking/filter lists {len(lost)} reservations that are not there by id, such as {lost[0]}"
            self.doubts.append(f"{text} — check the rights of the user; a reservation just deleted is no matter")
        starts = samples | {number: self.found[number].starts_at for number in unclear & self.found.keys()}
        self._compare_clocks(listing, starts)

    def _of_nobody(self) -> set[str]:
        """Rows without a customer whose columns would not tell who booked: taken back, since their record may tell."""
        columns = self.source.columns
        if columns.customer_id and columns.email:
            return set()
        found = {number for number, one in self.found.items() if one.customer_number is None}
        for number in found:
            del self.found[number]
        return found

    def _samples(self) -> dict[str, datetime]:
        """The earliest and the latest start by their own offsets: most likely on both sides of a change of clocks."""
        ordered = sorted(self.found.values(), key=lambda one: (one.starts_at, int(one.number)))
        numbers = {one.number for one in (*ordered[:1], *ordered[-1:])}
        answers = ask_each(sorted(numbers), self.tenant.booking, noun="reservations")
        self.doubts += answers.doubts
        starts: dict[str, datetime] = {}
        for number, record in answers.found.items():
            try:
                starts[number] = reservations.of_record(record, self.source).starts_at
            except CellError as error:
                self.doubts.append(f"booking/{number}: {error.field} {error.reason}")
        return starts

    def _compare_clocks(self, listing: Listing, starts: Mapping[str, datetime]) -> None:
        columns = self.source.columns
        seen: list[Sighting] = []
        for number, instant in starts.items():
            try:
                seen.append(Sighting(number, reservations.wall_start(listing.rows[number], columns), instant))
            except CellError as error:
                self.doubts.append(f"booking/filter, reservation {number}: {error.field} {error.reason}")
        self.doubts += clocks.disagreements(seen, self.source.timezone)

    def _look_for_the_rest(self, listing: Listing) -> None:
        due = {name for name, row in self.known.items() if row.starts_at < self._until}
        missing = due - listing.rows.keys()
        answers = self._ask(missing)
        self.doubts += record_guard(self.source).gone("reservations", lost=len(answers.gone), before=len(due))
        self.doubts += self._out_of_sight(answers.gone)
        left_out = sorted(name for name in missing if self._should_be_listed(name))
        if left_out:
            text = f"booking/filter leaves out {len(left_out)} reservations that are there, such as {left_out[0]}"
            self.doubts.append(f"{text} — check search and the rights of the user")

    def _out_of_sight(self, gone: list[str]) -> list[str]:
        """Objects of which nothing at all is to be seen: a user who is limited to other products would see the same."""
        seen = {one.object_id for one in self.found.values()}
        lost = Counter(self.known[name].item_id.removeprefix("object:") for name in gone)
        blind = [one for one in sorted(lost) if one in self.objects - seen and not self._ever_listed(one)]
        text = "object {0}: booking/filter lists nothing of it and {1} known reservation(s) are not there — check that "
        text += "the user of the connection is not limited to other products"
        return [text.format(one, lost[one]) for one in blind]

    def _ever_listed(self, product: str) -> bool:
        """Whether the filter shows any reservation of an object, within the days that the nightly run reads."""
        try:
            return bool(self.tenant.page(self.source.window_days.full, [product], 0))
        except SaltoksError:
            return False

    def _should_be_listed(self, number: str) -> bool:
        """Whether the filter must show this one; not on the outer days, as the tenant's midnight may not be ours."""
        one = self.found.get(number)
        if one is None or one.object_id not in self.objects:
            return False
        ahead = (self._day(one.starts_at) - self._day(self.now)).days
        status = reservations.booking(one, self.source).status
        return self.days.first < ahead < self.days.last and status in _LIVE

    def _ask(self, numbers: set[str]) -> Answers[Record]:
        answers = ask_each(sorted(numbers), self.tenant.booking, noun="reservations")
        self.doubts += answers.doubts
        for number, record in answers.found.items():
            self._understand(number, record, from_filter=False)
        return answers

    def _understand(self, number: str, record: Record, *, from_filter: bool) -> None:
        read = reservations.of_row if from_filter else reservations.of_record
        try:
            found = read(record, self.source)
            if found.number != number:
                raise CellError("id", "is not the one that was asked for — tell the vendor")
            self.found[number] = found
        except CellError as error:
            self.rejected.append(self._rejected(number, record, error, from_filter=from_filter))

    def _rejected(self, number: str, record: Record, error: CellError, *, from_filter: bool) -> RejectedRow:
        names = self.source.columns.names
        raw = tuple(f"{name}_raw" for name in names)
        return RejectedRow(
            table="bookings",
            source_id=number,
            field=error.field,
            reason=error.reason,
            where="booking/filter" if from_filter else f"booking/{number}",
            payload=record.only(names + raw if from_filter else reservations.READ_FIELDS),
        )

    def _refuse_shared_customers(self) -> None:
        """A customer of the desk under whom several people book is none of them: their account would open for all."""
        told: dict[str, list[Identity]] = defaultdict(list)
        for one in self.found.values():
            told[one.customer_number or ""].append(Identity(one.customer_name or "", one.email or ""))
        shared = {number for number, identities in told.items() if number and are_surely_two_people(identities)}
        for one in [one for one in self.found.values() if one.customer_number in shared]:
            del self.found[one.number]
            self.rejected.append(
                RejectedRow(
                    table="bookings",
                    source_id=one.number,
                    field="customer_id",
                    reason=SEVERAL_PEOPLE,
                    where=f"booking/{one.number}",
                    payload=json.dumps(
                        {"customer_id": one.customer_number, "customer": one.customer_name}, ensure_ascii=False
                    ),
                )
            )

    def _tell_unknown_codes(self) -> None:
        codes = Counter(one.status_code for one in self.found.values() if one.status_code not in self.source.status_map)
        if codes:
            named = ", ".join(
                "none" if code is None else str(code) for code in sorted(codes, key=lambda code: code or 0)
            )
            text = f"{codes.total()} of {len(self.found)} reservations have a status code that is not known ({named})"
            self.problems.append(f"{text}, so they open nothing — add the codes to status_map")
