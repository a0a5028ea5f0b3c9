"""What Salto does while the soak runs, by the sandbox's own door model, its journal and its dump."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from saltoks.dev.soak.expected import Who
from saltoks.dev.soak.sites import Place
from saltoks.sandbox.salto.admin.client import Call, SandboxAdmin

_SECOND = timedelta(seconds=1)
Site = Mapping[str, Any]
"""A site of the sandbox's dump."""


def opened(
    admin: SandboxAdmin, place: Place, site: Site, minutes: Sequence[datetime]
) -> dict[datetime, frozenset[Who]]:
    """Which customers every door would open for at each minute; people who are no customers are left out."""
    customers = {one["user_id"]: name for one in site["users"] if (name := customer_of(place, one))}
    found = admin.openings(place.site_uid, minutes)
    return {
        at: frozenset((customers[who], door) for door, people in doors.items() for who in people if who in customers)
        for at, doors in zip(minutes, found, strict=True)
    }


def customer_of(place: Place, user: Mapping[str, Any]) -> str | None:
    """The customer behind a site user: guests by their alias, the others by an e-mail that the diary gave them."""
    alias, email = str(user["alias"] or ""), str(user["email"] or "")
    if alias:
        return alias.removeprefix(f"saltoks {place.name}/")
    name, _, host = email.partition("@")
    return name if host == f"{place.name}.example" and name[1:].isdigit() else None


@dataclass(frozen=True, slots=True)
class Traffic:
    """Requests of one run at one site."""

    reads: int
    writes: int


def traffic(calls: Iterable[Call], site_id: str) -> Traffic:
    """The requests to a site's part of the API, of all that were made in a round."""
    own = [one for one in calls if site_id in one.path]
    reads = sum(one.method == "GET" for one in own)
    return Traffic(reads, len(own) - reads)


def busiest(calls: Iterable[Call]) -> int:
    """The most requests to the API within one second, by the clock of the sandbox."""
    instants = sorted(one.at for one in calls if one.path.startswith("/v1"))
    most = first = 0
    for last, at in enumerate(instants):
        while instants[first] <= at - _SECOND:
            first += 1
        most = max(most, last - first + 1)
    return most


def foreign(place: Place, site: Site) -> dict[str, object]:
    """Everything at a site that is none of the product's, by a name for people: it must be the same in the end.

    People who are no customers with the groups that they are in, groups that are not mapped, of the mapped ones their
    doors and schedules and which of those people are in them, the doors and the seats.
    """
    people = {one["user_id"]: one for one in site["users"] if customer_of(place, one) is None}
    inside = {who: [one["customer_reference"] for one in site["groups"] if who in one["members"]] for who in people}
    found: dict[str, object] = {f"user {one['email']}": {**one, "groups": inside[who]} for who, one in people.items()}
    for group in site["groups"]:
        name = group["customer_reference"]
        if not name.startswith("saltoks"):
            mine = group["members"] if name not in place.groups else [one for one in group["members"] if one in people]
            found[f"group {name}"] = {**group, "members": sorted(mine)}
    locks = {f"lock {one['customer_reference']}": one for one in site["locks"]}
    return found | locks | {"seats": site["seats"]}


def touched(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """The names of what differs between two looks at what is foreign."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
