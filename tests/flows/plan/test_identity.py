"""Who is who at the doors: mailboxes that are handed on, ids that are used again, guests who become members.

Nobody's door opens for somebody else: what contradicts itself is told, by customer (F138, T12).
"""

from __future__ import annotations

from typing import Any

import pytest

from flows.acts import ANN, GUS, said, site
from flows.conftest import OpenStage
from stage import SITE_UID, Stage

BOB = "bob@house.example"


def three_times(stage: Stage) -> str:
    """Three syncs, a quarter of an hour apart; all that they said."""
    texts = []
    for _ in range(3):
        stage.move(round((stage.at.hour - 12) * 60 + stage.at.minute) + 15)
        texts.append(said(stage.sync()))
    return "\n".join(texts)


def house(stage: Stage) -> None:
    """Ann in Room 1, Bob in the Club."""
    stage.add("customers", "bob", "Bob Baker", BOB, "yes", "no")
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "bob", "club", 0, 600)
    stage.sync()


def test_a_mailbox_that_is_handed_on(stage: Stage) -> None:
    """T12: Ann stays in her room all the time, and Cyd gets a user of her own."""
    house(stage)
    ann = stage.user_id(ANN)
    stage.add("customers", "ann", "Ann Able", "ann.able@new.example", "yes", "no")
    stage.add("customers", "cyd", "Cyd Cole", ANN, "yes", "no")
    stage.book("b3", "cyd", "room-2", 0, 600)
    stage.move(15)
    text = said(stage.sync())
    assert "customer cyd becomes nobody at Salto" in text
    assert stage.members("Room 2") == set()
    assert stage.opens("ann.able@new.example", "Room 1")
    three_times(stage)
    assert stage.members("Room 1") == {"ann.able@new.example"}
    assert stage.user_id("ann.able@new.example") == ann
    assert stage.members("Room 2") == {ANN}
    assert stage.user_id(ANN) != ann


def test_a_mailbox_whose_owner_has_a_profile_stays_theirs(stage: Stage) -> None:
    """T12: then nobody but Ann can change her address, so Cyd is somebody to look after, by name of the customer."""
    house(stage)
    ann = stage.user_id(ANN)
    stage.sandbox.admin.set_user(SITE_UID, ann, has_profile=True)
    stage.add("customers", "ann", "Ann Able", "ann.able@new.example", "yes", "no")
    stage.add("customers", "cyd", "Cyd Cole", ANN, "yes", "no")
    stage.book("b3", "cyd", "room-2", 0, 600)
    assert (
        "customer cyd becomes nobody at Salto, since their e-mail is that of the user of customer ann"
        in three_times(stage)
    )
    assert stage.members("Room 1") == {ANN}
    assert stage.members("Room 2") == set()


@pytest.mark.parametrize("left", ["inactive", "gone", "there"])
def test_the_mailbox_of_somebody_who_left(stage: Stage, left: str) -> None:
    """T12: whose account it is was decided when it was made; whoever has the mailbox now is told, not let in."""
    house(stage)
    stage.configure(source=stage.site["source"] | {"guards": {"min_rows": 0, "max_shrink_percent": 100}})
    stage.unbook("b1")
    active = "yes" if left == "there" else "no"
    stage.add("customers", "ann", "Ann Able", ANN, active, "no")
    if left == "gone":
        stage.write("customers", [row for row in stage.tables["customers"] if row[0] != "ann"])
    stage.add("customers", "abc", "Cyd Cole", ANN, "yes", "no")
    stage.book("b3", "abc", "room-2", 0, 600)
    assert "customer abc becomes nobody at Salto" in three_times(stage)
    assert stage.members("Room 2") == set()


def test_somebody_who_comes_back_under_another_id_is_the_same_person(stage: Stage) -> None:
    """F138: name and e-mail say so."""
    house(stage)
    ann = stage.user_id(ANN)
    stage.configure(source=stage.site["source"] | {"guards": {"min_rows": 0, "max_shrink_percent": 100}})
    stage.write("customers", [row for row in stage.tables["customers"] if row[0] != "ann"])
    stage.unbook("b1")
    stage.add("customers", "m-77", "Able, Ann", ANN, "yes", "no")
    stage.book("b3", "m-77", "room-2", 0, 600)
    three_times(stage)
    assert stage.members("Room 2") == {ANN}
    assert stage.user_id(ANN) == ann


def test_an_id_that_is_given_to_somebody_else(stage: Stage) -> None:
    """T12: another name and another e-mail are another person, who gets a user of their own."""
    house(stage)
    ann = stage.user_id(ANN)
    stage.add("customers", "ann", "Cyd Cole", "cyd@house.example", "yes", "no")
    stage.move(15)
    text = said(stage.sync())
    assert "customer ann tells of another person than before" in text
    assert stage.members("Room 1") == {"cyd@house.example"}
    assert stage.user_id("cyd@house.example") != ann
    assert stage.user_id(ANN) == ann  # she is still somebody, with no door
    three_times(stage)
    assert stage.members("Room 1") == {"cyd@house.example"}


