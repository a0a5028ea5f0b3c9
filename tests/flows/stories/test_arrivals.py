"""Who arrives within a day, and would stand at a door that stays shut (F187)."""

from __future__ import annotations

from flows.acts import ANN, do
from saltoks.flows import nightly
from saltoks.flows.run.steps import Outcome
from stage import SITE_UID, Stage


def night(stage: Stage, minute: int) -> Outcome:
    """A nightly run."""
    stage.move(minute)
    steps = (nightly.extract, nightly.validate, nightly.plan, nightly.apply)
    return do(stage, f"night/{minute}", *steps)[-1]


def test_who_arrives_within_a_day_and_would_stand_at_the_door_is_told_of(ready: Stage) -> None:
    """F187: blocked, or with nobody to mail the PIN to; not who comes later, and nobody once all is well."""
    ready.add("customers", "cid", "Cid Cold", "", "yes", "yes")
    ready.book("b0", "ann", "club", 0, 30)
    ready.book("b1", "ann", "room-1", 600, 660)
    ready.book("b2", "gus", "room-2", 600, 660)
    ready.book("b3", "cid", "club", 600, 660)
    assert [one for one in night(ready, 0).warnings if "F187" in one] == [
        "1 person(s) in or due within a day lack a seat, a PIN or its mail: cid"
        " — see `saltoks credentials --site house` (F187)"
    ]
    ready.sandbox.admin.set_user(SITE_UID, ready.user_id(ANN), blocked=True)
    ready.add("customers", "cid", "Cid Cold", "cid@house.example", "yes", "yes")
    [told] = [one for one in night(ready, 60).warnings if "F187" in one]
    assert told.startswith("1 person(s) in or due within a day lack a seat, a PIN or its mail: ann")
    ready.sandbox.admin.set_user(SITE_UID, ready.user_id(ANN), blocked=False)
    assert not any("F187" in one for one in night(ready, 120).warnings)
    ready.add("customers", "cid", "Cid Cold", "", "yes", "yes")
    ready.book("b3", "cid", "club", 3000, 3060)
    assert not any("F187" in one for one in night(ready, 180).warnings)
