"""What tasks leave behind: XCom holds ids and counts, logs hold no secret and nobody's name (design §3, §5.8)."""

from __future__ import annotations

import json
import re

import pytest

from dags.live import Live, Run, XCom

PLANTED = ("planted-", "Ann Able", "Gus Guest", "ann@", "@house.example", "Bearer ")
WORD = re.compile(r"[\w-]{1,64}")
"""An id, a fingerprint or a state."""


def play(live: Live) -> list[Run]:
    """One run of every DAG, over people and doors, and one that goes wrong."""
    live.book("b1", "ann", "room-1", -30, 60)
    live.book("b2", "gus", "room-2", -30, 60)
    done = [live.run("access_sync")]
    assert live.opens("Room 1 door", "ann@house.example")
    done += [live.run(name) for name in ("audit_trail", "device_status", "nightly")]
    assert [run.state for run in done] == ["success"] * 4
    (live.stage.root / "data" / "bookings.csv").unlink()
    return [*done, live.run("access_sync")]


def test_xcom_holds_only_ids_and_counts(live: Live) -> None:
    handed = [one for run in play(live) for one in live.xcoms(run)]
    assert {one.task for one in handed} >= {
        "chunks",
        "extract",
        "plan",
        "pull",
        "check_in",
        "report",
        "assess",
        "pages",
    }
    assert [one for one in handed if len(one.text) > 500] == []
    assert [one for one in handed if any(planted in one.text for planted in PLANTED)] == []
    assert [value for one in handed for value in leaves(one) if not is_brief(value)] == []


def test_logs_hold_no_secret_and_nobodys_name(
    live: Live, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """F190."""
    play(live)
    written = capfd.readouterr()
    logs = written.out + written.err + caplog.text
    assert "the source could not be read" in logs
    assert "apply: house done" in logs
    assert [planted for planted in PLANTED if planted in logs] == []


def leaves(xcom: XCom) -> list[object]:
    """Every single value inside a JSON text."""

    def inside(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for part in value.values() for leaf in inside(part)]
        if isinstance(value, list):
            return [leaf for part in value for leaf in inside(part)]
        return [value]

    return inside(json.loads(xcom.text))


def is_brief(value: object) -> bool:
    """A count, or one word."""
    return isinstance(value, int) or (isinstance(value, str) and WORD.fullmatch(value) is not None)
