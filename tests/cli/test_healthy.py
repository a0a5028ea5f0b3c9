"""A healthy house is green: a warning is told when it appears, listed on demand, and marked by who looked at it."""

from __future__ import annotations

import json

from cli.conftest import Run, now
from saltoks.sandbox.salto.world import World
from stage import Stage, served

DESKS = ("desk-6001", "desk-6002", "desk-6003")


def furnish(stage: Stage) -> None:
    """Desks that differ in a digit, and a sauna that nobody mapped, which somebody books all the time."""
    mapping = [*stage.site["mapping"], *({"item": one, "groups": [one], "door": "Club door"} for one in DESKS)]
    stage.configure(mapping=mapping)
    for desk in DESKS:
        stage.add("items", desk, desk)
    stage.add("items", "sauna", "Sauna")


def world_with_desks(stage: Stage) -> World:
    """The stage's world with an access group for each desk."""
    body = stage.world().model_dump(mode="json")
    body["sites"][0]["groups"] += [{"customer_reference": one, "locks": ["Club door"]} for one in DESKS]
    return World.model_validate(body)


def test_a_healthy_house_ends_with_0_over_many_ticks(stage: Stage, run: Run) -> None:
    """Bookings come, move and end, and the sauna is told once, in two days of ticks."""
    with served(world_with_desks(stage)) as sandbox:
        stage.sandbox = sandbox
        sandbox.admin.set_clock(stage.at)
        furnish(stage)
        stage.book("s0", "ann", "sauna", 0, 60 * 24 * 3)
        codes = {}
        for hour in range(0, 48, 2):
            stage.move(hour * 60)
            stage.book(f"d{hour}", "ann", DESKS[hour % 3], hour * 60 + 30, hour * 60 + 90)
            stage.book(f"r{hour}", "gus", "room-1", hour * 60 - 10, hour * 60 + 45)
            stage.book(f"s{hour}", "gus", "sauna", hour * 60, hour * 60 + 90)
            said = run("sync", *now(stage))
            codes[hour] = said.code
            assert (said.err == "") is (hour > 0), said.err
        assert codes == {0: 1} | dict.fromkeys(range(2, 48, 2), 0)
        assert "not mapped" in run("warnings").out


def test_marked_warnings_stay_silent_and_say_who_looked(stage: Stage, run: Run) -> None:
    stage.add("items", "sauna", "Sauna")
    stage.book("s", "ann", "sauna", 0, 60)
    assert run("sync", *now(stage)).code == 1
    [one] = json.loads(run("warnings", "--json").out)
    assert (one["site"], one["seen_by"], one["still"]) == ("house", None, True)
    number = str(one["warning_id"])
    word = ("--site", "house", "--by", "Vera", "--reason", "the sauna has no lock")
    assert run("warnings", "seen", number, *word).code == 0
    [one] = json.loads(run("warnings", "--json").out)
    assert (one["seen_by"], one["seen_because"]) == ("Vera", "the sauna has no lock")
    assert one["seen_at"].endswith("Z")
    assert "seen by Vera" in run("warnings").out.replace("\n", " ")
    days = 5 * 24 * 60
    stage.move(days)
    stage.book("t", "ann", "sauna", days, days + 60)
    assert run("sync", *now(stage)).code == 0


def test_a_warning_that_is_mended_is_said_to_be_so(stage: Stage, run: Run) -> None:
    stage.add("items", "sauna", "Sauna")
    stage.book("s", "ann", "sauna", 0, 60)
    run("sync", *now(stage))
    stage.configure(unmanaged=["sauna"])
    stage.move(15)
    assert run("sync", *now(stage)).code == 0
    [one] = json.loads(run("warnings", "--json").out)
    assert one["still"] is False


def test_a_mark_needs_a_number_a_name_and_a_reason(stage: Stage, run: Run) -> None:
    assert stage.root
    said = run("warnings", "seen", "7", "--site", "house", "--by", "Vera", "--reason", "fine")
    assert (said.code, said.err) == (
        64,
        "saltoks: 7: no warning of that number stands at house — see `saltoks warnings`\n",
    )
    assert run("warnings", "seen", "7", "--site", "house", "--by", " ", "--reason", "fine").code == 64


def test_an_incomplete_extract_is_told_as_long_as_it_lasts(stage: Stage, run: Run) -> None:
    """That is no healthy house: nothing is taken away until it is whole again."""
    stage.write("bookings", [("x", "room-1", "ann", "soon", "later", "confirmed")])
    assert [run("sync", *now(stage)).code for _ in range(3)] == [1, 1, 1]


def test_what_is_held_needs_somebody_as_long_as_it_is_held(stage: Stage, run: Run) -> None:
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-2", 0, 600)
    run("sync", *now(stage))
    stage.unbook("b1")
    stage.unbook("b2")
    codes = []
    for tick in (15, 30, 45):
        stage.move(tick)
        codes.append(run("sync", *now(stage)).code)
    assert codes == [1, 1, 1]


def test_names_that_differ_in_a_number_are_no_slip(stage: Stage, run: Run) -> None:
    furnish(stage)
    assert "nearly the same" not in run("config", "lint").out
    stage.configure(mapping=[*stage.site["mapping"], {"item": "hall", "groups": ["desk-6O01"]}])
    assert "nearly the same" in run("config", "lint").out.replace("\n", " ")
