"""Coworkers become customers, and members of a team that somebody pays for become links to that customer."""

from __future__ import annotations

import re

from saltoks.core.model.canonical import Customer, CustomerLink, ExtractScope, Relation
from saltoks.core.people.email_addresses import normalized_email
from saltoks.systems.nexudus.api.known import Known
from saltoks.systems.nexudus.api.record import Record
from saltoks.systems.nexudus.fetch import Fetched
from saltoks.systems.nexudus.row_collector import Tray
from saltoks.systems.values.errors import CellError

CALENDAR = Customer(source_id="calendar", full_name="Calendar block", active=False, reservation_only=True)
"""Holds the bookings that block a calendar and have no customer; nobody, so never active."""

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")


def customers(fetched: Fetched) -> Tray:
    """Everybody who was read; a customer of one location may book at another, so no location is left out."""
    tray: Tray = Tray("customers")
    tray.fill(fetched.customers.records, _customer)
    return tray


def links(fetched: Fetched, known: Known) -> Tray:
    """Who belongs to the customer who pays for their team: what that one has is shared within the team.

    Teams are read whole every time, and whoever was not read now is in the teams of before.
    """
    tray: Tray = Tray("customer_links")
    tray.doubt(fetched.teams.records, "TeamMembers")
    tray.doubt(fetched.customers.records, "TeamIds")
    teams = {record.id: record for record in fetched.teams.records}
    for team, member in sorted(_pairs(fetched, known)):
        if record := teams.get(team):
            _share(tray, record, member)
    return tray


def _share(tray: Tray, team: Record, member: int) -> None:
    """A member shares in what the one has who pays; who that is may not be readable now."""
    try:
        payer = team.id_or_none("PayingMemberId")
    except CellError as error:
        tray.rejected.append(team.rejected(tray.table, f"team:{team.id}:{member}", error))
    else:
        if payer is not None and payer != member:
            tray.rows.append(_link(team.id, member, payer))


def _pairs(fetched: Fetched, known: Known) -> set[tuple[int, int]]:
    """Teams with their members, as customers and teams say."""
    told = {record.id: record.told_ids("TeamIds") for record in fetched.customers.records}
    changes = fetched.reach["customers"].scope is ExtractScope.DELTA
    before = {(team, member) for team, members in known.teams().items() for member in members}
    members = {record.id: record.told_ids("TeamMembers") for record in fetched.teams.records}
    silent = {team for team, its in members.items() if its is None}
    unheard = {(team, one) for team, one in before if told.get(one, None if changes else ()) is None}
    pairs = unheard | {(team, one) for team, one in before if team in silent}
    pairs |= {(team, member) for member, teams in told.items() for team in teams or ()}
    return pairs | {(team, one) for team, its in members.items() for one in its or ()}


def email(text: str | None) -> str | None:
    """The address that is meant, in lower case; None when it cannot be one."""
    return normalized_email(text) if text else None


def phone(text: str | None) -> str | None:
    """A number in E.164 if it says its country; None otherwise."""
    found = re.sub(r"[\s().\-/]", "", (text or "").replace("(0)", ""))
    found = f"+{found[2:]}" if found.startswith("00") else found
    return found if _NUMBER.fullmatch(found) else None


def _customer(record: Record) -> Customer:
    full = record.text("FullName") or record.text("CompanyName")
    if full is None:
        raise CellError("FullName", "is empty, and so is CompanyName — fill one of them in")
    first, last = _names(record, full)
    home = record.id_or_none("InvoicingBusinessId")
    return Customer(
        source_id=str(record.id),
        full_name=full,
        first_name=first,
        last_name=last,
        email=email(record.text("Email")),
        phone=phone(record.text("MobilePhone")) or phone(record.text("LandLine")),
        location_id=str(home) if home else None,
        active=record.flag("Active") is True and not record.flag("Archived"),
    )


def _names(record: Record, full: str) -> tuple[str | None, str | None]:
    first, last = record.text("GuessedFirstName"), record.text("GuessedLastName")
    if first or last:
        return first, last
    before, _, after = full.rpartition(" ")
    return (before.strip() or after, after if before else None)


def _link(team: int, member: int, payer: int) -> CustomerLink:
    return CustomerLink(
        source_id=f"team:{team}:{member}",
        customer_id=str(member),
        related_customer_id=str(payer),
        relation=Relation.TEAM,
    )
