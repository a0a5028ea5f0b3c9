"""How the locks are: readings with their age, and how far to believe them (design §6)."""

from __future__ import annotations

from flows.acts import do, said
from saltoks.core.devices.readings import DeviceState
from saltoks.flows.lock_status import LockView, locks
from saltoks.flows.run.steps import Outcome
from saltoks.flows.sync import STATUS
from stage import SITE_UID, Stage, minutes


def looked(stage: Stage) -> list[Outcome]:
    """The whole flow at the stage's instant."""
    return do(stage, f"status/{stage.at.isoformat()}", *STATUS)


def views(stage: Stage) -> dict[str, LockView]:
    """What a person would see now, by lock."""
    with stage.runtime() as rt:
        return {one.name: one for one in locks(rt, rt.settings.site("house"))}


def states(stage: Stage) -> dict[str, DeviceState]:
    """How the locks are now."""
    return {name: view.state for name, view in views(stage).items()}


def test_every_change_is_kept_and_the_latest_is_shown(stage: Stage) -> None:
    """F168: a history row per lock and IQ and change, and one row per lock in the view."""
    looked(stage)
    stage.sandbox.admin.set_lock(SITE_UID, "Club door", battery_level="low", locked_state="office_mode")
    stage.move(5)
    outcomes = looked(stage)
    assert outcomes[0].counts == {"locks": 3, "iqs": 1}
    assert outcomes[1].counts == {"online": 3, "offline": 0, "unknown": 0, "low_batteries": 1}
    assert said(outcomes) == "the battery of “Club door” is low: change it (F168)"
    history = stage.query("select name, battery_level, read_at, last_seen from device.locks order by name, read_at")
    assert [tuple(row.values()) for row in history] == [
        ("Club door", "good", minutes(0), minutes(0)),
        ("Club door", "low", minutes(5), minutes(5)),
        ("Room 1 door", "good", minutes(0), minutes(5)),
        ("Room 2 door", "good", minutes(0), minutes(5)),
    ]
    assert stage.query("select read_at, last_seen from device.iqs") == [
        {"read_at": minutes(0), "last_seen": minutes(5)}
    ]
    rows = stage.query("select * from report.locks_now order by name")
    assert [row["name"] for row in rows] == ["Club door", "Room 1 door", "Room 2 door"]
    club = rows[0]
    assert (club["battery_level"], club["locked_state"], club["read_at"]) == ("low", "office_mode", minutes(5))
    assert (club["iq_name"], club["iq_online"], club["iq_read_at"]) == ("House IQ", True, minutes(5))


def test_looking_twice_at_one_instant_is_looking_once(stage: Stage) -> None:
    """A task that is run again doubles no reading."""
    looked(stage)
    looked(stage)
    assert len(stage.query("select * from device.locks")) == 3


def test_an_offline_lock_is_offline_and_its_neighbours_are_not(stage: Stage) -> None:
    """F111."""
    stage.sandbox.admin.set_lock(SITE_UID, "Room 1 door", online=False)
    looked(stage)
    assert states(stage) == {
        "Club door": DeviceState.ONLINE,
        "Room 1 door": DeviceState.OFFLINE,
        "Room 2 door": DeviceState.ONLINE,
    }


def test_a_lock_behind_an_offline_iq_is_not_known_to_be_online(stage: Stage) -> None:
    """T24: Salto goes on to say "online" for what its IQ cannot reach."""
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False)
    stage.sandbox.admin.set_lock(SITE_UID, "Room 1 door", online=False)
    looked(stage)
    found = views(stage)
    assert found["Club door"].state is DeviceState.UNKNOWN
    assert found["Club door"].iq_online is False
    assert found["Room 1 door"].state is DeviceState.OFFLINE


def test_a_reading_that_is_too_old_says_nothing(stage: Stage) -> None:
    """F112, T24: half an hour without a look, and "online" is unknown."""
    looked(stage)
    stage.move(30)
    assert set(states(stage).values()) == {DeviceState.ONLINE}
    stage.move(31)
    assert set(states(stage).values()) == {DeviceState.UNKNOWN}
    assert views(stage)["Club door"].read_at == minutes(0)


def test_how_long_to_believe_a_reading_is_a_setting(stage: Stage) -> None:
    """F112."""
    stage.configure(devices={"unknown_after_minutes": 5})
    looked(stage)
    stage.move(6)
    assert set(states(stage).values()) == {DeviceState.UNKNOWN}


def test_nothing_is_known_before_the_first_look(stage: Stage) -> None:
    """No row is better than a made-up one."""
    assert views(stage) == {}
