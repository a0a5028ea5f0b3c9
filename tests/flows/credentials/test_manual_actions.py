"""What a person does by hand: another PIN, a look at it, the invitation again, and why no mail came."""

from __future__ import annotations

import pytest

from flows.acts import ANN, GUS, said
from flows.conftest import OpenStage
from mailhouse import MailHouse
from pinstage import GUS_MAIL, asked, code_in, codes, keypads, later, outbox, pin_of, pins, types, with_pins
from saltoks.core.errors import FixInput
from saltoks.flows.credentials import manual_actions
from saltoks.flows.credentials.overview import PersonView, credentials, diagnose_invitation
from saltoks.flows.run.steps import Outcome
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage


def reissue(stage: Stage, customer: str, by: str = "Desk", because: str = "lost") -> Outcome:
    """Another PIN at the stage's instant."""
    with stage.runtime() as rt:
        return manual_actions.reissue(rt, rt.settings.site("house"), f"by/{stage.at}", customer, by=by, because=because)


def acts(stage: Stage) -> list[tuple[str, str, str, str]]:
    """What is on record of what people did: whose PIN, what, who and why."""
    rows = stage.query("select * from access.pin_actions join access.pins using (pin_id) order by action_id")
    return [(row["customer_id"], row["action"], row["author"], row["reason"]) for row in rows]


def test_another_pin_takes_the_place_of_the_one_before(ready: Stage, mail_house: MailHouse) -> None:
    """T11: only because somebody decided it, who is on record; the next runs leave the new one alone."""
    ready.book("b1", "gus", "room-1", 0, 600)
    ready.sync()
    outcome = reissue(ready, "gus")
    assert (outcome.state, outcome.counts) == ("done", {"pins": 1, "mails": 1})
    first, second = codes(mail_house)[GUS_MAIL]
    assert types(ready, second, "Room 1", 5).opened
    assert not types(ready, first, "Room 1").opened
    assert acts(ready) == [("gus", "reissue", "Desk", "lost")]
    later(ready, 15)
    assert (asked(ready), len(mail_house.mails)) == (0, 2)
    assert [row[1] for row in outbox(ready)] == ["sent", "sent"]


def test_the_mail_with_the_old_pin_never_follows_the_new_one(ready: Stage, mail_house: MailHouse) -> None:
    """It waited for the server while the PIN was replaced."""
    mail_house.close()
    ready.book("b1", "gus", "room-1", 0, 600)
    ready.sync()
    mail_house.open()
    reissue(ready, "gus")
    later(ready, 15)
    assert codes(mail_house) == {GUS_MAIL: [pin_of(ready, GUS)]}
    assert [row[1:] for row in outbox(ready)] == [
        ("failed", 1, "another PIN took its place"),
        ("sent", 1, None),
    ]


def test_a_stop_in_the_middle_of_another_pin_is_made_up_for(ready: Stage, mail_house: MailHouse) -> None:
    """T20: from the moment it was decided the old PIN counts for nothing, so the next run brings the new one."""
    ready.book("b1", "gus", "room-1", 0, 600)
    ready.sync()
    ready.sandbox.admin.faults(Fault("cut_after", route="PUT */pin", times=1))
    with pytest.raises(Exception, match="Could not ask for a PIN"):
        reissue(ready, "gus")
    assert pins(ready) == {"gus": "asked"}
    assert said(later(ready, 15)) == ""
    assert codes(mail_house)[GUS_MAIL][-1] == pin_of(ready, GUS)


def test_a_corrected_address_gets_the_pin(ready: Stage, mail_house: MailHouse) -> None:
    """F129: what the failure of the run told to do."""
    mail_house.refusals[GUS_MAIL] = "550 no such user"
    ready.book("b1", "gus", "room-1", 0, 600)
    ready.sync()
    ready.add("customers", "gus", "Gus Guest", "gus@right.example", "yes", "yes")
    later(ready, 15)
    assert mail_house.mails == []
    assert reissue(ready, "gus").state == "done"
    assert types(ready, codes(mail_house)["gus@right.example"][0], "Room 1").opened


NOBODY: dict[str, tuple[str, dict[str, str], str]] = {
    "unknown": ("who", {}, "the source has no customer 'who'"),
    "not covered": ("ann", {"pin": "guests"}, "credentials.pin: guests gives customer ann no PIN: widen it"),
    "switched off": ("gus", {"pin": "off"}, "site house hands out no PINs: set credentials.pin"),
    "not at Salto": ("cid", {}, "customer cid is not at Salto KS, or suspended or blocked there"),
    "no stay now": ("bea", {}, "customer bea is in no group for a stay that is on or begins within 60 minutes"),
}


