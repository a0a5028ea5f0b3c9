"""Names hold what people typed: none of it steers a terminal, whatever way it came (who, plan, JSON, errors)."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import text

from cli.conftest import Run, now
from saltoks.cli.terminal import Harmless
from saltoks.warehouse.engine.database import Warehouse
from stage import Stage

NASTY = "Ann \x1b[2J\x1b]0;owned\x07\u202eelbA\x9b31m\r\u200b"
STEERING = set("\x1b\x07\x9b\r\u202e\u200b\x00")


def named(stage: Stage, name: str) -> None:
    """Rows of before there was a cleaning step."""
    warehouse = Warehouse(stage.warehouse_url)
    with warehouse.session() as session:
        session.connection.execute(text("update src.customers set full_name = :name"), {"name": name})
    warehouse.close()


def test_a_name_with_escape_codes_is_shown_harmless(stage: Stage, run: Run) -> None:
    """From a file: cleaned as it comes in."""
    stage.add("customers", "ann", NASTY, "ann@house.example", "yes", "no")
    stage.book("b1", "ann", "room-1", 0, 60)
    run("sync", *now(stage))
    said = run("who", "--site", "house", *now(stage))
    assert "Ann" in said.out
    assert not STEERING & set(said.out + said.err)


@pytest.mark.parametrize("command", [("who",), ("who", "--json"), ("plan",), ("credentials", "--site", "house")])
def test_what_is_stored_already_is_shown_harmless_too(stage: Stage, run: Run, command: tuple[str, ...]) -> None:
    stage.book("b1", "ann", "room-1", 0, 60)
    run("sync", *now(stage))
    named(stage, NASTY)
    arguments = () if command[0] == "credentials" else now(stage)
    said = run(*command, *arguments)
    assert not STEERING & set(said.out + said.err)
    if "--json" in command:
        assert NASTY in [one["full_name"] for one in json.loads(said.out)["house"]]


def test_a_wrong_word_is_repeated_harmless(stage: Stage, run: Run) -> None:
    said = run("sync", "--site", f"ho{NASTY}use")
    assert not STEERING & set(said.out + said.err)


class Screen(io.StringIO):
    """A terminal that somebody watches."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def test_our_own_colours_reach_a_screen_and_nothing_else_does() -> None:
    screen, log = Screen(), io.StringIO()
    for stream in (screen, log):
        print(f"\x1b[32mok\x1b[0m {NASTY}", file=Harmless(stream))  # type: ignore[call-overload]
    assert screen.getvalue().startswith("\x1b[32mok\x1b[0m Ann \\u001b[2J")
    assert "\x1b" not in log.getvalue()
