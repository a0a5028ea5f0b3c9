"""Mails over real SMTP on loopback: TLS, sign-in, refusals, a server that goes away; nobody's address in an error."""

from __future__ import annotations

import socket
import threading
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mail.conftest import Certificate, ServerOf
from mailhouse import SIGN_IN, MailHouse, asking_for_a_password, free_port, mail_house, tls_context
from saltoks.core.errors import FixInput, Refused, SaltoksError, SignInFailed, Unavailable
from saltoks.mail.postman import Mail, Postman

ANN, BEA = "ann@planted.example", "bea@planted.example"
AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def mail(
    to: str = ANN, key: str = "pin/1/1", subject: str = "Dein Türcode", text: str = "Grüße\n\n    012345\n"
) -> Mail:
    """A mail with more than ASCII in it."""
    return Mail(key=key, to=to, subject=subject, text=text, at=AT)


def told(error: BaseException) -> str:
    """Everything that a traceback would print."""
    return "".join(traceback.format_exception(error)) + repr(vars(error))


def test_a_mail_arrives_as_it_was_written(mail_house: MailHouse, server_of: ServerOf) -> None:
    with Postman(server_of(mail_house)) as postman:
        postman.send(mail())
        postman.answers()
    [found] = mail_house.mails
    assert (found.to, found.sender, found.subject) == (ANN, "doors@house.example", "Dein Türcode")
    assert found.text == "Grüße\n\n    012345\n"
    headers = found.message
    assert headers["From"] == "Doors <doors@house.example>"
    assert headers["To"] == ANN
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Date"] == "Tue, 10 Mar 2026 12:00:00 +0000"


def test_a_repeat_has_the_same_message_id_and_another_mail_another(mail_house: MailHouse, server_of: ServerOf) -> None:
    """So that whoever receives a mail twice can tell."""
    with Postman(server_of(mail_house)) as postman:
        for one in (mail(), mail(to=BEA), mail(key="pin/1/2")):
            postman.send(one)
    ids = [one.message["Message-ID"] for one in mail_house.mails]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@house.example>")


@pytest.mark.parametrize("security", ["SSL", "STARTTLS"])
@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "not trusted"])
def test_tls_with_a_certificate_that_is_checked(
    tmp_path,
    certificate: Certificate,
    server_of: ServerOf,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
    trusted: bool,
) -> None:
    context = tls_context(tmp_path, certificate.certificate, certificate.key)
    options = {"tls": context} if security == "SSL" else {"options": {"tls_context": context, "require_starttls": True}}
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.file))
    with mail_house(**options) as house:
        server = server_of(house, disable_ssl=security != "SSL", disable_tls=security != "STARTTLS")
        if trusted:
            with Postman(server) as postman:
                postman.send(mail())
            assert len(house.mails) == 1
            return
        with pytest.raises(Unavailable, match="no trusted TLS connection"), Postman(server):
            pass
        with Postman(replace(server, trusts_all=True)) as postman:
            postman.send(mail())
        assert len(house.mails) == 1


def test_a_server_without_starttls_is_told_as_such(mail_house: MailHouse, server_of: ServerOf) -> None:
    """Rather no mail than one in clear."""
    with (
        pytest.raises(FixInput, match="does not offer what is asked of it: check disable_ssl, disable_tls"),
        Postman(server_of(mail_house, disable_tls=False)),
    ):
        pass
    assert mail_house.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("password", [SIGN_IN[1], "planted-wrong"], ids=["right", "wrong"])
def test_signing_in(server_of: ServerOf, password: str) -> None:
    with mail_house(options=asking_for_a_password()) as house:
        server = server_of(house, SIGN_IN[0], password)
        if password == SIGN_IN[1]:
            with Postman(server) as postman:
                postman.send(mail())
            assert len(house.mails) == 1
            return
        with (
            pytest.raises(SignInFailed, match=r"refuses the sign-in \(535\): check login and password") as caught,
            Postman(server),
        ):
            pass
        assert "planted" not in told(caught.value)


