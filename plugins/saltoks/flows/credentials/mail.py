"""Sends the mails that wait in the outbox: each at least once, and never again once it was taken.

A mail server that is down is a warning at first, since the next run tries again; from the fourth try on it is a
failure. What a person must mend, such as a wrong password or an address that is refused, is one at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from saltoks.core.credentials.pin_mail import address_of, pin_mail_values
from saltoks.core.errors import Refused, SaltoksError, TryAgain
from saltoks.core.retries import MAIL_TRIES
from saltoks.flows.credentials.stays import CurrentStays
from saltoks.flows.run.connections import connection, mail_server
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.mail.postman import Mail, Postman
from saltoks.mail.server import MailServer
from saltoks.settings import Site
from saltoks.warehouse.access import pins
from saltoks.warehouse.ops import mail_outbox
from saltoks.warehouse.ops.mail_outbox import PendingMail


@dataclass(frozen=True, slots=True)
class _WrittenMail:
    """A mail of the outbox, written."""

    waiting: PendingMail
    mail: Mail


def server_of(site: Site) -> MailServer:
    """The mail server of a site; raises `ConfigError` when its connection lacks something."""
    switches = site.credentials
    return mail_server(connection(switches.mail_connection), switches.sender)


def send_mail(rt: Runtime, current: CurrentStays, outcome: Outcome) -> None:
    """Sends what waits, where the site sends PINs by mail; what could not be sent is said, and raises nothing."""
    if not current.site.credentials.mails:
        return
    with rt.warehouse.session() as session:
        mail_outbox.queue(session, current.site.name, current.at)
        pending = mail_outbox.waiting(session, current.site.name)
    try:
        ready = list(_written(rt, current, pending, outcome)) if pending else []
    except SaltoksError as error:  # no key opens the seal
        outcome.failures.append(f"{len(pending)} mail(s) with PINs are not sent: {error.message}")
        return
    if ready:
        _MailSession(rt, current.site, outcome).send(ready)


def _written(
    rt: Runtime, current: CurrentStays, pending: Sequence[PendingMail], outcome: Outcome
) -> Iterator[_WrittenMail]:
    """The mails that can be written now: to whom, is looked up here and nowhere else."""
    site, seal = current.site, rt.seal()
    template = rt.settings.mail_templates[site.credentials.template]
    for one in pending:
        customer = one.stay.customer_id
        values = pin_mail_values(
            one.stay, site.name, site.timezone, site.mapping, current.rows, current.grants, current.at
        )
        to = address_of(customer, current.rows)
        if values and to:
            subject, text = template.filled({**values, "pin": seal.open(one.sealed)})
            yield _WrittenMail(one, Mail(key=one.key, to=to, subject=subject, text=text, at=current.at))
            continue
        with rt.warehouse.session() as session:
            reason = "no e-mail in the source" if values else "nothing is granted any more"
            mail_outbox.record_waiting(session, one, reason, current.at)
        if values:
            hint = "add one in the source, or hand the PIN on yourself (`saltoks pin show`)"
            outcome.warnings.append(f"customer {customer} has a PIN and no e-mail: {hint}")


class _MailSession:
    """One session with the mail server."""

    def __init__(self, rt: Runtime, site: Site, outcome: Outcome) -> None:
        self._rt = rt
        self._site = site
        self._outcome = outcome
        self._late: dict[str, list[PendingMail]] = defaultdict(list)

    def send(self, ready: Sequence[_WrittenMail]) -> None:
        """Hands over mail after mail, until all are gone or the server is."""
        left = list(ready)
        try:
            with Postman(server_of(self._site)) as postman:
                while left and postman.is_open:
                    self._send_one(postman, left[0])
                    del left[0]
        except SaltoksError as error:
            self._retry_later([one.waiting for one in left], error)
        self._report_late()

    def _send_one(self, postman: Postman, one: _WrittenMail) -> None:
        """One mail; raises what concerns all others as well."""
        customer, at = one.waiting.stay.customer_id, self._rt.clock.now()
        try:
            postman.send(one.mail)
        except Refused as error:
            with self._rt.warehouse.session() as session:
                mail_outbox.record_failed(session, one.waiting, error.message, at)
            fix = f"then `saltoks pin reissue --site {self._site.name} --customer {customer}`"
            self._outcome.failures.append(f"customer {customer} does not get their PIN: {error.message}, {fix}")
        except TryAgain as error:
            self._retry_later([one.waiting], error)
        else:
            with self._rt.warehouse.session() as session:
                mail_outbox.record_sent(session, one.waiting, at)
                pins.record_delivered(session, one.waiting.pin_id, one.waiting.request_number, at)
            self._outcome.counts["mails"] = self._outcome.counts.get("mails", 0) + 1

    def _retry_later(self, waiting: Sequence[PendingMail], error: SaltoksError) -> None:
        """For the next run; what a person must mend is a failure now."""
        with self._rt.warehouse.session() as session:
            for one in waiting:
                mail_outbox.record_retry(session, one, error.message, self._rt.clock.now())
        if isinstance(error, TryAgain):
            self._late[error.message] += waiting
        else:
            self._outcome.failures.append(f"{len(waiting)} mail(s) with PINs could not be sent: {error.message}")

    def _report_late(self) -> None:
        for reason, mails in self._late.items():
            tries = 1 + max(one.attempts for one in mails)
            text = f"{len(mails)} mail(s) with PINs could not be sent, {tries} time(s) by now: {reason}"
            (self._outcome.failures if tries >= MAIL_TRIES else self._outcome.warnings).append(text)
