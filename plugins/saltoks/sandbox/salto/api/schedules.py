"""Time schedules of access groups, served under v1.1 only (salto-ks §3.5)."""

from __future__ import annotations

import re
from datetime import datetime, time

from starlette.responses import JSONResponse, Response

from saltoks.sandbox.salto.call import Body, Call, Json, Operation, no_content
from saltoks.sandbox.salto.chance import named_id
from saltoks.sandbox.salto.errors import bad_request, bad_value, not_found
from saltoks.sandbox.salto.odata import Fields
from saltoks.sandbox.salto.state import Group, Schedule
from saltoks.sandbox.salto.world import ScheduleSpec

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
CLOCK = re.compile(r"(?P<minute>\d{2}:\d{2})(:(?P<second>\d{2}))?")
SCHEDULES: Fields[Schedule] = Fields(filters={}, orders={"start_date": lambda schedule: schedule.start_date})


class ScheduleWrite(Body):
    """Body of a create or a change: wall-clock values, only what was sent counts in a change."""

    monday: bool = False
    tuesday: bool = False
    wednesday: bool = False
    thursday: bool = False
    friday: bool = False
    saturday: bool = False
    sunday: bool = False
    start_time: str | None = None
    end_time: str | None = None
    start_date: str | None = None
    end_date: str | None = None


def schedule_from_spec(spec: ScheduleSpec | str, group_id: str, since: datetime) -> Schedule:
    """A world file's schedule; the word `always` means every day, around the clock."""
    plan = spec if isinstance(spec, ScheduleSpec) else ScheduleSpec()
    return Schedule(
        id=named_id("schedule", group_id),
        days=list(plan.days),
        start_time=_clock(plan.start_time, "00"),
        end_time=_clock(plan.end_time, "59"),
        start_date=_wall(plan.start_date),
        end_date=_wall(plan.end_date),
        since=since,
    )


def _clock(text: str, seconds: str) -> str:
    """`HH:mm:ss`; an end time sent without seconds ends with the minute (salto-ks §2.7)."""
    match = CLOCK.fullmatch(text)
    if match is None:
        raise bad_value("A time is HH:mm or HH:mm:ss")
    full = f"{match['minute']}:{match['second'] or seconds}"
    try:
        return time.fromisoformat(full).isoformat()
    except ValueError as error:
        raise bad_value("A time is HH:mm or HH:mm:ss") from error


def _wall(text: str | None) -> str | None:
    """A wall-clock date; an offset is dropped, as the IQ goes by its own zone (salto-ks §3.5)."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None).isoformat(timespec="seconds")
    except ValueError as error:
        raise bad_value("The date is not valid") from error


def _settled(schedule: Schedule, body: ScheduleWrite) -> Schedule:
    """The schedule with the body's values, checked."""
    sent = body.model_fields_set
    days = [day for day in DAYS if (getattr(body, day) if day in sent else day in schedule.days)]
    changed = schedule.model_copy(update={"days": days})
    if body.start_time is not None:
        changed.start_time = _clock(body.start_time, "00")
    if body.end_time is not None:
        changed.end_time = _clock(body.end_time, "59")
    if "start_date" in sent:
        changed.start_date = _wall(body.start_date)
    if "end_date" in sent:
        changed.end_date = _wall(body.end_date)
    _check(changed)
    return changed


def _check(schedule: Schedule) -> None:
    if not schedule.days:
        raise bad_value("At least one day should be selected")
    if schedule.start_time > schedule.end_time:
        raise bad_value("The start time is after the end time")
    if schedule.start_date and schedule.end_date and schedule.start_date > schedule.end_date:
        raise bad_value("The start date is after the end date")


def view(schedule: Schedule) -> Json:
    """A schedule in an answer."""
    days: Json = {day: day in schedule.days for day in DAYS}
    return {
        "id": schedule.id,
        **days,
        "start_time": schedule.start_time,
        "end_time": schedule.end_time,
        "start_date": schedule.start_date,
        "end_date": schedule.end_date,
    }


def list_schedules(call: Call) -> Response:
    """A group's schedules."""
    return call.page(call.group.schedules, SCHEDULES, view)


def create_schedule(call: Call) -> Response:
    """A new schedule; the doors hear of it after the schedule delay."""
    body, group = call.read(ScheduleWrite), call.group
    if body.start_time is None or body.end_time is None:
        raise bad_request()
    empty = Schedule(id=call.cloud.chance.uuid(), days=[], start_time="", end_time="", since=_heard_at(call))
    schedule = _settled(empty, body)
    group.schedules.append(schedule)
    return JSONResponse(view(schedule))


def change_schedule(call: Call) -> Response:
    """Other values; until the doors have heard of them the earlier ones count."""
    group, old = call.group, _schedule(call)
    heard_at = _heard_at(call)
    changed = _settled(old, call.read(ScheduleWrite)).model_copy(update={"since": heard_at})
    group.schedules[group.schedules.index(old)] = changed
    _retire(call, group, old, heard_at)
    return JSONResponse(view(changed))


def delete_schedule(call: Call) -> Response:
    """Remove a schedule; the doors hear of it after the schedule delay."""
    group, old = call.group, _schedule(call)
    group.schedules.remove(old)
    _retire(call, group, old, _heard_at(call))
    return no_content()


def _schedule(call: Call) -> Schedule:
    identity = call.id("time_schedule_id")
    schedule = next((item for item in call.group.schedules if item.id == identity), None)
    if schedule is None:
        raise not_found("Time schedule")
    return schedule


def _heard_at(call: Call) -> datetime:
    return call.cloud.now() + call.cloud.chance.delay(call.cloud.options.schedule_delay_seconds)


def _retire(call: Call, group: Group, old: Schedule, until: datetime) -> None:
    now = call.cloud.now()
    group.old_schedules = [item for item in group.old_schedules if item.until and item.until > now]
    group.old_schedules.append(old.model_copy(update={"until": until}))


GROUP = "/sites/{site_id}/access_groups/{access_group_id}/time_schedules"
OPERATIONS = [
    Operation("GET", GROUP, list_schedules, ("v1.1",)),
    Operation("POST", GROUP, create_schedule, ("v1.1",)),
    Operation("PATCH", GROUP + "/{time_schedule_id}", change_schedule, ("v1.1",)),
    Operation("DELETE", GROUP + "/{time_schedule_id}", delete_schedule, ("v1.1",)),
]
