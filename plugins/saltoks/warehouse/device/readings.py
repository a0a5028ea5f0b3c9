"""The history of what locks and IQs reported, and the latest state per lock (design §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from saltoks.core.devices.readings import IqReading, LockReading
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True)
class LockState:
    """A lock's latest reading with that of its IQ; no IQ reading means None."""

    lock: LockReading
    iq: IqReading | None


def save(session: Session, site: str, locks: Iterable[LockReading], iqs: Iterable[IqReading]) -> None:
    """Keeps readings: how each device is now, and in the history what changed."""
    session.write_rows("readings/save_locks", [{"site": site, **asdict(reading)} for reading in locks])
    session.write_rows("readings/save_iqs", [{"site": site, **asdict(reading)} for reading in iqs])


def save_lock_history_limits(session: Session, site: str, days: Mapping[str, int]) -> None:
    """Keeps for how many days each lock, by name, goes by its own audit trail while it is offline."""
    values = [{"site": site, "lock_name": name, "days": count} for name, count in days.items()]
    session.write_rows("readings/save_lock_history_limits", values)


def locks_now(session: Session, site: str) -> list[LockState]:
    """The latest state of every lock of a site, by name (view `report.locks_now`)."""
    states = []
    for row in session.rows("readings/locks_now", site=site):
        lock = LockReading(
            lock_id=row["lock_id"],
            name=row["name"],
            online=row["online"],
            battery_level=row["battery_level"],
            locked_state=row["locked_state"],
            iq_id=row["iq_id"],
            read_at=row["read_at"],
        )
        states.append(LockState(lock, _iq(row["iq_id"], row["iq_name"], row["iq_online"], row["iq_read_at"])))
    return states


def _iq(iq_id: str | None, name: str | None, online: bool | None, read_at: datetime | None) -> IqReading | None:
    if iq_id is None or name is None or read_at is None:
        return None
    return IqReading(iq_id=iq_id, name=name, online=online, state=None, read_at=read_at)
