"""One entry that cannot be read stops neither the others nor the watermark: it is set aside, with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from databases import Databases
from flows.acts import do, said
from saltoks.core.time.windows import ALWAYS, FOREVER
from saltoks.flows import audit
from saltoks.flows.run.steps import Outcome
from saltoks.flows.sync import AUDIT
from saltoks.salto.models import Entry
from saltoks.sandbox.salto.admin.client import Fault
from saltoks.warehouse.audit.entries import RawEntry, quarantine, save_entries, save_raw
from saltoks.warehouse.engine.database import Warehouse
from stage import SITE_UID, Stage, minutes

ENTRIES = "GET /v1.1/sites/*/entries"
GOOD = {"id": "bad", "utc_date_time": "2026-03-10T12:03:00Z", "event_category": "lock_opened"}
POISONED = {
    "nul": (GOOD | {"event_category": "\0opened"}, "event_category"),
    "nul in a name": (GOOD | {"lock_customer_reference": "Room\0"}, "lock_customer_reference"),
    "half a pair": (GOOD | {"event_detail": "\ud800"}, "event_detail"),
    "half a pair as id": (GOOD | {"id": "\udfff"}, "id"),
    "nul in an unread name": (GOOD | {"user_alias": "\0"}, "user_alias"),
    "endless time to live": (GOOD | {"ttl_in_seconds": 1e20}, "ttl_in_seconds"),
    "no time": ({"id": "bad"}, "utc_date_time"),
    "before all calendars": (GOOD | {"utc_date_time": "0001-01-01T00:00:00+14:00"}, "utc_date_time"),
    "after all calendars": (GOOD | {"utc_date_time": "9999-12-31T23:59:59-14:00"}, "utc_date_time"),
    "no id": ({"utc_date_time": "2026-03-10T12:03:00Z"}, "id"),
    "an endless id": (GOOD | {"id": "x" * 9000}, "id"),
    "an endless lock id": (GOOD | {"lock_id": "x" * 9000}, "lock_id"),
    "a list": ([], "the entry"),
    "nothing": (None, "the entry"),
}


def audited(stage: Stage) -> list[Outcome]:
    """The whole flow at the stage's instant."""
    return do(stage, f"audit/{stage.at.isoformat()}", *AUDIT)


@pytest.mark.parametrize("case", POISONED)
def test_a_page_with_one_poisoned_entry_gives_the_others_and_moves_on(stage: Stage, case: str) -> None:
    """F117: set aside with site, id, place, reason and all that came; told once."""
    entry, place = POISONED[case]
    made = [stage.sandbox.admin.add_entry(SITE_UID, lock="Room 1 door", at=minutes(n)) for n in (1, 2, 4)]
    stage.sandbox.admin.faults(Fault("odd_row", route=ENTRIES, body=json.dumps(entry)))
    stage.move(30)
    done = audited(stage)
    assert [row["entry_id"] for row in stage.query("select entry_id from audit.entries order by occurred_at")] == made
    assert stage.query("select seen_until from ops.watermarks") == [{"seen_until": minutes(4)}]
    [row] = stage.query("select site, entry_id, place, reason, raw from audit.quarantine")
    assert (row["site"], row["place"]) == ("house", place)
    assert row["reason"]
    assert row["entry_id"]
    assert json.loads(row["raw"]) == entry
    assert place in said(done)
    assert "audit.quarantine" in said(done)
    stage.move(45)
    assert said(audited(stage)) == ""
    assert stage.query("select first_seen, last_seen from audit.quarantine") == [
        {"first_seen": minutes(30), "last_seen": minutes(45)}
    ]


