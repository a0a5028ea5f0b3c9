"""The outbox: mails go out once, wait for a server that is down, and never stop the doors (F95, F96)."""

from __future__ import annotations

import json

import pytest

from flows.acts import ANN, GUS, said
from flows.conftest import OpenStage
from mailhouse import MailHouse
from pinstage import GUS_MAIL, asked, codes, keypads, later, outbox, pin_of, pins, types, with_pins
from saltoks.core.retries import MAIL_TRIES
from stage import Stage


def both(stage: Stage) -> None:
    """Ann and Gus have bookings for the day."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-2", 5, 600)


def test_a_mail_server_that_is_down_stops_no_door(ready: Stage, mail_house: MailHouse) -> None:
    """F95: a warning, and the same PIN goes out with the next run that finds the server."""
    mail_house.close()
    both(ready)
    outcome = ready.sync()[-1]
    assert outcome.failures == []
    [warning] = outcome.warnings
    assert warning.startswith(
        "2 mail(s) with PINs could not be sent, 1 time(s) by now: no connection to the mail server"
    )
    assert ready.opens(ANN, "Room 1")
    assert pins(ready) == {"ann": "issued", "gus": "issued"}
    before = {ANN: pin_of(ready, ANN), GUS_MAIL: pin_of(ready, GUS)}
    mail_house.open()
    assert said(later(ready, 15)) == ""
    assert asked(ready) == 0
    assert {to: code for to, [code] in codes(mail_house).items()} == before
    assert pins(ready) == {"ann": "delivered", "gus": "delivered"}
    later(ready, 30)
    assert len(mail_house.mails) == 2


def test_a_mail_server_that_stays_down_is_a_failure_in_the_end(ready: Stage, mail_house: MailHouse) -> None:
    """F95: told once, red from the fourth try on, and tried again for as long as the stay lasts."""
    mail_house.close()
    ready.book("b1", "ann", "room-1", 0, 60)
    states = [later(ready, 15 * run)[-1].state for run in range(MAIL_TRIES + 1)]
    assert states == ["warned"] + ["done"] * (MAIL_TRIES - 2) + ["failed"] * 2
    [(_, state, attempts, reason)] = outbox(ready)
    assert (state, attempts) == ("pending", MAIL_TRIES + 1)
    assert str(reason).startswith("no connection to the mail server 127.0.0.1")
    assert later(ready, 75)[-1].state == "done"
    assert outbox(ready) == [("ann", "failed", MAIL_TRIES + 1, "the stay was over first")]
    mail_house.open()
    later(ready, 90)
    assert mail_house.mails == []


def test_a_refused_recipient_is_a_failure_and_stops_nobody_else(ready: Stage, mail_house: MailHouse) -> None:
    """F129, T22: said once, with what to do; the address is not in it."""
    mail_house.refusals[ANN] = "550 no such user"
    both(ready)
    outcome = ready.sync()[-1]
    [failure] = outcome.failures
    assert failure.startswith("customer ann does not get their PIN: the mail server 127.0.0.1:")
    assert "refuses the recipient (550): correct the e-mail in the source" in failure
    assert "then `saltoks pin reissue --site house --customer ann`" in failure
    assert ANN not in failure
    assert codes(mail_house).keys() == {GUS_MAIL}
    assert said(later(ready, 15)) == ""
    assert [row[:3] for row in outbox(ready)] == [("ann", "failed", 1), ("gus", "sent", 1)]


def test_a_recipient_who_is_refused_for_now_is_tried_again(ready: Stage, mail_house: MailHouse) -> None:
    """Greylisting is no mistake of anybody's."""
    mail_house.refusals[ANN] = "451 come back later"
    both(ready)
    outcome = ready.sync()[-1]
    assert (outcome.failures, len(outcome.warnings), len(mail_house.mails)) == ([], 1, 1)
    mail_house.refusals.clear()
    assert said(later(ready, 15)) == ""
    assert codes(mail_house)[ANN] == [pin_of(ready, ANN)]


def test_a_mail_whose_answer_was_lost_is_sent_once_more(ready: Stage, mail_house: MailHouse) -> None:
    """At least once: the same PIN under the same Message-ID, and after that never again."""
    mail_house.cuts = 1
    ready.book("b1", "ann", "room-1", 0, 600)
    assert ready.sync()[-1].state == "warned"
    for minute in (15, 30):
        assert said(later(ready, minute)) == ""
    first, second = mail_house.mails
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert codes(mail_house) == {ANN: [pin_of(ready, ANN)] * 2}


