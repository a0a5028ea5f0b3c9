"""PINs, end to end: asked for once a stay, mailed, and typed in at the door (F88, F96, T11)."""

from __future__ import annotations

import pytest

from flows.acts import ANN, GUS, fresh, push, said, tick
from flows.doors import by_lock
from mailhouse import MailHouse
from pinstage import GUS_MAIL, asked, codes, later, pin_of, pins, types
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage


def test_the_mailed_pin_opens_the_door(ready: Stage, mail_house: MailHouse) -> None:
    """F88, F96, F157: a member's and a guest's, each at their own door and in their own time."""
    ready.book("b1", "ann", "room-1", 15, 75)
    ready.book("b2", "gus", "room-2", 15, 75)
    outcomes = ready.sync()
    assert said(outcomes) == ""
    assert {name: outcomes[-1].counts[name] for name in ("pins", "mails")} == {"pins": 2, "mails": 2}
    sent = codes(mail_house)
    assert sent == {ANN: [pin_of(ready, ANN)], GUS_MAIL: [pin_of(ready, GUS)]}
    [ann], [gus] = sent[ANN], sent[GUS_MAIL]
    assert types(ready, ann, "Room 1", 20).opened
    assert not types(ready, ann, "Room 2").opened
    assert types(ready, gus, "Room 2").opened
    tick(ready, 105)
    assert not types(ready, ann, "Room 1").opened
    assert pins(ready) == {"ann": "delivered", "gus": "delivered"}
    text = next(mail.text for mail in mail_house.mails if mail.to == ANN)
    assert "Hello Ann Able" in text
    assert "  Room 1 door, from 2026-03-10 13:00 until 2026-03-10 14:30" in text
    assert "Europe/Amsterdam" in text


def test_a_repeat_asks_for_nothing_and_sends_nothing(ready: Stage, mail_house: MailHouse) -> None:
    """T11, design §9: ticks and reruns of the same run leave the PIN alone, and cost not one call more."""
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.sync("r1")
    assert len(mail_house.mails) == 1
    assert fresh(ready, lambda: push(ready, "r1"))[1] == 0
    ready.move(15)
    assert fresh(ready, ready.sync) == (2, 0)
    ready.move(30)
    ready.sandbox.admin.forget_calls()
    outcome = ready.sync()[-1]
    assert (asked(ready), outcome.calls, len(mail_house.mails)) == (0, None, 1)


LONGER = {
    "an extended booking": ("b1", "room-1", 0, 180),
    "another one that follows": ("b2", "room-1", 60, 180),
    "another door": ("b2", "room-2", 30, 180),
    "after a break too short for a PIN": ("b2", "room-1", 120, 180),
}


@pytest.mark.parametrize(("booking", "room", "start", "end"), LONGER.values(), ids=LONGER.keys())
def test_a_longer_stay_keeps_its_pin(
    ready: Stage, mail_house: MailHouse, booking: str, room: str, start: int, end: int
) -> None:
    """T11: the code that somebody has in their hand goes on working, at the new door and until the new end."""
    ready.book("b1", "gus", "room-1", 0, 60)
    ready.sync()
    [code] = codes(mail_house)[GUS_MAIL]
    ready.book(booking, "gus", room, start, end)
    for minute in (15, 45, 60, 75, 105, 120):
        later(ready, minute)
        assert asked(ready) == 0
    assert types(ready, code, f"Room {room[-1]}", 150).opened
    assert len(mail_house.mails) == 1


def test_the_next_stay_has_a_pin_of_its_own(ready: Stage, mail_house: MailHouse) -> None:
    """F79, F190: the one before opens no more, and its text is gone from our records while the fact stays."""
    ready.book("b1", "gus", "room-1", 0, 60)
    ready.book("b2", "gus", "room-1", 300, 360)
    ready.sync()
    for minute in (60, 75, 150, 210):
        later(ready, minute)
        assert asked(ready) == 0
    rows = ready.query("select state, sealed is null as gone, stay from access.pins")
    assert rows == [{"state": "delivered", "gone": True, "stay": "20260310T120000Z"}]
    later(ready, 285)
    first, second = codes(mail_house)[GUS_MAIL]
    assert types(ready, second, "Room 1", 301).opened
    assert not types(ready, first, "Room 1").opened