@pytest.mark.parametrize(("customer", "switches", "sentence"), NOBODY.values(), ids=NOBODY.keys())
def test_there_must_be_somebody_to_give_a_pin_to(
    ready: Stage, customer: str, switches: dict[str, str], sentence: str
) -> None:
    ready.add("customers", "bea", "Bea Bold", "bea@house.example", "yes", "no")
    ready.add("customers", "cid", "Cid Cold", "cid@house.example", "yes", "no")
    ready.book("b1", "gus", "room-1", 0, 600)
    ready.book("b2", "ann", "room-2", 0, 600)
    ready.book("b3", "bea", "club", -60, 5)
    ready.sync()
    later(ready, 30)
    ready.configure(credentials=ready.site["credentials"] | switches)
    ready.sandbox.admin.forget_calls()
    with pytest.raises(FixInput) as caught:
        reissue(ready, customer)
    assert sentence in caught.value.message
    assert asked(ready) == 0


@pytest.mark.parametrize(("by", "because"), [("", "lost"), ("Desk", "  ")], ids=["nobody", "no reason"])
def test_somebody_must_say_who_and_why(ready: Stage, by: str, because: str) -> None:
    ready.book("b1", "gus", "room-1", 0, 600)
    ready.sync()
    with pytest.raises(FixInput, match="by somebody, for a reason: give both"):
        reissue(ready, "gus", by, because)
    with ready.runtime() as rt, pytest.raises(FixInput, match="give both"):
        manual_actions.show_pin(rt, rt.settings.site("house"), "gus", by=by, because=because)
    assert acts(ready) == []


def test_a_pin_can_be_looked_at_and_that_is_kept(ready: Stage) -> None:
    """F187, F190: the backup code of somebody who got no mail; gone with the stay."""
    ready.book("b1", "gus", "room-1", 0, 60)
    ready.sync()
    with ready.runtime() as rt:
        house = rt.settings.site("house")
        assert manual_actions.show_pin(rt, house, "gus", by="Desk", because="no phone") == pin_of(ready, GUS)
        with pytest.raises(FixInput, match="no PIN of customer ann is kept at house: see `saltoks credentials`"):
            manual_actions.show_pin(rt, house, "ann", by="Desk", because="no phone")
    assert acts(ready) == [("gus", "show", "Desk", "no phone")]
    later(ready, 90)
    with ready.runtime() as rt, pytest.raises(FixInput, match="no PIN of customer gus is kept"):
        manual_actions.show_pin(rt, rt.settings.site("house"), "gus", by="Desk", because="no phone")


def test_an_invitation_can_be_sent_again(ready: Stage) -> None:
    """F95: Salto's own mail; there is none for a guest, for who accepted it, or for who is not there yet."""
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.book("b2", "gus", "room-1", 0, 600)
    with ready.runtime() as rt, pytest.raises(FixInput, match="customer ann is nobody at Salto KS yet"):
        manual_actions.invite(rt, rt.settings.site("house"), "ann")
    ready.sync()
    with ready.runtime() as rt:
        house = rt.settings.site("house")
        manual_actions.invite(rt, house, "ann")
        assert [mail.to for mail in ready.sandbox.admin.mailbox()] == [ANN, ANN]
        with pytest.raises(FixInput, match="Salto has no invitation for customer gus"):
            manual_actions.invite(rt, house, "gus")
        ready.sandbox.admin.set_user(SITE_UID, ready.user_id(ANN), has_profile=True)
        with pytest.raises(FixInput, match=r"customer ann \(1100\): they have no e-mail there, or have accepted it"):
            manual_actions.invite(rt, house, "ann")


def people(stage: Stage) -> dict[str, PersonView]:
    """Everybody, by customer id."""
    with stage.runtime() as rt:
        return {one.customer_id: one for one in credentials(rt, rt.settings.site("house"))}


def test_everybody_with_what_they_have(ready: Stage, mail_house: MailHouse) -> None:
    """F183, F187: who is invited, has a seat, a PIN and the mail; who waits in vain is marked."""
    mail_house.refusals[GUS_MAIL] = "550 no such user"
    ready.add("customers", "cid", "Cid Cold", "cid@house.example", "yes", "no")
    ready.book("b1", "ann", "room-1", 0, 60)
    ready.book("b2", "gus", "room-2", 0, 60)
    ready.book("b3", "cid", "club", 600, 660)
    ready.sync()
    ready.sandbox.admin.set_user(SITE_UID, ready.user_id(ANN), has_profile=True)
    found = people(ready)
    assert found["ann"] == PersonView(
        customer_id="ann",
        full_name="Ann Able",
        kind="user",
        invited="accepted",
        seat="yes",
        stay="from 2026-03-10 12:45 until 2026-03-10 14:15",
        pin="delivered",
        mail="sent 2026-03-10 12:00 UTC",
        fine=True,
    )
    gus, cid = found["gus"], found["cid"]
    assert (gus.kind, gus.invited, gus.pin, gus.fine) == ("guest", "no", "issued", False)
    assert gus.mail.startswith("failed, 1 tries: the mail server 127.0.0.1:")
    assert (cid.kind, cid.seat, cid.pin, cid.fine) == ("not there yet", "no", "later", True)
    ready.sandbox.admin.set_user(SITE_UID, ready.user_id(ANN), subscription_state="suspended")
    assert (people(ready)["ann"].seat, people(ready)["ann"].fine) == ("suspended", False)


