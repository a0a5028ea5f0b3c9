"""Held changes: listed, accepted once by a named person, planned anew before they are made."""

from __future__ import annotations

import pytest

from flows.acts import ANN, push, writes
from saltoks.core.errors import FixInput
from saltoks.flows import access
from saltoks.flows import holds as flow
from saltoks.flows.run.steps import Outcome
from saltoks.warehouse.access.holds import Hold
from stage import Stage

BOB = "bob@house.example"
NONE = {"absolute": 0, "percent": 100}


@pytest.fixture
def held(stage: Stage) -> Stage:
    """Ann and Bob were in Room 1; their bookings are called off, and the limit lets nobody go unasked."""
    stage.add("customers", "bob", "Bob Baker", BOB, "yes", "no")
    stage.configure(limits={"removals_per_site": NONE})
    stage.book("b1", "ann", "room-1", -30, 600)
    stage.book("b2", "bob", "room-1", -30, 600)
    stage.sync()
    assert stage.members("Room 1") == {ANN, BOB}
    call_off(stage)
    stage.sync()
    return stage


def call_off(stage: Stage) -> None:
    """Both bookings are cancelled."""
    stage.book("b1", "ann", "room-1", -30, 600, "cancelled")
    stage.book("b2", "bob", "room-1", -30, 600, "cancelled")


def listed(stage: Stage) -> list[Hold]:
    """What is held at the house."""
    with stage.runtime() as rt:
        return flow.holds(rt, rt.settings.site("house"))


def accept(stage: Stage, *ids: int, by: str = "Vera", because: str = "the event was called off") -> list[Outcome]:
    """Vera's word for some held changes."""
    with stage.runtime() as rt:
        return flow.accept(rt, rt.settings.site("house"), f"accept/{ids}", ids, by=by, because=because)


def test_f166_a_held_change_is_listed_with_its_reason_until_somebody_accepts_it(held: Stage) -> None:
    assert held.members("Room 1") == {ANN, BOB}
    first, second = listed(held)
    assert {first.key.customer_id, second.key.customer_id} == {"ann", "bob"}
    assert first.because == "2 early removals are more than the 0 allowed at once at this site"
    assert first.state == "waiting"


def test_an_accepted_change_is_made_and_the_other_stays_held(held: Stage) -> None:
    of_ann = next(one for one in listed(held) if one.key.customer_id == "ann")
    assert accept(held, of_ann.hold_id)[-1].counts["confirmed"] == 1
    assert held.members("Room 1") == {BOB}
    [left] = listed(held)
    assert (left.key.customer_id, left.state) == ("bob", "waiting")
    [row] = held.query("select accepted_by, accepted_because, state from access.holds where customer_id = 'ann'")
    assert row == {"accepted_by": "Vera", "accepted_because": "the event was called off", "state": "done"}


def test_what_is_no_longer_wanted_is_not_done_though_it_was_accepted(held: Stage) -> None:
    """The source brings the booking back between the list and the word."""
    numbers = [one.hold_id for one in listed(held)]
    held.book("b1", "ann", "room-1", -30, 600)
    held.book("b2", "bob", "room-1", -30, 600)
    with held.runtime() as rt:
        access.extract(rt, rt.settings.site("house"), "again")
        access.validate(rt, rt.settings.site("house"), "again")
    held.sandbox.admin.forget_calls()
    accept(held, *numbers)
    assert writes(held) == 0
    assert held.members("Room 1") == {ANN, BOB}
    assert {row["state"] for row in held.query("select state from access.holds")} == {"gone"}


def test_a_word_counts_once(held: Stage) -> None:
    """Whoever books and cancels again is held again."""
    accept(held, *[one.hold_id for one in listed(held)])
    assert held.members("Room 1") == set()
    held.book("b1", "ann", "room-1", -30, 600)
    held.sync()
    held.book("b1", "ann", "room-1", -30, 600, "cancelled")
    held.sync()
    assert held.members("Room 1") == {ANN}
    [again] = listed(held)
    assert again.state == "waiting"


def test_a_word_runs_out(held: Stage) -> None:
    """Accepted while a freeze stops everything: a day later nobody remembers, so it is asked again."""
    freeze = {"stop": "pushes", "author": "Vera", "reason": "works", "until": "2026-03-11T18:00:00+00:00"}
    held.configure(freezes=[freeze])
    accept(held, *[one.hold_id for one in listed(held)])
    assert {one.state for one in listed(held)} == {"accepted"}
    held.move(31 * 60)
    held.configure(freezes=[])
    held.query("update access.group_memberships set promised_until = promised_until + interval '9 days' returning 1")
    push(held, "a day later")
    assert {one.state for one in listed(held)} == {"waiting"}
    assert held.members("Room 1") == {ANN, BOB}


@pytest.mark.parametrize(
    ("ids", "by", "because", "said"),
    [
        ((9999,), "Vera", "why", "9999: nothing of that number is held at house — see `saltoks holds`"),
        ((), "Vera", "why", "no number: nothing of that number is held at house — see `saltoks holds`"),
        ((1,), " ", "why", "held changes are accepted by somebody, for a reason: give both"),
        ((1,), "Vera", "", "held changes are accepted by somebody, for a reason: give both"),
    ],
    ids=["unknown", "none", "nobody", "no reason"],
)
def test_a_word_without_name_reason_or_number_changes_nothing(
    held: Stage, ids: tuple[int, ...], by: str, because: str, said: str
) -> None:
    with pytest.raises(FixInput) as caught:
        accept(held, *ids, by=by, because=because)
    assert caught.value.message == said
    assert {one.state for one in listed(held)} == {"waiting"}


def test_what_a_person_froze_is_not_for_acceptance(held: Stage) -> None:
    """A freeze ends in the site's file, where it was written."""
    freeze = {"stop": "removals", "author": "Vera", "reason": "works", "until": "2026-03-11T18:00:00+00:00"}
    held.configure(freezes=[freeze])
    held.sync()
    assert listed(held) == []
    assert held.members("Room 1") == {ANN, BOB}
