"""A typed client for the sandbox's admin endpoints: play at the doors, turn the clock, break things, look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from saltoks.sandbox.admin import AdminClient
from saltoks.sandbox.faults import Fault as AnyFault

FaultKind = Literal[
    "status",
    "cut_before",
    "cut_after",
    "hang",
    "slow",
    "empty_body",
    "garbage",
    "empty_page",
    "doubled_page",
    "odd_row",
    "odd_answer",
    "outage",
]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a door did: `detail` as in the entry, `reason` in one word why.

    Somebody who cannot have the key (`no_mkey`: no e-mail to be invited to the app by; `no_tag`, `no_pin`: none was
    given) does not get as far as the door: `entry_id` is empty then.
    """

    opened: bool
    detail: str | None
    reason: str
    entry_id: str


@dataclass(frozen=True, slots=True)
class Call:
    """One request so far; `route` is the path template, `status` None when no answer was given."""

    method: str
    path: str
    route: str
    status: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail the service would have sent."""

    to: str
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fault(AnyFault):
    """Something that goes wrong; the first active fault that matches a request takes it.

    * `status`: answers with this status (and `Retry-After: retry_after`) without acting
    * `cut_before`, `cut_after`: closes the connection without an answer, before or after acting
    * `hang`: neither acts nor answers; closes the connection after `seconds` (0: waits for the client)
    * `slow`: waits `seconds`, then acts as usual
    * `empty_body`, `garbage`: acts, then answers with an empty body, or one that is not JSON
    * `empty_page`: a page of a list without items that leads on to the page itself; `doubled_page`: every item twice
    * `odd_row`: a page of a list with one more item before the others, `body` as JSON text in ASCII
    * `odd_answer`: acts, then answers with `body`
    * `outage`: 404 without a body and without acting

    `route` is a shell pattern on `METHOD /path`, matched on the path sent and on its template.
    """

    kind: FaultKind
    body: str = ""


class SandboxAdmin(AdminClient):
    """The admin endpoints under `/_sandbox`. A site is named by site_uid or UUID, its parts by name or UUID."""

    def attempt(
        self,
        site: str,
        lock: str,
        *,
        user_id: str | None = None,
        by: str = "mkey",
        pin: str | None = None,
        tag: str | None = None,
        exit: bool = False,
        at: datetime | None = None,
    ) -> Attempt:
        """Try a door: as a platform user by `mkey`, `tag` or `pin`, with a PIN, with a tag, or from inside."""
        body = {"site": site, "lock": lock, "user_id": user_id, "by": by, "pin": pin, "tag": tag, "exit": exit}
        return Attempt(**self._send("POST", "/attempt", body | {"at": _text(at)}))

    def openings(self, site: str, at: Sequence[datetime]) -> list[dict[str, set[str]]]:
        """Whom each lock (by name) would let in at some instants, whatever they hold: platform ids; writes no entry."""
        found = self._send("POST", "/openings", {"site": site, "at": [one.isoformat() for one in at]})
        return [{lock: set(people) for lock, people in one.items()} for one in found]

    def now(self) -> datetime:
        """The sandbox's present instant."""
        return datetime.fromisoformat(self._send("GET", "/clock")["now"])

    def set_clock(self, at: datetime, *, frozen: bool = False) -> None:
        """Jump to an instant; time runs on from there unless `frozen`."""
        self._send("PUT", "/clock", {"at": _text(at), "frozen": frozen})

    def advance(self, seconds: float) -> None:
        """Move the clock by so many seconds."""
        self._send("POST", "/clock/advance", {"seconds": seconds})

    def real_clock(self) -> None:
        """Back to real time."""
        self._send("DELETE", "/clock")

    def calls(self) -> list[Call]:
        """Every Connect and identity request so far, in order of arrival."""
        found: list[dict[str, Any]] = self._send("GET", "/calls")
        return [Call(**row | {"at": datetime.fromisoformat(row["at"])}) for row in found]

    def count(self) -> dict[str, int]:
        """How often each `METHOD route` was called."""
        found: dict[str, int] = self._send("GET", "/count")
        return found

    def refused(self) -> int:
        """How many requests so far were refused for being over the rate; those that a fault refused do not count."""
        return int(self._send("GET", "/refused")["refused"])

    def held(self) -> int:
        """How many requests a fault keeps waiting at this moment."""
        return int(self._send("GET", "/held")["held"])

    def forget_calls(self) -> None:
        """Start counting anew."""
        self._send("DELETE", "/calls")

    def faults(self, *faults: Fault) -> None:
        """Replace the active faults; none given means nothing is broken. A request that one kept waiting goes on."""
        self._send("PUT", "/faults", {"faults": [asdict(fault) for fault in faults]})

    def options(self, **changes: object) -> None:
        """Change switches of the world file's `options` while running."""
        self._send("PATCH", "/options", {"changes": changes})

    def world(self) -> dict[str, Any]:
        """The present state for assertions: now, and per site_uid seats, users, groups, locks, iqs."""
        found: dict[str, Any] = self._send("GET", "/world")
        return found

    def mailbox(self) -> list[Mail]:
        """Mails sent so far."""
        found: list[dict[str, Any]] = self._send("GET", "/mailbox")
        return [Mail(**row | {"at": datetime.fromisoformat(row["at"])}) for row in found]

    def set_site(self, site: str, *, seats: int | None) -> None:
        """Change how many seats a site has (None: no limit), as if its owner bought or gave back some."""
        self._send("PATCH", "/sites", {"site": site, "seats": seats})

    def set_lock(
        self,
        site: str,
        lock: str,
        *,
        online: bool | None = None,
        battery_level: str | None = None,
        locked_state: str | None = None,
        left_open_alarm: bool | None = None,
        intrusion_alarm: bool | None = None,
    ) -> None:
        """Change what a lock reports; back online it hands over the entries it kept."""
        body = {"online": online, "battery_level": battery_level, "locked_state": locked_state}
        alarms = {"left_open_alarm": left_open_alarm, "intrusion_alarm": intrusion_alarm}
        self._send("PATCH", "/locks", {"site": site, "lock": lock, **body, **alarms})

    def set_iq(self, site: str, iq: str, *, online: bool | None = None) -> None:
        """Connect or disconnect an IQ."""
        self._send("PATCH", "/iqs", {"site": site, "iq": iq, "online": online})

    def set_user(
        self,
        site: str,
        user_id: str,
        *,
        blocked: bool | None = None,
        subscription_state: str | None = None,
        use_pin: bool | None = None,
        has_profile: bool | None = None,
        remote_access: bool | None = None,
    ) -> None:
        """Change a user (either id) as if a person did it in the web app."""
        body = {"blocked": blocked, "subscription_state": subscription_state, "use_pin": use_pin}
        more = {"has_profile": has_profile, "remote_access": remote_access}
        self._send("PATCH", "/users", {"site": site, "user_id": user_id, **body, **more})

    def sign_in_to_app(self, site: str, iq: str, user_id: str) -> None:
        """A user (either id) signs in to the phone app, which makes another secret for the IQ."""
        self._send("POST", "/app", {"site": site, "iq": iq, "user_id": user_id})

    def reset_activation(self, site: str, iq: str, user_id: str) -> None:
        """An admin resets a user's (either id) activation of an IQ in the web app."""
        self._send("DELETE", "/activations", {"site": site, "iq": iq, "user_id": user_id})

    def remove_user(self, site: str, user_id: str) -> None:
        """Remove a user (either id) as if a person did it in the web app."""
        self._send("POST", "/users/remove", {"site": site, "user_id": user_id})

    def set_members(self, site: str, group: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Change a group's members (platform ids) as if by hand."""
        self._send("PATCH", "/members", {"site": site, "group": group, "add": [*add], "remove": [*remove]})

    def revoke_tokens(self, *, refresh: bool = False) -> None:
        """Make every access token invalid, with `refresh` the refresh tokens too."""
        self._send("POST", "/revoke", {"refresh": refresh})

    def add_entry(
        self,
        site: str,
        *,
        lock: str | None = None,
        user_id: str | None = None,
        event_category: str = "lock_opened",
        event_detail: str | None = None,
        access_by: str | None = "tag",
        access_detail: str = "",
        exit_requested: bool = False,
        at: datetime | None = None,
        visible_at: datetime | None = None,
        entry_id: str | None = None,
    ) -> str:
        """Put in a raw entry with any values, visible at once or from `visible_at`; returns its id."""
        body = {
            "site": site,
            "lock": lock,
            "user_id": user_id,
            "event_category": event_category,
            "event_detail": event_detail,
            "access_by": access_by,
            "access_detail": access_detail,
            "exit_requested": exit_requested,
        }
        times = {"at": _text(at), "visible_at": _text(visible_at), "entry_id": entry_id}
        return str(self._send("POST", "/entries", body | times)["id"])

    def add_incident(
        self, site: str, event_category: str, *, lock: str | None = None, at: datetime | None = None
    ) -> str:
        """Put in an incident; returns its id."""
        body = {"site": site, "event_category": event_category, "lock": lock, "at": _text(at)}
        return str(self._send("POST", "/incidents", body)["id"])


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
