"""Mail servers to talk to, with and without TLS."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from mailhouse import MailHouse
from saltoks.flows.run.connections import mail_server
from saltoks.mail.server import MailServer
from saltoks.settings.connection import Connection

ServerOf = Callable[..., MailServer]


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 that signs itself."""

    certificate: bytes
    key: bytes
    file: Path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """One for all tests."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.house.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "trusted.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(pem)
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return Certificate(pem, secret, file)


@pytest.fixture
def server_of() -> ServerOf:
    """A server as its Airflow connection describes it."""

    def made(house: MailHouse, login: str | None = None, password: str | None = None, **extra: object) -> MailServer:
        plain = house.connection(**extra)
        texts = {key: str(value) for key, value in plain["extra"].items()}  # type: ignore[attr-defined]
        return mail_server(Connection("post", "127.0.0.1", house.port, None, login, password, texts))

    return made
