"""The rules of access that a site may switch on, from the source's file to the door (F60, F141–F153, T2, T3, T34)."""

from __future__ import annotations

import pytest

from core.worlds import cases
from flows.acts import ANN, fresh, said
from flows.doors import opened_minutes
from saltoks.cli.show import config
from saltoks.core.errors import ConfigError
from saltoks.flows.plan.current.naming import with_last_naming
from saltoks.flows.who import who
from stage import Stage, minutes

DAYTIME = [{"starts": "13:00", "ends": "15:00", "days": ["tue", "wed"]}]
"""Noon of the stage is 13:00 in Amsterdam, on a Tuesday."""
CLUB = {"item": "club", "groups": ["Club"]}


def promised(stage: Stage, booking: str) -> list[tuple[object, object]]:
    """The promised windows of a booking."""
    rows = stage.query(f"select promised_from, promised_until from access.promises where booking_id = '{booking}'")  # noqa: S608
    return [(row["promised_from"], row["promised_until"]) for row in rows]


def entitled(stage: Stage, minute: int) -> set[tuple[str, str]]:
    """Groups and customers that `who` has as entitled at a minute from noon."""
    with stage.runtime() as rt:
        found = who(rt, rt.settings.site("house"), minutes(minute))
    return {(one.group, one.customer_id) for one in found if one.window}


def crowd(stage: Stage) -> None:
    """Bookings enough for one that is missing to be no shrunken export."""
    for number in range(4):
        stage.book(f"g{number}", "gus", "room-1", 0, 600)


def notes(stage: Stage) -> str:
    """What a sync tells without asking for anything."""
    return "\n".join(text for one in stage.sync() for text in one.notes)


def test_f60_a_membership_opens_in_the_hours_of_its_item(stage: Stage) -> None:
    """F60: in at one, out at three, in again the next day at one, and not on Thursday."""
    stage.configure(mapping=[CLUB | {"hours": DAYTIME}])
    stage.write("memberships", [("m1", "ann", "club", "", "", "active")])
    inside = {}
    for minute in (-30, -15, 0, 105, 120, 24 * 60 - 15, 26 * 60, 48 * 60):
        stage.move(minute)
        stage.sync()
        inside[minute] = ANN in stage.members("Club")
    assert inside == {
        -30: False,
        -15: True,
        0: True,
        105: True,
        120: False,
        24 * 60 - 15: True,
        26 * 60: False,
        48 * 60: False,
    }


def test_f60_promises_are_cut_to_the_hours_as_well(stage: Stage) -> None:
    """F60, F154, T34: a booking from 11:00 till 18:00 local is promised 13:00 till 15:00, and no more is given."""
    stage.configure(mapping=[CLUB | {"hours": DAYTIME}])
    stage.book("b1", "ann", "club", -120, 300)
    stage.sync()
    assert promised(stage, "b1") == [(minutes(0), minutes(120))]
    assert entitled(stage, 60) == {("Club", "ann")}
    assert entitled(stage, 130) == set()


def test_f60_the_door_itself_keeps_the_hours_of_a_window_target(stage: Stage) -> None:
    """F60: today's and tomorrow's hours are made ready a day ahead; nothing runs from then on."""
    stage.configure(mapping=[{"item": "club", "locks": ["Club door"], "hours": DAYTIME}])
    stage.write("memberships", [("m1", "ann", "club", "", "", "active")])
    stage.move(-30)
    stage.sync()
    assert opened_minutes(stage, ANN, "Club", -15, 180, step=15) == [*range(0, 120, 15)]
    assert opened_minutes(stage, ANN, "Club", 24 * 60 - 60, 24 * 60 + 30, step=30) == []
    stage.move(15)
    assert fresh(stage, stage.sync)[1] > 0  # tomorrow's window is due by now
    assert opened_minutes(stage, ANN, "Club", 24 * 60 - 60, 27 * 60, step=30) == [24 * 60 + n for n in (0, 30, 60, 90)]
    stage.move(30)
    assert fresh(stage, stage.sync)[1] == 0


def test_f60_a_tick_in_which_nothing_changes_changes_nothing(stage: Stage) -> None:
    """F60, design §9: where one looks from moves with time, the windows do not."""
    stage.configure(mapping=[CLUB | {"hours": [{"starts": "00:00", "ends": "00:00"}]}])
    stage.write("memberships", [("m1", "ann", "club", "", "", "active")])
    stage.sync()
    before = stage.query("select promised_from, promised_until from access.group_memberships")
    stage.move(24 * 60)
    stage.sync()
    assert stage.query("select promised_from, promised_until from access.group_memberships") == before


