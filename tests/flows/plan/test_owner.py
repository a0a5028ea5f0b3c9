"""Two installations on one site notice each other, and stop (T6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from databases import Databases
from flows.acts import ANN, do, fresh, judge, said, site, sync_at
from flows.conftest import OpenStage
from saltoks.cli.app import main
from saltoks.core.errors import FixInput
from saltoks.core.plan.owner_marker import owner_of
from saltoks.flows import access
from saltoks.flows.apply import site_marker
from saltoks.flows.credentials import manual_actions
from saltoks.flows.lint import lint
from saltoks.flows.plan.current import owner
from saltoks.flows.run.runtime import Runtime
from saltoks.sandbox.salto.admin.client import Fault
from saltoks.settings import Site
from stage import Stage

MARK = "POST */access_groups"


@pytest.fixture
def other(tmp_path: Path, databases: Databases, stage: Stage) -> Iterator[Stage]:
    """Another installation, with a warehouse of its own, that knows the same site."""
    with databases.empty() as url:
        made = Stage(tmp_path / "other", url)
        made.root.mkdir()
        made.open(stage.sandbox)
        yield made


def markers(stage: Stage) -> list[str]:
    """The marks at the site, by installation."""
    names = [group["customer_reference"] for group in site(stage)["groups"]]
    return sorted(found for name in names if (found := owner_of(name)))


def mine(stage: Stage) -> str:
    """The id of an installation."""
    with stage.runtime() as rt:
        return owner.installation_id(rt)


def taken(stage: Stage, by: str = "Desk", because: str = "moved") -> None:
    """Takes the site over."""
    with stage.runtime() as rt:
        site_marker.take_over(rt, rt.settings.site("house"), "take", by=by, because=because)


def test_the_first_push_marks_the_site(stage: Stage) -> None:
    """T6: one write, once; a run without changes marks nothing."""
    stage.sync()
    assert markers(stage) == []
    stage.book("b1", "ann", "room-1", 15, 60)
    assert fresh(stage, lambda: sync_at(stage, 15))[1] == 3
    assert markers(stage) == [mine(stage)]
    stage.book("b2", "ann", "room-2", 30, 60)
    assert fresh(stage, lambda: sync_at(stage, 30))[1] == 1


def test_another_installation_writes_nothing_and_says_what_to_do(stage: Stage, other: Stage) -> None:
    """T6: nor does the first one, once the other has taken the site over."""
    for one in (stage, other):
        one.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    first, since = mine(stage), "2026-03-10 12:15 UTC"
    other.move(15)
    judge(other, "second")
    [planned] = do(other, "second", access.plan)
    assert f"installation {first} of this product writes to this site as well" in said([planned])
    other.sandbox.admin.forget_calls()
    with pytest.raises(FixInput, match=f"installation {first} .* since {since}.*saltoks owner take --site house"):
        do(other, "second", access.apply)
    assert other.sandbox.admin.calls() == []

    taken(other)
    assert markers(stage) == [mine(other)]
    other.move(30)
    other.sync()
    [act] = other.query("select site, taken_from, author, reason from ops.owner_takeovers")
    assert act == {"site": "house", "taken_from": first, "author": "Desk", "reason": "moved"}
    stage.move(45)
    with pytest.raises(FixInput, match=f"installation {mine(other)} "):
        stage.sync()


def test_two_that_start_at_the_same_time_both_stop(stage: Stage, other: Stage) -> None:
    """T6: each finds the other's mark in its next run."""
    for one in (stage, other):
        one.book("b1", "ann", "room-1", 0, 600)
        judge(one, "first")
        do(one, "first", access.plan)
    for one in (stage, other):
        do(one, "first", access.apply)
    assert len(markers(stage)) == 2
    for one in (stage, other):
        one.move(15)
        with pytest.raises(FixInput, match="switch the other off"):
            one.sync()


