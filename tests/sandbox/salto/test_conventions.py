"""What holds for every operation: sign-in, ids, versions, bodies, rights, rate limit."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from saltoks.sandbox.plain import TRUSTS_NOBODY
from saltoks.sandbox.salto.admin.client import Fault
from saltoks.sandbox.salto.world import World
from sandbox.rig import OTHER_SITE, SITE, UNKNOWN, Rig, error, house


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        pytest.param(None, "Bearer", id="no token"),
        pytest.param("Bearer nonsense", 'Bearer error="invalid_token"', id="bad token"),
        pytest.param("Basic abc", 'Bearer error="invalid_token"', id="another scheme"),
    ],
)
@pytest.mark.parametrize("path", ["/v1.2/me", "/v2/sites/x/roles"])
def test_without_a_valid_token_401_has_no_body(rig: Rig, header: str | None, challenge: str, path: str) -> None:
    headers = {"Authorization": header} if header else {}
    answer = httpx.get(rig.url + path, headers=headers, verify=TRUSTS_NOBODY)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["WWW-Authenticate"] == challenge


def test_a_site_uid_in_a_path_is_refused(rig: Rig) -> None:
    assert error(rig.http.get(f"/v1.2/sites/{SITE}/users")) == (400, "1100")


@pytest.mark.parametrize(
    "path",
    [
        "/users/{}",
        "/users/{}/keys",
        "/users/{}/access_groups",
        "/access_groups/{}",
        "/access_groups/{}/users",
        "/access_groups/{}/locks",
        "/locks/{}",
        "/locks/{}/settings",
        "/locks/{}/access_groups",
        "/iqs/{}",
    ],
)
def test_unknown_ids_are_404_2202_and_malformed_ones_400_1100(rig: Rig, path: str) -> None:
    assert error(rig.send("GET", path.format(UNKNOWN))) == (404, "2202")
    assert error(rig.send("GET", path.format("not-an-id"))) == (400, "1100")


def test_an_unknown_site_is_404(rig: Rig) -> None:
    assert error(rig.http.get(f"/v1.2/sites/{UNKNOWN}/users")) == (404, "2202")


def test_another_ones_site_is_403(rig: Rig) -> None:
    body = rig.sign_in({"username": "far@house.example", "password": "far-password"})
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    answer = rig.http.get(f"/v1.2/sites/{rig.site}/users", headers=headers)
    assert error(answer) == (403, "2203")


@pytest.mark.parametrize(
    ("path", "status"), [("/me", 200), ("", 200), ("/users", 403), ("/locks", 403), ("/access_groups", 403)]
)
def test_a_plain_user_sees_only_itself(rig: Rig, path: str, status: int) -> None:
    body = rig.sign_in({"username": "reader@house.example", "password": "reader-password"})
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert rig.http.get(f"/v1.2/sites/{rig.site}{path}", headers=headers).status_code == status


def test_an_administrator_of_two_sites_reaches_both(rig: Rig) -> None:
    ids = {site["site_uid"]: site["id"] for site in rig.http.get("/v1.2/sites").json()["items"]}
    assert set(ids) == {SITE, OTHER_SITE}
    assert rig.http.get(f"/v1.1/sites/{ids[OTHER_SITE]}/users").status_code == 200


def test_the_newer_family_is_closed_with_a_problem_document(rig: Rig) -> None:
    answer = rig.http.get(f"/v2/sites/{rig.site}/me/permissions")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "traceId"} == set(answer.json())


def test_an_unknown_path_is_a_404_problem(rig: Rig) -> None:
    answer = rig.http.get("/v1.2/nothing/here")
    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


@pytest.mark.parametrize(
    ("version", "path", "status"),
    [
        ("v1.1", "/entries", 200),
        ("v1.2", "/entries", 405),
        ("v1.1", "/users", 200),
        ("v1.2", "/users", 200),
        ("v1.2", "/access_groups/{group}/time_schedules", 404),
        ("v1.1", "/access_groups/{group}/time_schedules", 200),
    ],
)
def test_versions(rig: Rig, version: str, path: str, status: int) -> None:
    path = path.format(group=rig.named("/access_groups", "Everywhere"))
    assert rig.send("GET", path, version=version).status_code == status


def test_an_unknown_method_is_405(rig: Rig) -> None:
    assert rig.send("PUT", "/users").status_code == 405


def test_a_body_must_be_json(rig: Rig) -> None:
    url = f"/v1.2/sites/{rig.site}/access_groups"
    answer = rig.http.post(url, content="customer_reference=x", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    answer = rig.http.post(url, content="{broken", headers={"Content-Type": "application/json"})
    assert error(answer) == (400, "1100")
    answer = rig.http.post(url, json=["a", "list"])
    assert error(answer) == (400, "1100")


@pytest.mark.parametrize("with_header", [True, False], ids=["Retry-After", "no Retry-After"])
def test_the_rate_limit_answers_429_in_real_time(fresh: Callable[[World], Rig], with_header: bool) -> None:
    rig = fresh(house(rate_per_second=5, retry_after=with_header))
    rig.admin.set_clock(rig.admin.now(), frozen=True)
    time.sleep(1.05)
    answers = [rig.http.get("/v1.2/me") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    rig.admin.faults(Fault("status", status=429, times=1))
    assert rig.http.get("/v1.2/me").status_code == 429
    assert rig.admin.refused() == 2  # what a fault refuses was not over the rate
    assert ("Retry-After" in answers[-1].headers) is with_header
    rig.admin.advance(3600 - 100)
    assert rig.http.get("/v1.2/me").status_code == 429
    time.sleep(1.05)
    assert rig.http.get("/v1.2/me").status_code == 200


def test_the_rate_limit_is_per_account(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house(rate_per_second=2))
    token = rig.sign_in({"username": "reader@house.example", "password": "reader-password"})["access_token"]
    assert [rig.http.get("/v1.2/me").status_code for _ in range(4)][-1] == 429
    answer = rig.http.get("/v1.2/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"subscription_valid": False}, (403, "2212"), id="no valid subscription"),
        pytest.param({"installation_state": "installation"}, (400, "2210"), id="not released"),
    ],
)
def test_a_site_must_be_in_order_for_writes(
    fresh: Callable[[World], Rig], changes: dict[str, object], expected: tuple[int, str]
) -> None:
    world = house()
    world.sites[0] = world.sites[0].model_copy(update=changes)
    rig = fresh(world)
    assert error(rig.send("POST", "/access_groups", {"customer_reference": "x"})) == expected
    assert rig.send("GET", "/access_groups").status_code == 200


def test_a_path_may_end_in_a_slash(rig: Rig) -> None:
    """salto-ks §8.27."""
    assert rig.http.get("/v1.1/sites/").json() == rig.http.get("/v1.1/sites").json()
    assert rig.items("/access_groups/") == rig.items("/access_groups")
    assert error(rig.http.get(f"/v1.2/sites/{SITE}/users/")) == (400, "1100")


@pytest.mark.parametrize("path", ["/users", "/access_groups", "/locks", "/iqs", "/roles", "/tags"])
def test_every_list_can_be_a_bare_array(fresh: Callable[[World], Rig], path: str) -> None:
    """salto-ks §8.28."""
    rig = fresh(house())
    whole = rig.items(path, top=100)
    rig.admin.options(lists_as_array=True)
    assert rig.ok("GET", path, top=100) == whole
    assert rig.ok("GET", path, top=1) == whole[:1]
    assert isinstance(rig.http.get("/v1.2/sites").json(), list)
