"""`saltoks credentials`, `pin` and `invite` as a person types them: no PIN is ever printed but by `pin show`."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Run, Said, now
from mailhouse import MailHouse
from pinstage import GUS_MAIL, codes, pin_of, with_pins
from stage import Stage

ANN, GUS = "ann@house.example", "saltoks desk/gus"
SIGNED = ("--by", "Desk", "--reason", "lost phone")


@pytest.fixture
def house(stage: Stage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch, run: Run) -> Stage:
    """Ann and Gus have their PINs."""
    with_pins(stage, mail_house, monkeypatch)
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "gus", "room-2", 0, 60)
    assert run("sync", *now(stage)).code == 0
    return stage


def shows_no_pin(stage: Stage, said: Said) -> bool:
    """Whether neither of the two PINs, nor an address, is in what was printed."""
    hidden = (pin_of(stage, ANN), pin_of(stage, GUS), ANN, GUS_MAIL)
    return not any(str(one) in said.out + said.err for one in hidden)


def test_everybody_in_a_table_and_as_json(house: Stage, run: Run) -> None:
    """F183: exit code 0 while all is well, 1 once somebody waits in vain."""
    said = run("credentials", "--site", "house", *now(house))
    assert said.code == 0
    assert "house: 2 people" in said.out
    assert "delivered" in said.out
    assert shows_no_pin(house, said)
    found = json.loads(run("credentials", "--site", "house", "--json", *now(house)).out)
    assert [(one["customer_id"], one["pin"], one["fine"]) for one in found] == [
        ("ann", "delivered", True),
        ("gus", "delivered", True),
    ]
    house.sandbox.admin.set_user("NL0000000009", house.user_id(ANN), blocked=True)
    assert run("credentials", "--site", "house", *now(house)).code == 1


def test_the_four_checks_of_one_customer(house: Stage, mail_house: MailHouse, run: Run) -> None:
    """F128 to F131."""
    said = run("credentials", "--site", "house", "--customer", "gus", *now(house))
    assert said.code == 0
    assert [row in said.out for row in ("F128", "F129", "F130", "F131")] == [True] * 4
    assert "not ok" not in said.out
    mail_house.close()
    said = run("credentials", "--site", "house", "--customer", "gus", *now(house))
    assert said.code == 1
    assert "not ok" in said.out
    assert shows_no_pin(house, said)
    [first, *_] = json.loads(run("credentials", "--site", "house", "--customer", "gus", "--json", *now(house)).out)
    assert (first["row"], first["ok"]) == ("F128", False)
    unknown = run("credentials", "--site", "house", "--customer", "who", *now(house))
    assert (unknown.code, unknown.out) == (2, "")
    assert "the source has no customer 'who'" in unknown.err


def test_another_pin(house: Stage, mail_house: MailHouse, run: Run) -> None:
    """T11: by name and with a reason, and not printed."""
    before = pin_of(house, GUS)
    said = run("pin", "reissue", "--site", "house", "--customer", "gus", *SIGNED, *now(house))
    assert said.code == 0
    assert "pins 1, mails 1" in said.out
    assert shows_no_pin(house, said)
    assert codes(mail_house)[GUS_MAIL] == [before, pin_of(house, GUS)]
    [act] = house.query("select action, author, reason from access.pin_actions")
    assert act == {"action": "reissue", "author": "Desk", "reason": "lost phone"}


def test_only_pin_show_prints_a_pin(house: Stage, run: Run) -> None:
    """F187, F190."""
    said = run("pin", "show", "--site", "house", "--customer", "gus", *SIGNED, *now(house))
    assert (said.code, said.out, said.err) == (0, f"{pin_of(house, GUS)}\n", "")
    [act] = house.query("select action, author, reason from access.pin_actions")
    assert act == {"action": "show", "author": "Desk", "reason": "lost phone"}


@pytest.mark.parametrize("command", ["reissue", "show"])
def test_nobody_does_that_without_a_name_and_a_reason(house: Stage, run: Run, command: str) -> None:
    said = run("pin", command, "--site", "house", "--customer", "gus", "--by", "Desk", *now(house))
    assert said.code == 64
    assert "Missing parameter: reason" in said.err
    blank = run("pin", command, "--site", "house", "--customer", "gus", "--by", "", "--reason", "x", *now(house))
    assert blank.code == 64
    assert "by somebody, for a reason: give both" in blank.err
    assert house.query("select 1 from access.pin_actions") == []


def test_the_invitation_again(house: Stage, run: Run) -> None:
    """F95."""
    said = run("invite", "--site", "house", "--customer", "ann", *now(house))
    assert (said.code, said.out) == (0, "customer ann: Salto mails the invitation again\n")
    assert [mail.to for mail in house.sandbox.admin.mailbox()] == [ANN, ANN]
    guest = run("invite", "--site", "house", "--customer", "gus", *now(house))
    assert guest.code == 2
    assert "Salto has no invitation for customer gus" in guest.err
