"""What goes wrong in the soak, and when: the same for the same seed, drawn for each site by itself."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from saltoks.dev.soak.source import SOURCE_FAULTS
from saltoks.sandbox.salto.admin.client import Fault, SandboxAdmin

QUIET = 2
"""Runs at the beginning in which nothing goes wrong: an installation that works."""
FULL = "site is full"
_EVERY, _USERS = "* /v1*/sites/{id}/*", "GET /v1*/sites/{id}/users"
_WRITES = ("POST /v1*/sites/{id}/*", "PATCH /v1*/sites/{id}/*")

API_FAULTS: dict[str, tuple[Fault, ...]] = {
    "429 with Retry-After": (Fault("status", _EVERY, status=429, retry_after=0.3, skip=1, times=2),),
    "429 without Retry-After": (Fault("status", _EVERY, status=429, skip=2, times=1),),
    "503 on reads": (Fault("status", _USERS, status=503, times=2),),
    "503 on writes": tuple(Fault("status", route, status=503, times=2) for route in _WRITES),
    "500 on writes": tuple(Fault("status", route, status=500) for route in _WRITES),
    "cut before the effect": tuple(Fault("cut_before", route, times=1) for route in _WRITES),
    "cut after the effect": tuple(Fault("cut_after", route, times=1) for route in _WRITES),
    "cut after every effect": tuple(Fault("cut_after", route) for route in _WRITES),
    "a read that hangs": (Fault("hang", _USERS, seconds=0.2, times=1),),
    "writes that hang": tuple(Fault("hang", route, seconds=0.2, times=1) for route in _WRITES),
    "token revoked": (Fault("status", _EVERY, status=401, skip=3, times=1),),
    "rights taken": (Fault("status", _EVERY, status=401),),
    "answer without a body": (Fault("empty_body", _USERS, times=1),),
    "answer that is no JSON": (Fault("garbage", _USERS, times=1),),
    "empty page": (Fault("empty_page", _USERS, times=1),),
    "doubled page": (Fault("doubled_page", _USERS),),
    "API down": (Fault("status", "* /v1*/sites/{id}*", status=503),),
    "API unreachable": (Fault("cut_before", "* /v1*/sites/{id}*"),),
    "API not there": (Fault("outage", "* /v1*/sites/{id}*"),),
}
"""Faults of Salto's API by name; `{id}` is the UUID of the site."""
_AFTER = 1
LATE: dict[str, tuple[float, float]] = {"guests show late": (10, 60), "guests show very late": (200, 1500)}
"""Seconds, on the sandbox's clock, until Salto knows a guest that was made."""
_LASTING = {"API down": (4, 13), "API unreachable": (2, 6), "API not there": (2, 6), FULL: (8, 24)}
_LASTING |= {name: (1, 6) for name in SOURCE_FAULTS} | {name: (4, 8) for name in LATE} | {"file stale": (3, 9)}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault at one site in the runs `[first, last]`, counted from 0."""

    site: str
    name: str
    first: int
    last: int

    @property
    def of_source(self) -> bool:
        """Whether the files are at fault."""
        return self.name in SOURCE_FAULTS


@dataclass(frozen=True, slots=True)
class Troubles:
    """All faults of a soak."""

    every: tuple[Trouble, ...]

    def of_source(self, site: str, tick: int) -> str | None:
        """What is wrong with the files of a site in a run."""
        return next((one.name for one in self._at(site, tick) if one.of_source), None)

    def of_salto(self, site: str, tick: int) -> str | None:
        """What is wrong with Salto, for a site, in a run."""
        return next((one.name for one in self._at(site, tick) if not one.of_source), None)

    def felt(self, site: str, tick: int) -> str | None:
        """What a run may have to bear with Salto: what is wrong in it, or guests that show late.

        Those do so at all sites, as the sandbox has one delay for all, and who was made last does so in the next run.
        Where both are at work, the first gives its name to what they explain.
        """
        late = (one.name for one in self.every if one.name in LATE and one.first <= tick <= one.last + _AFTER)
        return self.of_salto(site, tick) or next(late, None)

    def _at(self, site: str, tick: int) -> list[Trouble]:
        return [one for one in self.every if one.site == site and one.first <= tick <= one.last]


def drawn(seed: int, sites: Sequence[str], ticks: int) -> Troubles:
    """Faults of the files and of Salto, each after the other with quiet runs between them; every kind comes up."""
    found: list[Trouble] = []
    for site in sites:
        for names, quiet in ((SOURCE_FAULTS, (8, 40)), ((*API_FAULTS, *LATE, FULL), (1, 9))):
            found += _line(random.Random(f"{seed}/{site}/{names[0]}"), site, names, quiet, ticks)
    return Troubles(tuple(found))


def _line(chance: random.Random, site: str, names: Sequence[str], quiet: tuple[int, int], ticks: int) -> list[Trouble]:
    found: list[Trouble] = []
    bag: list[str] = []
    at = QUIET + chance.randint(0, quiet[1] // 2)
    while at < ticks:
        bag = bag or chance.sample(names, len(names))
        name = bag.pop()
        last = at + chance.randint(*_LASTING.get(name, (1, 2))) - 1
        found.append(Trouble(site, name, at, min(last, ticks - 1)))
        at = last + 1 + chance.randint(*quiet)
    return found


class Breaker:
    """Breaks the sandbox for a round of runs, and mends it."""

    def __init__(self, admin: SandboxAdmin, sites: Mapping[str, str], uids: Mapping[str, str], seats: int) -> None:
        self._admin = admin
        self._ids = sites
        self._uids = uids
        self._seats = seats
        self._full: set[str] = set()

    def break_all(self, names: Mapping[str, str | None]) -> None:
        """From now on these faults, by site, and no others."""
        faults = [
            _of(fault, self._ids[site]) for site, name in names.items() for fault in API_FAULTS.get(name or "", ())
        ]
        self._admin.faults(*faults)
        late = [LATE[name] for name in names.values() if name in LATE]
        self._admin.options(guest_settling_seconds=max(late, default=(0, 2)))
        for site, name in names.items():
            self._fill(site, full=name == FULL)

    def _fill(self, site: str, *, full: bool) -> None:
        """A full site has just the seats that are taken; it has its own again when it is not full any more."""
        if full and site not in self._full:
            self._full.add(site)
            self._admin.set_site(self._uids[site], seats=self._used(site))
        elif not full and site in self._full:
            self._full.remove(site)
            self._admin.set_site(self._uids[site], seats=self._seats)

    def mend(self) -> None:
        """No fault at all, for a look at what is there."""
        self._admin.faults()

    def _used(self, site: str) -> int:
        used: int = self._admin.world()["sites"][self._uids[site]]["seats_used"]
        return used


def _of(fault: Fault, site_id: str) -> Fault:
    return Fault(
        kind=fault.kind,
        route=fault.route.format(id=site_id),
        status=fault.status,
        retry_after=fault.retry_after,
        times=fault.times,
        skip=fault.skip,
        seconds=fault.seconds,
    )
