"""A mail server as Airflow's own connection type describes it."""

from __future__ import annotations

import pytest

from saltoks.core.errors import ConfigError
from saltoks.flows.run.connections import mail_server
from saltoks.mail.server import MailServer
from saltoks.settings.connection import Connection


def server(sender: str | None = None, host: str | None = "mail.house.example", **extra: str) -> MailServer:
    """The server of a connection with a sender of its own."""
    return mail_server(
        Connection("post", host, 587, None, "doors", "planted-mail-password", {"from_email": "a@b.example"} | extra),
        sender,
    )


SECURITY = {
    "left out": ({}, True, False),
    "no SSL": ({"disable_ssl": "true"}, False, True),
    "no SSL, in capitals": ({"disable_ssl": "True"}, False, True),
    "neither": ({"disable_ssl": "true", "disable_tls": "true"}, False, False),
    "no STARTTLS": ({"disable_tls": "true"}, True, False),
}


@pytest.mark.parametrize(("extra", "ssl", "tls"), SECURITY.values(), ids=SECURITY.keys())
def test_security_is_read_as_airflow_reads_it(extra: dict[str, str], ssl: bool, tls: bool) -> None:
    """SSL from the start unless it is switched off; STARTTLS only where it is."""
    found = server(**extra)
    assert (found.use_ssl, found.use_tls) == (ssl, tls)
    assert not found.trusts_all


def test_a_sender_of_the_site_wins_over_that_of_the_connection() -> None:
    assert server().sender == "a@b.example"
    assert server("Doors <doors@house.example>").sender == "Doors <doors@house.example>"


WRONG: dict[str, tuple[dict[str, str | None], str]] = {
    "unknown trust": ({"ssl_context": "some"}, "ssl_context is neither default nor none"),
    "unknown extra": ({"verify": "no"}, "extra.verify is not known here"),
    "no host": ({"host": None}, "names no host"),
    "no sender": ({"from_email": ""}, "has no from_email: fill it in, or set credentials.sender"),
    "a sender without an address": ({"from_email": "Doors"}, "has no from_email"),
    "another way to sign in": ({"auth_type": "oauth2"}, "signs in by oauth2: only basic is known here"),
    "neither true nor false": ({"disable_ssl": "maybe"}, "disable_ssl is neither true nor false"),
    "no seconds": ({"timeout": "soon"}, "timeout is no number of seconds"),
    "no time at all": ({"timeout": "-1"}, "timeout is no number of seconds"),
}


@pytest.mark.parametrize(("changes", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_connection_that_is_not_right_says_what_to_correct(changes: dict[str, str | None], message: str) -> None:
    with pytest.raises(ConfigError, match="connection 'post'") as caught:
        server(**changes)  # type: ignore[arg-type]
    assert message in caught.value.message


def test_the_password_does_not_show() -> None:
    """F190."""
    assert "planted" not in repr(server())
    assert "doors" not in repr(server())
