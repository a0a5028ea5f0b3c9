"""Who can open doors with what, person by person; and for one person, why no mail came (F187)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from saltoks.core.credentials.invitation_diagnosis import DiagnosisStep, diagnose_confirmation, diagnose_opening
from saltoks.core.credentials.pin_mail import address_of, name_of
from saltoks.core.credentials.pins import PinAudience, PinState, Stay
from saltoks.core.errors import FixInput, SaltoksError
from saltoks.core.model.rows import SourceRows
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.site_users import primary_customers
from saltoks.core.text import first_few
from saltoks.core.time.windows import window_text
from saltoks.flows.credentials.mail import server_of
from saltoks.flows.credentials.stays import CurrentStays, current_stays
from saltoks.flows.run.runtime import Runtime
from saltoks.mail.postman import Postman
from saltoks.salto.models import SiteUser, SubscriptionState
from saltoks.settings import Site
from saltoks.warehouse.access import people, person_ids, pins
from saltoks.warehouse.access.people import NO_ACCESS
from saltoks.warehouse.access.pins import PinDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """One person at a site; `invited`, `seat` and `kind` are Salto's word of now.

    `fine` says that nothing is amiss that would keep them out today: of who is in, or arrives within a day (F187).
    """

    customer_id: str
    full_name: str
    kind: str
    invited: str
    seat: str
    stay: str
    pin: str
    mail: str
    fine: bool


ARRIVING = timedelta(hours=24)
"""How far ahead of a stay what would keep somebody out is told."""


def credentials(rt: Runtime, site: Site) -> list[PersonView]:
    """Everybody who is somebody at Salto or soon may open a door, by customer id."""
    current, users = current_stays(rt, site), _users(rt, site)
    with rt.warehouse.session() as session:
        stored = person_ids.load(session, site.name)
        latest = pins.latest(session, site.name)
        away = {one for one, known in people.load(session, site.name).items() if known.suspended_because == NO_ACCESS}
    staying = {one.customer_id for one in current.stays.granted if one.window.ends_at > current.at}
    there = {one: users[ids.site_user_id] for one, ids in stored.items() if ids.site_user_id in users}
    every = sorted(staying | there.keys())
    return [_view(current, one, there.get(one), latest.get(one), comes_back=one in away) for one in every]


def at_risk(rt: Runtime, site: Site) -> list[str]:
    """Who is in or arrives within a day, and would be kept out: one sentence, by the source's ids (F187)."""
    customers = [one.customer_id for one in credentials(rt, site) if not one.fine]
    text = f"{len(customers)} person(s) in or due within a day lack a seat, a PIN or its mail: {first_few(customers)}"
    return [f"{text} — see `saltoks credentials --site {site.name}` (F187)"] if customers else []


def diagnose_invitation(rt: Runtime, site: Site, customer_id: str) -> list[DiagnosisStep]:
    """The four checks of “no e-mail or SMS received”, in their order; raises `FixInput` for an unknown customer."""
    current, users = current_stays(rt, site), _users(rt, site)
    person, customer_id = person_of(current.rows, customer_id)
    with rt.warehouse.session() as session:
        ids = person_ids.load(session, site.name).get(customer_id)
        latest = pins.latest(session, site.name).get(customer_id)
    user = users.get(ids.site_user_id) if ids else None
    own = current.of(customer_id)
    return [
        _communication(current, customer_id, user),
        _address(current, customer_id, user, latest),
        diagnose_confirmation(person, current.rows, current.at),
        diagnose_opening(
            person, current.rows, current.site.rules, current.site.mapping, own, site.timezone, current.at
        ),
    ]


def person_of(rows: SourceRows, customer_id: str) -> tuple[frozenset[str], str]:
    """All customer ids that are one person with this one, and the one who stands for them."""
    person = primary_customers(rows.people)
    if customer_id not in person:
        raise FixInput(f"the source has no customer {customer_id!r}: look the id up with `saltoks who`")
    first = person[customer_id]
    return frozenset(one for one, principal in person.items() if principal == first), first


def _users(rt: Runtime, site: Site) -> Mapping[str, SiteUser]:
    with rt.salto(site) as client:
        return {user.id: user for user in client.users(rt.site_id(site, client))}


