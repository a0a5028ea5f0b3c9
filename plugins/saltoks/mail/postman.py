"""Hands mails to a server by SMTP, and says what came of it in the words of `core.errors`, naming no recipient."""

from __future__ import annotations

import hashlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Self

from saltoks.core.errors import FixInput, Refused, SaltoksError, SignInFailed, Unavailable
from saltoks.mail.server import MailServer

_PERMANENT = range(500, 600)
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one person; the same `key` gives the same Message-ID, so that a repeat can be told as one."""

    key: str
    to: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime


class Postman:
    """A session with a mail server, for any number of mails; opening it raises what is wrong with the server.

    `Unavailable`: try again later. `SignInFailed`, `FixInput`: somebody must correct the connection first.
    """

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        with self._explained():
            self._smtp = self._connected()
            self._secured(self._smtp)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.quit()
            self._smtp.close()

    def answers(self) -> None:
        """Raises unless the server still answers."""
        with self._explained():
            self._open.noop()

    def send(self, mail: Mail) -> None:
        """Hands over one mail.

        Raises `Refused` when the server will never take it, `Unavailable` when it may later; after either, the next
        mail can be tried, unless the session is gone (`is_open`).
        """
        with self._explained():
            smtp, sender = self._open, self._server.sender
            if not _ADDRESS.fullmatch(mail.to):
                raise Refused("the address is none that a mail can go to: correct the e-mail in the source")
            try:
                smtp.send_message(message(sender, mail), parseaddr(sender)[1], [mail.to])
            except smtplib.SMTPNotSupportedError:
                text = f"{self._server.place} takes no address with such letters: correct the e-mail in the source"
                raise Refused(text) from None

    @property
    def is_open(self) -> bool:
        """Whether the session goes on."""
        return self._smtp is not None and self._smtp.sock is not None

    @property
    def _open(self) -> smtplib.SMTP:
        if self._smtp is None or self._smtp.sock is None:
            raise Unavailable(f"{self._server.place} has closed the session: try again later")
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.use_ssl:
            return smtplib.SMTP_SSL(server.host, server.port or 0, timeout=server.timeout, context=self._context())
        return smtplib.SMTP(server.host, server.port or 0, timeout=server.timeout)

    def _secured(self, smtp: smtplib.SMTP) -> None:
        if self._server.use_tls:
            smtp.starttls(context=self._context())
        if self._server.login and self._server.password:
            smtp.login(self._server.login, self._server.password)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._server.trusts_all:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:  # smtplib's own are of this kind
            raise _named(error, self._server.place) from None  # their texts may hold addresses


def message(sender: str, mail: Mail) -> EmailMessage:
    """The mail as it goes over the wire."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, mail.to, mail.subject
    made["Date"] = format_datetime(mail.at)
    digest = hashlib.sha256(mail.key.encode()).hexdigest()[:32]
    made["Message-ID"] = f"<{digest}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    return made


def _named(error: OSError, place: str) -> SaltoksError:
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return Unavailable(f"{place} refuses the session ({error.smtp_code}): try again later")
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _refusal(f"{place} refuses the sign-in", error.smtp_code, SignInFailed, "check login and password")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return FixInput(f"{place} does not offer what is asked of it: check disable_ssl, disable_tls and the login")
    if isinstance(error, smtplib.SMTPSenderRefused):
        return _refusal(f"{place} refuses the sender", error.smtp_code, FixInput, "correct credentials.sender")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        return _refusal(f"{place} refuses the recipient", max(codes), Refused, "correct the e-mail in the source")
    if isinstance(error, smtplib.SMTPResponseException):
        return _refusal(f"{place} refuses the mail", error.smtp_code, Refused, "see the server's own log")
    if isinstance(error, ssl.SSLError):
        return Unavailable(f"no trusted TLS connection to {place}: check its certificate, disable_ssl and disable_tls")
    return Unavailable(f"no connection to {place}: check host, port and firewall, or wait until it is back")


def _refusal(start: str, code: int, permanent: type[SaltoksError], fix: str) -> SaltoksError:
    if code in _PERMANENT:
        return permanent(f"{start} ({code}): {fix}")
    return Unavailable(f"{start} for now ({code}): try again later")
