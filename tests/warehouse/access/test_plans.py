"""Plans as they were, the state of every change, one writer a site, and the records of who is in which group."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.errors import TryAgain
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.rules import PersonKind
from saltoks.core.plan.plan import Change, ChangeCause, ChangeKind, Plan
from saltoks.core.time.windows import ALWAYS, FOREVER, Window
from saltoks.warehouse.access import group_readings, membership_records, plans
from saltoks.warehouse.access.group_readings import GroupReading
from saltoks.warehouse.access.membership_records import RequestedMembership
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.src.extracts import LastExtract

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = Window(NOON, NOON + timedelta(hours=1))
KEY = MembershipKey("ann", "Room 1")


def change(kind: ChangeKind, customer: str, window: Window = HOUR, **more: str) -> Change:
    """A change for a customer in Room 1."""
    return Change(
        kind=kind,
        customer_id=customer,
        group="" if kind is ChangeKind.CREATE_PERSON else "Room 1",
        window=window,
        cause=ChangeCause.REVOKED if kind is ChangeKind.REMOVE_MEMBER else ChangeCause.GRANTED,
        sentence=f"{kind} {customer}.",
        reasons=("booking 1", "booking 2"),
        person=PersonKind.GUEST if kind is ChangeKind.CREATE_PERSON else None,
        held=more.get("held"),
    )


PLAN = Plan(
    site="house",
    at=NOON,
    changes=(
        change(ChangeKind.CREATE_PERSON, "gus", Window(ALWAYS, FOREVER)),
        change(ChangeKind.ADD_MEMBER, "gus"),
        change(ChangeKind.REMOVE_MEMBER, "bea", held="too many"),
    ),
    notes=("a note",),
)

EXTRACT = LastExtract("r0/desk", Completeness.INCOMPLETE, problems=(), rejected=0, extracted_at=NOON)


def save(warehouse: Warehouse, plan_id: str, run_id: str) -> None:
    """Stores the plan."""
    with warehouse.session() as session:
        plans.save(session, plan_id, run_id, "desk", EXTRACT, PLAN)


def test_a_plan_comes_back_as_it_was(warehouse: Warehouse) -> None:
    """Byte for byte, with windows that have no start and no end."""
    save(warehouse, "p1", "r1")
    with warehouse.session() as session:
        found = plans.stored(session, "p1")
    assert found.plan == PLAN
    assert found.plan.fingerprint == PLAN.fingerprint
    assert (found.run_id, found.source, found.as_of, found.state) == ("r1", "desk", NOON, "planned")
    assert (found.extract, found.extract_id) == (Completeness.INCOMPLETE, "r0/desk")


def test_the_newest_plan_of_a_run_counts_and_a_newer_run_overtakes(warehouse: Warehouse) -> None:
    """Design §5.6: by the order in which they were stored, whatever their clocks say."""
    for plan_id, run_id in (("p1", "r1"), ("p2", "r1"), ("p3", "r2")):
        save(warehouse, plan_id, run_id)
    with warehouse.session() as session:
        latest = plans.latest(session, "r1", "house")
        assert latest is not None
        assert latest.plan_id == "p2"
        assert plans.latest(session, "r1", "elsewhere") is None
        assert plans.overtaken_by(session, "p2") == "r2"
        assert plans.overtaken_by(session, "p3") is None
        with pytest.raises(LookupError):
            plans.stored(session, "p4")


def test_changes_move_through_their_states(warehouse: Warehouse) -> None:
    """Design §5.5: `planned → sent → confirmed | failed`, with the reason and the times."""
    save(warehouse, "p1", "r1")
    later = NOON + timedelta(seconds=5)
    with warehouse.session() as session:
        plans.settle(session, "p1", [0, 1], "sent", NOON)
        plans.settle(session, "p1", [0], "confirmed", later)
        plans.settle(session, "p1", [1], "failed", later, "Salto said no")
    with warehouse.session() as session:
        rows = session.rows("plans/changes", plan_id="p1")
    assert [(row["state"], row["reason"]) for row in rows] == [
        ("confirmed", None),
        ("failed", "Salto said no"),
        ("held", "too many"),
    ]


def test_a_site_has_one_writer_and_others_are_free(warehouse: Warehouse) -> None:
    """F189: also after the writer failed."""
    with plans.site_lock(warehouse, "house"):
        with (
            pytest.raises(TryAgain, match="another run is writing to site house now"),
            plans.site_lock(warehouse, "house"),
        ):
            pass
        with plans.site_lock(warehouse, "elsewhere"):
            pass
    with pytest.raises(ZeroDivisionError), plans.site_lock(warehouse, "house"):
        raise ZeroDivisionError
    with plans.site_lock(warehouse, "house"):
        pass


def book(warehouse: Warehouse) -> list[tuple[str, bool, bool, Window]]:
    """The current membership records: user, adopted, not confirmed, window."""
    with warehouse.session() as session:
        return [
            (one.user_id, one.adopted, one.sent, one.window) for one in membership_records.current(session, "house")
        ]


def ask(warehouse: Warehouse, window: Window = HOUR) -> None:
    """Writes down that Ann's membership is about to be asked for."""
    with warehouse.session() as session:
        membership_records.record_sent(
            session, "house", "p1", [RequestedMembership(KEY, "u1", window, ("booking 1",))], NOON
        )