def test_a_source_that_blinks_costs_nobody_their_pin(ready: Stage, mail_house: MailHouse) -> None:
    """T3, T11: the booking is gone in one run and back in the next."""
    ready.book("b1", "gus", "room-1", 0, 600)
    ready.book("b2", "ann", "room-2", 0, 600)
    ready.sync()
    ready.unbook("b1")
    later(ready, 15)
    ready.book("b1", "gus", "room-1", 0, 600)
    later(ready, 30)
    assert asked(ready) == 0
    [code] = codes(mail_house)[GUS_MAIL]
    assert types(ready, code, "Room 1", 45).opened


def test_a_pin_comes_just_before_the_doors_open(ready: Stage, mail_house: MailHouse) -> None:
    """F79, F96: a window group lets somebody in a day ahead; the credentials go out an hour before."""
    by_lock(ready)
    ready.book("b1", "gus", "room-1", 300, 360)
    for minute, count in ((0, 0), (15, 0), (210, 0), (225, 1), (240, 0)):
        later(ready, minute)
        assert asked(ready) == count
    [code] = codes(mail_house)[GUS_MAIL]
    assert not types(ready, code, "Room 1", 284).opened
    assert types(ready, code, "Room 1", 286).opened


def test_who_is_made_anew_at_salto_gets_another_pin(ready: Stage, mail_house: MailHouse) -> None:
    """F138: with the user their PIN is gone, so nobody has it any more."""
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.sync()
    ready.sandbox.admin.remove_user(SITE_UID, ready.user_id(ANN))
    later(ready, 15)
    _, second = codes(mail_house)[ANN]
    assert types(ready, second, "Room 1").opened


def test_two_customers_who_turn_out_to_be_one_person_keep_the_pin(ready: Stage, mail_house: MailHouse) -> None:
    """T11, T12: another row with the same e-mail, and a lower id, stands for the same user at Salto."""
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.sync()
    ready.add("customers", "abe", "Abe Able", ANN, "yes", "no")
    ready.book("b2", "abe", "room-2", 0, 600)
    later(ready, 15)
    assert asked(ready) == 0
    assert pins(ready) == {"abe": "delivered"}
    [code] = codes(mail_house)[ANN]
    assert types(ready, code, "Room 1").opened
    assert types(ready, code, "Room 2").opened


@pytest.mark.parametrize("refused", ["PATCH */users/*", "PUT */pin"], ids=["use_pin", "the PIN"])
def test_one_refused_person_stops_nobody_else(ready: Stage, mail_house: MailHouse, refused: str) -> None:
    """T22: the run says so, and the next one makes up for it."""
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.book("b2", "gus", "room-2", 0, 600)
    ready.sync("r1")
    ready.book("b3", "ann", "club", 0, 600)
    assert len(mail_house.mails) == 2
    ready.add("customers", "bea", "Bea Bold", "bea@house.example", "yes", "no")
    ready.add("customers", "cid", "Cid Cold", "cid@house.example", "yes", "no")
    ready.book("b4", "bea", "club", 5, 600)
    ready.book("b5", "cid", "club", 6, 600)
    ready.sandbox.admin.faults(Fault("status", route=refused, status=400, times=1))
    outcome = later(ready, 15)[-1]
    assert [text.split(":")[0] for text in outcome.failures] == ["customer bea gets no PIN"]
    assert {mail.to for mail in mail_house.mails[2:]} == {"cid@house.example"}
    ready.sandbox.admin.faults()
    assert later(ready, 30)[-1].failures == []
    assert types(ready, codes(mail_house)["bea@house.example"][0], "Club").opened
