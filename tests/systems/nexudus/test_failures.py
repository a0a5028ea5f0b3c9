"""What goes wrong between here and Nexudus: nothing raises, and nothing is ever mistaken for "nobody"."""

from __future__ import annotations

from datetime import timedelta

import pytest

from saltoks.core.model.canonical import Completeness
from saltoks.systems.nexudus.stand_in import Fault
from systems.nexudus.rig import BOOKINGS, CUSTOMERS, NOON, House, by_id, utc

LATER = NOON + timedelta(minutes=15)


@pytest.mark.parametrize(
    "route", ["spaces/bookings", "spaces/coworkers", "billing/coworkercontracts", "sys/businesses", "spaces/teams"]
)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "status", "status": 500}, id="500"),
        pytest.param({"kind": "cut"}, id="cut"),
        pytest.param({"kind": "status", "status": 401}, id="401"),
        pytest.param({"kind": "status", "status": 404}, id="404"),
        pytest.param({"kind": "status", "status": 409}, id="conflict"),
    ],
)
def test_a_list_that_cannot_be_read_fails_the_extract_and_moves_no_watermark(
    house: House, route: str, fault: dict[str, object]
) -> None:
    """T1, T35"""
    house.sweep()
    house.admin.faults(Fault(**fault, route=route))  # type: ignore[arg-type]  # fields of a fault
    extract = house.read(at=LATER)
    assert extract.completeness is Completeness.FAILED
    assert not any(extract.rows.values())
    assert dict(extract.watermarks) == {}
    (problem,) = extract.problems
    assert problem.startswith("Could not read the list of ")
    assert "(source 'nexudus_house')" in problem


@pytest.mark.parametrize("kind", ["status", "cut"])
def test_a_passing_failure_is_asked_again_and_leaves_no_trace(house: House, kind: str) -> None:
    house.admin.faults(Fault(kind, route="spaces/*", times=2))  # type: ignore[arg-type]  # both are kinds
    extract = house.read()
    assert (extract.completeness, extract.problems) == (Completeness.COMPLETE, ())
    assert len(house.naps) >= 2


def test_a_throttle_is_waited_for_as_told(house: House) -> None:
    """T36: 409 with Retry-After is a throttle here."""
    house.admin.faults(Fault("status", route=BOOKINGS, status=409, retry_after=7, times=2))
    extract = house.read()
    assert extract.completeness is Completeness.COMPLETE
    assert round(house.naps[0]) == 7
    assert house.admin.count()[BOOKINGS] == 3


def test_a_throttle_without_end_fails_the_extract(house: House) -> None:
    house.admin.faults(Fault("status", route=BOOKINGS, status=409, retry_after=30))
    extract = house.read()
    assert extract.completeness is Completeness.FAILED
    assert "wait 30 s" in extract.problems[0]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        pytest.param(Fault("short", route=BOOKINGS, keep=1), "2 of 5 records came", id="short pages"),
        pytest.param(Fault("garbage", route=BOOKINGS), "not JSON", id="garbage"),
        pytest.param(Fault("garbage", route="sys/simpletimezones"), "not JSON", id="no time zones"),
        pytest.param(Fault("growing", route=BOOKINGS), "the total kept changing", id="total that never rests"),
        pytest.param(Fault("empty", route="sys/businesses"), "locations: none came", id="no locations"),
        pytest.param(Fault("empty", route="spaces/coworkers"), "customers: none came", id="no customers"),
        pytest.param(Fault("empty", route=BOOKINGS), "none of any day", id="no bookings at all"),
        pytest.param(Fault("empty", route="billing/coworkercontracts"), "memberships: 0 came after 3", id="emptied"),
    ],
)
def test_a_list_that_is_not_whole_makes_the_extract_incomplete(house: House, fault: Fault, words: str) -> None:
    """T1, T2, T3"""
    house.settings["page_size"] = 3
    house.sweep()
    house.watermarks = {}
    house.admin.faults(fault)
    extract = house.read(full="coworkers" in fault.route or "contracts" in fault.route)
    assert extract.completeness is Completeness.INCOMPLETE
    assert any(words in problem for problem in extract.problems), extract.problems


def test_a_list_that_is_not_whole_keeps_its_watermark(house: House) -> None:
    house.sweep()
    house.admin.set_clock(LATER)
    house.admin.put(CUSTOMERS, 1001, Active=False)
    house.admin.put(CUSTOMERS, 1003, Active=False)
    house.admin.faults(Fault("short", route=CUSTOMERS, keep=1))
    extract = house.read(at=LATER)
    assert extract.completeness is Completeness.INCOMPLETE
    assert extract.watermarks["customers"] == NOON
    house.admin.faults()
    house.remember(extract)
    assert {"1001", "1003"} <= set(by_id(house.read(at=LATER), "customers"))