def test_a_guest_without_an_email_is_named_until_there_is_one(ready: Stage, mail_house: MailHouse) -> None:
    """F129: the PIN is there, and can be handed on; once the source has an address, the mail goes out."""
    ready.add("customers", "gus", "Gus Guest", "", "yes", "yes")
    ready.book("b1", "gus", "room-1", 0, 600)
    outcome = ready.sync()[-1]
    assert outcome.warnings == [
        "customer gus has a PIN and no e-mail: add one in the source, or hand the PIN on yourself (`saltoks pin show`)"
    ]
    assert outbox(ready) == [("gus", "pending", 0, "no e-mail in the source")]
    ready.add("customers", "gus", "Gus Guest", GUS_MAIL, "yes", "yes")
    assert said(later(ready, 15)) == ""
    assert asked(ready) == 0
    assert types(ready, codes(mail_house)[GUS_MAIL][0], "Room 1").opened


def test_a_stay_that_is_called_off_is_not_written_about(ready: Stage, mail_house: MailHouse) -> None:
    """The mail that waited for the server says nothing of doors that no longer open."""
    mail_house.close()
    ready.book("b1", "gus", "room-1", 0, 600)
    ready.sync()
    ready.book("b1", "gus", "room-1", 0, 600, status="cancelled")
    mail_house.open()
    later(ready, 15)
    assert mail_house.mails == []
    assert outbox(ready) == [("gus", "pending", 1, "nothing is granted any more")]


def test_a_pin_can_be_left_to_others_to_deliver(
    open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F93: `pin_delivery: none` keeps it, sealed, and asks for it once like any other; mailed once that is asked."""
    stage = with_pins(open_stage(keypads), mail_house, monkeypatch, pin_delivery="none")
    stage.book("b1", "gus", "room-1", 0, 600)
    assert said(stage.sync()) == ""
    later(stage, 15)
    assert asked(stage) == 0
    assert (pins(stage), outbox(stage), mail_house.mails) == ({"gus": "issued"}, [], [])
    stage.configure(credentials=stage.site["credentials"] | {"pin_delivery": "mail"})
    later(stage, 30)
    assert codes(mail_house) == {GUS_MAIL: [pin_of(stage, GUS)]}


WRONG: dict[str, tuple[dict[str, object], str]] = {
    "no host": ({"host": ""}, "connection 'post' names no host: fill in the mail server"),
    "no sender": ({"extra": {"disable_ssl": True}}, "connection 'post' has no from_email: fill it in, or set"),
    "no STARTTLS there": (
        {"extra": {"disable_ssl": True, "from_email": "a@b.example"}},
        "does not offer what is asked",
    ),
}


@pytest.mark.parametrize(("changes", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_a_person_must_mend_is_a_failure_at_once(
    ready: Stage,
    mail_house: MailHouse,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, object],
    sentence: str,
) -> None:
    """The doors are done; once it is mended, the mails go out."""
    monkeypatch.setenv("AIRFLOW_CONN_POST", json.dumps(mail_house.connection() | changes))
    both(ready)
    outcome = ready.sync()[-1]
    [failure] = outcome.failures
    assert failure.startswith("2 mail(s) with PINs could not be sent: ")
    assert sentence in failure
    assert ready.lets_in(GUS, "Room 2")
    monkeypatch.setenv("AIRFLOW_CONN_POST", json.dumps(mail_house.connection()))
    assert said(later(ready, 15)) == ""
    assert len(mail_house.mails) == 2


def test_a_sender_that_is_refused_is_a_failure_and_nothing_is_lost(ready: Stage, mail_house: MailHouse) -> None:
    """One sentence for all of them."""
    mail_house.senders_refused = True
    both(ready)
    [failure] = ready.sync()[-1].failures
    assert "refuses the sender (553): correct credentials.sender" in failure
    mail_house.senders_refused = False
    assert said(later(ready, 15)) == ""
    assert len(mail_house.mails) == 2


def test_another_key_of_airflow_opens_no_pin_and_says_so(
    ready: Stage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F190: the key that sealed it must stay behind the new one."""
    mail_house.close()
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.sync()
    mail_house.open()
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "Zm9ydHktdGhyZWUtYmFzZTY0LWxldHRlcnMtb3Igc28=")
    [failure] = later(ready, 15)[-1].failures
    assert failure.startswith("1 mail(s) with PINs are not sent: the stored PIN was sealed with another Fernet key")
    assert mail_house.mails == []
