"""The sandbox has the habits that are documented or seen of Nexudus (booking-systems §2.1–§2.7)."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from saltoks.core.errors import FixInput
from saltoks.systems.nexudus.stand_in import Fault, NexudusAdmin, NexudusSandbox, NexudusWorld, User, load_world

USER, PASSWORD = "pipeline@house.example", "house-password"
BOOKINGS = "/api/spaces/bookings"


def ids(answer: httpx.Response) -> list[int]:
    return [row["Id"] for row in answer.json()["Records"]]


@pytest.mark.parametrize("path", ["spaces/checkouts", "billing/bookings", "spaces/bookings/1"])
def test_what_is_not_there_is_404(api: httpx.Client, path: str) -> None:
    assert api.get(f"/api/{path}").status_code == 404


def test_pages_hold_25_records_and_tell_where_one_is(admin: NexudusAdmin, api: httpx.Client) -> None:
    for number in range(1, 31):
        admin.put("billing/tariffs", 100 + number, Name="Plan")
    first = api.get("/api/billing/tariffs").json()
    assert len(first["Records"]) == 25
    second = api.get("/api/billing/tariffs/", params={"page": 2}).json()
    assert {name: value for name, value in second.items() if name != "Records"} == {
        "CurrentPage": 2,
        "CurrentPageSize": 7,
        "TotalItems": 32,
        "TotalPages": 2,
        "HasNextPage": False,
        "HasPreviousPage": True,
        "FirstItem": 26,
        "LastItem": 32,
    }


@pytest.mark.parametrize("direction", ["1", "-1", "0", "descending"])
def test_the_direction_of_an_order_is_not_heeded(api: httpx.Client, direction: str) -> None:
    found = ids(api.get(BOOKINGS, params={"orderBy": "Id", "dir": direction}))
    assert found == sorted(found)


def test_arrays_are_in_single_records_only(api: httpx.Client) -> None:
    contracts = "/api/billing/coworkercontracts"
    row = next(row for row in api.get(contracts).json()["Records"] if row["Id"] == 501)
    assert "Desks" not in row
    assert row["FloorPlanDeskIds"] == "33,34"
    assert api.get(f"{contracts}/501").json()["Desks"] == [33, 34]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param({"Booking_Coworker": 1003}, [9003, 9006], id="by a record"),
        pytest.param({"Booking_Tentative": "true"}, [9002], id="by a flag"),
        pytest.param({"status": "Confirmed"}, [9001, 9002, 9003, 9004, 9005, 9006], id="what is no filter"),
        pytest.param({"from_Booking_FromTime": "2031-03-27T10:30"}, [9002, 9004, 9005, 9006], id="from"),
        pytest.param({"to_Booking_FromTime": "2031-03-27T10:30"}, [9001, 9002, 9003], id="to, its minute included"),
        pytest.param({"from_Booking_ToTime": "2031-03-27T10:30", "to_Booking_FromTime": "2031-03-27T10:30"},
                     [9001, 9002], id="overlap"),
        pytest.param({"from_Coworker_UpdatedOn": "2099-01-01T00:00"}, [9001, 9002, 9003, 9004, 9005, 9006],
                     id="of another list"),
    ],
)  # fmt: skip
def test_filters_name_the_list_and_a_field(api: httpx.Client, query: dict[str, Any], found: list[int]) -> None:
    assert ids(api.get(BOOKINGS, params=query)) == found


def test_records_by_ids_come_as_a_bare_array_with_fields_that_are_not_filled(
    admin: NexudusAdmin, api: httpx.Client
) -> None:
    """booking-systems §2.1; a switch makes an ordinary list of it."""
    asked = {"id": "[1001,1003,1]"}
    batch = api.get("/api/spaces/coworkers/", params=asked).json()
    assert [row["Id"] for row in batch] == [1003, 1001]
    ada = api.get("/api/spaces/coworkers/1001").json()
    assert (batch[1]["FullName"], batch[1]["MobilePhone"]) == (ada["FullName"], None)
    assert ada["MobilePhone"] is not None
    assert "Teams" not in batch[1]
    admin.options(batches="envelope")
    assert ids(api.get("/api/spaces/coworkers", params=asked)) == [1001, 1003]


def test_every_list_may_be_a_bare_array(admin: NexudusAdmin, api: httpx.Client) -> None:
    admin.options(bare=True)
    pages = [api.get(BOOKINGS, params={"page": page, "size": 4}).json() for page in (1, 2, 3)]
    assert [[row["Id"] for row in page] for page in pages] == [[9001, 9002, 9003, 9004], [9005, 9006], []]


def test_ranges_do_not_know_seconds(admin: NexudusAdmin, api: httpx.Client) -> None:
    admin.put("spaces/bookings", 9001, FromTime="2031-03-27T09:00:59Z")
    assert 9001 in ids(api.get(BOOKINGS, params={"to_Booking_FromTime": "2031-03-27T09:00"}))
    assert api.get(BOOKINGS, params={"to_Booking_FromTime": "2031-03-27T09:00:59"}).status_code == 400


@pytest.mark.parametrize(
    ("booking", "instant", "clock"),
    [
        pytest.param(9001, "2031-03-27T09:00:00Z", "2031-03-27T10:00:00+00:00", id="winter"),
        pytest.param(9006, "2031-04-20T07:00:00Z", "2031-04-20T09:00:00+00:00", id="summer"),
        pytest.param(9005, "2031-03-27T15:00:00Z", "2031-03-27T08:00:00+00:00", id="west of UTC"),
    ],
)
def test_instants_are_utc_and_wall_clocks_have_an_offset_that_means_nothing(
    api: httpx.Client, booking: int, instant: str, clock: str
) -> None:
    row = api.get(f"{BOOKINGS}/{booking}").json()
    assert (row["FromTime"], row["FromTimeLocal"]) == (instant, clock)


def test_a_location_has_a_windows_zone(api: httpx.Client) -> None:
    house = api.get("/api/sys/businesses/10").json()
    assert api.get(f"/api/sys/simpletimezones/{house['SimpleTimeZoneId']}").json()["Name"] == "W. Europe Standard Time"


@pytest.mark.parametrize("original", ["number", "guid"])
def test_a_cancelled_booking_moves_to_another_list(admin: NexudusAdmin, api: httpx.Client, original: str) -> None:
    admin.options(original_id=original)
    before = api.get(f"{BOOKINGS}/9001").json()
    admin.cancel(9001)
    assert 9001 not in ids(api.get(BOOKINGS))
    (row,) = api.get("/api/spaces/cancelledbookings").json()["Records"]
    assert row["Id"] != 9001
    assert row["UniqueId"] != before["UniqueId"]
    assert row["OriginalBookingId"] == ("9001" if original == "number" else before["UniqueId"])
    assert (row["FromTime"], row["CoworkerId"], row["CancelledOn"]) == (
        before["FromTime"], 1001, "2031-03-27T09:00:00Z",
    )  # fmt: skip
    with pytest.raises(ValueError, match="there is no booking 9001"):
        admin.cancel(9001)


def test_a_hard_delete_leaves_nothing(admin: NexudusAdmin, api: httpx.Client) -> None:
    admin.drop("spaces/bookings", 9001)
    assert 9001 not in ids(api.get(BOOKINGS))
    assert ids(api.get("/api/spaces/cancelledbookings")) == []


def test_a_change_by_hand_is_an_update_of_that_moment(admin: NexudusAdmin, api: httpx.Client) -> None:
    at = load_world("house").at
    assert at is not None
    admin.set_clock(at.replace(hour=15))
    admin.put("spaces/coworkers", 1001, Active=False)
    row = api.get("/api/spaces/coworkers/1001").json()
    assert (row["Active"], row["FullName"]) == (False, "Ada Lime")
    assert (row["CreatedOn"], row["UpdatedOn"]) == ("2031-03-27T09:00:00Z", "2031-03-27T15:00:00Z")


def test_too_many_requests_are_409_with_the_seconds_to_wait(admin: NexudusAdmin, api: httpx.Client) -> None:
    admin.options(per_second=2, retry_after=3)
    answers = [api.get(BOOKINGS) for _ in range(4)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert answers[-1].status_code == 409
    assert answers[-1].headers["Retry-After"] == "3"
    assert "must wait" in answers[-1].json()["Message"]


def test_faults_spoil_what_they_are_meant_for_and_no_more(admin: NexudusAdmin, api: httpx.Client) -> None:
    admin.faults(Fault("status", route="spaces/*", status=503, skip=1, times=1))
    assert [api.get(BOOKINGS).status_code for _ in range(3)] == [200, 503, 200]
    assert api.get("/api/sys/businesses").status_code == 200


def test_lists_can_be_emptied_cut_shrunken_and_made_to_grow(admin: NexudusAdmin, api: httpx.Client) -> None:
    def seen(fault: Fault) -> tuple[int, int]:
        admin.faults(fault)
        page = api.get(BOOKINGS).json()
        return len(page["Records"]), page["TotalItems"]

    assert seen(Fault("empty")) == (0, 0)
    assert seen(Fault("short", keep=2)) == (2, 6)
    assert seen(Fault("shrunken", keep=2)) == (2, 2)
    assert seen(Fault("growing")) == (6, 7)
    assert api.get(BOOKINGS).json()["TotalItems"] == 8


def test_connections_can_be_cut_and_answers_garbled_or_late(admin: NexudusAdmin, api: httpx.Client) -> None:
    admin.faults(Fault("cut"))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        api.get(BOOKINGS)
    admin.faults(Fault("garbage"))
    assert api.get(BOOKINGS).text == "<html>maintenance</html>"
    admin.faults(Fault("slow", seconds=5))
    with pytest.raises(httpx.ReadTimeout):
        api.get(BOOKINGS, timeout=0.05)


def test_calls_are_noted_but_not_those_of_the_back_office(admin: NexudusAdmin, api: httpx.Client) -> None:
    api.get(BOOKINGS, params={"page": 1})
    api.get(f"{BOOKINGS}/9001")
    assert admin.count() == {"token": 1, "spaces/bookings": 1, "spaces/bookings/{id}": 1}
    assert admin.calls()[1].query == "page=1"
    admin.forget_calls()
    assert admin.count() == {}


def test_a_reset_is_the_house_as_it_was_shipped(admin: NexudusAdmin, api: httpx.Client) -> None:
    before = api.get("/api/spaces/coworkers").json()
    admin.put("spaces/coworkers", 1001, Active=False)
    admin.options(page_size=1, token_seconds=1)
    admin.faults(Fault("garbage"))
    admin.reset()
    assert api.get(BOOKINGS).status_code == 401
    assert api.get("/api/spaces/coworkers", auth=(USER, PASSWORD)).json() == before


@pytest.mark.parametrize(
    ("records", "words"),
    [
        ({"spaces/unicorns": []}, "spaces/unicorns is no list of the sandbox"),
        ({"spaces/teams": [{"Name": "Lime"}]}, "a record of spaces/teams has no Id"),
    ],
)
def test_a_world_that_makes_no_sense_is_refused(records: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        NexudusWorld(users=[], records=records)


def test_a_world_comes_from_a_file_as_well(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text("users: [{username: a, password: b}]\nrecords: {spaces/teams: [{Id: 1}]}\n", encoding="utf-8")
    with NexudusSandbox(path) as sandbox:
        answer = httpx.get(f"{sandbox.url}/api/spaces/teams", auth=("a", "b"), trust_env=False)
        assert ids(answer) == [1]
        assert load_world(path).users == [User(username="a", password="b")]


def test_a_port_that_is_taken_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        taken.listen()
        with pytest.raises(FixInput, match=f"Port {port} on 127.0.0.1 is taken"):
            NexudusSandbox("house", port=port)
