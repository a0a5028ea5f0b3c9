"""A real mail server on loopback, whose letters, refusals and failures a test has in hand."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

SIGN_IN = ("doors", "planted-mail-password")


@dataclass(frozen=True)
class Received:
    """A mail that the server took."""

    to: str
    sender: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        """Its subject."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """Its text."""
        return str(self.message.get_content()).replace("\r\n", "\n")


@dataclass
class MailHouse:
    """The server: `refusals` are answers by recipient, `cuts` says how many mails are taken without a word.

    It takes `seconds` to answer once it has a mail.
    """

    port: int = 0
    mails: list[Received] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    senders_refused: bool = False
    cuts: int = 0
    seconds: float = 0.0
    options: dict[str, Any] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    _controller: Controller | None = None

    def open(self) -> None:
        """Lets the server listen, on the port it had before."""
        self.port = self.port or free_port()
        options = {"ssl_context": self.tls, **self.options} if self.tls else self.options
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def close(self) -> None:
        """The server is gone; its port refuses connections."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def connection(self, **extra: object) -> dict[str, object]:
        """The Airflow connection to it."""
        plain = {"disable_ssl": True, "disable_tls": True, "from_email": "Doors <doors@house.example>", "timeout": 5}
        return {"conn_type": "smtp", "host": "127.0.0.1", "port": self.port, "extra": plain | extra}

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: ARG002, N802 - aiosmtpd's
        """Who a mail is from."""
        if self.senders_refused:
            return "553 not from here"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: ARG002, N802 - aiosmtpd's
        """Whom a mail is for."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802 - aiosmtpd's
        """The mail itself."""
        made = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.mails.append(Received(envelope.rcpt_tos[0], envelope.mail_from, made))
        await asyncio.sleep(self.seconds)
        if self.cuts:
            self.cuts -= 1
            server.transport.abort()
        return "250 OK"


def asking_for_a_password() -> dict[str, Any]:
    """Options of a server that wants the sign-in of `SIGN_IN`."""

    def knows(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        login, password = SIGN_IN
        right = isinstance(data, LoginPassword) and data == LoginPassword(login.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    return {"authenticator": knows, "auth_required": True, "auth_require_tls": False}


def tls_context(folder: Path, certificate: bytes, key: bytes) -> ssl.SSLContext:
    """The TLS side of a server with a certificate of its own."""
    file = folder / "server.pem"
    file.write_bytes(certificate + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@contextmanager
def mail_house(**options: Any) -> Iterator[MailHouse]:
    """A server that listens until the end."""
    house = MailHouse(**options)
    house.open()
    try:
        yield house
    finally:
        house.close()


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