def test_a_stop_after_the_mark_makes_no_second_one(stage: Stage) -> None:
    """T20: the answer got lost, the group is there."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sandbox.admin.faults(Fault("cut_after", route=MARK, times=1))
    with pytest.raises(Exception, match="Could not create an access group"):
        stage.sync("one")
    do(stage, "one", access.apply)
    assert markers(stage) == [mine(stage)]
    assert stage.opens(ANN, "Room 1")


def test_without_the_right_to_make_groups_the_doors_work_all_the_same(stage: Stage) -> None:
    """T6: it is said, in every run that writes."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sandbox.admin.faults(Fault("status", route=MARK, status=403))
    assert "so no other installation is warned" in said(stage.sync())
    assert stage.opens(ANN, "Room 1")


def test_a_mark_that_somebody_deleted_is_made_again_with_the_next_change(stage: Stage) -> None:
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    taken_from = next(one for one in site(stage)["groups"] if owner_of(one["customer_reference"]))
    with stage.runtime() as rt, rt.salto(rt.settings.site("house")) as client:
        client.delete_group(site(stage)["id"], taken_from["id"])
    sync_at(stage, 15)
    assert markers(stage) == []
    stage.book("b2", "ann", "room-2", 30, 60)
    sync_at(stage, 30)
    assert markers(stage) == [mine(stage)]


def test_the_mark_is_nobodys_drift_orphan_or_choice(open_stage: OpenStage) -> None:
    """T5: it is in no plan, no report and no advice."""
    stage = open_stage(lambda _: None)
    stage.configure(mapping=[*stage.site["mapping"], {"item": "x", "groups": ["Nowhere"]}], map_by_name=True)
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    stage.move(15)
    stage.sync(fully=True)
    with stage.runtime() as rt:
        told = [one.message for one in lint(rt, rt.settings.site("house"))]
    assert any("Nowhere" in text for text in told)
    assert not any("saltoks owner" in text for text in told)
    assert stage.query("select 1 from access.changes where group_name like 'saltoks owner%'") == []
    assert stage.query("select 1 from report.drift where group_name like 'saltoks owner%'") == []


@pytest.mark.parametrize(("by", "because"), [("", "moved"), ("Desk", " ")], ids=["nobody", "no reason"])
def test_a_site_is_taken_over_by_somebody_for_a_reason(stage: Stage, by: str, because: str) -> None:
    with pytest.raises(FixInput, match="give both"):
        taken(stage, by, because)
    assert markers(stage) == []


def test_the_terminal_says_whose_site_it_is(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """T6: and takes it over."""
    arguments = [
        "owner",
        "take",
        "--site",
        "house",
        "--by",
        "Desk",
        "--reason",
        "new",
        "--as-of",
        "2026-03-10T13:00+01:00",
    ]
    for words, code in ((arguments, 0), (["owner"], 0), (["drift", "--site", "house"], 0)):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == code
    assert f"saltoks owner {mine(stage)}" in capsys.readouterr().out


HANDS = {
    "another PIN": lambda rt, house: manual_actions.reissue(rt, house, "by hand", "ann", by="Desk", because="lost"),
    "an invitation": lambda rt, house: manual_actions.invite(rt, house, "ann"),
}


@pytest.mark.parametrize("act", HANDS.values(), ids=HANDS.keys())
def test_nothing_is_done_by_hand_either(act: Callable[[Runtime, Site], object], stage: Stage, other: Stage) -> None:
    """T6: another PIN, or an invitation, is a write like any other; the other installation may have changed both."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    taken(other)
    sync_planned(stage, 15)
    stage.sandbox.admin.forget_calls()
    with stage.runtime() as rt, pytest.raises(FixInput, match=f"installation {mine(other)} .* this one .* nothing"):
        act(rt, rt.settings.site("house"))
    assert stage.sandbox.admin.calls() == []


def sync_planned(stage: Stage, minute: int) -> None:
    """A run up to its plan, which notices who else writes."""
    stage.move(minute)
    judge(stage, "noticed")
    do(stage, "noticed", access.plan)