def _view(
    current: CurrentStays, customer: str, user: SiteUser | None, latest: PinDelivery | None, *, comes_back: bool
) -> PersonView:
    stays = current.of(customer)
    stay = stays[0] if stays else None
    here = latest if latest and stay and latest.known.stay.key == stay.key else None
    seat, is_on = _seat(user), stay is not None and stay.window.starts_at <= current.soon
    arrives = stay is not None and stay.window.starts_at <= current.at + ARRIVING
    shut = (seat == "suspended" and not comes_back) or seat == "blocked"
    no_mail = customer in current.covered and current.site.credentials.mails and not address_of(customer, current.rows)
    has_none = customer in current.covered and (here is None or here.known.state is PinState.ASKED)
    no_key = _has_no_key(current, customer, user)
    return PersonView(
        customer_id=customer,
        full_name=name_of(customer, current.rows),
        kind=_kind(user),
        invited=_invited(user),
        seat=seat,
        stay=window_text(stay.window, current.site.timezone) if stay else "",
        pin="none, and no app" if no_key else _pin(current, customer, stay, here),
        mail=_mail(here) or ("no e-mail in the source" if no_mail else ""),
        fine=not (is_on and (seat != "yes" or has_none))
        and not (arrives and (shut or no_mail or no_key))
        and not (here and here.mail in ("pending", "failed")),
    )


def _has_no_key(current: CurrentStays, customer: str, user: SiteUser | None) -> bool:
    """Whether nothing is made or sent that they could open a door with, and nobody hands out tags by hand."""
    if customer in current.covered or current.site.credentials.tags:
        return False
    invited = user.user.email if user else not _is_guest(current.rows, customer) and current.site.credentials.mobile
    return not invited


def _kind(user: SiteUser | None) -> str:
    if user is None:
        return "not there yet"
    return "guest" if user.expires_at else "user"


def _invited(user: SiteUser | None) -> str:
    """Whether they have the app: invitations go out by Salto when the user is made with an e-mail."""
    if user is None or not user.user.email:
        return "no"
    return "accepted" if user.user.has_profile else "invited"


def _seat(user: SiteUser | None) -> str:
    if user is None:
        return "no"
    if user.subscription_state == SubscriptionState.SUSPENDED:
        return "suspended"
    return "blocked" if user.blocked else "yes"


def _pin(current: CurrentStays, customer: str, stay: Stay | None, latest: PinDelivery | None) -> str:
    if latest:
        return "their own" if latest.known.request_number == 0 else latest.known.state.value
    if stay is None or customer not in current.covered:
        return "none"
    return PinState.ASKED.value + " for next" if stay.window.starts_at <= current.soon else "later"


def _mail(latest: PinDelivery | None) -> str:
    if latest is None or latest.mail is None:
        return ""
    if latest.mailed_at:
        return f"sent {latest.mailed_at:%Y-%m-%d %H:%M} UTC"
    return f"{latest.mail}, {latest.attempts} tries: {latest.reason}" if latest.reason else latest.mail


def _communication(current: CurrentStays, customer: str, user: SiteUser | None) -> DiagnosisStep:
    """Is anything sent at all, and does who sends it answer? (F128)"""
    problems = list(_silences(current, customer, user))
    answer = "; ".join(problems) or "it is switched on, and who sends it answers"
    return DiagnosisStep("F128", "communication on", not problems, answer)


def _silences(current: CurrentStays, customer: str, user: SiteUser | None) -> Iterator[str]:
    switches, is_guest = current.site.credentials, _is_guest(current.rows, customer)
    if customer not in current.covered and (is_guest or not switches.mobile):
        fix = PinAudience.GUESTS.value if is_guest else PinAudience.EVERYONE.value
        yield f"they get no PIN (pin: {switches.pin.value}) and no invitation: set credentials.pin: {fix}"
    elif customer in current.covered and not switches.mails:
        yield "PINs are kept and not mailed (pin_delivery: none): set it to mail, or hand the PIN on yourself"
    elif customer in current.covered:
        yield from _server_problem(current.site)
    elif user is None:
        yield "they are nobody at Salto KS yet, so nothing was sent: the next sync that lets them in invites them"


def _server_problem(site: Site) -> Iterator[str]:
    try:
        with Postman(server_of(site)) as postman:
            postman.answers()
    except SaltoksError as error:
        yield error.message


def _address(current: CurrentStays, customer: str, user: SiteUser | None, latest: PinDelivery | None) -> DiagnosisStep:
    """Is the address there, and right? (F129)"""
    address = address_of(customer, current.rows)
    problem = None
    if not address:
        problem = "the source has no e-mail of theirs: add it there"
    elif not _looks_right(address):
        problem = "what the source has is no e-mail address: correct it there"
    elif user and user.user.email and comparable_email(user.user.email) != comparable_email(address):
        problem = "Salto KS knows another e-mail than the source: correct one of them, then `saltoks invite`"
    elif latest and latest.mail == "failed" and latest.reason:
        problem = f"{latest.reason}; then `saltoks pin reissue`"
    return DiagnosisStep("F129", "address there", problem is None, problem or "the source has an e-mail of theirs")


def _looks_right(address: str) -> bool:
    name, _, host = address.rpartition("@")
    return bool(name) and "." in host and not any(one.isspace() for one in address)


def _is_guest(rows: SourceRows, customer: str) -> bool:
    return any(one.reservation_only for one in rows.people if one.source_id == customer)
