"""What a person does by hand for one customer: another PIN, a look at the PIN, the invitation once more."""

from __future__ import annotations

from saltoks.core.credentials.pins import PinAudience, PinDue, due_pins
from saltoks.core.errors import FixInput, Refused
from saltoks.core.people.site_users import PersonIds
from saltoks.flows.credentials.mail import send_mail
from saltoks.flows.credentials.overview import person_of
from saltoks.flows.credentials.pins import PinService
from saltoks.flows.credentials.stays import CurrentStays, current_stays
from saltoks.flows.plan.current import owner
from saltoks.flows.run.attribution import attributed
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.settings import Site
from saltoks.warehouse.access import person_ids, pins, plans


def reissue(rt: Runtime, site: Site, run_id: str, customer_id: str, *, by: str, because: str) -> Outcome:
    """Another PIN for the stay that is on or about to begin, and the mail with it: the one before opens no more.

    Raises `FixInput` when there is nobody to give one to, where another installation writes, and for a name or a
    reason without text.
    """
    author = attributed(by, because)
    with step(rt, run_id, "reissue", site) as outcome, plans.site_lock(rt.warehouse, site.name):
        rt.require_known_place(site)
        owner.require_only_ours(rt, site)
        current = current_stays(rt, site)
        _, customer = person_of(current.rows, customer_id)
        one = _due(site, current, customer)
        with rt.salto(site) as client:
            outcome.count_calls(client)
            service = PinService(rt, site, client, rt.seal(), outcome, frozenset())
            if service.is_switched_on():
                service.rotate(one, by=author.by, because=author.because)
        send_mail(rt, current, outcome)
    return outcome


def show_pin(rt: Runtime, site: Site, customer_id: str, *, by: str, because: str) -> str:
    """The PIN of a customer, in clear; that it was looked at, by whom and why, is on record before it is told."""
    author = attributed(by, because)
    with rt.warehouse.session() as session:
        recorded = pins.sealed_pin(session, site.name, customer_id)
        if recorded is None:
            raise FixInput(f"no PIN of customer {customer_id} is kept at {site.name}: see `saltoks credentials`")
        stay, sealed = recorded
        pin = rt.seal().open(sealed)
        pins.record_action(session, site.name, customer_id, stay, "show", author.by, author.because, rt.clock.now())
    return pin


def invite(rt: Runtime, site: Site, customer_id: str) -> None:
    """Lets Salto mail its invitation to a site user once more.

    Raises `FixInput` where there is none to send, and where another installation writes.
    """
    rt.require_known_place(site)
    owner.require_only_ours(rt, site)
    ids = _at_salto(rt, site, customer_id)
    with rt.salto(site) as client:
        try:
            client.resend_invite(rt.site_id(site, client), ids.site_user_id)
        except Refused as error:
            text = f"Salto has no invitation for customer {customer_id} ({error.code}): they have no e-mail there"
            raise FixInput(f"{text}, or have accepted it") from error


def _due(site: Site, current: CurrentStays, customer: str) -> PinDue:
    """The stay of a customer that a PIN can be had for, whatever is on record."""
    if site.credentials.pin is PinAudience.OFF:
        raise FixInput(f"site {site.name} hands out no PINs: set credentials.pin")
    if customer not in current.covered:
        raise FixInput(f"credentials.pin: {site.credentials.pin.value} gives customer {customer} no PIN: widen it")
    if customer not in current.able:
        raise FixInput(f"customer {customer} is not at Salto KS, or suspended or blocked there: see `saltoks who`")
    stays = current.of(customer)
    due = next(due_pins(stays, (), current.memberships, current.able, now=current.at, soon=current.soon), None)
    if due is None:
        ahead = site.credentials.pin_ahead_minutes
        raise FixInput(f"customer {customer} is in no group for a stay that is on or begins within {ahead} minutes")
    return due


def _at_salto(rt: Runtime, site: Site, customer_id: str) -> PersonIds:
    with rt.warehouse.session() as session:
        ids = person_ids.load(session, site.name).get(customer_id)
    if ids is None:
        raise FixInput(f"customer {customer_id} is nobody at Salto KS yet: the sync that lets them in invites them")
    return ids