def test_a_membership_is_asked_for_confirmed_and_over(warehouse: Warehouse) -> None:
    """One row a stay; asking twice is asking once, and what is over stays on record."""
    longer = Window(NOON, NOON + timedelta(hours=2))
    ask(warehouse)
    ask(warehouse, longer)
    assert book(warehouse) == [("u1", False, True, longer)]
    with warehouse.session() as session:
        membership_records.record_in(session, "house", [KEY], NOON + timedelta(seconds=9))
    assert book(warehouse) == [("u1", False, False, longer)]
    with warehouse.session() as session:
        membership_records.record_gone(session, "house", {KEY: "expired"}, NOON + timedelta(hours=2))
    assert book(warehouse) == []
    ask(warehouse)
    assert book(warehouse) == [("u1", False, True, HOUR)]


def test_what_was_asked_for_and_never_came_was_no_stay(warehouse: Warehouse) -> None:
    """The history shows stays, not wishes."""
    ask(warehouse)
    with warehouse.session() as session:
        membership_records.record_gone(session, "house", {KEY: "no longer there at Salto"}, NOON)
        assert session.connection.exec_driver_sql("select * from report.access_history").all() == []
    assert book(warehouse) == []


def test_adopting_never_overwrites_what_is_ours(warehouse: Warehouse) -> None:
    """F162: a membership that we asked for stays ours."""
    ask(warehouse)
    with warehouse.session() as session:
        membership_records.record_adopted(session, "house", "p2", {Grant(KEY, HOUR, ("booking 1",)): "u1"}, NOON)
        membership_records.record_adopted(
            session, "house", "p2", {Grant(MembershipKey("bea", "Room 1"), HOUR, ("b",)): "u2"}, NOON
        )
    assert sorted(book(warehouse)) == [("u1", False, True, HOUR), ("u2", True, False, HOUR)]


def test_a_group_is_remembered_with_exactly_its_members(warehouse: Warehouse) -> None:
    """Design §9: with how far Salto's own count of them is off."""

    def keep(members: set[str], uncounted: int) -> GroupReading:
        with warehouse.session() as session:
            known = GroupReading("Room 1", "g1", uncounted, NOON, frozenset(members))
            group_readings.save(session, "house", [known])
        with warehouse.session() as session:
            return group_readings.load(session, "house")["Room 1"]

    assert keep({"u1", "u2"}, 3) == GroupReading("Room 1", "g1", 3, NOON, frozenset({"u1", "u2"}))
    assert keep({"u2", "u3"}, 0) == GroupReading("Room 1", "g1", 0, NOON, frozenset({"u2", "u3"}))
    assert keep(set(), 0) == GroupReading("Room 1", "g1", 0, NOON, frozenset())
