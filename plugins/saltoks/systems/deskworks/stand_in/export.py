"""A Deskworks tenant and what it delivers: six CSV files, from centers to reservations (booking-systems §4.3)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from saltoks.systems.deskworks.stand_in.faults import Faults
from saltoks.systems.deskworks.stand_in.files import FILES, Line, Sheet, control, lines_of, save

_CLOCK = "%Y-%m-%dT%H:%M"


class DeskworksExport:
    """Writes the files of a tenant into `folder`, each time as one whole snapshot, and goes on from those it finds.

    Every method puts one row under its id, new or changed; nothing reaches the folder before `write`. Reservations are
    written as the wall clock of their unit's center (of `zone` where the center is not known), without an offset, as
    Deskworks does. With `control`, a control file lies beside each: `members.ctl` holds the rows and hash of
    `members.csv`. Raises FixInput when a file that is there cannot be read.
    """

    def __init__(self, folder: Path, zone: str, *, control: bool = False) -> None:
        self.faults = Faults()
        self._folder, self._zone, self._control = folder, zone, control
        self._lines = {name: lines_of(folder, name) for name in FILES}
        self._before: dict[str, Sheet] = {}

    def rows(self, name: str) -> tuple[Line, ...]:
        """The rows of a file by header, as the next write will have them."""
        return tuple(self._lines[name].values())

    def center(self, center_id: str, name: str, *, zone: str | None = None, site_uid: str = "") -> None:
        """A location; each is one site of Salto KS."""
        self._put("centers", center_id, name=name, timezone=zone or self._zone, salto_site_uid=site_uid)

    def member(self, member_id: str, first: str, last: str, email: str, *, center: str = "", phone: str = "") -> None:
        """A member of their own."""
        self._person(member_id, first, last, email, center=center, phone=phone, kind="member")

    def co_member(self, member_id: str, first: str, last: str, email: str, *, of: str, center: str = "") -> None:
        """Somebody who shares what the member `of` has."""
        self._person(member_id, first, last, email, center=center, kind="co-member", of=of)

    def non_member(self, member_id: str, first: str, last: str, email: str, *, center: str = "") -> None:
        """Somebody who is known and holds no plan."""
        self._person(member_id, first, last, email, center=center, kind="non-member")

    def product(self, product_id: str, name: str, *, kind: str = "Membership", center: str = "") -> None:
        """Something that is sold: Registration, Membership, Rental Hours, Print or Services."""
        self._put("products", product_id, name=name, product_type=kind, center_id=center, active="true")

    def unit(self, unit_id: str, name: str, *, center: str = "", kind: str = "Meeting room") -> None:
        """Something that can be reserved, or held through a billing."""
        self._put("reservation_units", unit_id, name=name, center_id=center, unit_type=kind, active="true")

    def billing(
        self,
        billing_id: str,
        member_id: str,
        product_id: str,
        *,
        start: date | None = None,
        end: date | None = None,
        unit: str = "",
    ) -> None:
        """An active recurring billing; `end` is its last day, `unit` the office that comes with it."""
        self._put(
            "recurring_billings",
            billing_id,
            member_id=member_id,
            product_id=product_id,
            status="Active",
            start_date=start.isoformat() if start else "",
            end_date=end.isoformat() if end else "",
            unit_id=unit,
        )

    def reserve(
        self,
        reservation_id: str,
        unit_id: str,
        start: datetime,
        end: datetime,
        *,
        member: str = "",
        name: str = "",
        email: str = "",
        phone: str = "",
        status: str = "Confirmed",
        made: datetime | None = None,
    ) -> None:
        """A reservation by a member, or by somebody of whom only name and e-mail are known; `made` is when."""
        zone = self._zone_of(unit_id)
        self._put(
            "reservations",
            reservation_id,
            unit_id=unit_id,
            member_id=member,
            customer_name=name,
            email=email,
            phone=phone,
            start=_wall(start, zone),
            end=_wall(end, zone),
            status=status,
            created_at=_wall(made, zone) if made else "",
        )

    def cancel(self, reservation_id: str) -> None:
        """The reservation stays in the file with another status."""
        self._change("reservations", reservation_id, status="Cancelled")

    def drop(self, reservation_id: str) -> None:
        """The reservation is deleted: the next file lacks it."""
        del self._lines["reservations"][reservation_id]

    def inactivate_member(self, member_id: str) -> None:
        """The member keeps their row and loses their status."""
        self._change("members", member_id, status="Inactive")

    def inactivate_billing(self, billing_id: str) -> None:
        """The billing is ended, and its unit is free again."""
        self._change("recurring_billings", billing_id, status="Inactive", unit_id="")

    def write(self, now: datetime) -> None:
        """One delivery: all files, as of `now`, with the faults that are on."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, header in FILES.items():
            sheet = Sheet(header, self.rows(name))
            found = self.faults.delivery(name, sheet, self._before.get(name))
            self._before[name] = sheet
            if found:
                save(self._folder / f"{name}.csv", found.content, now)
                if self._control:
                    save(self._folder / f"{name}.ctl", control(found.told), now)

    def _person(
        self,
        member_id: str,
        first: str,
        last: str,
        email: str,
        *,
        center: str,
        kind: str,
        phone: str = "",
        of: str = "",
    ) -> None:
        self._put(
            "members",
            member_id,
            first_name=first,
            last_name=last,
            email=email,
            phone=phone,
            center_id=center,
            primary_member_id=of,
            member_type=kind,
            status="Active",
        )

    def _put(self, file: str, row_id: str, **values: str) -> None:
        blank = dict.fromkeys(FILES[file], "")
        self._lines[file][row_id] = {**blank, FILES[file][0]: row_id, **values}

    def _change(self, file: str, row_id: str, **values: str) -> None:
        self._lines[file][row_id] = {**self._lines[file][row_id], **values}

    def _zone_of(self, unit_id: str) -> str:
        unit = self._lines["reservation_units"].get(unit_id, {})
        center = self._lines["centers"].get(unit.get("center_id", ""), {})
        return center.get("timezone") or self._zone


def _wall(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime(_CLOCK)