def test_f145_an_item_has_buffers_of_its_own(stage: Stage) -> None:
    """F145: the sauna is open an hour ahead and closes on the dot, the rooms keep to the rules."""
    stage.configure(
        mapping=[CLUB | {"before_minutes": 60, "after_minutes": 0}, {"item": "room-1", "groups": ["Room 1"]}]
    )
    stage.book("b1", "ann", "club", 60, 90)
    stage.book("b2", "ann", "room-1", 60, 90)
    stage.sync()
    assert (stage.members("Club"), stage.members("Room 1")) == ({ANN}, set())
    assert promised(stage, "b1") == [(minutes(0), minutes(90))]
    assert promised(stage, "b2") == [(minutes(45), minutes(105))]
    stage.move(90)
    stage.sync()
    assert (stage.members("Club"), stage.members("Room 1")) == (set(), {ANN})


def test_f141_an_item_opens_the_group_of_its_name(stage: Stage) -> None:
    """F141: spaces and case do not matter; the run, and `config show`, tell which items these are."""
    stage.configure(mapping=[{"item": "room-1", "groups": ["Room 1"]}], map_by_name=True)
    stage.write("items", [("room-1", "Room 1"), ("room-2", "Room 2"), ("c9", " club "), ("x", "Sauna")])
    stage.book("b1", "ann", "c9", 0, 60)
    stage.book("b2", "ann", "x", 0, 60)
    told = notes(stage)
    assert stage.members("Club") == {ANN}
    assert "2 item(s) open the access group of their own name (map_by_name): c9 → “Club”, room-2 → “Room 2”" in told
    assert promised(stage, "b1") == [(minutes(-15), minutes(75))]
    assert ("Club", "ann") in entitled(stage, 30)
    assert "item x is not mapped" in said(stage.sync())


