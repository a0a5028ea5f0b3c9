"""Hands out PINs: to everybody whom the site's switch covers, once a stay, just before it begins.

::

    asked      written down before Salto is asked: a PIN that got lost on the way was nobody's, and is asked for again
    issued     Salto's answer, sealed; Salto never tells it again
    delivered  the mail server took the mail with it; from here on nothing but a person's own word replaces it

A person without a seat gets none (T14), nor does one none of whose groups has a time schedule (T15): the PIN would be
in their hands, and the door would stay shut.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from saltoks.core.credentials.pins import PinAudience, PinDue
from saltoks.core.errors import FixInput, Refused, SaltoksError, UnexpectedAnswer
from saltoks.core.model.pools import is_slot
from saltoks.core.people.site_users import MatchedPeople
from saltoks.core.plan.plan import ChangeKind
from saltoks.core.retries import concerns_one
from saltoks.flows.credentials.mail import send_mail
from saltoks.flows.credentials.stays import CurrentStays, current_stays
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.flows.run.waiting import SETTLING, ConsistencyWait
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import SiteUser, SubscriptionState, UserChange
from saltoks.settings import Site
from saltoks.warehouse.access import group_readings, person_ids, pins
from saltoks.warehouse.access.plans import StoredPlan
from saltoks.warehouse.engine.sealing import Seal

Answer = TypeVar("Answer")


def issue_pins(rt: Runtime, site: Site, stored: StoredPlan, outcome: Outcome) -> None:
    """Asks for the PINs that are due and sends the mails that wait; forgets the PINs of stays that are over.

    Whom Salto refuses a PIN is a failure of the run and stops nobody else.
    """
    with rt.warehouse.session() as session:
        pins.forget_ended(session, site.name, rt.clock.now())
    if site.credentials.pin is PinAudience.OFF:
        return
    made = frozenset(one.customer_id for one in stored.plan.due if one.kind is ChangeKind.CREATE_PERSON)
    current = current_stays(rt, site)
    with rt.warehouse.session() as session:
        pins.rename(session, site.name, current.renamed)
        pins.move(session, site.name, current.moved())
    try:
        _give(rt, site, current, made, outcome)
    finally:  # what was issued before goes out whatever Salto says now
        send_mail(rt, current, outcome)


def _give(rt: Runtime, site: Site, current: CurrentStays, made: frozenset[str], outcome: Outcome) -> None:
    due = list(current.due())
    if not due:
        return
    try:
        seal = rt.seal()
    except FixInput as error:
        outcome.failures.append(f"{len(due)} PIN(s) are not asked for: {error.message}")
        return
    with rt.salto(site) as client:
        outcome.count_calls(client)
        service = PinService(rt, site, client, seal, outcome, made)
        if service.is_switched_on():
            for one in due:
                service.give(one)


class PinService:
    """Gives PINs at one site, one person after another; `made` are those who became somebody at Salto just now."""

    def __init__(
        self, rt: Runtime, site: Site, client: SaltoKs, seal: Seal, outcome: Outcome, made: frozenset[str]
    ) -> None:
        self._rt = rt
        self._site = site
        self._client = client
        self._site_id = rt.site_id(site, client)
        self._seal = seal
        self._outcome = outcome
        self._made = made
        self._consistency = ConsistencyWait(rt.clock, SETTLING)
        self._scheduled: dict[str, bool] = {}
        with rt.warehouse.session() as session:
            self._groups = group_readings.load(session, site.name)

    def is_switched_on(self) -> bool:
        """Whether the site has PINs at all; if not, that is a failure."""
        if self._client.site(self._site_id).pin_enabled:
            return True
        text = f"site {self._site.name} has PIN codes switched off, so nobody gets one: switch them on in Salto KS"
        self._outcome.failures.append(f"{text}, or set credentials.pin: off")
        return False

    def give(self, due: PinDue) -> None:
        """The PIN of a stay; a person who has one that is not from us keeps it."""
        try:
            self._check_doors(due)
            if self._has_their_own(due):
                with self._rt.warehouse.session() as session:
                    pins.record_adopted(session, self._site.name, due)
                return
            self._admit(due)
            with self._rt.warehouse.session() as session:
                pins.record_asked(session, self._site.name, due, self._rt.clock.now())
            self._ask(due)
        except SaltoksError as error:
            if not concerns_one(error) and not isinstance(error, UnexpectedAnswer):
                raise
            self._outcome.failures.append(f"customer {due.stay.customer_id} gets no PIN: {error.message}")

    def rotate(self, due: PinDue, *, by: str, because: str) -> None:
        """Another PIN for a stay, as somebody decided; raises what Salto refuses."""
        self._check_doors(due)
        self._admit(due)
        one, now = due.stay, self._rt.clock.now()
        with self._rt.warehouse.session() as session:
            pins.record_asked(session, self._site.name, due, now)
            pins.record_action(session, self._site.name, one.customer_id, one.key, "reissue", by, because, now)
        self._ask(due)

    def _ask(self, due: PinDue) -> None:
        pin = self._once_consistent(due, lambda: self._client.ask_pin(self._site_id, due.ids.site_user_id))
        with self._rt.warehouse.session() as session:
            pins.record_issued(session, self._site.name, due.stay, self._seal.close(pin), self._rt.clock.now())
        self._outcome.counts["pins"] = self._outcome.counts.get("pins", 0) + 1

    def _admit(self, due: PinDue) -> None:
        """Lets the person use PINs, and looks whether they have a seat (T14)."""
        change = UserChange(use_pin=True)
        user = self._once_consistent(due, lambda: self._client.change_user(self._site_id, due.ids.site_user_id, change))
        if not user.use_pin:
            user = self._client.user(self._site_id, due.ids.site_user_id)
        if user.subscription_state == SubscriptionState.SUSPENDED or user.blocked:
            self._shut_out(due, user)
            raise Refused("they are suspended or blocked at Salto, so no door opens for them (T14): see the seats")
        if not user.use_pin:
            raise Refused("Salto took use_pin but does not show it yet")

    def _shut_out(self, due: PinDue, user: SiteUser) -> None:
        """Keeps it, so that nobody asks again before that has changed."""
        one = due.stay.customer_id
        suspended = user.subscription_state == SubscriptionState.SUSPENDED
        people = MatchedPeople(
            {one: due.ids}, frozenset({one} if suspended else ()), frozenset({one} if user.blocked else ())
        )
        with self._rt.warehouse.session() as session:
            person_ids.save(session, self._site.name, people, self._rt.clock.now())

    def _has_their_own(self, due: PinDue) -> bool:
        """Whether the person has a PIN although we never asked for one: it must go on working."""
        if due.stay.customer_id in self._made:
            return False
        user = due.ids.site_user_id
        with self._rt.warehouse.session() as session:
            if user in pins.asked_before(session, self._site.name, [user]):
                return False
        return any(key.type == "pin" for key in self._client.keys(self._site_id, user))

    def _check_doors(self, due: PinDue) -> None:
        if not any(map(self._opens, due.groups)):
            names = ", ".join(f"“{one}”" for one in due.groups)
            raise Refused(f"{names} has no time schedule, so a PIN opens nothing there (T15): add one in Salto KS")

    def _opens(self, group: str) -> bool:
        """Whether a group has a schedule, without which no lock knows the PIN; ours were made with one."""
        if is_slot(group):
            return True
        if group not in self._scheduled:
            known = self._groups.get(group)
            self._scheduled[group] = known is None or bool(self._client.schedules(self._site_id, known.group_id))
        return self._scheduled[group]

    def _once_consistent(self, due: PinDue, ask: Callable[[], Answer]) -> Answer:
        wait = self._consistency if due.stay.customer_id in self._made else ConsistencyWait(self._rt.clock, timedelta())
        return wait.wait_for(ask)
