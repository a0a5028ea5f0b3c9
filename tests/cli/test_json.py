"""What scripts read: the shapes that `docs/json.md` describes are those that the commands print."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.conftest import Run, now
from saltoks.cli.show.json_text import plain
from saltoks.core.time.windows import ALWAYS, FOREVER, Window
from stage import Stage

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
SHAPES = {
    title: json.loads(body)
    for title, body in re.findall(r"^## (.+?)\n\n```json\n(.+?)```", DOCUMENT, re.DOTALL | re.MULTILINE)
}


def shape_of(command: str) -> object:
    """The documented shape of a command."""
    [found] = [shape for title, shape in SHAPES.items() if re.search(rf"`(saltoks )?{re.escape(command)}`", title)]
    return found


def wrong(value: object, shape: object, at: str = "$") -> list[str]:
    """Where a value is not as its shape says."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [at]
        return [place for n, one in enumerate(value) for place in wrong(one, shape[0], f"{at}.{n}")]
    if isinstance(shape, dict):
        return _object(value, shape, at)
    return [] if _word(value, str(shape)) else [f"{at}: {value!r} is no {shape}"]


def _object(value: object, shape: dict[str, object], at: str) -> list[str]:
    if value is None and set(shape) == {"starts_at", "ends_at"}:
        return []
    if not isinstance(value, dict):
        return [at]
    [any_name] = [name for name in shape if name.isupper()] or [None]
    if any_name is None and value.keys() != shape.keys():
        return [f"{at}: {sorted(value.keys() ^ shape.keys())}"]
    return [p for name, one in value.items() for p in wrong(one, shape[any_name or name], f"{at}.{name}")]


def leaves(value: object) -> bool:
    """Whether anything is inside that could be wrong."""
    inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    return True if inside is None else any(leaves(one) for one in inside)


def _word(value: object, word: str) -> bool:
    if value is None:
        return word.endswith("or null")
    tests = {
        "text": isinstance(value, str) and not INSTANT.fullmatch(value),
        "number": isinstance(value, int | float) and not isinstance(value, bool),
        "yes or no": isinstance(value, bool),
        "instant": isinstance(value, str) and INSTANT.fullmatch(value) is not None,
        "anything": True,
    }
    return tests[word.removesuffix(" or null")]


@pytest.fixture
def lived(stage: Stage, run: Run) -> Stage:
    """A house in which something happened: people in, one for ever, something held, something odd."""
    stage.add("items", "sauna", "Sauna")
    stage.headers["memberships"] = ("source_id", "customer_id", "plan_id", "starts_at", "status")
    del stage.site["source"]["tables"]["memberships"]["columns"]["ends_at"]
    stage.write("memberships", [("m1", "ann", "club", "2026-01-01", "active")])
    stage.configure()
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-2", 0, 600)
    stage.book("s1", "gus", "sauna", 0, 60)
    run("sync", *now(stage))
    stage.configure(limits={"removals_per_site": {"absolute": 0, "percent": 100}})
    stage.book("b1", "ann", "room-1", 0, 600, status="cancelled")
    stage.move(15)
    run("sync", *now(stage))
    stage.configure(exclusive_groups=["Nowhere"])
    return stage


COMMANDS = {
    "sync": ("sync", "as-of"),
    "plan": ("plan", "as-of"),
    "sync --dry-run": ("sync", "--dry-run", "as-of"),
    "audit": ("audit", "as-of"),
    "who": ("who", "as-of"),
    "status": ("status", "as-of"),
    "holds": ("holds",),
    "holds accept": ("holds", "accept", "--site", "house", "--all", "--by", "Vera", "--reason", "right", "as-of"),
    "runs": ("runs",),
    "warnings": ("warnings",),
    "drift": ("drift",),
    "owner": ("owner",),
    "credentials": ("credentials", "--site", "house", "as-of"),
    "credentials --customer": ("credentials", "--site", "house", "--customer", "ann", "as-of"),
    "check": ("check",),
    "config lint": ("config", "lint"),
    "config show": ("config", "show"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_prints_the_shape_that_is_documented(lived: Stage, run: Run, command: str) -> None:
    words = [part for word in COMMANDS[command] for part in (now(lived) if word == "as-of" else [word])]
    said = run(*words, "--json")
    body = json.loads(said.out)
    assert leaves(body) or command == "drift"
    assert wrong(body, shape_of(command)) == []
    assert "9999" not in said.out


def test_every_documented_command_is_tried() -> None:
    """`pin reissue`, `open`, `iq check` and `owner take` print what `sync` prints."""
    named = {name.removeprefix("saltoks ") for title in SHAPES for name in re.findall(r"`(.+?)`", title)}
    assert named - COMMANDS.keys() == {"pin reissue", "open", "iq check", "owner take"}


def test_a_shape_that_is_not_met_would_be_noticed() -> None:
    assert wrong([{"a": "2026-03-29 16:00:00+00:00"}], [{"a": "instant"}])
    assert wrong({"x": {"a": 1}}, {"SITE": {"a": "number", "b": "text"}})
    assert wrong(None, "text")


def test_open_ends_are_null_and_instants_are_in_utc() -> None:
    amsterdam = datetime.fromisoformat("2026-03-29T18:00:00+02:00")
    assert plain(Window(ALWAYS, FOREVER)) == {"starts_at": None, "ends_at": None}
    assert plain(amsterdam) == "2026-03-29T16:00:00Z"
    assert plain(amsterdam.astimezone(UTC) + timedelta(microseconds=5)) == "2026-03-29T16:00:00.000005Z"
    with pytest.raises(TypeError, match="Path"):
        plain(Path("x"))
