"""T4: after a change of the configuration the next run only plans, and says what changed."""

from __future__ import annotations

import pytest

from flows.acts import ANN, writes
from saltoks.core.errors import FixInput
from saltoks.flows.plan import config_change
from saltoks.flows.run.steps import Outcome
from stage import Stage

SLIP = [{"item": "room-1", "groups": ["Room 2"], "door": "Room 1 door"}]


@pytest.fixture
def careful(stage: Stage) -> Stage:
    """Ann is in Room 1, under a configuration that runs have gone by."""
    stage.careful = True
    stage.configure()
    stage.book("b1", "ann", "room-1", -30, 600)
    stage.sync()
    assert stage.members("Room 1") == {ANN}
    stage.sandbox.admin.forget_calls()
    return stage


def accept(stage: Stage, by: str = "Vera", because: str = "the rooms were renamed") -> list[str]:
    with stage.runtime() as rt:
        return config_change.accept_config(rt, rt.settings.site("house"), by=by, because=because)


def said(outcomes: list[Outcome], step: str) -> str:
    """All sentences of a step."""
    [found] = [one for one in outcomes if one.step == step]
    return "\n".join([*found.warnings, *found.held, *found.failures])


def test_t4_a_slip_in_the_mapping_moves_nobody_before_a_person_could_look(careful: Stage) -> None:
    careful.configure(mapping=SLIP)
    outcomes = careful.sync()
    assert "mapping[room-1].groups: Room 1 → Room 2" in said(outcomes, "plan")
    assert "2 change(s) wait for the next run. Look at them now: `saltoks plan`" in said(outcomes, "apply")
    assert writes(careful) == 0
    assert careful.members("Room 1") == {ANN}
    [plan] = careful.query("select state from access.plans order by serial desc limit 1")
    assert plan["state"] == "only_planned"


def test_t4_corrected_in_time_nobody_has_noticed_anything(careful: Stage) -> None:
    right = careful.site["mapping"]
    careful.configure(mapping=SLIP)
    careful.sync()
    careful.configure(mapping=right)
    careful.sync()
    careful.sync()
    assert writes(careful) == 0
    assert careful.members("Room 1") == {ANN}


def test_the_run_after_it_applies(careful: Stage) -> None:
    careful.configure(mapping=SLIP)
    careful.sync("first")
    outcomes = careful.sync("second")
    assert "configuration" not in said(outcomes, "plan") + said(outcomes, "apply")
    assert careful.members("Room 2") == {ANN}
    assert careful.members("Room 1") == set()


def test_clearing_the_task_of_the_run_that_only_planned_writes_nothing_either(careful: Stage) -> None:
    from saltoks.flows import access

    careful.configure(mapping=SLIP)
    careful.sync("run")
    with careful.runtime() as rt:
        access.apply(rt, rt.settings.site("house"), "run")
    assert writes(careful) == 0


def test_a_person_can_let_it_count_at_once(careful: Stage) -> None:
    careful.configure(mapping=SLIP)
    assert "mapping[room-1].groups: Room 1 → Room 2" in accept(careful)
    careful.sync()
    assert careful.members("Room 2") == {ANN}
    [row] = careful.query("select accepted_by, accepted_because from access.configs order by config_id desc limit 1")
    assert row == {"accepted_by": "Vera", "accepted_because": "the rooms were renamed"}


def test_accepting_after_a_run_that_only_planned_says_what_that_lets_through(careful: Stage) -> None:
    """The word is kept, and the next run makes the changes."""
    careful.configure(mapping=SLIP)
    careful.sync("first")
    [told] = accept(careful)
    assert told.startswith("run first has planned 2 change(s) on it: the next run makes them, or now: `saltoks sync")
    [row] = careful.query("select accepted_by from access.configs order by config_id desc limit 1")
    assert row == {"accepted_by": "Vera"}
    careful.sync("second")
    assert careful.members("Room 2") == {ANN}
    assert accept(careful) == []


def test_nothing_to_accept_keeps_nothing(careful: Stage) -> None:
    assert accept(careful) == []
    assert len(careful.query("select 1 from access.configs")) == 1


@pytest.mark.parametrize(("by", "because"), [("", "why"), ("Vera", " ")], ids=["nobody", "no reason"])
def test_it_is_accepted_by_somebody_for_a_reason(careful: Stage, by: str, because: str) -> None:
    careful.configure(mapping=SLIP)
    with pytest.raises(FixInput, match="accepted by somebody, for a reason"):
        accept(careful, by, because)


def test_a_change_that_moves_nobody_is_told_and_holds_nothing(careful: Stage) -> None:
    careful.configure(rules={"before_minutes": 20, "after_minutes": 15})
    outcomes = careful.sync()
    assert "rules.before_minutes: 15 → 20" in said(outcomes, "plan")
    assert said(outcomes, "apply") == ""


@pytest.mark.parametrize(
    "change",
    [
        {"freezes": [{"stop": "removals", "author": "Vera", "reason": "works", "until": "2026-03-11T18:00:00+00:00"}]},
        {
            "exceptions": [
                {
                    "verb": "allow", "customer": "gus", "group": "Club", "author": "Vera", "reason": "plumber",
                    "since": "2026-03-10T08:00:00+00:00", "until": "2026-03-11T18:00:00+00:00",
                }
            ]
        },
        {"devices": {"unknown_after_minutes": 45}},
    ],
    ids=["freeze", "exception", "devices"],
)  # fmt: skip
def test_what_carries_a_name_and_a_reason_counts_at_once(careful: Stage, change: dict[str, object]) -> None:
    careful.configure(**change)
    assert "configuration" not in said(careful.sync(), "plan")


def test_the_rule_can_be_switched_off(careful: Stage) -> None:
    careful.careful = False
    careful.configure(mapping=SLIP)
    careful.sync()
    assert careful.members("Room 2") == {ANN}