def test_a_list_that_changes_between_its_pages_is_read_again(house: House) -> None:
    """T2"""
    house.settings["page_size"] = 2
    house.admin.faults(Fault("growing", route=BOOKINGS, times=1))
    extract = house.read()
    assert (extract.completeness, extract.problems) == (Completeness.COMPLETE, ())
    assert len(extract.rows["bookings"]) == 5


@pytest.mark.parametrize("page_size", [1, 2, 5, 200])
def test_pages_of_any_size_give_each_record_once(house: House, page_size: int) -> None:
    whole = house.read(full=True)
    house.settings["page_size"] = page_size
    assert house.read(full=True).rows == whole.rows


def test_a_list_that_does_not_tell_its_total_is_not_trusted(house: House) -> None:
    house.admin.options(totals=False)
    extract = house.read()
    assert extract.completeness is Completeness.INCOMPLETE
    assert "the total number of records is not told" in extract.problems[0]


def test_shrunken_data_makes_the_extract_incomplete_until_somebody_looks(house: House) -> None:
    """T1, T2"""
    for number in range(9100, 9110):
        house.admin.put(BOOKINGS, number, ResourceId=101, CoworkerId=1001, FromTime="2031-03-28T10:00:00Z",
                        ToTime="2031-03-28T11:00:00Z")  # fmt: skip
    house.remember(house.read())
    house.admin.faults(Fault("shrunken", route=BOOKINGS, keep=4))
    extract = house.read(at=LATER)
    assert extract.completeness is Completeness.INCOMPLETE
    assert extract.problems == (
        "bookings: 4 came after 15 last time, 73 % fewer (max_shrink_percent 30) — look at Nexudus, or accept the "
        "change",
    )
    house.settings["max_shrink_percent"] = 80
    assert house.read(at=LATER).completeness is Completeness.COMPLETE


def test_a_window_that_really_is_empty_is_the_truth(house: House) -> None:
    """T35: a read that worked and found nothing takes access away."""
    house.last_good = {"bookings": 2}
    house.settings |= {"lookback_hours": 0, "horizon_hours": 1}
    extract = house.read(at=utc(29, 12))
    assert (extract.completeness, extract.rows["bookings"]) == (Completeness.COMPLETE, ())


@pytest.mark.parametrize(
    ("login", "words"),
    [
        pytest.param({"password": "wrong"}, "Could not sign in (source 'nexudus_house')", id="password"),
        pytest.param({"username": "careful@house.example"}, "second factor", id="no second factor"),
        pytest.param({"totp_secret": "not base32!"}, "totp_secret is not base32", id="secret"),
        pytest.param({"password": ""}, "fill in both", id="nothing"),
        pytest.param({"base_url": "http://nexudus.example"}, "must start with https", id="plain http"),
        pytest.param({"username": "visits@house.example"}, "answered 401", id="no role"),
        pytest.param({"auth": "basic", "password": "wrong"}, "answered 401", id="basic"),
    ],
)
def test_a_sign_in_that_is_refused_fails_the_extract_with_what_to_do(
    house: House, login: dict[str, str], words: str
) -> None:
    house.login = login
    extract = house.read()
    assert extract.completeness is Completeness.FAILED
    (problem,) = extract.problems
    assert words in problem
    assert "house-password" not in problem
    assert "@" not in problem


@pytest.mark.parametrize(
    "login",
    [
        {"auth": "basic"},
        {"username": "careful@house.example", "totp_secret": "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"},
    ],
    ids=["basic", "second factor"],
)
def test_other_ways_to_sign_in_work(house: House, login: dict[str, str]) -> None:
    house.login = login
    assert house.read().completeness is Completeness.COMPLETE


def test_a_withdrawn_token_is_replaced_on_the_way(house: House) -> None:
    house.admin.faults(Fault("status", route="spaces/visitors", status=401, times=1))
    extract = house.read()
    assert extract.completeness is Completeness.COMPLETE
    assert house.admin.count()["token"] == 2


def test_no_secret_shows_when_an_account_is_printed(house: House) -> None:
    house.login = {"totp_secret": "JBSWY3DPEHPK3PXP"}
    shown = repr(house.account())
    assert not any(secret in shown for secret in ("house-password", "pipeline@", "JBSW"))