@pytest.mark.parametrize("mails", [("ann@house.example", "zed@house.example"), ("", "")], ids=["mails", "names"])
def test_a_guest_s_id_that_is_given_to_the_next_guest(stage: Stage, mails: tuple[str, str]) -> None:
    """T12, F77: whoever holds the key of the guest before opens nothing of the guest after."""
    stage.add("customers", "g7", "Ann Able", mails[0], "yes", "yes")
    stage.book("b1", "g7", "room-1", 0, 600)
    stage.sync()
    ann = stage.user_id("saltoks desk/g7")
    stage.add("customers", "g7", "Zed Zulu", mails[1], "yes", "yes")
    stage.unbook("b1")
    stage.book("b2", "g7", "room-2", 0, 600)
    assert "customer g7 tells of another person than before" in three_times(stage)
    inside = [group for group in site(stage)["groups"] if group["customer_reference"] in {"Room 1", "Room 2"}]
    assert [len(group["members"]) for group in inside] == [0, 1]
    assert ann not in inside[1]["members"]


def test_ids_that_are_counted_anew_move_nobody(stage: Stage) -> None:
    """F138: everybody is found by name and e-mail, and keeps the user that they had."""
    house(stage)
    ann, bob = stage.user_id(ANN), stage.user_id(BOB)
    stage.write("customers", [("ann", "Bob Baker", BOB, "yes", "no"), ("bob", "Ann Able", ANN, "yes", "no")])
    stage.write("bookings", [])
    stage.book("b1", "bob", "room-1", 0, 600)
    stage.book("b2", "ann", "club", 0, 600)
    three_times(stage)
    assert (stage.members("Room 1"), stage.members("Club")) == ({ANN}, {BOB})
    assert (stage.user_id(ANN), stage.user_id(BOB)) == (ann, bob)
    assert len(site(stage)["users"]) == 3


def test_two_who_were_one_user_and_get_an_address_each(stage: Stage) -> None:
    """T12: the user stays with whose e-mail it has."""
    stage.add("customers", "abe", "Abe Able", ANN, "yes", "no")
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "abe", "room-2", 0, 600)
    assert "customers abe and ann share one e-mail" in said(stage.sync())
    stage.add("customers", "abe", "Abe Able", "abe@house.example", "yes", "no")
    three_times(stage)
    assert stage.members("Room 1") == {ANN}
    assert stage.members("Room 2") == {"abe@house.example"}


def test_a_guest_who_becomes_a_member_is_invited(stage: Stage) -> None:
    """F77, F95: a site user with the e-mail; the guest that they were has no door any more."""
    stage.book("b1", "gus", "room-1", 0, 600)
    stage.sync()
    stage.add("customers", "gus", "Gus Guest", "gus@house.example", "yes", "no")
    text = three_times(stage)
    assert stage.members("Room 1") == {"gus@house.example"}
    assert "gus@house.example" in [mail.to for mail in stage.sandbox.admin.mailbox()]
    assert "customer gus was a guest and is a site user now" in text
    assert stage.opens("gus@house.example", "Room 1")


def test_a_guest_who_was_blocked_by_hand_is_not_let_in_anew(stage: Stage) -> None:
    """F77: a person's decision at Salto stands."""
    stage.book("b1", "gus", "room-1", 0, 600)
    stage.sync()
    stage.sandbox.admin.set_user(SITE_UID, stage.user_id(GUS), blocked=True)
    stage.add("customers", "gus", "Gus Guest", "gus@house.example", "yes", "no")
    assert "customer gus is suspended or blocked at Salto" in three_times(stage)
    assert stage.members("Room 1") == {GUS}


def test_nobody_is_invited_to_an_address_that_two_people_claim(stage: Stage) -> None:
    """T12: an edit of Ann's row may not send Ann's account to Bob."""
    stage.add("customers", "bob", "Bob Baker", BOB, "yes", "no")
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    stage.add("customers", "ann", "Ann Able", BOB, "yes", "no")
    assert "customer ann has the e-mail of another user" in three_times(stage)
    assert stage.members("Room 1") == {ANN}


def test_a_user_of_the_same_e_mail_and_another_name_is_told_once(open_stage: OpenStage) -> None:
    """F138: the e-mail alone says who it is, so that is said."""
    desk: dict[str, Any] = {"first_name": "Front", "last_name": "Desk", "email": ANN}
    stage = open_stage(lambda world: world["sites"][0]["users"].append(desk))
    stage.book("b1", "ann", "room-1", 0, 600)
    assert "customer ann has the e-mail of a user of the site who has another name there" in said(stage.sync())
    stage.move(15)
    assert "another name there" not in said(stage.sync())
