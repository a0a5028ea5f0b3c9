"""Whatever is done in whatever order: seats are never exceeded, and member lists know everybody."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from saltoks.sandbox.salto.server import SandboxServer
from sandbox.rig import SITE, Rig, full_house

SEATS = 7
pick = st.integers(min_value=0, max_value=50)


class Laws(RuleBasedStateMachine):
    """Random administration of a small site over HTTP."""

    def __init__(self) -> None:
        super().__init__()
        self.stack = contextlib.ExitStack()

    @initialize()
    def open(self) -> None:
        self.rig = Rig(self.stack.enter_context(SandboxServer(full_house(SEATS))))
        self.groups = [item["id"] for item in self.rig.items("/access_groups")]
        self.people: list[dict[str, Any]] = []

    def person(self, index: int) -> dict[str, Any] | None:
        return self.people[index % len(self.people)] if self.people else None

    @rule(guest=st.booleans())
    def create(self, guest: bool) -> None:
        self.people.append(self.rig.guest() if guest else self.rig.user())

    @rule(index=pick, state=st.sampled_from(["subscribed", "suspended"]))
    def subscribe(self, index: int, state: str) -> None:
        if person := self.person(index):
            self.rig.send("PATCH", f"/users/{person['id']}/subscription", {"state": state})

    @rule(index=pick)
    def delete(self, index: int) -> None:
        if person := self.person(index):
            self.rig.send("DELETE", f"/users/{person['id']}")

    @rule(adds=st.lists(pick, max_size=3), removes=st.lists(pick, max_size=3), group=pick, wrong_id=st.booleans())
    def batch(self, adds: list[int], removes: list[int], group: int, wrong_id: bool) -> None:
        chosen = [[self.person(index) for index in side] for side in (adds, removes)]
        add_ids, remove_ids = ([p["user"]["id"] for p in side if p] for side in chosen)
        if wrong_id and self.people:
            add_ids.append(self.people[0]["id"])
        path = f"/access_groups/{self.groups[group % len(self.groups)]}/users"
        self.rig.send("PATCH", path, {"add_ids": add_ids, "remove_ids": remove_ids})

    @rule(index=pick, group=pick)
    def join(self, index: int, group: int) -> None:
        if person := self.person(index):
            path = f"/access_groups/{self.groups[group % len(self.groups)]}/users"
            self.rig.send("POST", path, {"user_id": person["user"]["id"]})

    @invariant()
    def seats_hold(self) -> None:
        site = self.rig.admin.world()["sites"][SITE]
        subscribed = sum(user["subscription_state"] == "subscribed" for user in site["users"])
        assert subscribed == site["seats_used"] <= SEATS

    @invariant()
    def members_are_users(self) -> None:
        site = self.rig.admin.world()["sites"][SITE]
        known = {user["user_id"] for user in site["users"]}
        for group in site["groups"]:
            assert set(group["members"]) <= known
            assert len(group["members"]) == len(set(group["members"]))

    def teardown(self) -> None:
        self.stack.close()


Laws.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLaws = Laws.TestCase