def test_an_entry_that_comes_again_and_can_be_read_leaves_the_quarantine(stage: Stage) -> None:
    """F117: the vendor mended it."""
    mended = stage.sandbox.admin.add_entry(SITE_UID, lock="Room 1 door", at=minutes(1))
    odd = GOOD | {"id": mended, "ttl_in_seconds": "for ever"}
    stage.sandbox.admin.faults(Fault("odd_answer", route=ENTRIES, body=json.dumps({"items": [odd]})))
    stage.move(10)
    audited(stage)
    assert len(stage.query("select 1 from audit.quarantine")) == 1
    stage.sandbox.admin.faults()
    stage.move(20)
    audited(stage)
    assert stage.query("select 1 from audit.quarantine") == []
    assert stage.query("select entry_id from audit.entries") == [{"entry_id": mended}]


def test_what_an_older_version_kept_and_cannot_be_normalised_is_set_aside(stage: Stage) -> None:
    """A site whose audit stood still because of one row goes on."""
    good = stage.sandbox.admin.add_entry(SITE_UID, lock="Room 1 door", at=minutes(1))
    keep(stage, [("stuck", json.dumps(GOOD | {"id": "stuck", "event_category": "\0"}))])
    stage.move(30)
    audited(stage)
    assert [row["entry_id"] for row in stage.query("select entry_id from audit.entries")] == [good]
    assert [row["entry_id"] for row in stage.query("select entry_id from audit.quarantine")] == ["stuck"]
    assert stage.query("select 1 from audit.entries_raw where not normalised") == []


def test_entries_are_normalised_in_batches(stage: Stage) -> None:
    """However many have come, a transaction and the memory hold a thousand of them."""
    count = 2 * audit.BATCH + 1
    keep(stage, [(f"e{n}", json.dumps(GOOD | {"id": f"e{n}"})) for n in range(count)])
    [done] = do(stage, "batches", audit.normalise)
    assert done.counts == {"normalised": count}
    per_transaction = stage.query("select count(*) as n from audit.entries group by xmin::text order by n")
    assert [row["n"] for row in per_transaction] == [1, audit.BATCH, audit.BATCH]


def keep(stage: Stage, entries: list[tuple[str, str]]) -> None:
    """Raw entries as a pull keeps them."""
    warehouse = Warehouse(stage.warehouse_url)
    with warehouse.session() as session:
        save_raw(session, "house", [RawEntry(name, body, stage.at) for name, body in entries], stage.at)
    warehouse.close()


odd = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(10**40), max_value=10**40),
    st.floats(),
    st.text(alphabet=st.characters(codec=None, categories=None), max_size=12),
    st.lists(st.integers(), max_size=2),
    st.sampled_from(["\0", "\ud800", "0001-01-01T00:00:00+10:00", "9999-12-31T23:59:59.9999999-10:00", "x" * 5000]),
)
rows = st.one_of(
    st.fixed_dictionaries({}, optional=dict.fromkeys([*Entry.model_fields, "new"], odd)).map(lambda one: GOOD | one),
    odd,
)


@pytest.fixture(scope="module")
def kept(databases: Databases) -> Any:
    """One database for many examples."""
    with databases.empty() as url:
        warehouse = Warehouse(url)
        yield warehouse
        warehouse.close()


@given(poison=rows)
def test_law_whatever_an_entry_is_it_is_kept_or_set_aside(kept: Warehouse, poison: object) -> None:
    """Every row of a page ends as an entry or in quarantine, in a real database, and never stops the row beside it."""
    at = minutes(0)
    bodies = [json.dumps(one) for one in (GOOD | {"id": "beside"}, poison)]
    raw = [RawEntry(f"{n}", body, at) for n, body in enumerate(bodies)]
    good, bad = audit.parse_entries(raw)
    with kept.session() as session:
        save_raw(session, "house", raw, at)
        save_entries(session, "house", good)
        quarantine(session, "house", bad, at)
        read = session.rows("entries/entries", site="house", since=ALWAYS, until=FOREVER)
    assert {one["entry_id"] for one in read} >= {one.entry.entry_id for one in good} >= {"beside"}
    assert len(good) + len(bad) == 2
