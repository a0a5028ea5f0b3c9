from __future__ import annotations

from pathlib import Path

import pytest

from saltoks.core import errors
from saltoks.core.errors import MaybeGone, NotThere, SaltoksError, Throttled, TryAgain, Unavailable, Unexpected
from saltoks.core.retries import CALL, CALL_REPEATS, CONSISTENCY, TASK, concerns_one, may_repeat, rule_for

PAGE = Path(__file__).parents[2] / "docs" / "retries.md"
CELLS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.read_text("utf-8").splitlines()]
ROWS = {row[0].split("`")[1]: row[1:] for row in CELLS if row[0].startswith("`")}
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SaltoksError)]


@pytest.mark.parametrize("name", ROWS)
def test_the_page_says_what_is_done(name: str) -> None:
    call, task, others = ROWS[name]
    rule = rule_for(getattr(errors, name)("said"))
    assert (call != "no", task != "no", others == "are made") == (rule.call, rule.task, rule.others_go_on)
    assert ("after a minute" in task) is (rule.task_wait == 60)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_error_is_of_a_kind_that_the_page_has(kind: type[SaltoksError]) -> None:
    named = [one.__name__ for one in kind.__mro__ if one.__name__ in ROWS]
    assert named or kind in (SaltoksError, Unexpected)
    if named:
        assert rule_for(kind("said")) == rule_for(getattr(errors, named[0])("said"))


def test_a_fault_of_our_own_may_get_better_for_a_task_alone() -> None:
    for error in (RuntimeError(), Unexpected("said")):
        rule = rule_for(error)
        assert (rule.call, rule.task, rule.others_go_on) == (False, True, False)


def test_waits_double_up_to_the_longest() -> None:
    assert [CALL.before(repeat) for repeat in range(CALL_REPEATS)] == [1, 2, 4]
    assert [TASK.before(repeat) for repeat in range(5)] == [30, 60, 120, 240, 240]
    assert [CONSISTENCY.before(repeat) for repeat in range(5)] == [1, 2, 4, 8, 8]


@pytest.mark.parametrize(
    ("error", "adds_up", "repeated"),
    [
        (Throttled("said"), True, True),
        (Unavailable("said", sent=False), True, True),
        (Unavailable("said", sent=True), False, True),
        (Unavailable("said", sent=True), True, False),
        (MaybeGone("said"), False, False),
    ],
    ids=["throttled", "not sent", "sent, safe", "sent, adds up", "maybe gone"],
)
def test_a_call_is_repeated_where_that_is_safe(error: TryAgain, adds_up: bool, repeated: bool) -> None:
    assert may_repeat(error, adds_up=adds_up) is repeated


def test_an_outage_concerns_all_changes_and_a_missing_user_one() -> None:
    assert concerns_one(NotThere("said"))
    assert not concerns_one(MaybeGone("said"))