def test_f141_config_show_names_the_items(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """F141."""
    stage.configure(mapping=[CLUB], map_by_name=True)
    stage.sync()
    with stage.runtime() as rt:
        house = rt.settings.site("house")
        config.config([house], {"house": with_last_naming(rt, house)}, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("│")[1].strip() for line in lines if "its name" in line] == ["room-1", "room-2"]


def test_f141_without_being_asked_names_open_nothing(stage: Stage) -> None:
    """F141, F48."""
    stage.configure(mapping=[{"item": "room-1", "groups": ["Room 1"]}])
    stage.book("b1", "ann", "club", 0, 60)
    assert "item club is not mapped" in said(stage.sync())
    assert stage.members("Club") == set()


def test_f141_whoever_came_in_by_a_name_is_taken_out_when_it_changes(stage: Stage) -> None:
    """F141: the group that the name no longer means is still looked after."""
    stage.configure(mapping=[{"item": "room-1", "groups": ["Room 1"]}], map_by_name=True)
    stage.book("b1", "ann", "club", 0, 600)
    stage.sync()
    assert stage.members("Club") == {ANN}
    stage.write("items", [("room-1", "Room 1"), ("room-2", "Room two"), ("club", "Room 2")])
    stage.move(15)
    stage.sync()
    assert (stage.members("Club"), stage.members("Room 2")) == (set(), {ANN})
    assert stage.query("select item_id, group_name from access.name_mapped_items where ended_at is null") == [
        {"item_id": "club", "group_name": "Room 2"}
    ]


def test_f142_what_is_unmanaged_is_never_written(stage: Stage) -> None:
    """F142: not by name, and nobody is told that it is not mapped."""
    stage.configure(mapping=[{"item": "room-1", "groups": ["Room 1"]}], map_by_name=True, unmanaged=["CLUB", "room-2"])
    stage.book("b1", "ann", "club", 0, 60)
    stage.book("b2", "ann", "room-2", 0, 60)
    outcomes = stage.sync()
    assert (stage.members("Club"), stage.members("Room 2")) == (set(), set())
    assert "is not mapped" not in said(outcomes)


@cases(
    "change, key",
    {
        "an item": ({"mapping": [CLUB]}, "mapping.0.item"),
        "a group": ({"mapping": [{"item": "x", "groups": ["Club"]}]}, "mapping.0.groups"),
        "a lock": ({"mapping": [{"item": "x", "locks": ["club"]}]}, "mapping.0.locks"),
        "an exclusive group": ({"exclusive_groups": ["Club"]}, "exclusive_groups"),
    },
)
def test_f142_what_is_unmanaged_may_not_be_named_elsewhere(stage: Stage, change: dict[str, object], key: str) -> None:
    """F142."""
    stage.configure(**{"mapping": [{"item": "room-1", "groups": ["Room 1"]}], "unmanaged": ["Club"]} | change)
    with pytest.raises(ConfigError, match=rf"house\.yaml:\d+: {key}: '\w+' is unmanaged"), stage.runtime():
        pass


def test_f148_t2_t3_a_row_that_is_missing_once_still_counts(stage: Stage) -> None:
    """F148, T2, T3: one torn export takes nobody out, the second one in a row does."""
    stage.configure(rules={"missing_runs": 2})
    crowd(stage)
    stage.book("b1", "ann", "club", 0, 600)
    stage.sync()
    stage.unbook("b1")
    stage.move(15)
    told = notes(stage)
    assert "bookings: 1 row(s) are missing from the source and count until 2 complete runs in a row lack them" in told
    assert stage.members("Club") == {ANN}
    stage.move(30)
    stage.sync()
    assert stage.members("Club") == set()


def test_f148_t3_a_row_that_comes_back_starts_anew(stage: Stage) -> None:
    """F148, T3: missing, there, missing is not twice in a row."""
    stage.configure(rules={"missing_runs": 2})
    crowd(stage)
    for minute, is_there in ((0, True), (15, False), (30, True), (45, False)):
        stage.move(minute)
        stage.book("b1", "ann", "club", 0, 600) if is_there else stage.unbook("b1")
        stage.sync()
        assert stage.members("Club") == {ANN}


def test_f148_t10_what_the_source_cancels_ends_at_once(stage: Stage) -> None:
    """F148, T10."""
    stage.configure(rules={"missing_runs": 9})
    stage.book("b1", "ann", "club", 0, 600)
    stage.sync()
    stage.book("b1", "ann", "club", 0, 600, "cancelled")
    stage.move(15)
    stage.sync()
    assert stage.members("Club") == set()


def test_f151_an_early_check_out_ends_access_soon_after(stage: Stage) -> None:
    """F151, T34: a quarter of an hour to get out; promise and list agree."""
    stage.add_column("bookings", "checked_out_at")
    row = ("b1", "club", "ann", minutes(0).isoformat(), minutes(600).isoformat())
    stage.write("bookings", [(*row, "checked_in", "")])
    stage.sync()
    stage.write("bookings", [(*row, "completed", minutes(20).isoformat())])
    stage.move(30)
    stage.sync()
    assert stage.members("Club") == {ANN}
    assert promised(stage, "b1") == [(minutes(-15), minutes(35))]
    assert entitled(stage, 40) == set()
    stage.move(45)
    stage.sync()
    assert stage.members("Club") == set()


def test_f151_a_check_out_before_the_booking_begins_is_not_believed(stage: Stage) -> None:
    """F151: the row goes to quarantine and what was known of it stays."""
    stage.add_column("bookings", "checked_out_at")
    row = ("b1", "club", "ann", minutes(0).isoformat(), minutes(600).isoformat(), "confirmed")
    stage.write("bookings", [(*row, "")])
    stage.sync()
    stage.write("bookings", [(*row, minutes(-24 * 60).isoformat())])
    stage.move(15)
    assert "is before the booking begins" in said(stage.sync())
    assert stage.members("Club") == {ANN}


def test_f153_t34_a_debtor_has_access_until_the_grace_is_over(stage: Stage) -> None:
    """F153, T34: membership, booking, promise and list end at the same minute, and come back with the payment."""
    day = 24 * 60
    stage.configure(rules={"overdue_grace_days": 3})
    stage.add_column("customers", "owes_since")
    ann, gus = stage.tables["customers"]
    stage.write("customers", [(*ann[:-1], minutes(60 - 3 * day).isoformat()), gus])
    stage.write("memberships", [("m1", "ann", "club", "", "", "active")])
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    assert (stage.members("Club"), stage.members("Room 1")) == ({ANN}, {ANN})
    assert promised(stage, "b1") == [(minutes(-15), minutes(60))]
    assert (entitled(stage, 59), entitled(stage, 60)) == ({("Club", "ann"), ("Room 1", "ann")}, set())
    stage.move(60)
    stage.sync()
    assert (stage.members("Club"), stage.members("Room 1")) == (set(), set())
    stage.write("customers", [ann, gus])
    stage.move(75)
    stage.sync()
    assert (stage.members("Club"), stage.members("Room 1")) == ({ANN}, {ANN})


def test_f153_debts_do_not_matter_unless_the_site_says_so(stage: Stage) -> None:
    """F153."""
    stage.add_column("customers", "owes_since")
    ann, gus = stage.tables["customers"]
    stage.write("customers", [(*ann[:-1], "2020-01-01T00:00:00+00:00"), gus])
    stage.book("b1", "ann", "club", 0, 60)
    stage.sync()
    assert stage.members("Club") == {ANN}