REFUSALS: dict[str, tuple[str, type[SaltoksError], str]] = {
    "for good": ("550 no such user", Refused, "refuses the recipient (550): correct the e-mail in the source"),
    "for now": ("451 come back later", Unavailable, "refuses the recipient for now (451): try again later"),
}


@pytest.mark.parametrize(("answer", "kind", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_refused_recipient_stops_nobody_else(
    mail_house: MailHouse, server_of: ServerOf, answer: str, kind: type[SaltoksError], message: str
) -> None:
    """F190: the error names no address."""
    mail_house.refusals[ANN] = answer
    with Postman(server_of(mail_house)) as postman:
        with pytest.raises(kind) as caught:
            postman.send(mail())
        assert postman.is_open
        postman.send(mail(to=BEA))
    assert message in caught.value.message
    assert "planted" not in told(caught.value)
    assert [one.to for one in mail_house.mails] == [BEA]


def test_a_refused_sender_is_for_a_person(mail_house: MailHouse, server_of: ServerOf) -> None:
    mail_house.senders_refused = True
    with (
        Postman(server_of(mail_house)) as postman,
        pytest.raises(FixInput, match=r"refuses the sender \(553\): correct credentials\.sender"),
    ):
        postman.send(mail())


@pytest.mark.parametrize("address", ["a\r\nBcc: b@planted.example", "planted", "a@[", "", "a, b@planted.example"])
def test_an_address_that_no_mail_can_go_to_is_refused(mail_house: MailHouse, server_of: ServerOf, address: str) -> None:
    """Whatever stands in the source, it makes no second recipient and no second header."""
    with Postman(server_of(mail_house)) as postman:
        with pytest.raises(Refused, match="correct the e-mail in the source") as caught:
            postman.send(mail(to=address))
        postman.send(mail(to=BEA))
    assert "planted" not in told(caught.value)
    assert [one.to for one in mail_house.mails] == [BEA]


@pytest.mark.parametrize("knows", [True, False], ids=["a server that knows them", "a server that does not"])
def test_an_address_with_other_letters(server_of: ServerOf, knows: bool) -> None:
    with mail_house(options={"enable_SMTPUTF8": knows}) as house, Postman(server_of(house)) as postman:
        if knows:
            postman.send(mail(to="grüße@planted.example"))
        else:
            with pytest.raises(Refused, match="takes no address with such letters"):
                postman.send(mail(to="grüße@planted.example"))
        postman.send(mail(to=BEA))
    assert len(house.mails) == 1 + knows


def test_a_server_that_cuts_the_wire_ends_the_session(mail_house: MailHouse, server_of: ServerOf) -> None:
    """It may have taken the mail: it is sent again later, once more at most."""
    mail_house.cuts = 1
    with Postman(server_of(mail_house)) as postman:
        with pytest.raises(Unavailable, match=r"no connection to the mail server 127\.0\.0\.1"):
            postman.send(mail())
        assert not postman.is_open
        with pytest.raises(Unavailable, match="has closed the session"):
            postman.send(mail(to=BEA))
    assert len(mail_house.mails) == 1


def test_a_server_that_is_down(mail_house: MailHouse, server_of: ServerOf) -> None:
    server = replace(server_of(mail_house), port=free_port())
    with pytest.raises(Unavailable, match=r"no connection to .*: check host, port and firewall"), Postman(server):
        pass


@pytest.fixture
def rude_port() -> Iterator[int]:
    """A server that greets with a refusal."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"554 not today\r\n")

        threading.Thread(target=greet, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)


def test_a_server_that_refuses_everybody_is_tried_again(
    mail_house: MailHouse, server_of: ServerOf, rude_port: int
) -> None:
    server = replace(server_of(mail_house), port=rude_port)
    with pytest.raises(Unavailable, match=r"refuses the session \(554\): try again later"), Postman(server):
        pass


def test_plain_text_where_tls_is_expected(mail_house: MailHouse, server_of: ServerOf) -> None:
    with (
        pytest.raises(Unavailable, match="no trusted TLS connection"),
        Postman(server_of(mail_house, disable_ssl=False)),
    ):
        pass