def answers(stage: Stage, customer: str) -> dict[str, tuple[bool, str]]:
    """The four checks for one customer."""
    with stage.runtime() as rt:
        found = diagnose_invitation(rt, rt.settings.site("house"), customer)
    assert [one.row for one in found] == ["F128", "F129", "F130", "F131"]
    return {one.row: (one.ok, one.said) for one in found}


def test_the_four_checks_of_somebody_who_has_it_all(ready: Stage, mail_house: MailHouse) -> None:
    """F128 to F131: nothing is sent and nothing is changed by asking."""
    ready.book("b1", "gus", "room-1", 0, 60)
    ready.sync()
    sent = len(mail_house.mails)
    assert answers(ready, "gus") == {
        "F128": (True, "it is switched on, and who sends it answers"),
        "F129": (True, "the source has an e-mail of theirs"),
        "F130": (True, "booking b1 is confirmed"),
        "F131": (True, "their doors open from 2026-03-10 12:45 until 2026-03-10 14:15"),
    }
    assert len(mail_house.mails) == sent


def test_each_check_names_what_is_wrong_and_what_to_do(ready: Stage, mail_house: MailHouse) -> None:
    """F128 to F131, all four at once."""
    mail_house.close()
    ready.add("customers", "gus", "Gus Guest", "", "yes", "yes")
    ready.book("b1", "gus", "room-1", 0, 60, status="tentative")
    ready.sync()
    found = answers(ready, "gus")
    assert [ok for ok, _ in found.values()] == [False] * 4
    assert found["F128"][1].startswith("no connection to the mail server 127.0.0.1")
    assert found["F129"][1] == "the source has no e-mail of theirs: add it there"
    assert found["F130"][1] == "booking b1 is tentative: confirm it in the booking system"
    assert found["F131"][1].startswith("the status of booking b1, “tentative”, opens no door: change it there, or add")


SILENT: dict[str, tuple[str, dict[str, str], bool, str]] = {
    "a guest without PINs": ("gus", {"pin": "off"}, False, "set credentials.pin: guests"),
    "a user without app and PIN": ("ann", {"pin": "off", "mobile": "false"}, False, "set credentials.pin: everyone"),
    "PINs that nobody mails": ("gus", {"pin_delivery": "none"}, False, "pin_delivery: none"),
    "a user who is invited": ("ann", {"pin": "off"}, True, "switched on"),
    "a mail server that is not named": ("gus", {"mail_connection": "none_such"}, False, "none_such"),
}


@pytest.mark.parametrize(("customer", "switches", "ok", "sentence"), SILENT.values(), ids=SILENT.keys())
def test_whether_anything_is_sent_at_all(
    open_stage: OpenStage,
    mail_house: MailHouse,
    monkeypatch: pytest.MonkeyPatch,
    customer: str,
    switches: dict[str, str],
    ok: bool,
    sentence: str,
) -> None:
    """F128."""
    monkeypatch.setenv("AIRFLOW_CONN_NONE_SUCH", '{"conn_type": "smtp", "description": "none_such"}')
    stage = with_pins(open_stage(keypads), mail_house, monkeypatch, **switches)
    stage.book("b1", customer, "room-1", 0, 600)
    stage.sync()
    found = answers(stage, customer)["F128"]
    assert found[0] is ok
    assert sentence in found[1]


def test_an_address_that_is_not_right_is_told(ready: Stage, mail_house: MailHouse) -> None:
    """F129: no address at all, another one at Salto, one that the mail server refused; never the address itself."""
    mail_house.refusals[GUS_MAIL] = "550 no such user"
    ready.book("b1", "ann", "room-1", 0, 600)
    ready.book("b2", "gus", "room-1", 0, 600)
    ready.sync()
    refused = answers(ready, "gus")["F129"]
    assert refused[0] is False
    assert "refuses the recipient (550)" in refused[1]
    assert refused[1].endswith("then `saltoks pin reissue`")
    ready.sandbox.admin.set_user(SITE_UID, ready.user_id(ANN), has_profile=True)  # so it is hers to change
    ready.add("customers", "ann", "Ann Able", "ann@elsewhere.example", "yes", "no")
    ready.add("customers", "gus", "Gus Guest", "gus at guest", "yes", "yes")
    later(ready, 15)
    assert answers(ready, "ann")["F129"] == (
        False,
        "Salto KS knows another e-mail than the source: correct one of them, then `saltoks invite`",
    )
    assert answers(ready, "gus")["F129"][0] is False
    assert all(code_in(mail) for mail in mail_house.mails)
