"""The plan as a page and as Markdown: every change with its reason, nothing that could run or load."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pages.markup import Outline, outline
from saltoks.core.model.rules import ItemMapping, PersonKind
from saltoks.core.plan.plan import Change, ChangeCause, ChangeKind, Plan
from saltoks.core.plan.view import PlanView, doors_of, plan_view
from saltoks.core.time.windows import ALWAYS, FOREVER, Window
from saltoks.pages.plan import plan_markdown, plan_page

AT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WINDOW = Window(AT, AT.replace(hour=14))
MAPPING = (
    ItemMapping(item="unit:a", groups=("Studio A", "Entrance"), door="Studio A door"),
    ItemMapping(item="room-1", locks=("Room 1 door", "Hall door")),
)
HOSTILE = "<script>alert(1)</script> | `x` [y](z) *b*"


def change(kind: ChangeKind, customer: str = "c1", group: str = "Studio A", **more: object) -> Change:
    """A change with a sentence of its own."""
    made = Change(
        kind=kind,
        customer_id=customer,
        group=group,
        window=WINDOW,
        cause=ChangeCause.GRANTED,
        sentence=f"{kind.value} of {customer} in {group}.",
        reasons=("booking 4711",),
    )
    return replace(made, **more)


def planned(*changes: Change, notes: tuple[str, ...] = ()) -> PlanView:
    """The plan of a house with these changes."""
    return plan_view(Plan(site="house", at=AT, changes=changes, notes=notes), "Europe/Amsterdam", MAPPING)


CREATE = change(ChangeKind.CREATE_PERSON, group="", person=PersonKind.GUEST)
ADD = change(ChangeKind.ADD_MEMBER)
HELD = change(ChangeKind.REMOVE_MEMBER, customer="c2", held="2 early removals are more than the 0 allowed")


@pytest.fixture
def page() -> Outline:
    return outline(plan_page([planned(CREATE, ADD, HELD, notes=("item x is not mapped",))], made_at=AT))


def test_the_page_tells_who_where_when_and_because_of_what(page: Outline) -> None:
    for text in ("c1", "Studio A", "Studio A door", "from 2026-03-10 13:00 until 2026-03-10 15:00", "booking 4711"):
        assert text in page.text
    assert "add_member of c1 in Studio A." in page.text


def test_what_is_held_comes_first_with_its_reason_and_what_to_do(page: Outline) -> None:
    held, due = page.text.index("2 early removals are more than the 0 allowed"), page.text.index("Let in")
    assert held < due
    assert "saltoks holds accept --site house" in page.text


def test_notes_are_on_the_page(page: Outline) -> None:
    assert "item x is not mapped" in page.text


def test_the_page_runs_nothing_and_loads_nothing(page: Outline) -> None:
    assert page.scripts == 0
    assert page.loads == []


def test_hostile_ids_stay_text() -> None:
    hostile = planned(
        change(ChangeKind.ADD_MEMBER, customer=HOSTILE, group=HOSTILE, reasons=(HOSTILE,)), notes=(HOSTILE,)
    )
    seen = outline(plan_page([hostile], made_at=AT))
    assert seen.scripts == 0
    assert HOSTILE in seen.text


def test_an_e_mail_in_an_id_is_not_shown() -> None:
    guest = planned(change(ChangeKind.ADD_MEMBER, customer="guest:ann@house.example"))
    assert "ann@house.example" not in plan_page([guest], made_at=AT)


def test_an_empty_plan_says_so() -> None:
    seen = outline(plan_page([planned()], made_at=AT))
    assert "there is nothing to change" in seen.text
    assert "nothing to change" in plan_markdown([planned()], made_at=AT)


def test_markdown_has_one_row_a_change_with_as_many_cells_as_heads() -> None:
    lines = plan_markdown([planned(CREATE, ADD, HELD)], made_at=AT).splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert sum("add\\_member of c1" in row for row in rows) == 1
    assert {row.replace("\\|", "").count("|") for row in rows} == {7, 8}


def test_markdown_of_hostile_ids_makes_no_markup() -> None:
    hostile = planned(change(ChangeKind.ADD_MEMBER, customer=HOSTILE))
    [row] = [line for line in plan_markdown([hostile], made_at=AT).splitlines() if "script" in line]
    assert "\\<script\\>alert(1)\\</script\\> \\| \\`x\\` \\[y\\](z) \\*b\\*" in row


def test_windows_without_bounds_are_left_out() -> None:
    [section] = planned(change(ChangeKind.SUSPEND, group="", window=Window(ALWAYS, FOREVER), reasons=())).sections
    [line] = section.lines
    assert (line.window, line.because) == ("", ("granted",))


def test_doors_are_those_of_the_mapping() -> None:
    """F57: a group holds every door on the way; the mapping names those that it knows."""
    assert doors_of(MAPPING) == {
        "Studio A": ("Studio A door",),
        "Entrance": ("Studio A door",),
        "saltoks room-1": ("Room 1 door", "Hall door"),
    }


@pytest.mark.parametrize("form", [plan_page, plan_markdown])
def test_no_control_code_and_no_writing_direction_gets_onto_a_page(form: Callable[..., str]) -> None:
    text = form(
        [planned(change(ChangeKind.ADD_MEMBER, customer="c\x1b[2J\u202e1"), notes=("odd \x9b\u200b",))], made_at=AT
    )
    assert not {"\x1b", "\u202e", "\x9b", "\u200b"} & set(text)
    assert "\\u202e" in text
