"""What drifted at a site since when, and what of the last day tells a conflict from a single act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import RowMapping

from saltoks.core.access.grants import MembershipKey
from saltoks.core.plan.conflicts import DAY, RecentHistory, UnconfirmedChange
from saltoks.core.plan.drift import Drift, DriftKind
from saltoks.core.plan.plan import ChangeKey, ChangeKind
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDrift:
    """Drift that is open: what was done about it, and when it was seen first and last."""

    kind: str
    group_name: str
    subject: str
    sentence: str
    done: str
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleReading:
    """A mapped group as a full run read it last: its schedule, as text that is equal for equal ones, and its locks."""

    group_id: str
    body: str
    locks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftHistory:
    """What the warehouse knows before a look for drift; `unclear` are removals of ours whose end we do not know."""

    has_applied: bool
    open: frozenset[Drift]
    past: RecentHistory
    unclear: frozenset[MembershipKey]
    schedules: Mapping[str, ScheduleReading]


def history(session: Session, site: str, now: datetime) -> DriftHistory:
    """What is known of a site up to `now`."""
    span = {"site": site, "since": now - DAY}
    removals = {_key(row): row for row in session.rows("drift/removals", **span)}
    past = RecentHistory(
        losses={_key(row): row["times"] for row in session.rows("drift/losses", **span)},
        removals={key: row["made"] for key, row in removals.items()},
        unconfirmed={
            ChangeKey(ChangeKind(row["kind"]), row["customer_id"], row["group_name"]): UnconfirmedChange(
                row["times"], row["last"]
            )
            for row in session.rows("drift/unshown", **span)
        },
    )
    return DriftHistory(
        has_applied=session.first("drift/has_applied", site=site) is not None,
        open=frozenset(
            Drift(DriftKind(drift.kind), drift.group_name, drift.subject) for drift in open_drift(session, site)
        ),
        past=past,
        unclear=frozenset(key for key, row in removals.items() if row["unclear"]),
        schedules={
            row["name"]: ScheduleReading(group_id=row["group_id"], body=row["body"], locks=tuple(row["locks"]))
            for row in session.rows("drift/schedules", site=site)
        },
    )


def open_drift(session: Session, site: str) -> list[OpenDrift]:
    """What has drifted at a site as of its last run."""
    return [OpenDrift(**row) for row in session.rows("drift/open_drift", site=site)]


def save(session: Session, site: str, responses: Mapping[Drift, str], closed: Iterable[Drift], at: datetime) -> None:
    """Keeps what a run saw, each with what was done about it, and closes what is no more."""
    named = {"site": site, "at": at}
    values = [_names(drift) | named | {"sentence": drift.sentence, "done": done} for drift, done in responses.items()]
    session.write_rows("drift/save", values)
    session.write_rows("drift/close", [_names(drift) | named for drift in closed])


def save_schedules(session: Session, site: str, read: Mapping[str, ScheduleReading], at: datetime) -> None:
    """Keeps schedules of mapped groups as they were just read."""
    values = [
        {"site": site, "name": name, "at": at, **asdict(schedule), "locks": list(schedule.locks)}
        for name, schedule in read.items()
    ]
    session.write_rows("drift/save_schedules", values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How many people left whom so many locks may still let in, and how many changes wait behind IQs.

    `beyond`: people who left longer ago than so many `silent` locks look back.
    """

    people: int
    locks: int
    beyond: int
    silent: int
    pending: int


def exposure(session: Session, site: str) -> Exposure:
    """What the locks of a site may not have heard yet (views `report.exposure` and `report.pending_behind_iq`)."""
    return Exposure(**session.rows("drift/exposure", site=site)[0])


def _key(row: RowMapping) -> MembershipKey:
    return MembershipKey(row["customer_id"], row["group_name"])


def _names(drift: Drift) -> dict[str, object]:
    return {"kind": drift.kind.value, "group_name": drift.group, "subject": drift.subject}
