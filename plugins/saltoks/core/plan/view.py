"""A plan as people read it: what is held and what is due, kind by kind, with doors and windows in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from saltoks.core.model.rules import ItemMapping
from saltoks.core.plan.plan import Change, ChangeKind, Plan
from saltoks.core.time.windows import ALWAYS, FOREVER, window_text

TITLES: Mapping[ChangeKind, str] = {
    ChangeKind.CREATE_PERSON: "Make a person",
    ChangeKind.SUBSCRIBE: "Give a seat",
    ChangeKind.UPDATE_PERSON: "Change a person",
    ChangeKind.ADD_MEMBER: "Let in",
    ChangeKind.SET_WINDOW: "Set a window",
    ChangeKind.REMOVE_MEMBER: "Take out",
    ChangeKind.SUSPEND: "Take a seat back",
    ChangeKind.DELETE_PERSON: "Delete a person",
    ChangeKind.DELETE_GROUP: "Delete a group",
}
"""What each kind of change does, for somebody who does not know the terms of the API."""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One change: whom (by the source's id), where, which doors, when (wall clock of the site), and why."""

    what: str
    customer: str
    group: str
    doors: tuple[str, ...]
    window: str
    because: tuple[str, ...]
    sentence: str
    held: str | None


@dataclass(frozen=True, slots=True)
class PlanSection:
    """All due changes of one kind, in the order in which they are made."""

    title: str
    lines: tuple[PlanLine, ...]


@dataclass(frozen=True, slots=True)
class PlanView:
    """One site's plan; `zone` is the IANA zone that its windows are written in."""

    plan: Plan
    zone: str
    held: tuple[PlanLine, ...]
    sections: tuple[PlanSection, ...]

    @property
    def summary(self) -> str:
        """The plan in a line."""
        parts = [f"{len(section.lines)} × {section.title.lower()}" for section in self.sections]
        parts += [f"{len(self.held)} held"] if self.held else []
        return ", ".join(parts) or "nothing to change"


def plan_view(plan: Plan, zone: str, mapping: Iterable[ItemMapping]) -> PlanView:
    """A plan for people; doors are those that the mapping names."""
    doors = doors_of(mapping)
    due = [(kind, [change for change in plan.due if change.kind is kind]) for kind in ChangeKind]
    sections = (PlanSection(TITLES[kind], tuple(_line(one, zone, doors) for one in ones)) for kind, ones in due if ones)
    return PlanView(plan, zone, tuple(_line(one, zone, doors) for one in plan.held), tuple(sections))


def doors_of(mapping: Iterable[ItemMapping]) -> dict[str, tuple[str, ...]]:
    """The doors that the mapping names for each target: its own door, and the locks of a window target."""
    found: dict[str, dict[str, None]] = {}
    for entry in mapping:
        for target in entry.targets:
            known = found.setdefault(target, {})
            known |= dict.fromkeys([*entry.locks, *([entry.door] if entry.door else [])])
    return {target: tuple(doors) for target, doors in found.items()}


def _line(change: Change, zone: str, doors: Mapping[str, tuple[str, ...]]) -> PlanLine:
    bounded = change.window.starts_at != ALWAYS or change.window.ends_at != FOREVER
    return PlanLine(
        what=TITLES[change.kind],
        customer=change.customer_id,
        group=change.group,
        doors=doors.get(change.target, ()),
        window=window_text(change.window, zone) if bounded else "",
        because=change.reasons or (change.cause.value.replace("_", " "),),
        sentence=change.sentence,
        held=change.held,
    )
